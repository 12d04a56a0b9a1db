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
  /// What decides updates.
  public let options: Options
  public let widths: (observation: Int, action: Int)
  /// The policy.
  public private(set) var actor: Learner<SquashedPolicy<MLP>>
  /// The critics and their targets.
  public private(set) var critic: Learner<TwinCritic>
  /// log α.
  public private(set) var logTemperature: Learner<Tensor>
  let aim: Double
  private let scale: Tensor?

  /// An agent that has learned nothing yet, for an environment whose actions are a box.
  public init(for environment: some Environment, options: Options = Options(), seed: Int = 0) {
    var name = "SAC"
    if case .fixed(0) = options.temperature { name = "SVG(0)" }
    let (dimension, low, high) = boxOf(environment, name)
    let observation = environment.observationDimension
    var generator = Generator(seed: seed)
    let network = actorNetwork(
      [observation] + options.hidden + [2 * dimension], options.activation, from: &generator)
    let twins = TwinCritic(
      observation: observation, action: dimension, hidden: options.hidden,
      activation: options.activation, from: &generator)
    let adam = Adam(learningRate: options.learningRate)
    actor = Learner(
      SquashedPolicy(network, low: low, high: high), optimizer: adam, schedule: options.schedule,
      averaging: Averaging(decay: 1 - options.averaging), seed: seed)
    critic = Learner(
      twins, optimizer: adam, schedule: options.schedule,
      averaging: Averaging(decay: 1 - options.averaging), seed: seed + 1)
    var (first, wanted) = (0.0, 0.0)
    switch options.temperature {
    case .fixed(let value): first = value
    case .learned(let value, let entropy):
      first = value
      // The entropy of a box of half width h is larger by log h in each number.
      let unit = log(Tensor(0.5 * (high - low), dtype: .float64)).item()
      wanted = (entropy ?? -Double(dimension)) + Double(dimension) * unit
    }
    aim = wanted
    logTemperature = Learner(log(Tensor(first)), optimizer: adam, seed: seed + 2)
    self.options = options
    self.name = name
    scale = scaleOf(options.observationScale, observation, name)
    widths = (observation, dimension)
  }

  /// SVG(0): no entropy at all.
  public static func svg0(
    for environment: some Environment, options: Options = Options(), seed: Int = 0
  ) -> SAC {
    var options = options
    options.temperature = .fixed(0)
    return SAC(for: environment, options: options, seed: seed)
  }

  public var discount: Double { options.discount }
  /// α.
  public var temperature: Double { exp(logTemperature.model).item() }

  /// What the averaged actor would do without noise, which is steadier than the last one.
  public func action(_ observation: Tensor) -> Tensor {
    (actor.average ?? actor.model).action(observation.scaled(by: scale))
  }

  public func explore(_ observation: Tensor, from generator: inout Generator) -> Tensor {
    actor.model.distribution(observation.scaled(by: scale)).sample(from: &generator)
  }

  public mutating func learn(from batch: TransitionBatch) {
    let batch = batch.scaled(by: scale)
    let alpha = temperature
    var noise = critic.noise
    let target: Tensor
    do {
      let (u, density) = actor.model.distribution(batch.next).sampleWithDensity(from: &noise)
      let value = (critic.average ?? critic.model)(batch.next, u)
      target = batch.rewards + batch.discounts * (value - alpha * density)
    }
    critic.step { critic, _ in
      square(critic.values(batch.observations, batch.actions) - target).sum(axis: 0).mean()
    }
    let now = critic.model
    var seen: Tensor?
    actor.step { actor, noise in
      var noise = noise
      let (u, density) = actor.distribution(batch.observations).sampleWithDensity(from: &noise)
      seen = stopGradient(density)
      return (alpha * density - now(batch.observations, u)).mean()
    }
    guard case .learned = options.temperature, let seen else { return }
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
