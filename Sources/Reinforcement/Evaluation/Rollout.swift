import Tensors

/// Episodes from given states under a policy.
public struct Rollout: Sendable {
  /// The states, each `[n, d]`, the first among them; of an episode that has ended the last again.
  public let states: [Tensor]
  /// The actions of each step.
  public let actions: [Tensor]
  /// Rewards of each step, each `[n]`, 0 after an episode's end.
  public let rewards: [Tensor]
  /// Where each step happened: 0 after an episode's end, `[n]` each.
  public let alive: [Tensor]
  /// Which episodes the dynamics have ended.
  public let terminated: [Bool]

  /// Discounted sums of rewards, `[n]`.
  public func returns(discount: Double = 1) -> Tensor {
    var (total, weight) = (rewards[0], discount)
    for reward in rewards.dropFirst() {
      total = total + weight * reward
      weight *= discount
    }
    return total
  }

  /// Sums of rewards, `[n]`.
  public var returns: Tensor { returns() }
  /// Steps of each episode, `[n]`.
  public var lengths: Tensor { alive.dropFirst().reduce(alive[0]) { $0 + $1 } }
}

/// Episodes from states `[n, d]`, as a differentiable function of them and of the policy.
///
/// - Parameters:
///   - policy: actions for states and the number of the step.
///   - steps: the environment's horizon if `nil`.
///   - seed: decides what steps draw.
public func rollout(
  _ policy: (_ state: Tensor, _ t: Int) throws -> Tensor, in environment: some Environment,
  from states: Tensor, steps: Int? = nil, seed: Int = 0
) rethrows -> Rollout {
  guard let steps = steps ?? environment.horizon, steps > 0 else {
    fatalError("rollout: \(environment.name) has no time limit; say how many steps:")
  }
  var generator = Generator(seed: seed)
  let n = states.dim(0)
  var (state, over) = (states, Tensor(repeating: false, count: n))
  var (path, taken, rewards, alive) = ([states], [Tensor](), [Tensor](), [Tensor]())
  var anyOver = false
  for t in 0..<steps {
    let action = try policy(state, t)
    environment.actions.check(action, n, of: environment.name)
    if action.dtype.isFloating, !(stopGradient(action).sum().item() as Double).isFinite {
      fatalError("\(environment.name): an action of step \(t) is not finite")
    }
    let noise = environment.drawNoise(n, from: &generator)
    let step = environment.step(state, action, noise)
    let here = 1 - over.cast(to: state.dtype)
    alive.append(here)
    rewards.append(anyOver ? here * step.reward : step.reward)
    state = anyOver ? which(over.expandedDims(axis: 1), state, step.state) : step.state
    if step.terminated.any() {
      over = over .| step.terminated
      anyOver = true
    }
    path.append(state)
    taken.append(action)
    if anyOver, over.all() { break }
  }
  return Rollout(
    states: path, actions: taken, rewards: rewards, alive: alive, terminated: over.booleans)
}
