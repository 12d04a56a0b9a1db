import Tensors

/// x·W + b.
///
/// - Shapes: `[…, in]` → `[…, out]`; weight `[in, out]`, bias `[out]`.
public struct Dense: Layer, Sendable {
  /// W, `[in, out]`.
  public var weight: Tensor
  /// b, `[out]`, if there is one.
  public var bias: Tensor?

  /// A layer with random weights and, unless `bias` is false, a bias of 0.
  public init(
    _ inputs: Int, _ outputs: Int, bias: Bool = true, initializer: Initializer = .glorotUniform,
    dtype: DType = .float32, from generator: inout Generator
  ) {
    weight = initializer(
      [inputs, outputs], fanIn: inputs, fanOut: outputs, dtype: dtype, from: &generator)
    self.bias = bias ? Tensor.zeros([outputs], dtype: dtype) : nil
  }

  /// The same with random numbers from the shared generator.
  public init(
    _ inputs: Int, _ outputs: Int, bias: Bool = true, initializer: Initializer = .glorotUniform,
    dtype: DType = .float32
  ) {
    var generator = splitSharedGenerator()
    self.init(
      inputs, outputs, bias: bias, initializer: initializer, dtype: dtype, from: &generator)
  }

  public func callAsFunction(_ x: Tensor) -> Tensor {
    guard x.ndim > 0, x.dim(-1) == weight.dim(-2) else {
      stop("Dense: […, \(weight.dim(-2))], not shape \(x.shape)")
    }
    guard let bias else { return matmul(x, weight) }
    return affine(x, weight, bias)
  }
}

/// Dense layers with an activation between them.
///
/// ```swift
/// let network = MLP([784, 128, 10], activation: .relu)
/// ```
public struct MLP: Layer, Sendable {
  /// The dense layers, in order.
  public var layers: [Dense]
  /// What stands between layers.
  public var activation: Activation
  /// Applied to the last layer's result.
  public var finalActivation: Activation

  /// Layers from each size to the next.
  ///
  /// - Parameter initializer: of the weights; `.heNormal` for `.relu` and `.glorotUniform` for others
  ///   if `nil`.
  public init(
    _ sizes: [Int], activation: Activation = .relu, finalActivation: Activation = .identity,
    initializer: Initializer? = nil, dtype: DType = .float32, from generator: inout Generator
  ) {
    guard sizes.count > 1 else { stop("MLP: sizes \(sizes); at least an input and an output size") }
    let start = initializer ?? (activation == .relu ? .heNormal : .glorotUniform)
    layers = []
    for i in 1..<sizes.count {
      layers.append(
        Dense(sizes[i - 1], sizes[i], initializer: start, dtype: dtype, from: &generator))
    }
    self.activation = activation
    self.finalActivation = finalActivation
  }

  /// The same with random numbers from the shared generator.
  public init(
    _ sizes: [Int], activation: Activation = .relu, finalActivation: Activation = .identity,
    initializer: Initializer? = nil, dtype: DType = .float32
  ) {
    var generator = splitSharedGenerator()
    self.init(
      sizes, activation: activation, finalActivation: finalActivation, initializer: initializer,
      dtype: dtype, from: &generator)
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
  /// The layers, in order.
  public var layers: [any Layer]

  /// The composition of layers, the first applied first.
  public init(_ layers: any Layer...) { self.layers = layers }

  public func callAsFunction(_ x: Tensor) -> Tensor { layers.reduce(x) { $1($0) } }
}

/// x + f(x).
public struct Residual<Inner: Layer>: Layer {
  /// f.
  public var inner: Inner

  /// x + f(x) for a layer f.
  public init(_ inner: Inner) { self.inner = inner }

  public func callAsFunction(_ x: Tensor) -> Tensor { x + inner(x) }
}
