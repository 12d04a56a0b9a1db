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

  public func callAsFunction(_ x: Tensor) -> Tensor {
    let count = table.shape[0]
    guard x.dtype.isInteger || x.size == 0 else {
      stop("Embedding: positions are integers, not \(x.dtype); write x.cast(to: .int32)")
    }
    // Conditions, which recordings understand.
    if (x .>= 0).all() && (x .< count).all() { return table.take(x) }
    let (low, high) = (x.min().item(as: Int.self), x.max().item(as: Int.self))
    stop("Embedding: position \(low < 0 ? low : high) in a table of \(count), 0 to \(count - 1)")
  }
}
