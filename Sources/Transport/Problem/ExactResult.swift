import Tensors

/// The solution of a transport problem without regularization.
///
/// f and g are Kantorovich potentials: fᵢ + gⱼ ≤ cᵢⱼ, with equality where mass flows.
public struct ExactResult: Sendable {
  /// An optimal plan, as a list of its entries.
  public let plan: TransportPlan
  /// ⟨P, c⟩, the transport cost.
  public let cost: Double
  /// Potentials, `float64`.
  public let f: Tensor
  /// The same of the second measure, `[m]`.
  public let g: Tensor
  /// ⟨f, a⟩ + ⟨g, b⟩, equal to ``cost`` at the solution.
  public let dualCost: Double

  /// `cost − dualCost`, 0 but for rounding.
  public var gap: Double { cost - dualCost }
}
