internal import _CVectorKernels
import Networks
import Tensors

/// A softmax policy over the choices of a finite process whose logits are linear in features that are 0
/// or 1: so small that millions of simulated steps a second can be drawn from it and learned from.
///
/// ```swift
/// FeaturePolicy(ppo.policy.network)      // of a CategoricalPolicy(Dense(features, actions))
/// ```
public struct FeaturePolicy: Sendable {
  /// Features.
  public let features: Int
  /// Actions.
  public let actions: Int
  /// `feature·actions + action`, then a bias for each action.
  var weights: [Double]

  /// A policy with the parameters of a layer.
  ///
  /// - Parameters:
  ///   - weight: `[features, actions]`.
  ///   - bias: `[actions]`.
  public init(weight: Tensor, bias: Tensor) {
    guard weight.ndim == 2, bias.shape == [weight.dim(1)] else {
      stop("FeaturePolicy: weight \(weight.shape), bias \(bias.shape); [f, a] and [a] are needed")
    }
    (features, actions) = (weight.dim(0), weight.dim(1))
    weights = weight.doubles + bias.doubles
  }

  /// The policy of a trained layer, the network of a `CategoricalPolicy`.
  public init(_ layer: Dense) {
    self.init(
      weight: layer.weight, bias: layer.bias ?? Tensor.zeros([layer.weight.dim(1)]))
  }

  /// Probabilities of the actions where these features are 1.
  public func probabilities(_ active: [Int]) -> [Double] {
    var found = [Double](repeating: 0, count: actions)
    active.withUnsafeBufferPointer { probabilities($0, into: &found) }
    return found
  }

  /// The same into an array that is there already; entries below 0 stand for no feature.
  func probabilities(_ active: some Collection<Int>, into found: inout [Double]) {
    for action in 0..<actions { found[action] = weights[features * actions + action] }
    for feature in active where feature >= 0 {
      for action in 0..<actions { found[action] += weights[feature * actions + action] }
    }
    var highest = found[0]
    for action in 1..<actions { highest = max(highest, found[action]) }
    var total = 0.0
    for action in 0..<actions {
      found[action] = vk_stable_exp(found[action] - highest)
      total += found[action]
    }
    for action in 0..<actions { found[action] /= total }
  }
}
