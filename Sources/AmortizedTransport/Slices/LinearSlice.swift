import Networks
import Tensors

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

  /// A slice with random weights, for mini-batches of `points` points.
  public init(
    points: Int, dimension: Int, dtype: DType = .float32, from generator: inout Generator
  ) {
    offset = Tensor.normal([dimension], std: 0.1, dtype: dtype, from: &generator)
    weights = Tensor.normal(
      [2, points], std: 1 / Double(points).squareRoot(), dtype: dtype, from: &generator)
  }

  /// The same with random numbers from the shared generator.
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
  /// What is done with the features.
  public var linear: LinearSlice
  /// g, `[…, d]` → `[…, d]`.
  public var feature: Feature

  /// A slice that is linear in g of the points.
  public init(_ linear: LinearSlice, feature: Feature) {
    self.linear = linear
    self.feature = feature
  }

  /// - Shapes: `[n, 2, points, d]` → `[n, d]`, not normalized.
  public func callAsFunction(_ pairs: Tensor) -> Tensor { linear(feature(pairs)) }
}

extension GeneralizedLinearSlice: Sendable where Feature: Sendable {}
