/// How the iterations are computed; all forms converge to the same potentials.
public enum SinkhornForm: String, Sendable, Hashable, CaseIterable {
  /// Products with a kernel that is anchored anew at the potentials whenever numbers grow: as fast
  /// as matrix-vector products, without underflow at any ε. Falls back to logarithms where no
  /// matrix is held.
  case automatic
  /// Logarithms of sums of exponentials throughout.
  case logarithmic
}

/// What makes the iterations converge faster.
public enum Acceleration: Sendable, Hashable {
  /// Over-relaxation, with the factor that the observed rate of convergence asks for
  /// (arXiv:2012.12562), given up when the error grows.
  case automatic
  /// Sinkhorn's own iteration.
  case none
  /// Over-relaxation with a fixed factor 1 < ω < 2 (arXiv:1711.01851).
  case overRelaxation(Double)
  /// Anderson's extrapolation over this many earlier steps (doi:10.1145/321296.321305).
  case anderson(memory: Int)
}

/// How a problem with entropic regularization is solved.
public struct SinkhornOptions: Sendable {
  /// On the marginal error in L1, as a share of the mass.
  public var tolerance: Double
  /// Iterations after which the solver gives up.
  public var maximumIterations: Int
  /// Scalings of a kernel, or logarithms.
  public var form: SinkhornForm
  /// Over-relaxation, Anderson's mixing, or neither.
  public var acceleration: Acceleration
  /// Whether to approach a small ε through larger ones; nil: where the cost is above 500 ε.
  public var scalesEpsilon: Bool?
  /// How dearly the first marginal is held, the factor ρ of KL(P·1 ∣ a); nil or ∞: exactly, 0: not
  /// at all.
  public var rowPenalty: Double?
  /// The same for the second marginal, KL(Pᵀ·1 ∣ b).
  public var columnPenalty: Double?

  /// Options; the defaults suit balanced problems in either precision.
  public init(
    tolerance: Double = 1e-4, maximumIterations: Int = 10_000, form: SinkhornForm = .automatic,
    acceleration: Acceleration = .automatic, scalesEpsilon: Bool? = nil,
    rowPenalty: Double? = nil, columnPenalty: Double? = nil
  ) {
    self.tolerance = tolerance
    self.maximumIterations = maximumIterations
    self.form = form
    self.acceleration = acceleration
    self.scalesEpsilon = scalesEpsilon
    self.rowPenalty = rowPenalty
    self.columnPenalty = columnPenalty
  }

  var isBalanced: Bool { rowHold == nil && columnHold == nil }

  /// The penalties, nil where the marginal is held exactly.
  var rowHold: Double? { rowPenalty == .infinity ? nil : rowPenalty }
  var columnHold: Double? { columnPenalty == .infinity ? nil : columnPenalty }

  /// - Throws: naming the option that has no meaning.
  func check() throws {
    for (name, penalty) in [("rowPenalty", rowPenalty), ("columnPenalty", columnPenalty)] {
      if let penalty, !(penalty >= 0) {
        throw TransportError(
          "\(name) is \(penalty); it is 0 (the marginal is free), positive, or nil (it is met)")
      }
    }
    guard tolerance > 0 else {
      throw TransportError("the tolerance is \(tolerance); it is positive")
    }
    guard maximumIterations >= 0 else {
      throw TransportError("maximumIterations is \(maximumIterations)")
    }
    if case .overRelaxation(let omega) = acceleration, !(omega > 0 && omega < 2) {
      throw TransportError("overRelaxation: a factor between 0 and 2, not \(omega)")
    }
  }
}
