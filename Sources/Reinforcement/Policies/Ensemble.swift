import Networks
import Tensors

/// Several networks of one form with parameters of their own, computed at once: twin critics, and
/// ensembles of learned dynamics.
///
/// - Shapes: `[n, in]`, the same for all, or `[members, n, in]` → `[members, n, out]`.
public struct Ensemble: Layer, Sendable {
  /// The weights of each layer, `[members, in, out]`.
  public var weights: [Tensor]
  /// The biases of each layer, `[members, 1, out]`.
  public var biases: [Tensor]
  /// What stands between layers.
  public let activation: Activation

  /// Networks from each size to the next, started independently.
  public init(
    members: Int, _ sizes: [Int], activation: Activation = .relu, from generator: inout Generator
  ) {
    guard members > 0 else { fatalError("Ensemble: \(members) members") }
    let each = (0..<members).map { _ in
      MLP(sizes, activation: activation, from: &generator)
    }
    weights = (1..<sizes.count).map { layer in
      stack(each.map { $0.layers[layer - 1].weight }, axis: 0)
    }
    biases = sizes.dropFirst().map { Tensor.zeros([members, 1, $0]) }
    self.activation = activation
  }

  /// Networks in the ensemble.
  public var members: Int { weights[0].dim(0) }

  public func callAsFunction(_ x: Tensor) -> Tensor {
    var h = x
    for i in weights.indices {
      h = matmul(h, weights[i]) + biases[i]
      if i + 1 < weights.count { h = activation(h) }
    }
    return h
  }
}

/// Two critics (or more) of observation and action, of which the smaller value is believed
/// (Fujimoto and others, 2018, arXiv:1802.09477).
public struct TwinCritic: Model, Sendable {
  /// From observation and action to a value.
  public var networks: Ensemble

  /// Critics with hidden layers of these sizes.
  public init(
    observation: Int, action: Int, hidden: [Int] = [64, 64], critics: Int = 2,
    activation: Activation = .relu, from generator: inout Generator
  ) {
    networks = Ensemble(
      members: critics, [observation + action] + hidden + [1], activation: activation,
      from: &generator)
  }

  /// All critics' values, `[critics, n]`.
  public func values(_ observation: Tensor, _ action: Tensor) -> Tensor {
    networks(concatenate([observation, action], axis: 1)).squeezed(axis: -1)
  }

  /// The smallest of the values, `[n]`.
  public func callAsFunction(_ observation: Tensor, _ action: Tensor) -> Tensor {
    let all = values(observation, action)
    return all.dim(0) == 1 ? all[0] : all.min(axis: 0)
  }
}
