import Tensors

/// Sequences `[n, length, inputs]`, at least one position long.
func checkSequences(_ x: Tensor, _ inputs: Int, _ name: String) {
  guard x.ndim == 3, x.shape[2] == inputs, x.shape[1] > 0 else {
    stop("\(name): sequences [n, length, \(inputs)], not shape \(x.shape)")
  }
}

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
  /// `[in, 3·hidden]`, for reset, update and candidate.
  public var inputWeight: Tensor
  /// `[hidden, 3·hidden]`.
  public var stateWeight: Tensor
  /// `[3·hidden]`, added to the input's part.
  public var inputBias: Tensor
  /// `[3·hidden]`, added to the state's part.
  public var stateBias: Tensor
  /// Numbers in a state.
  public let hidden: Int

  /// A unit with random weights, as PyTorch draws them.
  public init(
    _ inputs: Int, _ hidden: Int, dtype: DType = .float32, from generator: inout Generator
  ) {
    self.hidden = hidden
    let start = Initializer.torchUniform
    inputWeight = start(
      [inputs, 3 * hidden], fanIn: hidden, fanOut: hidden, dtype: dtype, from: &generator)
    stateWeight = start(
      [hidden, 3 * hidden], fanIn: hidden, fanOut: hidden, dtype: dtype, from: &generator)
    inputBias = start([3 * hidden], fanIn: hidden, fanOut: hidden, dtype: dtype, from: &generator)
    stateBias = start([3 * hidden], fanIn: hidden, fanOut: hidden, dtype: dtype, from: &generator)
  }

  /// The same with random numbers from the shared generator.
  public init(_ inputs: Int, _ hidden: Int, dtype: DType = .float32) {
    var generator = splitSharedGenerator()
    self.init(inputs, hidden, dtype: dtype, from: &generator)
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
    checkSequences(x, inputWeight.shape[0], "GRU")
    return scanned(x, from: Tensor.zeros([x.shape[0], hidden], dtype: x.dtype)) { x, state in
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
  /// `[in, 4·hidden]`, for input, forget, cell and output.
  public var inputWeight: Tensor
  /// `[hidden, 4·hidden]`.
  public var stateWeight: Tensor
  /// `[4·hidden]`.
  public var bias: Tensor
  /// Numbers in a state.
  public let hidden: Int

  /// A cell with random weights, as PyTorch draws them.
  public init(
    _ inputs: Int, _ hidden: Int, dtype: DType = .float32, from generator: inout Generator
  ) {
    self.hidden = hidden
    let start = Initializer.torchUniform
    inputWeight = start(
      [inputs, 4 * hidden], fanIn: hidden, fanOut: hidden, dtype: dtype, from: &generator)
    stateWeight = start(
      [hidden, 4 * hidden], fanIn: hidden, fanOut: hidden, dtype: dtype, from: &generator)
    bias = start([4 * hidden], fanIn: hidden, fanOut: hidden, dtype: dtype, from: &generator)
  }

  /// The same with random numbers from the shared generator.
  public init(_ inputs: Int, _ hidden: Int, dtype: DType = .float32) {
    var generator = splitSharedGenerator()
    self.init(inputs, hidden, dtype: dtype, from: &generator)
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
    checkSequences(x, inputWeight.shape[0], "LSTM")
    let zeros = Tensor.zeros([x.shape[0], hidden], dtype: x.dtype)
    return scanned(x, from: (zeros, zeros)) { x, both in
      step(x, both.0, both.1)
    } output: {
      $0.0
    }
  }
}
