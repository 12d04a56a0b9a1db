import Tensors

/// Many episodes of an environment under way, as a value.
///
/// ```swift
/// var worlds = Worlds(Pendulum(), count: 1024, seed: 1)
/// let step = worlds.step(actions)      // [1024, 1]
/// worlds.restart()                     // those that ended, and only now
/// ```
///
/// An episode that has ended is not stepped again before ``restart()`` or ``restartAll()``.
public struct Worlds<E: Environment> {
  /// What is simulated.
  public let environment: E
  /// Episodes at once.
  public let count: Int
  /// The states, `[count, stateDimension]`.
  public internal(set) var states: Tensor
  /// Steps of each episode.
  public internal(set) var ages: [Int]
  /// Episodes that have ended.
  public internal(set) var ended: [Bool]
  package var generator: Generator

  /// Episodes from first states that a seed decides.
  public init(_ environment: E, count: Int, seed: Int) {
    guard count > 0 else { fatalError("\(environment.name): \(count) worlds") }
    self.environment = environment
    self.count = count
    var generator = Generator(seed: seed)
    states = environment.reset(count, from: &generator)
    self.generator = generator
    ages = [Int](repeating: 0, count: count)
    ended = [Bool](repeating: false, count: count)
  }

  /// Episodes from given states.
  public init(_ environment: E, from states: Tensor, seed: Int = 0) {
    guard states.ndim == 2, states.dim(0) > 0, states.dim(1) == environment.stateDimension else {
      fatalError(
        "\(environment.name): first states of shape \(states.shape), not "
          + "[n, \(environment.stateDimension)]")
    }
    self.environment = environment
    count = states.dim(0)
    self.states = states
    generator = Generator(seed: seed)
    ages = [Int](repeating: 0, count: count)
    ended = [Bool](repeating: false, count: count)
  }

  /// What a policy sees, `[count, observationDimension]`.
  public var observations: Tensor { environment.observe(states) }

  /// One step of each episode.
  ///
  /// Stops the cell where an episode has ended, an action has the wrong shape or is not finite, or
  /// a reward is not.
  @discardableResult
  public mutating func step(_ actions: Tensor) -> WorldsStep {
    environment.actions.check(actions, count, of: environment.name)
    if let row = ended.firstIndex(of: true) {
      fatalError(
        "\(environment.name): episode \(row) ended at step \(ages[row]); call restart() first")
    }
    let before = states
    let after = next(actions)
    var result = WorldsStep(
      states: before, next: after.state, rewards: after.reward, terminated: after.terminated,
      truncated: [])
    let over = after.terminated.booleans
    for i in 0..<count {
      ages[i] += 1
      let timeIsUp = !over[i] && environment.horizon.map { ages[i] >= $0 } ?? false
      result.truncated.append(timeIsUp)
      ended[i] = over[i] || timeIsUp
    }
    states = after.state
    return result
  }

  /// New first states for the episodes that have ended; the others go on.
  public mutating func restart() {
    guard ended.contains(true) else { return }
    let rows = (0..<count).filter { ended[$0] }
    let fresh = environment.reset(rows.count, from: &generator)
    if rows.count == count {
      states = fresh
    } else {
      states[Tensor(rows)] .= fresh
    }
    for row in rows {
      ages[row] = 0
      ended[row] = false
    }
  }

  /// New first states for all episodes.
  public mutating func restartAll() {
    states = environment.reset(count, from: &generator)
    ages = [Int](repeating: 0, count: count)
    ended = [Bool](repeating: false, count: count)
  }

  private mutating func next(_ actions: Tensor) -> Transition {
    let noise = environment.drawNoise(count, from: &generator)
    guard let compiled = environment as? any Compiled, states.dtype == .float32 else {
      let after = environment.step(states, actions, noise)
      check(actions, after.reward)
      return after
    }
    return compiledStep(compiled, actions, noise)
  }

