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
  private var core: SoftActorCritic<Actor>

  /// An agent that has learned nothing yet, for an environment whose actions are a box.
  public init(for environment: some Environment, options: Options = Options(), seed: Int = 0) {
    guard options.iterations > 0 else { fatalError("IAPO: \(options.iterations) iterations") }
    let name = name
    let soft = SoftActorCritic(for: environment, name, options.soft, seed: seed) {
      actorNetwork([$0] + options.soft.hidden + [2 * $1], options.soft.activation, from: &$2)
    }
    let (observation, dimension) = soft.widths
    var generator = Generator(seed: seed).stream(1)
    let features = UpdateFeature.allCases
    let width = NetworkUpdate<MLP>.inputSize(
      2 * dimension, context: observation, features: features)
    let rule = NetworkUpdate(
      actorNetwork(
        [width] + options.soft.hidden + [4 * dimension], options.soft.activation, from: &generator),
      reading: features, gated: true)
    core = soft.with(
      actor: SemiAmortized(
        start: LearnedPoint(Tensor.zeros([2 * dimension])), update: rule, steps: options.iterations)
    )
    self.options = options
  }

  public var widths: (observation: Int, action: Int) { core.widths }
  public var discount: Double { options.soft.discount }
  /// The steps, and their average.
  public var actor: Learner<Actor> { core.actor }
  /// The critics and their targets.
  public var critic: Learner<TwinCritic> { core.critic }
  /// log α.
  public var logTemperature: Learner<Tensor> { core.logTemperature }
  /// α as it is now.
  public var temperature: Double { core.temperature }
  /// Gradients of Q that an update takes for each transition: those of the steps to the next action
  /// and to this one, and the actor's own.
  public var gradientsPerUpdate: Int { 2 * options.iterations + 1 }

  /// What the averaged steps on the averaged critics would do without noise.
  public func action(_ observation: Tensor) -> Tensor { core.steady(observation, laws).mode }

  public func explore(_ observation: Tensor, from generator: inout Generator) -> Tensor {
    core.current(observation, laws).sample(from: &generator)
  }

  /// From means and log deviations, where the steps on a critic end, to distributions.
  private var laws: SoftActorCritic<Actor>.Laws {
    let (widths, bounds) = (core.widths, core.bounds)
    return { actor, x, critic, alpha in
      let lambda = actor(x, on: Self.inner(critic, alpha, widths, bounds))
      let a = widths.action
      return Squashed(
        Normal(mean: lambda[0..., 0..<a], logDeviation: clip(lambda[0..., a...], -10, 2)),
        low: bounds.low, high: bounds.high)
    }
  }

  /// What the steps descend: α log π − Q at the distribution's middle, up to constants.
  ///
  /// Without noise, so that a policy is a function of what it sees.
  private static func inner(
    _ critic: TwinCritic, _ alpha: Double, _ widths: (observation: Int, action: Int),
    _ bounds: (low: Double, high: Double)
  ) -> ParametricProblem {
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

  public mutating func learn(from batch: TransitionBatch) { core.learn(from: batch, laws) }

  public func write(to file: inout Checkpoint, under prefix: String) {
    core.write(to: &file, under: prefix, settings: "\(name), \(options)")
  }

  public mutating func read(
    from file: Checkpoint, under prefix: String
  ) throws(TensorFileError) {
    try core.read(from: file, under: prefix, settings: "\(name), \(options)")
  }
}
