import Networks
import Tensors

/// The settings that agents with one action for each observation have in common.
protocol DeterministicOptions {
  var hidden: [Int] { get }
  var activation: Activation { get }
  var learningRate: Double { get }
  var observationScale: [Double] { get }
  var discount: Double { get }
  var averaging: Double { get }
  var exploration: Double { get }
}

/// What agents with one action for each observation share, however their actor learns: actor and
/// critics with slowly following targets, and noise on what is done.
struct DeterministicActorCritic {
  var actor: Learner<DeterministicPolicy<MLP>>
  var critic: Learner<TwinCritic>
  let widths: (observation: Int, action: Int)
  let bounds: (low: Double, high: Double)
  private let scale: Tensor?
  private let exploration: Double

  /// Actor and critics that have learned nothing yet; the actor's parameters are drawn first.
  init(
    for environment: some Environment, _ name: String, _ options: some DeterministicOptions,
    critics: Int = 2, schedule: Schedule? = nil, seed: Int
  ) {
    let (dimension, low, high) = boxOf(environment, name)
    checkDiscount(options.discount, name)
    let observation = environment.observationDimension
    var generator = Generator(seed: seed)
    let network = actorNetwork(
      [observation] + options.hidden + [dimension], options.activation, from: &generator)
    let twins = TwinCritic(
      observation: observation, action: dimension, hidden: options.hidden, critics: critics,
      activation: options.activation, from: &generator)
    let (rule, kept) = (
      Adam(learningRate: options.learningRate), Averaging(decay: 1 - options.averaging)
    )
    actor = Learner(
      DeterministicPolicy(network, low: low, high: high), optimizer: rule, schedule: schedule,
      averaging: kept, seed: seed)
    critic = Learner(
      twins, optimizer: rule, schedule: schedule, averaging: kept, seed: seed + 1)
    scale = scaleOf(options.observationScale, observation, name)
    exploration = options.exploration
    bounds = (low, high)
    widths = (observation, dimension)
  }

  var half: Double { 0.5 * (bounds.high - bounds.low) }
  var targetActor: DeterministicPolicy<MLP> { actor.average ?? actor.model }
  var targetCritic: TwinCritic { critic.average ?? critic.model }

  /// What the averaged actor would do, which is steadier than the last one.
  func action(_ observation: Tensor) -> Tensor {
    targetActor.action(observation.scaled(by: scale))
  }

  func explore(_ observation: Tensor, from generator: inout Generator) -> Tensor {
    let best = actor.model.action(observation.scaled(by: scale))
    let noise = Tensor.normal(best.shape, from: &generator)
    return clip(best + (exploration * half) * noise, bounds.low, bounds.high)
  }

  /// The transitions as the networks see them.
  func scaled(_ batch: TransitionBatch) -> TransitionBatch { batch.scaled(by: scale) }

  /// A step of the critics towards r + γ·Q̄(next, u).
  mutating func stepCritics(_ batch: TransitionBatch, next u: Tensor) {
    let target = batch.rewards + batch.discounts * targetCritic(batch.next, u)
    critic.step { critic, _ in
      square(critic.values(batch.observations, batch.actions) - target).sum(axis: 0).mean()
    }
  }

  func write(to file: inout Checkpoint, under prefix: String, settings: String) {
    file.write(settings, as: "\(prefix).settings")
    file.write(actor, under: "\(prefix).actor")
    file.write(critic, under: "\(prefix).critic")
  }

  /// Reads what was written with the same settings; unchanged if there is none.
  mutating func read(
    from file: Checkpoint, under prefix: String, settings: String
  ) throws(TensorFileError) {
    var next = self
    try file.requireText(settings, as: "\(prefix).settings")
    try file.read(&next.actor, under: "\(prefix).actor")
    try file.read(&next.critic, under: "\(prefix).critic")
    self = next
  }
}