  private func compiledStep(
    _ environment: any Compiled, _ actions: Tensor, _ noise: Tensor
  ) -> Transition {
    let next = Tensor(uninitialized: states.shape, .float32)
    let reward = Tensor(uninitialized: [count], .float32)
    let over = Tensor(uninitialized: [count], .bool)
    let given = actions.dtype == .float32 ? actions : actions.cast(to: .float32)
    check(given, nil)
    let bytes = states.size * 4
    next.withElements { to in
      states.withElements { to.copyMemory(from: $0, byteCount: bytes) }
      given.withElements { given in
        noise.withElements { noise in
          reward.withElements { reward in
            over.withElements { over in
              environment.advance(
                CompiledRows(
                  count: count, state: to.assumingMemoryBound(to: Float.self),
                  action: given.assumingMemoryBound(to: Float.self),
                  noise: noise.assumingMemoryBound(to: Float.self),
                  reward: reward.assumingMemoryBound(to: Float.self),
                  ended: over.assumingMemoryBound(to: Bool.self)))
            }
          }
        }
      }
    }
    return Transition(next, reward: reward, terminated: over)
  }

  private func check(_ actions: Tensor, _ rewards: Tensor?) {
    if actions.dtype.isFloating, !actions.sum().item().isFinite {
      let row = isFinite(actions).reshaped([count, -1]).all(axis: 1).booleans.firstIndex(of: false)
      if let row { fatalError("\(environment.name): action \(row) is \(actions[row])") }
    }
    if case .choices = environment.actions {
      environment.checkChoices(from: actions.min().item(), to: actions.max().item())
    }
    if let rewards, !rewards.sum().item().isFinite {
      let row = isFinite(rewards).booleans.firstIndex(of: false)
      if let row { fatalError("\(environment.name): reward \(row) is \(rewards[row])") }
    }
  }
}

extension Environment {
  /// Stops the cell unless all choices, which lie between two numbers, are choices here.
  func checkChoices(from low: Double, to high: Double) {
    guard case .choices(let number) = actions, low < 0 || high >= Double(number) else { return }
    fatalError("\(name): choice \(low < 0 ? low : high), but choices are 0 to \(number - 1)")
  }
}

/// What one step of many episodes gave.
public struct WorldsStep {
  /// The states before.
  public var states: Tensor
  /// The states that followed, also where the episode was ended: nothing is replaced by a restart.
  public var next: Tensor
  /// `[n]`.
  public var rewards: Tensor
  /// Where the dynamics ended the episode: no value follows.
  public var terminated: Tensor
  /// Where only the time limit did: the value of ``next`` still counts.
  public var truncated: [Bool]
}

/// What came of a step.
public enum Outcome {
  /// The episode goes on.
  case continues
  /// The dynamics ended it: nothing follows.
  case terminated
  /// The time limit ended it. Its last observation still has a value, which a target must not
  /// leave out.
  case truncated(final: Tensor)

  /// Whether the episode is over.
  public var isEnd: Bool {
    if case .continues = self { return false }
    return true
  }
}

/// One episode of an environment under way, as a value.
public struct World<E: Environment> {
  var worlds: Worlds<E>

  /// An episode from a first state that a seed decides.
  public init(_ environment: E, seed: Int) {
    worlds = Worlds(environment, count: 1, seed: seed)
  }

  /// What is simulated.
  public var environment: E { worlds.environment }
  /// The state, `[stateDimension]`.
  public var state: Tensor { worlds.states[0] }
  /// What a policy sees, `[observationDimension]`.
  public var observation: Tensor { worlds.observations[0] }
  /// Steps taken in this episode.
  public var age: Int { worlds.ages[0] }

  /// One step.
  ///
  /// - Parameter action: `[d]` of a box, a number of choices.
  public mutating func step(_ action: Tensor) -> (reward: Double, outcome: Outcome) {
    let batched: Tensor
    switch environment.actions {
    case .box(let dimension, _, _):
      guard action.size == dimension else {
        fatalError("\(environment.name): an action of shape \(action.shape), not [\(dimension)]")
      }
      batched = action.reshaped([1, dimension])
    case .choices: batched = action.reshaped([1])
    }
    let step = worlds.step(batched)
    let reward = step.rewards.item()
    if step.terminated.booleans[0] { return (reward, .terminated) }
    return (reward, step.truncated[0] ? .truncated(final: observation) : .continues)
  }

  /// A new episode.
  public mutating func restart() { worlds.restartAll() }
}
