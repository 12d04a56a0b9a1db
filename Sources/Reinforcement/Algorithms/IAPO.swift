import Amortization
import Networks
import Tensors

/// Iterative amortized policy optimization inside a soft actor-critic (Marino and others, 2021,
/// arXiv:2010.10670): the policy is a few learned steps on the parameters of its distribution, each
/// of which looks at the critic's slope where it stands.
///
/// ```swift
/// var run = OffPolicyRun(IAPO(for: Pendulum()), in: Pendulum(), options: .init(rewardScale: 0.125))
/// ```
///
/// With ``SAC`` it shares critics, targets and temperature. Since the steps ask the critic, a policy
/// is a function of both, and an update of the critic changes what is done at once.
///
/// - Complexity: an update takes ``gradientsPerUpdate`` gradients of Q for each transition, SAC's one.
public struct IAPO: OffPolicyAgent {
  /// Everything that decides an update, beside the batch.
  public struct Options: Sendable, Hashable {
    /// What it shares with soft actor-critics; hidden layers are also those of the steps' network.
    public var soft = SAC.Options()
    /// Learned steps from the widest start to an action.
    public var iterations = 2

    /// The settings of small problems.
    public init() {}
  }

  /// A start and learned steps: of means and log deviations, `[n, 2·a]`.
  public typealias Actor = SemiAmortized<LearnedPoint, NetworkUpdate<MLP>>

  public let name = "IAPO"
  /// What decides updates.
  public let options: Options
  public let widths: (observation: Int, action: Int)
  /// The steps, and their average.
  public private(set) var actor: Learner<Actor>
  /// The critics and their targets.
  public private(set) var critic: Learner<TwinCritic>
  /// log α.
  public private(set) var logTemperature: Learner<Tensor>
  private let bounds: (low: Double, high: Double)
  private let aim: Double
  private let scale: Tensor?

  /// An agent that has learned nothing yet, for an environment whose actions are a box.
  public init(for environment: some Environment, options: Options = Options(), seed: Int = 0) {
    guard options.iterations > 0 else { fatalError("IAPO: \(options.iterations) iterations") }
    let (dimension, low, high) = boxOf(environment, "IAPO")
    let observation = environment.observationDimension
    let soft = SAC(for: environment, options: options.soft, seed: seed)
    (critic, logTemperature, aim) = (soft.critic, soft.logTemperature, soft.aim)
    var generator = Generator(seed: seed).stream(1)
    let features = UpdateFeature.allCases
    let width = NetworkUpdate<MLP>.inputSize(
      2 * dimension, context: observation, features: features)
    let rule = NetworkUpdate(
      actorNetwork(
        [width] + options.soft.hidden + [4 * dimension], options.soft.activation, from: &generator),
      reading: features, gated: true)
    actor = Learner(
      SemiAmortized(
        start: LearnedPoint(Tensor.zeros([2 * dimension])), update: rule, steps: options.iterations),
      optimizer: Adam(learningRate: options.soft.learningRate), schedule: options.soft.schedule,
      averaging: Averaging(decay: 1 - options.soft.averaging), seed: seed)
    self.options = options
    bounds = (low, high)
    scale = scaleOf(options.soft.observationScale, observation, "IAPO")
    widths = (observation, dimension)
  }

  public var discount: Double { options.soft.discount }
  /// Gradients of Q that an update takes for each transition: those of the steps to the next action
  /// and to this one, and the actor's own.
  public var gradientsPerUpdate: Int { 2 * options.iterations + 1 }

  /// α as it is now.
  public var temperature: Double {
    if case .fixed(let value) = options.soft.temperature { return value }
    return exp(logTemperature.model).item()
  }

  public func action(_ observation: Tensor) -> Tensor {
    let x = observation.scaled(by: scale)
    let solver = actor.average ?? actor.model
    return laws(solver(x, on: inner(critic.average ?? critic.model, temperature))).mode
  }

  public func explore(_ observation: Tensor, from generator: inout Generator) -> Tensor {
    let x = observation.scaled(by: scale)
    let lambda = actor.model(x, on: inner(critic.model, temperature))
    return laws(lambda).sample(from: &generator)
  }

  /// From means and log deviations to distributions.
  private var laws: (Tensor) -> Squashed {
    let (a, low, high) = (widths.action, bounds.low, bounds.high)
    return { lambda in
      Squashed(
        Normal(mean: lambda[0..., 0..<a], logDeviation: clip(lambda[0..., a...], -10, 2)),
        low: low, high: high)
    }
  }

  /// What the steps descend: α log π − Q at the distribution's middle, up to constants.
  ///
  /// Without noise, so that a policy is a function of what it sees.
  private func inner(_ critic: TwinCritic, _ alpha: Double) -> ParametricProblem {
    let (observation, a) = widths
    let (low, high) = bounds
    return ParametricProblem(
      dimension: 2 * a, contexts: Contexts { n, _ in Tensor.zeros([n, observation]) }
    ) { lambda, x in
      let mean = lambda[0..., 0..<a]
      let slope = -2 * (mean + softplus(-2 * mean))
      let density = -(lambda[0..., a...] + slope).sum(axis: 1)
      let u = 0.5 * (low + high) + (0.5 * (high - low)) * tanh(mean)
      return alpha * density - critic(x, u)
    }
  }

  public mutating func learn(from batch: TransitionBatch) {
    let batch = batch.scaled(by: scale)
    let (alpha, now, laws) = (temperature, critic.model, laws)
    let steps = inner(now, alpha)
    var noise = critic.noise
    let ahead = laws(actor.model(batch.next, on: steps))
    let (next, likely) = ahead.sampleWithDensity(from: &noise)
    let value = (critic.average ?? now)(batch.next, next)
    let target = stopGradient(batch.rewards + batch.discounts * (value - alpha * likely))
    critic.step { critic, _ in
      square(critic.values(batch.observations, batch.actions) - target).sum(axis: 0).mean()
    }
    let judge = critic.model
    let current = inner(judge, alpha)
    var seen: Tensor?
    actor.step { actor, noise in
      var noise = noise
      let law = laws(actor(batch.observations, on: current))
      let (u, density) = law.sampleWithDensity(from: &noise)
      seen = stopGradient(density)
      return (alpha * density - judge(batch.observations, u)).mean()
    }
    guard case .learned = options.soft.temperature, let seen else { return }
    let excess = seen.mean().item() + aim
    logTemperature.step { logAlpha, _ in -excess * logAlpha }
  }

  public func write(to file: inout Checkpoint, under prefix: String) {
    file.write("\(name), \(options)", as: "\(prefix).settings")
    file.write(actor, under: "\(prefix).actor")
    file.write(critic, under: "\(prefix).critic")
    file.write(logTemperature, under: "\(prefix).temperature")
  }

  public mutating func read(
    from file: Checkpoint, under prefix: String
  ) throws(TensorFileError) {
    var next = self
    try file.requireText("\(name), \(options)", as: "\(prefix).settings")
    try file.read(&next.actor, under: "\(prefix).actor")
    try file.read(&next.critic, under: "\(prefix).critic")
    try file.read(&next.logTemperature, under: "\(prefix).temperature")
    self = next
  }
}
