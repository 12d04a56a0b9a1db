import Tensors

/// x·W + b.
///
/// - Shapes: `[…, in]` → `[…, out]`; weight `[in, out]`, bias `[out]`.
public struct Dense: Layer, Sendable {
  public var weight: Tensor
  public var bias: Tensor?

  public init(
    _ inputs: Int, _ outputs: Int, bias: Bool = true, initializer: Initializer = .glorotUniform,
    dtype: DType = .float32, from generator: inout Generator
  ) {
    weight = initializer(
      [inputs, outputs], fanIn: inputs, fanOut: outputs, dtype: dtype, from: &generator)
    self.bias = bias ? Tensor.zeros([outputs], dtype: dtype) : nil
  }

  public init(
    _ inputs: Int, _ outputs: Int, bias: Bool = true, initializer: Initializer = .glorotUniform
  ) {
    var generator = splitSharedGenerator()
    self.init(inputs, outputs, bias: bias, initializer: initializer, from: &generator)
  }

  public func callAsFunction(_ x: Tensor) -> Tensor {
    guard let bias else { return matmul(x, weight) }
    return affine(x, weight, bias)
  }
}

/// A function between layers; it has no parameters.
public enum Activation: String, Layer, Sendable, CaseIterable {
  case identity, relu, tanh, sigmoid, softplus, gelu, silu, elu, leakyRelu, softmax

  public mutating func _visitParameters(_ visitor: ParameterVisitor, at path: String) {}

  public func callAsFunction(_ x: Tensor) -> Tensor {
    switch self {
    case .identity: x
    case .relu: Tensors.relu(x)
    case .tanh: Tensors.tanh(x)
    case .sigmoid: Tensors.sigmoid(x)
    case .softplus: Tensors.softplus(x)
    case .gelu: Tensors.gelu(x)
    case .silu: Tensors.silu(x)
    case .elu: Tensors.elu(x)
    case .leakyRelu: Tensors.leakyRelu(x)
    case .softmax: Tensors.softmax(x)
    }
  }
}

/// Dense layers with an activation between them.
///
/// ```swift
/// let network = MLP([784, 128, 10], activation: .relu)
/// ```
public struct MLP: Layer, Sendable {
  public var layers: [Dense]
  public var activation: Activation
  /// Applied to the last layer's result.
  public var finalActivation: Activation

  public init(
    _ sizes: [Int], activation: Activation = .relu, finalActivation: Activation = .identity,
    initializer: Initializer? = nil, dtype: DType = .float32, from generator: inout Generator
  ) {
    precondition(sizes.count > 1, "MLP: at least an input and an output size")
    let start = initializer ?? (activation == .relu ? .heNormal : .glorotUniform)
    layers = []
    for i in 1..<sizes.count {
      layers.append(
        Dense(sizes[i - 1], sizes[i], initializer: start, dtype: dtype, from: &generator))
    }
    self.activation = activation
    self.finalActivation = finalActivation
  }

  public init(
    _ sizes: [Int], activation: Activation = .relu, finalActivation: Activation = .identity,
    initializer: Initializer? = nil
  ) {
    var generator = splitSharedGenerator()
    self.init(
      sizes, activation: activation, finalActivation: finalActivation, initializer: initializer,
      from: &generator)
  }

  public func callAsFunction(_ x: Tensor) -> Tensor {
    var h = x
    for (i, layer) in layers.enumerated() {
      h = layer(h)
      h = i + 1 < layers.count ? activation(h) : finalActivation(h)
    }
    return h
  }
}

/// Layers one after another.
public struct Sequential: Layer {
  public var layers: [any Layer]

  public init(_ layers: any Layer...) { self.layers = layers }

  public func callAsFunction(_ x: Tensor) -> Tensor { layers.reduce(x) { $1($0) } }
}

/// x + f(x).
public struct Residual<Inner: Layer>: Layer {
  public var inner: Inner

  public init(_ inner: Inner) { self.inner = inner }

  public func callAsFunction(_ x: Tensor) -> Tensor { x + inner(x) }
}

/// Rows of a table by position: `[…]` of integers → `[…, dimension]`.
public struct Embedding: Layer, Sendable {
  public var table: Tensor

  public init(_ count: Int, _ dimension: Int, from generator: inout Generator) {
    table = Tensor.normal([count, dimension], from: &generator)
  }
  public init(_ count: Int, _ dimension: Int) {
    var generator = splitSharedGenerator()
    self.init(count, dimension, from: &generator)
  }

  public func callAsFunction(_ x: Tensor) -> Tensor { table.take(x) }
}
