import Amortization
import Tensors

/// Anderson's weights: the α of sum 1 for which Σ αᵢ·(g(yᵢ) − yᵢ) is shortest (doi:10.1137/10078356X).
///
/// - Note: no gradient flows through α; the points that are mixed have one.
public struct LeastSquaresWeights: MixingWeights, Sendable {
  /// Weight of |γ|² relative to the size of the residuals' differences, where the α of old points
  /// are the γ; 0 solves by singular values, which is slower and exact.
  public var regularization: Double
  /// β.
  public var mixing: Double

  /// What is not given is as in `AndersonAcceleration`.
  public init(regularization: Double = 1e-10, mixing: Double = 1) {
    self.regularization = regularization
    self.mixing = mixing
  }

  /// It has no parameters.
  public mutating func _visitParameters(_ visitor: ParameterVisitor, at path: String) {}

  public func callAsFunction(residuals: Tensor, _ setting: UpdateSetting) -> (
    alpha: Tensor, beta: Tensor
  ) {
    (alpha(residuals), Tensor(mixing, dtype: residuals.dtype))
  }

  /// α for residuals `[n, dimension, count]`.
  func alpha(_ all: Tensor) -> Tensor {
    let all = stopGradient(all)
    let (n, old) = (all.dim(0), all.dim(-1) - 1)
    let ones = Tensor.ones([n, 1], dtype: all.dtype)
    if old == 0 { return ones }
    // |r + D·γ| with the differences D of old residuals and the present one.
    let present = all[.ellipsis, old...]
    let differences = all[.ellipsis, ..<old] - present
    var gamma: Tensor?
    if regularization > 0 {
      let gram = matmul(differences.mT, differences)
      let scale = gram.diagonal().sum(axis: -1)
      let weight = regularization * scale + which(scale .> 0, 0, scale.onesLike())
      let system = gram + weight.asColumn.asColumn * Tensor.eye(old, dtype: gram.dtype)
      gamma = try? solve(finite(system), matmul(differences.mT, -present))
    } else {
      gamma = try? leastSquares(finite(differences), -present)
    }
    guard let gamma = gamma?.squeezed(axis: -1) else {
      return concatenate([Tensor.zeros([n, old], dtype: all.dtype), ones], axis: -1)
    }
    let safe = which(isFinite(gamma), gamma, 0)
    return concatenate([safe, 1 - safe.sum(axis: -1, keepDims: true)], axis: -1)
  }

  /// Rows that have left the finite numbers, made harmless; what comes of them is not finite either.
  private func finite(_ matrices: Tensor) -> Tensor {
    let isUsable = isFinite(matrices).all(axis: -1).all(axis: -1).asColumn.asColumn
    let eye = Tensor.eye(matrices.dim(-2), matrices.dim(-1), dtype: matrices.dtype)
    return which(isUsable, matrices, eye.broadcast(to: matrices.shape))
  }
}
