import Networks
import Tensors

/// Observations with the actions an expert takes there.
public struct Demonstrations: Sendable {
  /// `[n, o]`.
  public private(set) var observations: Tensor
  /// `[n, a]`.
  public private(set) var actions: Tensor

  /// Pairs of observations and actions.
  public init(observations: Tensor, actions: Tensor) {
    guard observations.ndim == 2, actions.ndim == 2, observations.dim(0) == actions.dim(0) else {
      fatalError(
        "Demonstrations: observations \(observations.shape), actions \(actions.shape); rows belong "
          + "together")
    }
    self.observations = observations
    self.actions = actions
  }

  /// What an expert does along its own episodes.
  ///
  /// - Parameter expert: actions for states and steps.
  public init(
    of expert: (_ state: Tensor, _ t: Int) -> Tensor, in environment: some Environment,
    episodes: Int, seed: Int
  ) {
    var generator = Generator(seed: seed)
    let starts = environment.reset(episodes, from: &generator)
    let lives = rollout(expert, in: environment, from: starts, seed: seed)
    self.init(
      observations: concatenate(
        lives.states.prefix(lives.actions.count).map(environment.observe), axis: 0),
      actions: concatenate(lives.actions, axis: 0))
  }

  /// More pairs.
  public mutating func append(_ other: Demonstrations) {
    observations = concatenate([observations, other.observations], axis: 0)
    actions = concatenate([actions, other.actions], axis: 0)
  }

  /// Pairs.
  public var count: Int { observations.dim(0) }

  /// The mean squared distance of a policy from the expert at some pairs: one number.
  public func cloningLoss(_ policy: some Policy, rows: Tensor) -> Tensor {
    square(policy.action(observations.take(rows)) - actions.take(rows)).sum(axis: 1).mean()
  }
}

/// Behaviour cloning: steps of regression on an expert's actions (Pomerleau 1988).
public func cloneBehaviour<P: Policy>(
  _ learner: inout Learner<P>, of demonstrations: Demonstrations, steps: Int, batch: Int = 128
) {
  for _ in 0..<steps {
    learner.step { policy, noise in
      var noise = noise
      let rows = Tensor.randomIntegers([batch], in: 0..<demonstrations.count, from: &noise)
      return demonstrations.cloningLoss(policy, rows: rows)
    }
  }
}

/// DAgger (Ross and others, 2011, arXiv:1011.0686): behaviour cloning where the *learner* goes, with the
/// expert's actions there.
///
/// A cloned policy that leaves the expert's path has never seen what to do off it; here it has.
public struct DAgger<E: Environment, P: Policy> {
  /// The policy being trained.
  public private(set) var learner: Learner<P>
  /// Everything that was labelled.
  public private(set) var demonstrations: Demonstrations
  /// Rounds that are done.
  public private(set) var rounds = 0
  private let environment: E
  private let expert: (Tensor, Int) -> Tensor
  private let episodes: Int
  private let seed: Int

  /// A training that begins with the expert's own episodes.
  ///
  /// - Parameters:
  ///   - expert: actions for states and steps.
  ///   - episodes: in each round.
  public init(
    _ learner: Learner<P>, in environment: E, expert: @escaping (Tensor, Int) -> Tensor,
    episodes: Int = 8, seed: Int = 0
  ) {
    self.learner = learner
    self.environment = environment
    self.expert = expert
    self.episodes = episodes
    self.seed = seed
    demonstrations = Demonstrations(of: expert, in: environment, episodes: episodes, seed: seed)
  }

  /// Rounds of cloning, then of episodes of the clone, which the expert labels.
  public mutating func advance(rounds count: Int, steps: Int = 300, batch: Int = 128) {
    for _ in 0..<count {
      var next = learner
      cloneBehaviour(&next, of: demonstrations, steps: steps, batch: batch)
      learner = next
      rounds += 1
      var generator = Generator(seed: seed).stream(rounds)
      let starts = environment.reset(episodes, from: &generator)
      var labels: [Tensor] = []
      let lives = rollout(
        { state, t in
          labels.append(expert(state, t))
          return next.model.action(environment.observe(state))
        }, in: environment, from: starts, seed: seed + rounds)
      demonstrations.append(
        Demonstrations(
          observations: concatenate(
            lives.states.prefix(labels.count).map(environment.observe), axis: 0),
          actions: concatenate(labels, axis: 0)))
    }
  }
}
