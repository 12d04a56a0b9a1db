import Networks
import Reinforcement
import Tensors

/// Policy search in a model that few trials have taught (Deisenroth & Rasmussen, ICML 2011): Gaussian
/// processes learn the dynamics, the policy descends the loss that it expects *in them*, with their
/// uncertainty, and then acts in the real system, which teaches the processes more.
///
/// ```swift
/// var search = PILCO(cart, policy: policy, steps: 60, start: hanging) { o, u in 1 - o[0..., 2] }
/// search.tryOut()                 // at random: nothing is known yet
/// for _ in 2...8 {
///   search.learn()
///   search.tryOut()
/// }
/// ```
///
/// The expected loss is a mean over particles, each of which draws every step from the processes'
/// posterior by fixed random numbers (common to all policies of one search, so that L-BFGS sees a smooth
/// function). The paper matches moments instead; see ``momentMatched(_:at:)``. Rollouts are computed
/// again on the way back, a few steps at a time, so that memory does not grow with their length.
///
/// - Complexity: a gradient costs particles × steps × points² for each number of the state.
public struct PILCO<E: Environment> {
  /// What is controlled; its dynamics are known by trials only.
  public let environment: E
  /// Steps of a trial, and of rollouts in the model.
  public let steps: Int
  /// Rollouts that the expected loss is a mean of.
  public var particles: Int
  /// The most transitions that the model keeps.
  public var capacity: Int
  /// The limit on L-BFGS iterations of a search.
  public var iterations: Int
  /// Fresh policies that each search begins with besides the last one: the loss has flat places, such as
  /// a policy that lets the pole hang, which no descent leaves.
  public var restarts: Int
  /// What acts: a sum of bumps, squashed into bounds, which may be narrower than the environment's.
  public private(set) var policy: DeterministicPolicy<RadialBasis>
  /// What the trials so far have taught.
  public private(set) var model: ProcessDynamics<E>?
  /// What came of each trial.
  public private(set) var trials: [Trial] = []
  private let start: @Sendable (Int, inout Generator) -> Tensor
  private let loss: @Sendable (_ observation: Tensor, _ action: Tensor) -> Tensor
  private var expected: Double?
  private let firstLengths: Tensor
  private var generator: Generator

  /// What came of a trial.
  public struct Trial: Sendable {
    /// `[steps + 1, d]`.
    public let states: Tensor
    /// `[steps, a]`.
    public let actions: Tensor
    /// The mean loss of a step.
    public let loss: Double
    /// What the model expected it to be; `nil` for the trial at random.
    public let expected: Double?
  }

  /// A search that knows nothing yet.
  ///
  /// Stops the cell when a number is not positive or the policy's bounds leave the environment's.
  ///
  /// - Parameters:
  ///   - policy: its start; actions of the first trial are drawn from its bounds.
  ///   - restarts: fresh policies that each search tries besides the last one.
  ///   - start: first states of so many trials, `[n, d]`; the environment's own if `nil`.
  ///   - loss: of the observation after a step and the step's action, `[n]`.
  public init(
    _ environment: E, policy: DeterministicPolicy<RadialBasis>, steps: Int, particles: Int = 48,
    capacity: Int = 150, iterations: Int = 40, restarts: Int = 0, seed: Int = 0,
    start: (@Sendable (Int, inout Generator) -> Tensor)? = nil,
    loss: @escaping @Sendable (_ observation: Tensor, _ action: Tensor) -> Tensor
  ) {
    let (width, low, high) = checkedBox(environment, steps, "PILCO")
    guard particles > 1, capacity > 1, iterations > 0, restarts >= 0 else {
      stop(
        "PILCO: \(particles) particles, capacity \(capacity), \(iterations) iterations, \(restarts) "
          + "restarts")
    }
    guard policy.low >= low, policy.high <= high else {
      stop(
        "PILCO: a policy with actions in \(policy.low)…\(policy.high) for \(environment.name), whose "
          + "actions are in \(low)…\(high)")
    }
    let inputs = policy.network.centres.dim(1)
    guard inputs == environment.observationDimension, policy.network.bias.dim(0) == width else {
      stop(
        "PILCO: a policy from \(inputs) numbers to \(policy.network.bias.dim(0)), for observations of "
          + "\(environment.observationDimension) and actions of \(width)")
    }
    self.environment = environment
    self.policy = policy
    firstLengths = policy.network.logLengths
    self.steps = steps
    self.particles = particles
    self.capacity = capacity
    self.iterations = iterations
    self.restarts = restarts
    self.start = start ?? { environment.reset($0, from: &$1) }
    self.loss = loss
    generator = Generator(seed: seed)
  }

  /// One trial in the real system: at random before anything was learned, otherwise by the policy.
  @discardableResult
  public mutating func tryOut() -> Trial {
    let first = start(1, &generator).cast(to: .float64)
    let trial = model == nil ? act(from: first, at: &generator) : act(from: first)
    trials.append(trial)
    return trial
  }

  /// What the policy does in the real system from a state `[1, d]`; the search does not learn from it.
  public func act(from state: Tensor, steps: Int? = nil) -> Trial {
    run(state, steps ?? self.steps, expected) { policy.action(environment.observe($0)) }
  }

