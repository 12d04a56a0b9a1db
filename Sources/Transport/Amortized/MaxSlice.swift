import Amortization
import Networks
import Tensors

/// The problems min over unit vectors θ of −Wₚᵖ(θ·X, θ·Y), one for each pair of samples: the slice in
/// which two samples differ most (max-sliced Wasserstein, arXiv:1904.05877).
///
/// ```swift
/// let pairs = Contexts.samplePairs(.normal(dimension: 10), other, points: 64)
/// let problem = maxSliceProblem(pairs, points: 64, dimension: 10)
/// let run = train(FullyAmortized(LinearSlice(points: 64, dimension: 10)), on: problem, steps: 500)
/// run.model(contexts, on: problem)        // slices, [n, 10]
/// ```
///
/// Predicting the slice of a mini-batch is amortized sliced Wasserstein (A-SW, arXiv:2203.13417); no
/// prediction exceeds the maximum.
///
/// - Parameter contexts: pairs `[n, 2, points, dimension]`, see ``Amortization/Contexts/samplePairs(_:_:points:)``.
/// - Complexity: points·(dimension + log points) a row.
public func maxSliceProblem(
  _ contexts: Contexts, points: Int, dimension: Int, power: Double = 2, dtype: DType = .float32
) -> ParametricProblem {
  ParametricProblem(
    dimension: dimension, contexts: contexts, domain: .sphere, dtype: dtype
  ) { theta, pairs in
    let n = pairs.dim(0)
    guard pairs.shape == [n, 2, points, dimension] else {
      fatalError(
        "maxSliceProblem: pairs [n, 2, \(points), \(dimension)], not \(pairs.shape); build them "
          + "with Contexts.samplePairs(…, points: \(points))")
    }
    let column = theta.reshaped([n, 1, dimension, 1])
    let projected = matmul(pairs, column).reshaped([n, 2, points])
    let (x, y) = (projected[0..., 0], projected[0..., 1])
    return -wasserstein1D(x, y, power: power)
  }
}

/// A slice that is linear in the mini-batches, θ ∝ w₀ + Xᵀw₁ + Yᵀw₂ (definition 3 of
/// arXiv:2203.13417): 2·points + dimension parameters.
///
/// The vector is divided by its norm, as `FullyAmortized` does on the sphere; the paper prints the
/// squared norm, which does not land on it.
public struct LinearSlice: Layer, Sendable {
  /// w₀, `[d]`.
  public var offset: Tensor
  /// w₁ and w₂, `[2, points]`.
  public var weights: Tensor

  public init(
    points: Int, dimension: Int, dtype: DType = .float32, from generator: inout Generator
  ) {
    offset = Tensor.normal([dimension], std: 0.1, dtype: dtype, from: &generator)
    weights = Tensor.normal(
      [2, points], std: 1 / Double(points).squareRoot(), dtype: dtype, from: &generator)
  }

  public init(points: Int, dimension: Int, dtype: DType = .float32) {
    var generator = splitSharedGenerator()
    self.init(points: points, dimension: dimension, dtype: dtype, from: &generator)
  }

  /// - Shapes: `[n, 2, points, d]` → `[n, d]`, not normalized.
  public func callAsFunction(_ pairs: Tensor) -> Tensor {
    guard pairs.ndim == 4, pairs.dim(1) == 2, pairs.dim(2) == weights.dim(1),
      pairs.dim(3) == offset.size
    else {
      fatalError(
        "LinearSlice: pairs [n, 2, \(weights.dim(1)), \(offset.size)], not \(pairs.shape)")
    }
    let (n, d) = (pairs.dim(0), offset.size)
    // [n, 2·points, d] contracted with the weights of all points.
    let flat = pairs.reshaped([n, weights.size, d])
    return offset + matmul(weights.reshaped([1, weights.size]), flat).reshaped([n, d])
  }
}

/// A slice that is linear in features of the points, θ ∝ w₀ + g(X)ᵀw₁ + g(Y)ᵀw₂ with a network g
/// from points to points (definition 4 of arXiv:2203.13417).
public struct GeneralizedLinearSlice<Feature: Layer>: Layer {
  public var linear: LinearSlice
  /// g, `[…, d]` → `[…, d]`.
  public var feature: Feature

  public init(_ linear: LinearSlice, feature: Feature) {
    self.linear = linear
    self.feature = feature
  }

  /// - Shapes: `[n, 2, points, d]` → `[n, d]`, not normalized.
  public func callAsFunction(_ pairs: Tensor) -> Tensor { linear(feature(pairs)) }
}

extension GeneralizedLinearSlice: Sendable where Feature: Sendable {}
