import Networks
import Tensors

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

  /// An embedding with `count` directions, the first of which are the axes.
  public init(
    dimension: Int, directions count: Int = 16, quantiles: Int = 8, dtype: DType = .float32
  ) {
    guard count >= dimension && quantiles > 0 else {
      stop(
        "CloudEmbedding: \(dimension) directions (the axes) or more, not \(count); "
          + "\(quantiles) quantiles")
    }
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

  /// The embeddings of clouds, `[batch, n, d]` → `[batch, size]`.
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
