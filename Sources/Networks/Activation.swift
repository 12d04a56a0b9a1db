import Tensors

/// A function between layers; it has no parameters.
public enum Activation: String, Layer, Sendable, CaseIterable {
  /// x itself.
  case identity
  /// max(x, 0), and x or x/100.
  case relu, leakyRelu
  /// The hyperbolic tangent, and 1/(1 + e⁻ˣ).
  case tanh, sigmoid
  /// log(1 + eˣ), and x or eˣ − 1.
  case softplus, elu
  /// x times the normal distribution function of x, and x times the sigmoid of x.
  case gelu, silu
  /// eˣ divided by its sum over the last axis.
  case softmax

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
