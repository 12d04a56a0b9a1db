import Synchronization

/// What planners have spent: one counter for all of them.
///
/// ```swift
/// let counter = RolloutCounter()
/// let problem = ParametricProblem.control(Pendulum(), horizon: 20, counter: counter)
/// CrossEntropyMethod().solve(problem, states)
/// counter.rollouts
/// ```
public final class RolloutCounter: Sendable {
  private let state = Mutex((rollouts: 0, steps: 0))

  /// A counter at 0.
  public init() {}

  /// Sequences of actions that were evaluated.
  public var rollouts: Int { state.withLock { $0.rollouts } }
  /// Steps of the environment.
  public var steps: Int { state.withLock { $0.steps } }

  /// Counts.
  public func count(rollouts: Int, steps: Int) {
    state.withLock { $0 = ($0.rollouts + rollouts, $0.steps + steps) }
  }

  /// Begins at 0 again.
  public func reset() { state.withLock { $0 = (0, 0) } }
}
