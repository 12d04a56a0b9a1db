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
      stop("PointCost: points [n, d] and [m, d], not shapes \(x.shape) and \(y.shape)")
    }
    let type = DType.common(x.dtype, y.dtype).floating
    let (x, y) = (x.cast(to: type), y.cast(to: type))
    let left = x.reshaped([x.shape[0], 1, x.shape[1]])
    let right = y.reshaped([1, y.shape[0], y.shape[1]])
    switch self {
    case .squaredEuclidean: return square(left - right).sum(axis: -1)
    case .euclidean: return (left - right).norm(axis: -1)
    case .norm(let p):
      let gaps = abs(left - right)
      if p == .infinity { return gaps.max(axis: -1) }
      if p == 1 { return gaps.sum(axis: -1) }
      // Seen from the largest difference, so that no power leaves the type's range.
      let top = stopGradient(gaps.size == 0 ? gaps.sum(axis: -1) : gaps.max(axis: -1))
      let unit = which(top .> 0, top, 1)
      let sums = ((gaps / unit.expandedDims(axis: -1)) ** p).sum(axis: -1)
      let isZero = stopGradient(sums) .== 0
      return which(isZero, 0, unit * which(isZero, 1, sums) ** (1 / p))
    case .cosine, .geodesic:
      // From differences, not from the product, whose digits close directions would use up.
      let (a, b) = (
        directions(x).reshaped(left.shape), directions(y).reshaped(right.shape)
      )
      if case .cosine = self { return 0.5 * square(a - b).sum(axis: -1) }
      return 2 * atan2((a - b).norm(axis: -1), (a + b).norm(axis: -1))
    case .custom(let cost): return cost(x, y)
    }
  }
}

/// Points on the unit sphere in the same directions.
func directions(_ x: Tensor) -> Tensor { x / x.norm(axis: -1, keepDims: true) }
