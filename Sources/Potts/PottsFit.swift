import Display

/// A fitted model with the history of its fit.
public struct PottsFit: Sendable, CustomStringConvertible {
  /// The model.
  public var model: PottsModel
  /// The objective, the start's first.
  public var values: [Double]
  /// Lengths of the gradient, the start's first.
  public var gradientNorms: [Double]
  /// Whether the gradient became as short as asked for.
  public var converged: Bool
  /// Iterations.
  public var iterations: Int { values.count - 1 }

  public var description: String {
    let share = (gradientNorms.last ?? 0) / max(gradientNorms.first ?? 1, 1e-300)
    return "\(model.sites) sites of \(model.alphabet.states) states, "
      + (converged
        ? "converged in \(iterations) iterations"
        : "stopped after \(iterations) iterations before the gradient was short enough")
      + ": objective \(shortNumber(values.last ?? .nan)), gradient at "
      + "\(shortNumber(100 * share, digits: 2)) % of the start's"
  }
}

/// Why a model cannot be fitted or asked.
public struct PottsError: Error, Sendable, Equatable, CustomStringConvertible {
  /// What is wrong and what helps.
  public let description: String

  /// An error with its reason.
  public init(_ description: String) { self.description = description }
}
