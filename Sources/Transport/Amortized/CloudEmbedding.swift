import Tensors

/// A cloud moved to mean 0 and scaled to variance 1 a coordinate on average.
///
/// Transport for the cost |x − y|² does not care: if T is optimal between the standardised clouds,
/// then x ↦ m + s·T((x − mean)/scale) is optimal between the clouds, m and s the target's mean and
/// scale. A model that only sees standardised clouds need not learn this.
public struct StandardizedCloud: Sendable {
  /// `[n, d]`.
  public let points: Tensor
  /// `[d]`.
  public let mean: Tensor
  /// One number for all coordinates: other scalings would change which map is optimal.
  public let scale: Tensor

  /// - Throws: ``TransportError`` when all points are equal or one is not finite.
  public init(_ cloud: Tensor) throws {
    guard cloud.ndim == 2, cloud.shape[0] > 1 else {
      throw TransportError(
        "a cloud has shape [n, d] with at least two points, not \(cloud.shape)")
    }
    let x = cloud.cast(to: cloud.dtype.real)
    mean = x.mean(axis: 0)
    let centred = x - mean
    scale = sqrt(square(centred).mean())
    guard scale.item() > 0, scale.item() < .infinity else {
      throw TransportError(
        "a cloud of equal or infinite points cannot be standardised; its scale is \(scale.item())")
    }
    points = centred / scale
  }

  /// Points of the original space in the standardised one.
  public func standardized(_ x: Tensor) -> Tensor { (x - mean) / scale }

  /// Points of the standardised space in the original one.
  public func restored(_ x: Tensor) -> Tensor { x * scale + mean }
}

/// Clouds as vectors, for networks: quantiles of their projections on fixed directions, and their
/// second moments (covariances, if standardised).
///
/// The order of the points does not matter and their number may differ from cloud to cloud. The
/// distance of two clouds' quantiles, divided by the root of their number, is about their sliced
/// Wasserstein distance (arXiv:1511.03198).
///
/// - Shapes: `[batch, n, d]` → `[batch, size]`.
public struct CloudEmbedding: Model, Sendable {
  /// Unit vectors, `[count, d]`; the first d are the axes.
  @NonTrainable public var directions: Tensor
  /// Quantiles for each direction.
  public let quantiles: Int

  public init(
    dimension: Int, directions count: Int = 16, quantiles: Int = 8, dtype: DType = .float32
  ) {
    precondition(
      count >= dimension && quantiles > 0,
      "CloudEmbedding: \(dimension) directions (the axes) or more, not \(count)")
    var generator = Generator(seed: 11)
    let drawn = Tensor.normal([count - dimension, dimension], dtype: dtype, from: &generator)
    let axes = Tensor.eye(dimension, dtype: dtype)
    directions =
      count == dimension
      ? axes : concatenate([axes, drawn / drawn.norm(axis: 1, keepDims: true)])
    self.quantiles = quantiles
  }

  /// Numbers for one cloud.
  public var size: Int {
    let d = directions.shape[1]
    return directions.shape[0] * quantiles + d * d
  }

  public func callAsFunction(_ x: Tensor) -> Tensor {
    guard x.ndim == 3, x.shape[2] == directions.shape[1] else {
      fatalError(
        "CloudEmbedding: clouds [batch, n, \(directions.shape[1])], not \(x.shape)")
    }
    let (batch, n, d) = (x.shape[0], x.shape[1], x.shape[2])
    let sorted = matmul(directions, x.swapped(-1, -2)).sorted()
    // Quantile (q + ½)/Q lies between two of the n order statistics.
    let places = (0..<quantiles).map { (Double($0) + 0.5) / Double(quantiles) * Double(n) - 0.5 }
    let lower = places.map { min(max(Int($0), 0), n - 1) }
    let share = Tensor(zip(places, lower).map { max(0, $0 - Double($1)) }, dtype: x.dtype)
    let low = sorted.take(Tensor(lower), axis: 2)
    let high = sorted.take(Tensor(lower.map { min($0 + 1, n - 1) }), axis: 2)
    let moments = matmul(x.swapped(-1, -2), x) / Double(n)
    return concatenate(
      [
        (low + share * (high - low)).reshaped([batch, directions.shape[0] * quantiles]),
        moments.reshaped([batch, d * d]),
      ], axis: 1)
  }
}
