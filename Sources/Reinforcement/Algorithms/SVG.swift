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
  public struct Options: DeterministicOptions, Sendable, Hashable {
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
  /// The learned dynamics, of scaled observations.
  public private(set) var model: DynamicsEnsemble
  private var core: DeterministicActorCritic

  /// An agent that has learned nothing yet, for an environment whose actions are a box.
  public init(for environment: some Environment, options: Options = Options(), seed: Int = 0) {
    guard options.steps > 0 else { fatalError("SVG: \(options.steps) steps through the model") }
    core = DeterministicActorCritic(
      for: environment, "SVG(\(options.steps))", options, seed: seed)
    model = DynamicsEnsemble(
      for: environment, members: options.members, hidden: options.modelHidden,
      learningRate: options.modelLearningRate, seed: seed + 2)
    self.options = options
  }

  public var discount: Double { options.discount }
  public var widths: (observation: Int, action: Int) { core.widths }
  /// The bounds of actions.
  public var bounds: (low: Double, high: Double) { core.bounds }
  /// The policy and its average.
  public var actor: Learner<DeterministicPolicy<MLP>> { core.actor }
  /// The critics and their targets.
  public var critic: Learner<TwinCritic> { core.critic }

  /// What the averaged actor would do, which is steadier than the last one.
  public func action(_ observation: Tensor) -> Tensor { core.action(observation) }

  public func explore(_ observation: Tensor, from generator: inout Generator) -> Tensor {
    core.explore(observation, from: &generator)
  }

  /// A step of the model, one of the critics, one of the actor up the model's return.
  public mutating func learn(from batch: TransitionBatch) {
    let batch = core.scaled(batch)
    guard (batch.discounts .> 0).all() || options.discount == 0 else {
      fatalError(
        "\(name): the dynamics have ended an episode, which the model does not learn; use SAC or TD3"
      )
    }
    model.learn(from: batch)
    core.stepCritics(batch, next: core.targetActor.action(batch.next))
    let (model, judge, options) = (model, core.critic.model, options)
    // As many rows as can be shared out equally among the members.
    let (count, width) = (batch.observations.dim(0), widths.observation)
    let each = max(1, count / options.members)
    let first = batch.observations.take(Tensor.arange(each * options.members) % count)
      .reshaped([options.members, each, width])
    core.actor.step { actor, _ in
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
    core.write(to: &file, under: prefix, settings: "\(name), \(options)")
    model.write(to: &file, under: "\(prefix).model")
  }

  public mutating func read(
    from file: Checkpoint, under prefix: String
  ) throws(TensorFileError) {
    var next = self
    try next.core.read(from: file, under: prefix, settings: "\(name), \(options)")
    try next.model.read(from: file, under: "\(prefix).model")
    self = next
  }
}
