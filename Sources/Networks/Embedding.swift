import Tensors

/// Rows of a table by position: `[…]` of integers → `[…, dimension]`.
public struct Embedding: Layer, Sendable {
  /// The rows, `[count, dimension]`.
  public var table: Tensor

  /// A table of normal numbers.
  public init(
    _ count: Int, _ dimension: Int, dtype: DType = .float32, from generator: inout Generator
  ) {
    table = Tensor.normal([count, dimension], dtype: dtype, from: &generator)
  }

  /// The same with random numbers from the shared generator.
  public init(_ count: Int, _ dimension: Int, dtype: DType = .float32) {
    var generator = splitSharedGenerator()
    self.init(count, dimension, dtype: dtype, from: &generator)
  }

  public func callAsFunction(_ x: Tensor) -> Tensor { table.take(x) }
}
