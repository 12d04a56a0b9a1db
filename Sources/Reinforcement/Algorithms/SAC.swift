import Networks
import Tensors

/// Soft actor-critic (Haarnoja and others, 2018, arXiv:1801.01290 and 1812.05905): the actor amortizes
/// the distribution that maximizes E Q(x, u) + α·entropy.
///
/// With a temperature of 0 it is SVG(0), stochastic value gradients without a model (Heess et al.
/// 2015, arXiv:1510.09142).
public struct SAC: OffPolicyAgent {
  /// What α is.
  public enum Temperature: Sendable, Hashable {
    /// The same always.
    case fixed(Double)
    /// Learned, beginning somewhere, so that the entropy approaches a number: minus the numbers of
    /// an action if `nil`, in units of half the box.
    case learned(from: Double = 1, entropy: Double? = nil)
  }

  /// Everything that decides an update, beside the batch.
  public struct Options: Sendable, Hashable {
    /// Sizes of hidden layers of actor and critics.
    public var hidden = [64, 64]
    /// What stands between layers.
    public var activation = Activation.silu
    /// η, of Adam.
    public var learningRate = 2e-3
    /// η by updates, if it changes.
    public var schedule: Schedule?
    /// What observations are multiplied by, number by number; nothing if empty.
    public var observationScale: [Double] = []
    /// γ.
    public var discount = 0.99
    /// τ, how much of the new critics goes into the targets at each update.
    public var averaging = 0.01
    /// α.
    public var temperature = Temperature.learned()

    /// The settings of small problems.
    public init() {}
  }

  public let name: String
  private var core: SoftActorCritic<SquashedPolicy<MLP>>

  /// An agent that has learned nothing yet, for an environment whose actions are a box.
  public init(for environment: some Environment, options: Options = Options(), seed: Int = 0) {
    var name = "SAC"
    if case .fixed(0) = options.temperature { name = "SVG(0)" }
    let (_, low, high) = boxOf(environment, name)
    core = SoftActorCritic(for: environment, name, options, seed: seed) {
      let sizes = [$0] + options.hidden + [2 * $1]
      let network = actorNetwork(sizes, options.activation, from: &$2)
      return SquashedPolicy(network, low: low, high: high)
    }
    self.name = name
  }

  /// SVG(0): no entropy at all.
  public static func svg0(
    for environment: some Environment, options: Options = Options(), seed: Int = 0
  ) -> SAC {
    var options = options
    options.temperature = .fixed(0)
    return SAC(for: environment, options: options, seed: seed)
  }

  /// What decides updates.
  public var options: Options { core.options }
  public var widths: (observation: Int, action: Int) { core.widths }
  public var discount: Double { options.discount }
  /// The policy.
  public var actor: Learner<SquashedPolicy<MLP>> { core.actor }
  /// The critics and their targets.
  public var critic: Learner<TwinCritic> { core.critic }
  /// log α.
  public var logTemperature: Learner<Tensor> { core.logTemperature }
  /// α.
  public var temperature: Double { core.temperature }

  /// What the averaged actor would do without noise, which is steadier than the last one.
  public func action(_ observation: Tensor) -> Tensor { core.steady(observation, laws).mode }

  public func explore(_ observation: Tensor, from generator: inout Generator) -> Tensor {
    core.current(observation, laws).sample(from: &generator)
  }

  private var laws: SoftActorCritic<SquashedPolicy<MLP>>.Laws {
    { actor, x, _, _ in actor.distribution(x) }
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
