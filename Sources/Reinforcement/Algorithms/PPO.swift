import Display
import Networks
import Tensors

/// Everything that decides a training by proximal policy optimization.
public struct PPOOptions: Sendable, Hashable {
  /// Worlds at once.
  public var worlds = 16
  /// Steps of each world in an iteration, T.
  public var steps = 128
  /// Passes over an iteration's steps.
  public var epochs = 10
  /// Transitions in an update.
  public var batch = 256
  /// η, of Adam; it falls to 0 in a line over ``PPO/advance(iterations:of:showsProgress:)``.
  public var learningRate = 2.5e-3
  /// γ.
  public var discount = 0.99
  /// λ of generalized advantages.
  public var lambda = 0.95
  /// ε, how far the ratio of probabilities may go from 1.
  public var clip = 0.2
  /// What the policy's entropy is worth.
  public var entropy = 0.0
  /// What the values' loss is worth beside the policy's.
  public var valueWeight = 0.5
  /// The longest gradient.
  public var gradientNorm = 0.5
  /// What rewards are multiplied by.
  public var rewardScale = 1.0
  /// What the end of an episode by its time limit means.
  public var truncation = TruncationRule.bootstraps
  /// Decides first states, actions and batches.
  public var seed = 0

  /// The usual settings.
  public init() {}
}

/// A policy with the values of its observations, trained together.
public struct PolicyAndValue<P: StochasticPolicy, V: Layer>: Model {
  /// The policy.
  public var policy: P
  /// From observations to values, `[n, o]` → `[n, 1]`.
  public var value: V

  /// A policy and a network of values.
  public init(_ policy: P, value: V) {
    self.policy = policy
    self.value = value
  }

  func values(_ observation: Tensor) -> Tensor { value(observation).squeezed(axis: -1) }
}

extension PolicyAndValue: Sendable where P: Sendable, V: Sendable {}

/// Proximal policy optimization (Schulman and others, 2017, arXiv:1707.06347), as a value.
///
/// ```swift
/// var ppo = PPO(CategoricalPolicy(MLP([4, 64, 64, 2], activation: .tanh)),
///   value: MLP([4, 64, 64, 1], activation: .tanh), in: CartPole())
/// ppo.advance(iterations: 50)
/// ```
///
/// With one epoch, one batch and an infinite clip it is REINFORCE with a baseline: ``reinforce(_:value:in:options:)``.
public struct PPO<E: Environment, P: StochasticPolicy, V: Layer> {
  /// What is trained.
  public private(set) var learner: Learner<PolicyAndValue<P, V>>
  /// What decides the training.
  public let options: PPOOptions
  /// Iterations that are done.
  public private(set) var iterations = 0
  /// Returns of the episodes that have ended, with the environment's steps by then.
  public private(set) var episodes: [(step: Int, total: Double)] = []
  private var worlds: Worlds<E>
  private var totals: [Double]
  private let base: Generator

  /// A training that has not begun.
  ///
  /// Stops the cell for a policy or values of another space than the environment's.
  public init(_ policy: P, value: V, in environment: E, options: PPOOptions = PPOOptions()) {
    guard options.worlds > 0, options.steps > 0, options.epochs > 0, options.batch > 0 else {
      fatalError("PPO: \(options)")
    }
    Self.check(policy, value, environment)
    self.options = options
    learner = Learner(
      PolicyAndValue(policy, value: value),
      optimizer: Adam(learningRate: options.learningRate, epsilon: 1e-5),
      clip: options.gradientNorm, seed: options.seed)
    worlds = Worlds(environment, count: options.worlds, seed: options.seed)
    totals = [Double](repeating: 0, count: options.worlds)
    base = Generator(seed: options.seed)
  }

  private static func check(_ policy: P, _ value: V, _ environment: E) {
    let observation = Tensor.zeros([1, environment.observationDimension])
    let law = policy.distribution(observation)
    let isChoice = law is Categorical
    let fits =
      switch environment.actions {
      case .choices(let count): isChoice && law.dimension == count
      case .box(let dimension, _, _): !isChoice && law.dimension == dimension
      }
    guard fits else {
      fatalError(
        "PPO: a policy of \(law.dimension) \(isChoice ? "choices" : "numbers"), but actions of "
          + "\(environment.name) are \(environment.actions)")
    }
    let shape = value(observation).shape
    guard shape == [1, 1] else {
      fatalError("PPO: values of shape \(shape) for one observation, not [1, 1]")
    }
  }

  /// The policy as it is now.
  public var policy: P { learner.model.policy }
  /// Steps of the environment.
  public var steps: Int { iterations * options.steps * options.worlds }

