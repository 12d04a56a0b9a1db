import Networks
import Tensors

/// A network of an input and features whose outputs for group i of the input see the groups before i
/// and the features: what an autoregressive map is conditioned by (MADE, arXiv:1502.03509).
struct MaskedNetwork: Model, Sendable {
  /// x·(W ∘ mask) + b.
  struct MaskedDense: Model, Sendable {
    var weight: Tensor
    var bias: Tensor
    @NonTrainable var mask: Tensor

    /// Degrees say how much a unit sees; a connection leads from a unit to one that may see it.
    init(
      _ from: [Int], _ to: [Int], scale: Double = 1, dtype: DType,
      from generator: inout Generator
    ) {
      weight =
        scale
        * Initializer.heNormal(
          [from.count, to.count], fanIn: from.count, fanOut: to.count, dtype: dtype,
          from: &generator)
      bias = Tensor.zeros([to.count], dtype: dtype)
      _mask = NonTrainable(
        wrappedValue: Tensor(
          from.flatMap { a in to.map { b in a <= b ? 1.0 : 0 } },
          shape: [from.count, to.count], dtype: dtype))
    }

    func callAsFunction(_ x: Tensor) -> Tensor { affine(x, weight * mask, bias) }
  }

  var layers: [MaskedDense]
  let activation: Activation
  let outputs: Int

  /// - Parameters:
  ///   - groups: of each number of the input, from 0.
  ///   - outputs: for each number of the input.
  init(
    groups: [Int], features: Int, hidden: [Int], outputs: Int, activation: Activation,
    dtype: DType, from generator: inout Generator
  ) {
    self.outputs = outputs
    self.activation = activation
    let count = (groups.max() ?? 0) + 1
    // A unit of degree k sees the features and the groups below k.
    var degrees = groups.map { $0 + 1 } + [Int](repeating: 0, count: features)
    layers = []
    for width in hidden {
      let next = (0..<width).map { $0 % count }
      layers.append(MaskedDense(degrees, next, dtype: dtype, from: &generator))
      degrees = next
    }
    let last = groups.flatMap { [Int](repeating: $0, count: outputs) }
    layers.append(MaskedDense(degrees, last, scale: 0.01, dtype: dtype, from: &generator))
  }

  /// - Shapes: u `[n, d]`, features `[n, e]` → `[n, d, outputs]`.
  func callAsFunction(_ u: Tensor, _ features: Tensor) -> Tensor {
    var h = layers[0](concatenate([u, features], axis: -1))
    for layer in layers.dropFirst() { h = layer(activation(h)) }
    return h.reshaped([u.dim(0), u.dim(1), outputs])
  }
}
