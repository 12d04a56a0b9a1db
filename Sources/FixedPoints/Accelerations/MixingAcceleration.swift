import Amortization
import Tensors

/// How the last points are mixed: from their residuals to weights.
public protocol MixingWeights: Model {
  /// α with sum 1 over the points, oldest first, and β.
  ///
  /// - Parameter residuals: g(yᵢ) − yᵢ of the last points, `[n, dimension, count]`, the present
  ///   one last; at least one.
  /// - Shapes: α `[n, count]`; β `[n]` or a number.
  func callAsFunction(residuals: Tensor, _ setting: UpdateSetting) -> (
    alpha: Tensor, beta: Tensor
  )
}

/// The next point as a mixture of the last ones, y ← Σ αᵢ·(yᵢ + β·(g(yᵢ) − yᵢ)), written as what it
/// adds to the plain step.
///
/// With ``LeastSquaresWeights`` it is Anderson acceleration; with ``PredictedWeights`` it is HyperAA
/// (Bai, Koltun & Kolter, ICLR 2022).
public struct MixingAcceleration<Weights: MixingWeights>: FixedPointAcceleration {
  /// What chooses α and β.
  public var weights: Weights
  /// m: points that are kept besides the present one.
  public let memory: Int

  /// A mixture of m + 1 points.
  public init(_ weights: Weights, memory: Int = 5) {
    guard memory >= 0 else { fatalError("MixingAcceleration: memory \(memory)") }
    self.weights = weights
    self.memory = memory
  }

  // Memory: points and residuals in turn, oldest first.

  public func correction(
    _ y: Tensor, image: Tensor, _ memory: inout [Tensor], _ setting: UpdateSetting
  ) -> Tensor {
    memory += [y, image - y]
    if memory.count > 2 * (self.memory + 1) { memory.removeFirst(2) }
    let points = stack(stride(from: 0, to: memory.count, by: 2).map { memory[$0] }, axis: -1)
    let residuals = stack(stride(from: 1, to: memory.count, by: 2).map { memory[$0] }, axis: -1)
    let (alpha, beta) = weights(residuals: residuals, setting)
    let scale = beta.ndim == 0 ? beta : beta.asColumn.asColumn
    let mixed = matmul(points + scale * residuals, alpha.asColumn).squeezed(axis: -1)
    return mixed - image
  }
}

extension MixingAcceleration: Sendable where Weights: Sendable {}
