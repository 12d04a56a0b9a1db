extension Claim {
  /// How a figure should compare with its reference.
  public struct Comparison: Sendable, Hashable {
    enum Relation: Sendable, Hashable {
      case equals(tolerance: Double)
      case atMost
      case atLeast
      case ratio(ClosedRange<Double>)
    }

    /// What the figure is compared with.
    public let reference: Double
    let relation: Relation

    /// Equal up to an absolute difference.
    public static func equals(_ reference: some Number, within tolerance: Double) -> Comparison {
      Comparison(reference: reference.claimed, relation: .equals(tolerance: tolerance))
    }

    /// Equal up to a share of the reference: `relative: 0.01` allows one per cent.
    public static func equals(_ reference: some Number, relative share: Double) -> Comparison {
      let value = reference.claimed
      return Comparison(reference: value, relation: .equals(tolerance: abs(value) * share))
    }

    /// Not larger than the reference.
    public static func atMost(_ reference: some Number) -> Comparison {
      Comparison(reference: reference.claimed, relation: .atMost)
    }

    /// Not smaller than the reference.
    public static func atLeast(_ reference: some Number) -> Comparison {
      Comparison(reference: reference.claimed, relation: .atLeast)
    }

    /// The figure divided by the reference lies in `range`.
    public static func ratio(
      to reference: some Number, in range: ClosedRange<Double>
    ) -> Comparison {
      Comparison(reference: reference.claimed, relation: .ratio(range))
    }

    /// The figure divided by the reference is at most `limit`.
    public static func ratio(to reference: some Number, atMost limit: Double) -> Comparison {
      ratio(to: reference, in: -.infinity...limit)
    }

    /// The figure divided by the reference is at least `limit`.
    public static func ratio(to reference: some Number, atLeast limit: Double) -> Comparison {
      ratio(to: reference, in: limit...(.infinity))
    }

    /// Whether `figure` compares as it should; NaN on either side never does.
    public func holds(for figure: Double) -> Bool {
      switch relation {
      case .equals(let tolerance): figure == reference || abs(figure - reference) <= tolerance
      case .atMost: figure <= reference
      case .atLeast: figure >= reference
      case .ratio(let range): range.contains(figure / reference)
      }
    }
  }

  /// Where a reference comes from.
  public enum Source: Sendable, Hashable, CustomStringConvertible {
    /// A formula.
    case closedForm(String)
    /// Another method, or another program with its version.
    case solver(String)
    /// A printed number: where it stands (DOI or arXiv number), and what is different here.
    case published(String, differs: String = "")
    /// What the figure has to fulfil by definition, such as a residual of zero.
    case definition(String)

    public var description: String {
      switch self {
      case .closedForm(let text): "closed form: \(text)"
      case .solver(let text): "solver: \(text)"
      case .published(let text, ""): "published: \(text)"
      case .published(let text, let differs): "published: \(text); differs: \(differs)"
      case .definition(let text): "definition: \(text)"
      }
    }
  }
}
