import Tensors

/// A Gaussian measure, for which transport has closed forms.
public struct GaussianMeasure: Sendable {
  /// `[d]`.
  public let mean: Tensor
  /// `[d, d]`, symmetric and not negative.
  public let covariance: Tensor

  /// The measure N(mean, covariance), in double precision.
  public init(mean: Tensor, covariance: Tensor) {
    guard covariance.shape == [mean.size, mean.size] else {
      fatalError(
        "GaussianMeasure: a mean [d] and a covariance [d, d], not \(mean.shape) and "
          + "\(covariance.shape)")
    }
    let matrix = covariance.cast(to: .float64)
    let asymmetry = matrix.size == 0 ? 0 : abs(matrix - matrix.T).max().item()
    guard !(asymmetry > 1e-5 * abs(matrix).max().item()) else {
      stop("GaussianMeasure: the covariance is not symmetric, off by \(asymmetry)")
    }
    self.mean = mean.cast(to: .float64)
    self.covariance = matrix
  }

  /// Mean and covariance of points `[n, d]`, weighted if wanted.
  public init(fitting points: Tensor, weights: Tensor? = nil) {
    guard points.ndim == 2, points.shape[0] > 0 else {
      stop("GaussianMeasure: points [n, d], not shape \(points.shape)")
    }
    if let weights, weights.shape != [points.shape[0]] {
      stop("GaussianMeasure: \(points.shape[0]) weights, not shape \(weights.shape)")
    }
    let x = points.cast(to: .float64)
    let w =
      weights.map { $0.cast(to: .float64) / $0.cast(to: .float64).sum() }
      ?? Tensor.full([x.shape[0]], 1 / Double(x.shape[0]), dtype: .float64)
    let mean = matmul(w, x)
    let centred = x - mean
    self.init(mean: mean, covariance: matmul((centred * w.reshaped([w.size, 1])).T, centred))
  }

  /// The squared 2-Wasserstein distance, |m₁ − m₂|² + tr(Σ₁ + Σ₂ − 2(Σ₁^½Σ₂Σ₁^½)^½)
  /// (doi:10.1016/0047-259X(82)90077-X).
  public func squaredDistance(to other: GaussianMeasure) throws -> Double {
    let root = try squareRoot(covariance)
    let middle = try squareRoot(matmul(matmul(root, other.covariance), root))
    let spread = covariance.trace() + other.covariance.trace() - 2 * middle.trace()
    return (square(mean - other.mean).sum() + spread).item()
  }

  /// The optimal map to another Gaussian, x ↦ m₂ + A(x − m₁), as A and the offset m₂ − A·m₁.
  /// - Throws: where this covariance is singular.
  public func map(to other: GaussianMeasure) throws -> (matrix: Tensor, offset: Tensor) {
    let root = try squareRoot(covariance)
    let inverse = try inverted(root)
    let middle = try squareRoot(matmul(matmul(root, other.covariance), root))
    let matrix = matmul(matmul(inverse, middle), inverse)
    return (matrix, other.mean - matmul(matrix, mean))
  }

  /// The point at `t` of the geodesic to another Gaussian (McCann's interpolation).
  public func interpolated(to other: GaussianMeasure, at t: Double) throws -> GaussianMeasure {
    let (a, _) = try map(to: other)
    let b = (1 - t) * Tensor.eye(mean.size, dtype: .float64) + t * a
    return GaussianMeasure(
      mean: (1 - t) * mean + t * other.mean, covariance: matmul(matmul(b, covariance), b.T))
  }
}

/// The 2-Wasserstein barycentre of Gaussians, by the fixed point of arXiv:1511.05355.
public func barycenter(
  _ measures: [GaussianMeasure], weights: [Double]? = nil, maximumIterations: Int = 200,
  tolerance: Double = 1e-12
) throws -> GaussianMeasure {
  guard let first = measures.first else {
    throw TransportError("a barycentre needs at least one measure")
  }
  let w = try checkedWeights(weights, measures.count)
  var mean = first.mean.zerosLike()
  for (measure, weight) in zip(measures, w) { mean += weight * measure.mean }
  var s = first.covariance
  for _ in 0..<maximumIterations {
    let root = try squareRoot(s)
    let inverse = try inverted(root)
    var sum = s.zerosLike()
    for (measure, weight) in zip(measures, w) {
      sum += weight * (try squareRoot(matmul(matmul(root, measure.covariance), root)))
    }
    let next = matmul(matmul(inverse, matmul(sum, sum)), inverse)
    let change = abs(next - s).max().item()
    s = next
    if change <= tolerance { break }
  }
  return GaussianMeasure(mean: mean, covariance: s)
}

func checkedWeights(_ weights: [Double]?, _ count: Int) throws -> [Double] {
  guard let weights else { return [Double](repeating: 1 / Double(count), count: count) }
  guard weights.count == count, weights.allSatisfy({ $0 >= 0 && $0 < .infinity }) else {
    throw TransportError("\(count) weights that are not negative are needed, not \(weights)")
  }
  let sum = weights.reduce(0, +)
  guard sum > 0 else { throw TransportError("the weights \(weights) sum to 0") }
  return weights.map { $0 / sum }
}

/// The symmetric square root of a symmetric matrix that is not negative.
///
/// - Throws: where an eigenvalue is negative by more than rounding.
package func squareRoot(_ a: Tensor, ofPositivePart: Bool = false) throws -> Tensor {
  let (values, vectors) = try eigenSymmetric((a + a.T) / 2)
  if values.size > 0, !ofPositivePart {
    let (low, high) = (values.min().item(), abs(values).max().item())
    guard !(low < -1e-8 * high) else {
      throw TransportError("a covariance has the negative eigenvalue \(low)")
    }
  }
  return matmul(vectors * sqrt(maximum(values, 0)), vectors.T)
}
