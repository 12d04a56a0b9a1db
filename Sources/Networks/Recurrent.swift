import Tensors

/// A cell applied to one position of `[n, length, in]` after another; what it puts out, stacked.
private func scanned<State>(
  _ x: Tensor, from start: State, _ step: (Tensor, State) -> State, output: (State) -> Tensor
) -> Tensor {
  var (state, outputs) = (start, [Tensor]())
  for t in 0..<x.shape[1] {
    state = step(x[0..., t], state)
    outputs.append(output(state))
  }
  return stack(outputs, axis: 1)
}

/// A gated recurrent unit (arXiv:1406.1078), with PyTorch's placement of the reset gate.
///
/// - Shapes: x `[n, in]`, state `[n, hidden]`; sequences `[n, length, in]` → `[n, length, hidden]`.
public struct GRU: Layer, Sendable {
  public var inputWeight: Tensor
  public var stateWeight: Tensor
  public var inputBias: Tensor
  public var stateBias: Tensor
  public let hidden: Int

  public init(_ inputs: Int, _ hidden: Int, from generator: inout Generator) {
    self.hidden = hidden
    let start = Initializer.torchUniform
    inputWeight = start([inputs, 3 * hidden], fanIn: hidden, fanOut: hidden, from: &generator)
    stateWeight = start([hidden, 3 * hidden], fanIn: hidden, fanOut: hidden, from: &generator)
    inputBias = start([3 * hidden], fanIn: hidden, fanOut: hidden, from: &generator)
    stateBias = start([3 * hidden], fanIn: hidden, fanOut: hidden, from: &generator)
  }

  public init(_ inputs: Int, _ hidden: Int) {
    var generator = splitSharedGenerator()
    self.init(inputs, hidden, from: &generator)
  }

  /// The next state.
  public func step(_ x: Tensor, _ state: Tensor) -> Tensor {
    let a = affine(x, inputWeight, inputBias)
    let b = affine(state, stateWeight, stateBias)
    let h = hidden
    let reset = sigmoid(a[.ellipsis, ..<h] + b[.ellipsis, ..<h])
    let update = sigmoid(a[.ellipsis, h..<(2 * h)] + b[.ellipsis, h..<(2 * h)])
    let candidate = tanh(a[.ellipsis, (2 * h)...] + reset * b[.ellipsis, (2 * h)...])
    return candidate + update * (state - candidate)
  }

  /// All states of a sequence, from state 0.
  public func callAsFunction(_ x: Tensor) -> Tensor {
    scanned(x, from: Tensor.zeros([x.shape[0], hidden], dtype: x.dtype)) { x, state in
      step(x, state)
    } output: {
      $0
    }
  }
}

/// A long short-term memory (Hochreiter & Schmidhuber 1997).
///
/// - Shapes: x `[n, in]`, state and memory `[n, hidden]`.
public struct LSTM: Layer, Sendable {
  public var inputWeight: Tensor
  public var stateWeight: Tensor
  public var bias: Tensor
  public let hidden: Int

  public init(_ inputs: Int, _ hidden: Int, from generator: inout Generator) {
    self.hidden = hidden
    let start = Initializer.torchUniform
    inputWeight = start([inputs, 4 * hidden], fanIn: hidden, fanOut: hidden, from: &generator)
    stateWeight = start([hidden, 4 * hidden], fanIn: hidden, fanOut: hidden, from: &generator)
    bias = start([4 * hidden], fanIn: hidden, fanOut: hidden, from: &generator)
  }

  public init(_ inputs: Int, _ hidden: Int) {
    var generator = splitSharedGenerator()
    self.init(inputs, hidden, from: &generator)
  }

  /// The next state and memory; gates in the order input, forget, cell, output.
  public func step(_ x: Tensor, _ state: Tensor, _ memory: Tensor) -> (Tensor, Tensor) {
    let gates = affine(x, inputWeight, bias) + matmul(state, stateWeight)
    let h = hidden
    let input = sigmoid(gates[.ellipsis, ..<h])
    let forget = sigmoid(gates[.ellipsis, h..<(2 * h)])
    let cell = tanh(gates[.ellipsis, (2 * h)..<(3 * h)])
    let output = sigmoid(gates[.ellipsis, (3 * h)...])
    let next = forget * memory + input * cell
    return (output * tanh(next), next)
  }

  /// All states of a sequence, from state 0.
  public func callAsFunction(_ x: Tensor) -> Tensor {
    let zeros = Tensor.zeros([x.shape[0], hidden], dtype: x.dtype)
    return scanned(x, from: (zeros, zeros)) { x, both in
      step(x, both.0, both.1)
    } output: {
      $0.0
    }
  }
}

/// Multi-head attention (arXiv:1706.03762).
///
/// - Shapes: query `[n, q, d]`, key and value `[n, k, d]` → `[n, q, d]`.
public struct Attention: Layer, Sendable {
  public var query: Dense
  public var key: Dense
  public var value: Dense
  public var output: Dense
  public let heads: Int

  public init(_ dimension: Int, heads: Int, from generator: inout Generator) {
    precondition(dimension % heads == 0, "Attention: the heads divide the dimension")
    query = Dense(dimension, dimension, from: &generator)
    key = Dense(dimension, dimension, from: &generator)
    value = Dense(dimension, dimension, from: &generator)
    output = Dense(dimension, dimension, from: &generator)
    self.heads = heads
  }

  public init(_ dimension: Int, heads: Int) {
    var generator = splitSharedGenerator()
    self.init(dimension, heads: heads, from: &generator)
  }

  /// Self-attention.
  public func callAsFunction(_ x: Tensor) -> Tensor { self(x, over: x) }

  /// Attention over `context`; where `mask` (broadcast to `[n, heads, q, k]`) is false, nothing is
  /// looked at.
  public func callAsFunction(_ x: Tensor, over context: Tensor, mask: Tensor? = nil) -> Tensor {
    let d = x.shape[2]
    func split(_ y: Tensor) -> Tensor {
      y.reshaped([y.shape[0], y.shape[1], heads, d / heads]).transposed(0, 2, 1, 3)
    }
    let (q, k, v) = (split(query(x)), split(key(context)), split(value(context)))
    var scores = matmul(q, k.mT) / Double(d / heads).squareRoot()
    if let mask { scores = which(mask, scores, -1e9) }
    let mixed = matmul(softmax(scores), v).transposed(0, 2, 1, 3)
    return output(mixed.reshaped(x.shape))
  }
}
