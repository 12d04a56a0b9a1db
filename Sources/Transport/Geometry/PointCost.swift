internal import _CVectorKernels
import Tensors

/// What it costs to move a unit of mass from a point x to a point y.
public enum PointCost: Sendable {
  /// |x − y|², the cost behind the 2-Wasserstein distance.
  case squaredEuclidean
  /// |x − y|.
  case euclidean
  /// (Σ|xₖ − yₖ|ᵖ)^(1/p), p ≥ 1; `.infinity` for the largest difference.
  case norm(Double)
  /// 1 − cos of the angle between x and y.
  case cosine
  /// The angle between x and y: the distance on the unit sphere.
  case geodesic
  /// Any function of blocks of points: `[n, d]` and `[m, d]` → `[n, m]`.
  case custom(@Sendable (_ x: Tensor, _ y: Tensor) -> Tensor)

  var kernel: (kind: vk_cost, power: Double)? {
    switch self {
    case .squaredEuclidean: (VK_SQUARED, 2)
    case .euclidean: (VK_EUCLIDEAN, 2)
    case .norm(let p): (VK_NORM, p)
    case .cosine: (VK_ONE_MINUS_DOT, 0)
    case .geodesic: (VK_ANGLE, 0)
    case .custom: nil
    }
  }

  var usesDirections: Bool {
    switch self {
    case .cosine, .geodesic: true
    default: false
    }
  }

  /// The matrix of costs as ordinary tensor operations, so that gradients reach the points.
  ///
  /// - Shapes: `[n, d]`, `[m, d]` → `[n, m]`.
  /// - Note: the Euclidean costs have no derivative where points coincide; there 0 is taken.
  public func matrix(_ x: Tensor, _ y: Tensor) -> Tensor {
    guard x.ndim == 2, y.ndim == 2, x.shape[1] == y.shape[1] else {
      fatalError("PointCost: points [n, d] and [m, d], not shapes \(x.shape) and \(y.shape)")
    }
    let left = x.reshaped([x.shape[0], 1, x.shape[1]])
    let right = y.reshaped([1, y.shape[0], y.shape[1]])
    switch self {
    case .squaredEuclidean: return square(left - right).sum(axis: -1)
    case .euclidean: return (left - right).norm(axis: -1)
    case .norm(let p):
      let gaps = abs(left - right)
      if p == .infinity { return gaps.max(axis: -1) }
      if p == 1 { return gaps.sum(axis: -1) }
      return (gaps ** p).sum(axis: -1) ** (1 / p)
    case .cosine: return 1 - matmul(directions(x), directions(y).T)
    case .geodesic:
      return acos(clip(matmul(directions(x), directions(y).T), -1, 1))
    case .custom(let cost): return cost(x, y)
    }
  }
}

/// Points on the unit sphere in the same directions.
func directions(_ x: Tensor) -> Tensor { x / x.norm(axis: -1, keepDims: true) }
