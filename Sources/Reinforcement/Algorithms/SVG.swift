import Networks
import Tensors

/// Stochastic value gradients with a learned model, SVG(H) (Heess and others, 2015, arXiv:1510.09142):
/// the policy climbs the return of H steps through an ensemble of dynamics, learned from the same
/// memory, with critics behind them.
///
/// Each row of a batch stays with one member of the ensemble for its H steps, so that the policy
/// cannot lean on the mistakes of one of them alone. The critics learn as those of ``TD3``.
///
/// ```swift
/// var run = OffPolicyRun(SVG(for: Pendulum()), in: Pendulum(), options: .init(updatesPerStep: 4))
/// run.advance(by: 1000)
/// ```
///
/// An episode that the dynamics end stops the cell: its end is not part of the model.
public struct SVG: OffPolicyAgent {
  /// Everything that decides an update, beside the batch.
  public struct Options: Sendable, Hashable {
    /// H, steps through the model.
    public var steps = 3
    /// Members of the ensemble.
    public var members = 4
    /// Sizes of hidden layers of the ensemble's members.
    public var modelHidden = [64, 64]
    /// η of the ensemble, of Adam.
    public var modelLearningRate = 2e-3
    /// Sizes of hidden layers of actor and critics.
    public var hidden = [64, 64]
    /// What stands between layers.
    public var activation = Activation.silu
    /// η of actor and critics, of Adam.
    public var learningRate = 2e-3
    /// What observations are multiplied by, number by number; nothing if empty.
    public var observationScale: [Double] = []
    /// γ.
    public var discount = 0.99
    /// τ, how much of the new networks goes into the targets at each update.
    public var averaging = 0.01
    /// σ of the noise on what it does, in halves of the box.
    public var exploration = 0.1

    /// The settings of small problems.
    public init() {}
  }

  public var name: String { "SVG(\(options.steps))" }
  /// What decides updates.
  public let options: Options
  /// The bounds of actions.
  public let bounds: (low: Double, high: Double)
  public let widths: (observation: Int, action: Int)
  /// The policy and its average.
  public private(set) var actor: Learner<DeterministicPolicy<MLP>>
  /// The critics and their targets.
  public private(set) var critic: Learner<TwinCritic>
  /// The learned dynamics, of scaled observations.
  public private(set) var model: DynamicsEnsemble
  private let scale: Tensor?

  /// An agent that has learned nothing yet, for an environment whose actions are a box.
  public init(for environment: some Environment, options: Options = Options(), seed: Int = 0) {
    guard options.steps > 0 else { fatalError("SVG: \(options.steps) steps through the model") }
    let name = "SVG(\(options.steps))"
    let (dimension, low, high) = boxOf(environment, name)
    checkDiscount(options.discount, name)
    let observation = environment.observationDimension
    var generator = Generator(seed: seed)
    let network = actorNetwork(
      [observation] + options.hidden + [dimension], options.activation, from: &generator)
    let twins = TwinCritic(
      observation: observation, action: dimension, hidden: options.hidden,
      activation: options.activation, from: &generator)
    let kept = Averaging(decay: 1 - options.averaging)
    actor = Learner(
      DeterministicPolicy(network, low: low, high: high),
      optimizer: Adam(learningRate: options.learningRate), averaging: kept, seed: seed)
    critic = Learner(
      twins, optimizer: Adam(learningRate: options.learningRate), averaging: kept, seed: seed + 1)
    model = DynamicsEnsemble(
      for: environment, members: options.members, hidden: options.modelHidden,
      learningRate: options.modelLearningRate, seed: seed + 2)
    self.options = options
    scale = scaleOf(options.observationScale, observation, name)
    bounds = (low, high)
    widths = (observation, dimension)
  }

  public var discount: Double { options.discount }

  /// What the averaged actor would do, which is steadier than the last one.
  public func action(_ observation: Tensor) -> Tensor {
    (actor.average ?? actor.model).action(observation.scaled(by: scale))
  }

  public func explore(_ observation: Tensor, from generator: inout Generator) -> Tensor {
    let best = actor.model.action(observation.scaled(by: scale))
    let noise = Tensor.normal(best.shape, from: &generator)
    let half = 0.5 * (bounds.high - bounds.low)
    return clip(best + (options.exploration * half) * noise, bounds.low, bounds.high)
  }

  /// A step of the model, one of the critics, one of the actor up the model's return.
  public mutating func learn(from batch: TransitionBatch) {
    let batch = batch.scaled(by: scale)
    guard (batch.discounts .> 0).all() || options.discount == 0 else {
      fatalError(
        "\(name): the dynamics have ended an episode, which the model does not learn; use SAC or TD3"
      )
    }
    model.learn(from: batch)
    let (targetActor, targetCritic) = (actor.average ?? actor.model, critic.average ?? critic.model)
    let ahead = targetCritic(batch.next, targetActor.action(batch.next))
    let target = batch.rewards + batch.discounts * ahead
    critic.step { critic, _ in
      square(critic.values(batch.observations, batch.actions) - target).sum(axis: 0).mean()
    }
    let (model, judge, options) = (model, critic.model, options)
    // As many rows as can be shared out equally among the members.
    let (count, width) = (batch.observations.dim(0), widths.observation)
    let each = max(1, count / options.members)
    let first = batch.observations.take(Tensor.arange(each * options.members) % count)
      .reshaped([options.members, each, width])
    actor.step { actor, _ in
      valueGradientLoss(
        { state, _ in actor.action(state) }, from: first, steps: options.steps,
        discount: options.discount,
        transition: { state, action, _ in model.predictions(state, action) },
        value: { state in
          let flat = state.reshaped([-1, width])
          return judge(flat, actor.action(flat)).reshaped([options.members, each])
        })
    }
  }

  public func write(to file: inout Checkpoint, under prefix: String) {
    file.write("\(name), \(options)", as: "\(prefix).settings")
    file.write(actor, under: "\(prefix).actor")
    file.write(critic, under: "\(prefix).critic")
    model.write(to: &file, under: "\(prefix).model")
  }

  public mutating func read(
    from file: Checkpoint, under prefix: String
  ) throws(TensorFileError) {
    var next = self
    try file.requireText("\(name), \(options)", as: "\(prefix).settings")
    try file.read(&next.actor, under: "\(prefix).actor")
    try file.read(&next.critic, under: "\(prefix).critic")
    try next.model.read(from: file, under: "\(prefix).model")
    self = next
  }
}
