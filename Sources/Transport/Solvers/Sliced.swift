import Tensors

/// The sliced Wasserstein cost: the mean of Wₚᵖ over projections on random directions.
///
/// Source: Rabin and others 2011, doi:10.1007/978-3-642-24785-9_37.
///
/// - Shapes: x `[n, d]`, y `[m, d]` → a number; gradients reach the points.
/// - Complexity: L·(n + m)·d for L directions.
public func slicedWasserstein(
  _ x: Tensor, _ y: Tensor, directions count: Int = 100, power: Double = 2,
  from generator: inout Generator
) -> Tensor {
  guard x.ndim == 2, y.ndim == 2, x.shape[1] == y.shape[1] else {
    stop("slicedWasserstein: [n, d] and [m, d], not \(x.shape) and \(y.shape)")
  }
  guard count > 0 else { stop("slicedWasserstein: \(count) directions") }
  let type = DType.common(x.dtype, y.dtype).floating
  let slices = directions(Tensor.normal([count, x.shape[1]], dtype: type, from: &generator))
  return sliceCosts(x, y, along: slices, power: power).mean()
}

/// The same with directions from the shared generator.
public func slicedWasserstein(
  _ x: Tensor, _ y: Tensor, directions count: Int = 100, power: Double = 2
) -> Tensor {
  var generator = splitSharedGenerator()
  return slicedWasserstein(x, y, directions: count, power: power, from: &generator)
}

/// Wₚᵖ of the projections on each of some unit vectors `[L, d]`, `[L]`; differentiable in all.
public func sliceCosts(
  _ x: Tensor, _ y: Tensor, along slices: Tensor, power: Double = 2
) -> Tensor {
  wasserstein1D(matmul(slices, x.T), matmul(slices, y.T), power: power)
}

/// The direction in which two clouds differ most.
public struct MaxSlicedResult: Sendable {
  /// Unit vector, `[d]`.
  public let direction: Tensor
  /// Wₚᵖ of the projections on it.
  public let cost: Double
  /// Costs of each start's last step.
  public let starts: [Double]
}

/// The max-sliced Wasserstein cost, by gradient ascent on the sphere from random starts.
///
/// A local optimum; the best of the starts is kept. Source: arXiv:1904.05877.
public func maxSlicedWasserstein(
  _ x: Tensor, _ y: Tensor, power: Double = 2, starts: Int = 10, steps: Int = 100,
  learningRate: Double = 0.1, from generator: inout Generator
) -> MaxSlicedResult {
  guard x.ndim == 2, y.ndim == 2, x.shape[1] == y.shape[1], starts > 0 else {
    stop(
      "maxSlicedWasserstein: [n, d] and [m, d] and at least one start, not \(x.shape), \(y.shape), "
        + "\(starts) starts")
  }
  let type = DType.common(x.dtype, y.dtype).floating
  var slices = directions(Tensor.normal([starts, x.shape[1]], dtype: type, from: &generator))
  for _ in 0..<steps {
    let slope = gradient(at: slices) { sliceCosts(x, y, along: $0, power: power).sum() }
    // A step of fixed length along the sphere, whatever the size of the cost.
    let tangent = slope - slices * (slope * slices).sum(axis: 1, keepDims: true)
    let length = maximum(slope.norm(axis: 1, keepDims: true), 1e-30)
    slices = directions(slices + learningRate * tangent / length)
  }
  let costs = sliceCosts(x, y, along: slices, power: power)
  let best = costs.argmax().item(as: Int.self)
  return MaxSlicedResult(
    direction: slices[best], cost: costs[best].item(), starts: costs.doubles)
}
