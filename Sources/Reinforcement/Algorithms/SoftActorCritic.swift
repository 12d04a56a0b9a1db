import Networks
import Tensors

/// What soft actor-critics share, whatever their actor is: two critics whose targets follow slowly, an
/// actor that maximizes E Q(x, u) + α·entropy, and the temperature α.
struct SoftActorCritic<Actor: Model> {
  /// From observations to distributions of actions, by an actor that may ask a critic at α.
  typealias Laws = (_ actor: Actor, _ x: Tensor, _ critic: TwinCritic, _ alpha: Double) -> Squashed

  private(set) var actor: Learner<Actor>
  private(set) var critic: Learner<TwinCritic>
  private(set) var logTemperature: Learner<Tensor>
  let options: SAC.Options
  let widths: (observation: Int, action: Int)
  let bounds: (low: Double, high: Double)
  private let aim: Double
  private let scale: Tensor?
  private let seed: Int

  /// Critics and a temperature beside an actor, whose parameters are drawn first.
  init(
    for environment: some Environment, _ name: String, _ options: SAC.Options, seed: Int,
    actor make: (_ observation: Int, _ action: Int, _ from: inout Generator) -> Actor
  ) {
    let (dimension, low, high) = boxOf(environment, name)
    checkDiscount(options.discount, name)
    let observation = environment.observationDimension
    var generator = Generator(seed: seed)
    let model = make(observation, dimension, &generator)
    let twins = TwinCritic(
      observation: observation, action: dimension, hidden: options.hidden,
      activation: options.activation, from: &generator)
    var (first, wanted) = (0.0, 0.0)
    switch options.temperature {
    case .fixed(let value):
      guard value >= 0 else { fatalError("\(name): a temperature of \(value)") }
      first = value
    case .learned(let value, let entropy):
      guard value > 0 else { fatalError("\(name): a first temperature of \(value)") }
      first = value
      // The entropy of a box of half width h is larger by log h in each number.
      let unit = log(Tensor(0.5 * (high - low), dtype: .float64)).item()
      wanted = (entropy ?? -Double(dimension)) + Double(dimension) * unit
    }
    aim = wanted
    actor = Self.learner(model, options, seed)
    critic = SoftActorCritic<TwinCritic>.learner(twins, options, seed + 1)
    logTemperature = Learner(
      log(Tensor(first)), optimizer: Adam(learningRate: options.learningRate), seed: seed + 2)
    self.options = options
    widths = (observation, dimension)
    bounds = (low, high)
    scale = scaleOf(options.observationScale, observation, name)
    self.seed = seed
  }

  private static func learner(_ model: Actor, _ options: SAC.Options, _ seed: Int)
    -> Learner<Actor>
  {
    Learner(
      model, optimizer: Adam(learningRate: options.learningRate), schedule: options.schedule,
      averaging: Averaging(decay: 1 - options.averaging), seed: seed)
  }

  /// The same critics and temperature with another actor.
  func with<Other>(actor model: Other) -> SoftActorCritic<Other> {
    SoftActorCritic<Other>(self, model)
  }

  private init<Other>(_ other: SoftActorCritic<Other>, _ model: Actor) {
    (critic, logTemperature, options) = (other.critic, other.logTemperature, other.options)
    (widths, bounds, aim, scale) = (other.widths, other.bounds, other.aim, other.scale)
    seed = other.seed
    actor = Self.learner(model, options, seed)
  }

  /// α.
  var temperature: Double {
    if case .fixed(let value) = options.temperature { return value }
    return exp(logTemperature.model).item()
  }

  /// The averaged actor's distributions, which are steadier than the last one's.
  func steady(_ observation: Tensor, _ laws: Laws) -> Squashed {
    laws(
      actor.average ?? actor.model, observation.scaled(by: scale),
      critic.average ?? critic.model, temperature)
  }

  /// The actor's distributions as it is now.
  func current(_ observation: Tensor, _ laws: Laws) -> Squashed {
    laws(actor.model, observation.scaled(by: scale), critic.model, temperature)
  }

  /// A step of the critics, one of the actor up them, one of the temperature.
  mutating func learn(from batch: TransitionBatch, _ laws: Laws) {
    let batch = batch.scaled(by: scale)
    let (alpha, before) = (temperature, critic.model)
    var noise = critic.noise
    let (next, likely) = laws(actor.model, batch.next, before, alpha)
      .sampleWithDensity(from: &noise)
    let value = (critic.average ?? before)(batch.next, next)
    let target = stopGradient(batch.rewards + batch.discounts * (value - alpha * likely))
    critic.step { critic, _ in
      square(critic.values(batch.observations, batch.actions) - target).sum(axis: 0).mean()
    }
    let judge = critic.model
    var seen: Tensor?
    actor.step { actor, noise in
      var noise = noise
      let (u, density) = laws(actor, batch.observations, judge, alpha)
        .sampleWithDensity(from: &noise)
      seen = stopGradient(density)
      return (alpha * density - judge(batch.observations, u)).mean()
    }
    guard case .learned = options.temperature, let seen else { return }
    let excess = seen.mean().item() + aim
    logTemperature.step { logAlpha, _ in -excess * logAlpha }
  }

  func write(to file: inout Checkpoint, under prefix: String, settings: String) {
    file.write(settings, as: "\(prefix).settings")
    file.write(actor, under: "\(prefix).actor")
    file.write(critic, under: "\(prefix).critic")
    file.write(logTemperature, under: "\(prefix).temperature")
  }

  mutating func read(
    from file: Checkpoint, under prefix: String, settings: String
  ) throws(TensorFileError) {
    var next = self
    try file.requireText(settings, as: "\(prefix).settings")
    try file.read(&next.actor, under: "\(prefix).actor")
    try file.read(&next.critic, under: "\(prefix).critic")
    try file.read(&next.logTemperature, under: "\(prefix).temperature")
    self = next
  }
}
