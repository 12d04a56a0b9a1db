import Networks
import Tensors

/// Twin delayed deep deterministic policy gradients (Fujimoto and others, 2018, arXiv:1802.09477), and
/// with ``ddpg(for:hidden:learningRate:discount:averaging:exploration:seed:)`` their ancestor.
///
/// The actor amortizes max Q₁(x, u): its loss is −Q₁(x, π(x)), nothing else.
public struct TD3: OffPolicyAgent {
  /// Everything that decides an update, beside the batch.
  public struct Options: DeterministicOptions, Sendable, Hashable {
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
    /// τ, how much of the new networks goes into the targets at each update.
    public var averaging = 0.01
    /// d, updates of the critics for each of the actor.
    public var delay = 2
    /// σ of the noise on targets' actions, in halves of the box.
    public var smoothing = 0.2
    /// c, where that noise is clipped, in halves of the box.
    public var smoothingLimit = 0.5
    /// σ of the noise on what it does, in halves of the box.
    public var exploration = 0.1
    /// Critics, of which the smallest value is believed.
    public var critics = 2

    /// The settings of small problems.
    public init() {}
  }

  public let name: String
  /// What decides updates.
  public let options: Options
  private var core: DeterministicActorCritic
  private var updates = 0

  /// An agent that has learned nothing yet, for an environment whose actions are a box.
  public init(for environment: some Environment, options: Options = Options(), seed: Int = 0) {
    self.init(for: environment, options: options, seed: seed, name: "TD3")
  }

  private init(
    for environment: some Environment, options: Options, seed: Int, name: String
  ) {
    core = DeterministicActorCritic(
      for: environment, name, options, critics: options.critics, schedule: options.schedule,
      seed: seed)
    self.options = options
    self.name = name
  }

  /// Deep deterministic policy gradients (Lillicrap and others, 2016, arXiv:1509.02971): one critic, no
  /// delay, targets without noise.
  public static func ddpg(
    for environment: some Environment, hidden: [Int] = [64, 64], learningRate: Double = 1e-3,
    discount: Double = 0.98, averaging: Double = 0.01, exploration: Double = 0.1, seed: Int = 0
  ) -> TD3 {
    var options = Options()
    options.hidden = hidden
    options.learningRate = learningRate
    options.discount = discount
    options.averaging = averaging
    options.exploration = exploration
    (options.critics, options.delay, options.smoothing) = (1, 1, 0)
    return TD3(for: environment, options: options, seed: seed, name: "DDPG")
  }

  public var discount: Double { options.discount }
  public var widths: (observation: Int, action: Int) { core.widths }
  /// The bounds of actions.
  public var bounds: (low: Double, high: Double) { core.bounds }
  /// The policy and its target.
  public var actor: Learner<DeterministicPolicy<MLP>> { core.actor }
  /// The critics and their targets.
  public var critic: Learner<TwinCritic> { core.critic }

  /// What the averaged actor would do, which is steadier than the last one.
  public func action(_ observation: Tensor) -> Tensor { core.action(observation) }

  public func explore(_ observation: Tensor, from generator: inout Generator) -> Tensor {
    core.explore(observation, from: &generator)
  }

  public mutating func learn(from batch: TransitionBatch) {
    let batch = core.scaled(batch)
    var noise = core.critic.noise
    var u = core.targetActor.action(batch.next)
    if options.smoothing > 0 {
      let drawn = Tensor.normal(u.shape, from: &noise) * options.smoothing
      let kept = clip(drawn, -options.smoothingLimit, options.smoothingLimit)
      u = clip(u + core.half * kept, bounds.low, bounds.high)
    }
    core.stepCritics(batch, next: u)
    updates += 1
    guard updates % options.delay == 0 else { return }
    let now = core.critic.model
    core.actor.step { actor, _ in
      -now.values(batch.observations, actor.action(batch.observations))[0].mean()
    }
  }

  public func write(to file: inout Checkpoint, under prefix: String) {
    core.write(to: &file, under: prefix, settings: "\(name), \(options)")
    file["\(prefix).updates"] = Tensor(updates)
  }

  public mutating func read(
    from file: Checkpoint, under prefix: String
  ) throws(TensorFileError) {
    var next = self
    try next.core.read(from: file, under: prefix, settings: "\(name), \(options)")
    next.updates = Int(try file.required("\(prefix).updates"))
    self = next
  }
}

/// A network whose first answers are near 0, the middle of the box, so that no action is saturated
/// before anything is known.
func actorNetwork(
  _ sizes: [Int], _ activation: Activation, from generator: inout Generator
) -> MLP {
  var network = MLP(sizes, activation: activation, from: &generator)
  let last = network.layers.count - 1
  network.layers[last].weight = 0.01 * network.layers[last].weight
  return network
}

/// The box of an environment's actions.
///
/// Stops the cell where actions are choices.
func boxOf(
  _ environment: some Environment, _ name: String
) -> (dimension: Int, low: Double, high: Double) {
  guard case .box(let dimension, let low, let high) = environment.actions else {
    fatalError("\(name): \(environment.name) has choices; actions of a box are needed")
  }
  return (dimension, low, high)
}

/// Stops the cell where values would grow without bound.
func checkDiscount(_ discount: Double, _ name: String) {
  guard (0...1).contains(discount) else { fatalError("\(name): a discount of \(discount)") }
}
