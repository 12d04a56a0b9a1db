import Display
import Tensors

/// A figure that the page computed, beside the figure it should be compared with.
///
/// Made by ``Page/claim(_:_:_:from:unit:)``.
public struct Claim: Sendable {
  /// What was measured, and how.
  public let method: String
  /// The figure the page computed.
  public let figure: Double
  /// What it is compared with.
  public let comparison: Comparison
  /// Where the reference comes from.
  public let source: Source
  /// What the figure is counted in; empty for a plain number.
  public let unit: String
  /// The cell and the line that made the claim.
  let cell: String
  let line: Int

  /// Whether the figure compares as claimed; a figure that is not a number never does.
  public var holds: Bool { comparison.holds(for: figure) }

  func isEarlierRun(of other: Claim) -> Bool {
    method == other.method && line == other.line && cell != other.cell
  }
}

extension Page {
  /// Claims that a computed figure compares with a reference, and shows the claim here and now, also
  /// in a loop; ``finish()`` shows them all, and throws if one does not hold.
  ///
  /// ```swift
  /// page.claim("Sinkhorn, ε = 0.01", cost, .equals(exact, within: 1e-3),
  ///   from: .closedForm("Bures distance, arXiv:1803.00567, remark 2.31"))
  /// page.claim("accuracy on 500 digits", share, .atLeast(0.9),
  ///   from: .published("LeCun et al. 1998, doi:10.1109/5.726791", differs: "5 000 digits, 10 epochs"))
  /// page.claim("iterations, warm start", warm, .ratio(to: cold, atMost: 0.5),
  ///   from: .solver("the same solver from zero"))
  /// ```
  ///
  /// `figure` is a number or a tensor with one element that the page computed. A number that is
  /// typed stops the cell: it would stay true whatever the code does.
  @_disfavoredOverload
  public func claim(
    _ method: String, _ figure: some Claim.Number, _ comparison: Claim.Comparison,
    from source: Claim.Source, unit: String = "", cell: String = #fileID, line: Int = #line
  ) {
    let claim = Claim(
      method: method, figure: figure.claimed, comparison: comparison, source: source, unit: unit,
      cell: cell, line: line)
    record(claim)
    display(claim)
  }

  /// Catches figures that were typed.
  public func claim(
    _ method: String, _ figure: Claim.TypedNumber, _ comparison: Claim.Comparison,
    from source: Claim.Source, unit: String = "", cell: String = #fileID, line: Int = #line
  ) {
    fatalError(
      "claim “\(method)”: the figure is typed by hand; give the value that the page computed")
  }
}

/// A page came to its end with claims that do not hold.
public struct ClaimsFailed: Error, CustomStringConvertible, Sendable {
  /// The claims that do not hold.
  public let claims: [Claim]

  public var description: String {
    let lines = claims.map { claim in
      let row = ClaimTable.Row(claim)
      return "\n  \(claim.method): \(row.figure), should be \(row.reference)"
    }
    return (claims.count == 1 ? "1 claim does" : "\(claims.count) claims do") + " not hold:"
      + lines.joined()
  }
}