  private func act(from state: Tensor, at generator: inout Generator) -> Trial {
    let (width, low, high) = (environment.actions.dimension, policy.low, policy.high)
    var stream = generator.split()
    return run(state, steps, nil) { _ in
      Tensor.uniform([1, width], low: low, high: high, dtype: .float64, from: &stream)
    }
  }

  private func run(
    _ first: Tensor, _ steps: Int, _ expected: Double?, _ choose: (Tensor) -> Tensor
  ) -> Trial {
    var (path, taken, total) = ([first.cast(to: .float64)], [Tensor](), 0.0)
    for _ in 0..<steps {
      let action = choose(path[path.count - 1])
      let next = environment.step(path[path.count - 1], action).state
      total += loss(environment.observe(next), action).item()
      path.append(next)
      taken.append(action)
    }
    return Trial(
      states: concatenate(path, axis: 0), actions: concatenate(taken, axis: 0),
      loss: total / Double(steps), expected: expected)
  }

  /// Fits the model to all trials, and lets the policy descend the loss that the model expects.
  ///
  /// Stops the cell before the first trial.
  ///
  /// - Returns: values and status of the descent.
  @discardableResult
  public mutating func learn() -> MinimizationResult<DeterministicPolicy<RadialBasis>> {
    guard !trials.isEmpty else { stop("PILCO: nothing to learn from; call tryOut() first") }
    let learned = ProcessDynamics(
      environment, states: concatenate(trials.map { $0.states[0..<$0.actions.dim(0)] }, axis: 0),
      actions: concatenate(trials.map(\.actions), axis: 0),
      next: concatenate(trials.map { $0.states[1...] }, axis: 0), capacity: capacity,
      previous: model)
    model = learned
    let states = start(particles, &generator).cast(to: .float64)
    let noise = Tensor.normal(
      [steps, particles, environment.stateDimension], dtype: .float64, from: &generator)
    func descended(from policy: DeterministicPolicy<RadialBasis>, _ iterations: Int)
      -> MinimizationResult<DeterministicPolicy<RadialBasis>>
    {
      minimizeLBFGS(from: policy, maximumIterations: iterations) {
        expectedLoss(of: $0, in: learned, from: states, noise: noise)
      }
    }
    // All starts descend a little, and the lowest goes on.
    let begun = freshPolicies().map { descended(from: $0, max(1, iterations / 4)) }
    let last = begun.isEmpty ? nil : descended(from: policy, max(1, iterations / 4))
    let best = (begun + [last].compactMap { $0 }).min { $0.value < $1.value }
    let found = descended(from: best?.solution ?? policy, iterations)
    policy = found.solution
    expected = found.value
    return found
  }

  /// Policies with bumps at observations of the trials, of weights that use the whole range of actions.
  private mutating func freshPolicies() -> [DeterministicPolicy<RadialBasis>] {
    let seen = environment.observe(concatenate(trials.map(\.states), axis: 0))
    return (0..<restarts).map { _ in
      var fresh = policy
      let rows = Tensor.randomIntegers(
        [policy.network.centres.dim(0)], in: 0..<seen.dim(0), from: &generator)
      fresh.network.centres = seen.take(rows)
      fresh.network.logLengths = firstLengths
      fresh.network.weights = Tensor.normal(
        policy.network.weights.shape, dtype: .float64, from: &generator)
      fresh.network.bias = Tensor.zeros(policy.network.bias.shape, dtype: .float64)
      return fresh
    }
  }

  /// The mean loss of a step over rollouts in a model, differentiable with respect to the policy.
  ///
  /// - Parameters:
  ///   - states: `[n, d]`.
  ///   - noise: standard normal numbers, `[steps, n, d]`.
  public func expectedLoss(
    of policy: DeterministicPolicy<RadialBasis>, in model: ProcessDynamics<E>, from states: Tensor,
    noise: Tensor
  ) -> Tensor {
    let (n, d) = (states.dim(0), environment.stateDimension)
    guard states.shape == [n, d], noise.ndim == 3, noise.shape == [noise.dim(0), n, d] else {
      stop("PILCO: states \(states.shape) and noise \(noise.shape); [n, \(d)], [steps, n, \(d)]")
    }
    let (environment, loss, length) = (environment, loss, noise.dim(0))
    var rows = concatenate(
      [states.cast(to: .float64), Tensor.zeros([n, 1], dtype: .float64)], axis: 1)
    for begin in stride(from: 0, to: length, by: 5) {
      let part = begin..<min(begin + 5, length)
      rows = checkpointed(RolloutPart(rows: rows, policy: policy)) { now in
        var (state, total) = (now.rows[0..., 0..<d], now.rows[0..., d])
        for t in part {
          let action = now.policy.action(environment.observe(state))
          state = model.step(state, action, noise[t]).state
          total = total + loss(environment.observe(state), action)
        }
        return concatenate([state, total.expandedDims(axis: 1)], axis: 1)
      }
    }
    return rows[0..., d].mean() / Double(length)
  }
}

/// States with the losses so far, and the policy that goes on: what a part of a rollout depends on.
private struct RolloutPart: Model {
  var rows: Tensor
  var policy: DeterministicPolicy<RadialBasis>
}
