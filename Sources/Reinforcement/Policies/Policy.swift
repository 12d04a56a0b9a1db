import Networks
import Tensors

/// A policy with one action for each observation.
public protocol Policy: Model {
  /// The actions of observations: `[n, o]` → `[n, a]` of a box, `[n]` of choices.
  func action(_ observation: Tensor) -> Tensor
}

/// A policy that draws its actions.
public protocol StochasticPolicy: Policy {
  associatedtype Actions: Distribution
  /// The distributions of actions for observations `[n, o]`.
  func distribution(_ observation: Tensor) -> Actions
}

/// A network put through tanh and stretched to a box: u = c + h·tanh(network(o)).
public struct DeterministicPolicy<Network: Layer>: Policy {
  /// From observations to raw actions.
  public var network: Network
  /// The lower bound of actions.
  public let low: Double
  /// The upper bound of actions.
  public let high: Double

  /// A policy with actions between two bounds.
  public init(_ network: Network, low: Double, high: Double) {
    guard low < high else {
      fatalError("DeterministicPolicy: low \(low) is not below high \(high)")
    }
    self.network = network
    self.low = low
    self.high = high
  }

  public func action(_ observation: Tensor) -> Tensor {
    0.5 * (low + high) + 0.5 * (high - low) * tanh(network(observation))
  }
}

/// A normal distribution put through tanh and stretched to a box, whose mean and log deviation are
/// the halves of a network's output.
public struct SquashedPolicy<Network: Layer>: StochasticPolicy {
  /// From observations to means and log deviations, `[n, o]` → `[n, 2·a]`.
  public var network: Network
  /// The lower bound of actions.
  public let low: Double
  /// The upper bound of actions.
  public let high: Double
  /// Where log σ is kept.
  public let logDeviations: ClosedRange<Double>

  /// A policy with actions between two bounds.
  public init(
    _ network: Network, low: Double, high: Double,
    logDeviations: ClosedRange<Double> = -10...2
  ) {
    self.network = network
    self.low = low
    self.high = high
    self.logDeviations = logDeviations
  }

  public func distribution(_ observation: Tensor) -> Squashed {
    let raw = network(observation)
    let width = raw.dim(-1) / 2
    let spread = clip(
      raw[0..., width...], logDeviations.lowerBound, logDeviations.upperBound)
    return Squashed(
      Normal(mean: raw[0..., 0..<width], logDeviation: spread), low: low, high: high)
  }

  public func action(_ observation: Tensor) -> Tensor {
    let raw = network(observation)
    let mean = raw[0..., 0..<(raw.dim(-1) / 2)]
    return 0.5 * (low + high) + 0.5 * (high - low) * tanh(mean)
  }
}

/// A normal distribution with one deviation for all observations, for actions that are clipped by
/// the environment: the usual policy of PPO.
public struct GaussianPolicy<Network: Layer>: StochasticPolicy {
  /// From observations to means, `[n, o]` → `[n, a]`.
  public var network: Network
  /// log σ, `[a]`.
  public var logDeviation: Tensor

  /// A policy whose deviation is learned too.
  public init(_ network: Network, actions: Int, deviation: Double = 1) {
    self.network = network
    logDeviation = log(Tensor.full([actions], deviation))
  }

  public func distribution(_ observation: Tensor) -> Normal {
    Normal(mean: network(observation), logDeviation: logDeviation)
  }

  public func action(_ observation: Tensor) -> Tensor { network(observation) }
}

/// A choice whose logits a network gives.
public struct CategoricalPolicy<Network: Layer>: StochasticPolicy {
  /// From observations to logits, `[n, o]` → `[n, k]`.
  public var network: Network

  /// A policy over the network's outputs.
  public init(_ network: Network) { self.network = network }

  public func distribution(_ observation: Tensor) -> Categorical {
    Categorical(logits: network(observation))
  }

  public func action(_ observation: Tensor) -> Tensor { network(observation).argmax(axis: -1) }
}

/// A policy u = Wo + b, without bounds.
public struct LinearPolicy: Policy, Sendable {
  /// W, `[o, a]`: minus the transposed gain of Riccati's solution.
  public var weight: Tensor
  /// b, `[a]`.
  public var bias: Tensor

  /// A policy that does nothing yet.
  public init(observation: Int, action: Int, dtype: DType = .float32) {
    weight = Tensor.zeros([observation, action], dtype: dtype)
    bias = Tensor.zeros([action], dtype: dtype)
  }

  public func action(_ observation: Tensor) -> Tensor { affine(observation, weight, bias) }
}

extension DeterministicPolicy: Sendable where Network: Sendable {}
extension SquashedPolicy: Sendable where Network: Sendable {}
extension GaussianPolicy: Sendable where Network: Sendable {}
extension CategoricalPolicy: Sendable where Network: Sendable {}