  /// Goes on for some iterations, while the step size falls to 0 over `total` of them.
  ///
  /// - Parameter total: iterations of the whole training, `count` more if `nil`.
  public mutating func advance(
    iterations count: Int, of total: Int? = nil, showsProgress: Bool = true
  ) {
    guard count >= 0 else { fatalError("PPO: \(count) more iterations") }
    let bar = showsProgress ? ProgressBar(total: count, label: "PPO") : nil
    let whole = Double(total ?? iterations + count)
    for _ in 0..<count {
      // An interrupted iteration is begun anew: only its end makes it part of the training.
      var next = self
      next.iterate(rate: options.learningRate * max(0.02, 1 - Double(iterations) / whole))
      self = next
      bar?.advance()
    }
    bar?.done()
  }

  private mutating func iterate(rate: Double) {
    var own = base.stream(iterations)
    var draws = own.split(3)
    worlds.generator = draws[0]
    let data = collect(&draws[1])
    let n = options.steps * options.worlds
    let options = options
    for _ in 0..<options.epochs {
      let order = Tensor.permutation(n, from: &draws[2])
      for first in stride(from: 0, to: n, by: options.batch) {
        let rows = order[first..<min(first + options.batch, n)]
        let part = data.taking(rows)
        learner.step(rate: rate) { model, _ in PPO.loss(model, part, options) }
      }
    }
    iterations += 1
  }

  private struct Steps {
    var observations: Tensor
    var actions: Tensor
    var densities: Tensor
    var advantages: Tensor
    var returns: Tensor

    func taking(_ rows: Tensor) -> Steps {
      Steps(
        observations: observations.take(rows), actions: actions.take(rows),
        densities: densities.take(rows), advantages: advantages.take(rows),
        returns: returns.take(rows))
    }
  }

  private mutating func collect(_ generator: inout Generator) -> Steps {
    let model = learner.model
    let environment = worlds.environment
    let isChoice = if case .choices = environment.actions { true } else { false }
    var (seen, taken, densities, next) = ([Tensor](), [Tensor](), [Tensor](), [Tensor]())
    var (rewards, over, late) = ([Tensor](), [Tensor](), [Tensor]())
    for t in 0..<options.steps {
      let observation = worlds.observations
      let law = model.policy.distribution(observation)
      let outcome = law.sample(from: &generator)
      let step = worlds.step(isChoice ? outcome.argmax(axis: -1) : outcome)
      seen.append(observation)
      taken.append(outcome)
      densities.append(law.logDensity(outcome))
      next.append(environment.observe(step.next))
      rewards.append(step.rewards)
      over.append(step.terminated.cast(to: .float32))
      late.append(Tensor(step.truncated.map { Float($0 ? 1 : 0) }))
      for (i, reward) in step.rewards.doubles.enumerated() {
        totals[i] += reward
        guard worlds.ended[i] else { continue }
        episodes.append((steps + (t + 1) * options.worlds, totals[i]))
        totals[i] = 0
      }
      worlds.restart()
    }
    let shape = [options.steps, options.worlds]
    let all = concatenate(seen, axis: 0)
    let buffer = RolloutBuffer(
      rewards: options.rewardScale * stack(rewards, axis: 0),
      values: model.values(all).reshaped(shape),
      nextValues: model.values(concatenate(next, axis: 0)).reshaped(shape),
      terminated: stack(over, axis: 0), truncated: stack(late, axis: 0))
    let (advantages, returns) = buffer.advantages(
      discount: options.discount, lambda: options.lambda, truncation: options.truncation)
    return Steps(
      observations: all, actions: concatenate(taken, axis: 0),
      densities: concatenate(densities, axis: 0), advantages: advantages.reshaped([-1]),
      returns: returns.reshaped([-1]))
  }

  private static func loss(
    _ model: PolicyAndValue<P, V>, _ part: Steps, _ options: PPOOptions
  ) -> Tensor {
    let law = model.policy.distribution(part.observations)
    let density = law.logDensity(part.actions)
    let ratio = exp(density - part.densities)
    let centered = part.advantages - part.advantages.mean()
    let advantage = centered / (part.advantages.std() + 1e-8)
    let kept = Tensors.clip(ratio, 1 - options.clip, 1 + options.clip)
    let gain = minimum(ratio * advantage, kept * advantage).mean()
    let error = square(model.values(part.observations) - part.returns).mean()
    var total = (0.5 * options.valueWeight) * error - gain
    if options.entropy != 0 { total = total - options.entropy * entropy(of: law) }
    return total
  }

  private static func entropy(of law: P.Actions) -> Tensor {
    switch law {
    case let law as Categorical: law.entropy.mean()
    case let law as Normal: law.entropy.mean()
    default: fatalError("PPO: the entropy of \(P.Actions.self) has no formula; set entropy to 0")
    }
  }
}

extension PPO {
  /// REINFORCE with learned values as its baseline (Williams 1992, doi:10.1007/BF00992696): one
  /// step along the plain policy gradient for each iteration.
  public static func reinforce(
    _ policy: P, value: V, in environment: E, options: PPOOptions = PPOOptions()
  ) -> PPO {
    var plain = options
    plain.epochs = 1
    plain.batch = options.steps * options.worlds
    plain.clip = .infinity
    plain.lambda = 1
    return PPO(policy, value: value, in: environment, options: plain)
  }
}
