import Synchronization

/// What planners have spent, and what they may spend: one counter for all of them.
///
/// ```swift
/// let counter = RolloutCounter(rollouts: 1000)
/// let problem = ParametricProblem.control(Pendulum(), horizon: 20, counter: counter)
/// let plan = CrossEntropyMethod().within(counter).solve(problem, states)
/// counter.rollouts     // what was spent
/// plan                 // the best that was found for it
/// ```
public final class RolloutCounter: Sendable {
  private let state: Mutex<(rollouts: Int, steps: Int, begin: ContinuousClock.Instant)>
  /// The most sequences of actions that may be evaluated, if there is a limit.
  public let rolloutLimit: Int?
  /// The most steps of the environment, if there is a limit.
  public let stepLimit: Int?
  /// The longest time since the counter began, if there is a limit.
  public let timeLimit: Duration?

  /// A counter at 0, with limits for planners that ask it; see ``IterativeSolver/within(_:)``.
  ///
  /// Stops the cell when a limit is not positive.
  public init(rollouts: Int? = nil, steps: Int? = nil, time: Duration? = nil) {
    guard (rollouts ?? 1) > 0, (steps ?? 1) > 0, (time ?? .seconds(1)) > .zero else {
      fatalError(
        "RolloutCounter: limits of \(rollouts.map(String.init) ?? "any") rollouts, "
          + "\(steps.map(String.init) ?? "any") steps, \(time.map { "\($0)" } ?? "any time"); "
          + "all must be positive")
    }
    (rolloutLimit, stepLimit, timeLimit) = (rollouts, steps, time)
    state = Mutex((rollouts: 0, steps: 0, begin: .now))
  }

  /// Sequences of actions that were evaluated.
  public var rollouts: Int { state.withLock { $0.rollouts } }
  /// Steps of the environment.
  public var steps: Int { state.withLock { $0.steps } }
  /// Time since the counter began.
  public var time: Duration { state.withLock { .now - $0.begin } }

  /// Counts.
  public func count(rollouts: Int, steps: Int) {
    state.withLock {
      $0.rollouts += rollouts
      $0.steps += steps
    }
  }

  /// Begins at 0 again.
  public func reset() { state.withLock { $0 = (0, 0, .now) } }

  /// The limit that would be passed by so many more rollouts and steps, as a sentence says it; `nil`
  /// where they fit.
  func refusal(rollouts: Int, steps: Int) -> String? {
    state.withLock { spent in
      if let limit = rolloutLimit, spent.rollouts + rollouts > limit { return "\(limit) rollouts" }
      if let limit = stepLimit, spent.steps + steps > limit { return "\(limit) steps" }
      if let limit = timeLimit, .now - spent.begin >= limit { return "\(limit)" }
      return nil
    }
  }
}
