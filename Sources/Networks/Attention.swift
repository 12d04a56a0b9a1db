import Tensors

/// Multi-head attention (arXiv:1706.03762).
///
/// - Shapes: query `[n, q, d]`, key and value `[n, k, d]` → `[n, q, d]`.
public struct Attention: Layer, Sendable {
  /// From what asks to queries.
  public var query: Dense
  /// From the context to keys.
  public var key: Dense
  /// From the context to values.
  public var value: Dense
  /// From the mixed values of all heads to the result.
  public var output: Dense
  /// How many parts of a vector look on their own.
  public let heads: Int

  /// Attention among vectors of `dimension` numbers, which `heads` divides.
  public init(
    _ dimension: Int, heads: Int, dtype: DType = .float32, from generator: inout Generator
  ) {
    guard heads > 0, dimension % heads == 0 else {
      stop("Attention: \(heads) heads do not divide \(dimension) dimensions")
    }
    query = Dense(dimension, dimension, dtype: dtype, from: &generator)
    key = Dense(dimension, dimension, dtype: dtype, from: &generator)
    value = Dense(dimension, dimension, dtype: dtype, from: &generator)
    output = Dense(dimension, dimension, dtype: dtype, from: &generator)
    self.heads = heads
  }

  /// The same with random numbers from the shared generator.
  public init(_ dimension: Int, heads: Int, dtype: DType = .float32) {
    var generator = splitSharedGenerator()
    self.init(dimension, heads: heads, dtype: dtype, from: &generator)
  }

  /// Self-attention.
  public func callAsFunction(_ x: Tensor) -> Tensor { self(x, over: x) }

  /// Attention over `context`; where `mask` (broadcast to `[n, heads, q, k]`) is false, nothing is
  /// looked at.
  public func callAsFunction(_ x: Tensor, over context: Tensor, mask: Tensor? = nil) -> Tensor {
    let d = query.weight.shape[0]
    checkSequences(x, d, "Attention")
    checkSequences(context, d, "Attention, over")
    guard x.shape[0] == context.shape[0] else {
      stop("Attention: \(x.shape[0]) sequences over \(context.shape[0]) others")
    }
    func split(_ y: Tensor) -> Tensor {
      y.reshaped([y.shape[0], y.shape[1], heads, d / heads]).transposed(0, 2, 1, 3)
    }
    let (q, k, v) = (split(query(x)), split(key(context)), split(value(context)))
    var scores = matmul(q, k.mT) / Double(d / heads).squareRoot()
    if let mask { scores = which(mask, scores, -1e9) }
    var shares = softmax(scores)
    // A position that may look at nothing hears 0, not the mean of what is hidden.
    if let mask { shares = which(mask, shares, 0) }
    let mixed = matmul(shares, v).transposed(0, 2, 1, 3)
    return output(mixed.reshaped(x.shape))
  }
}
