import Tensors

/// A decision process with finitely many states and actions.
///
/// ```swift
/// let process = PelletMaze.small.finiteMDP()
/// let optimum = process.finiteHorizon(steps: 50)
/// ```
public struct FiniteMDP: Sendable {
  /// States, S.
  public let states: Int
  /// Actions, A.
  public let actions: Int
  /// What may follow from a state and an action, K.
  public let outcomes: Int
  /// The state of each outcome, `(state·A + action)·K + outcome`; −1 where the episode ends.
  @usableFromInline let next: [Int32]
  @usableFromInline let probability: [Float]
  /// Expected rewards, `state·A + action`.
  @usableFromInline let reward: [Double]

  /// A process by its tables.
  ///
  /// - Shapes: next and probability `[S, A, K]`, reward `[S, A]`; next −1 where the episode ends.
  public init(next: Tensor, probability: Tensor, reward: Tensor) {
    guard next.ndim == 3, probability.shape == next.shape,
      reward.shape == Array(next.shape.prefix(2))
    else {
      fatalError(
        "FiniteMDP: next \(next.shape), probability \(probability.shape), reward \(reward.shape); "
          + "[S, A, K], the same, and [S, A] are needed")
    }
    let sums = abs(probability.sum(axis: 2) - 1).max().item()
    guard sums < 1e-5, probability.min().item() >= 0 else {
      fatalError("FiniteMDP: probabilities of outcomes are positive and add up to 1")
    }
    guard next.max().item() < Double(next.dim(0)) else {
      fatalError("FiniteMDP: state \(next.max()) of \(next.dim(0)), counted from 0")
    }
    self.init(
      states: next.dim(0), actions: next.dim(1), outcomes: next.dim(2),
      next: next.integers.map(Int32.init), probability: probability.floats,
      reward: reward.doubles)
  }

  init(
    states: Int, actions: Int, outcomes: Int, next: [Int32], probability: [Float],
    reward: [Double]
  ) {
    self.states = states
    self.actions = actions
    self.outcomes = outcomes
    self.next = next
    self.probability = probability
    self.reward = reward
  }

  /// Optimal values of discounted rewards, swept until none changes by more than `tolerance`.
  ///
  /// - Complexity: S·A·K for each of about log(tolerance) / log(γ) sweeps; where every policy ends
  ///   its episodes the discount may be 1.
  public func valueIteration(discount: Double, tolerance: Double = 1e-9) -> FiniteSolution {
    var values = [Double](repeating: 0, count: states)
    var policy = [Int](repeating: 0, count: states)
    for _ in 0..<100_000 {
      let (found, choice) = sweep(values, discount)
      let change = zip(found, values).reduce(0) { Swift.max($0, Swift.abs($1.0 - $1.1)) }
      (values, policy) = (found, choice)
      if change <= tolerance { break }
    }
    return FiniteSolution(process: self, discount: discount, steps: [(values, policy)])
  }

  /// The optimum of so many steps.
  public func finiteHorizon(steps: Int, discount: Double = 1) -> FiniteSolution {
    var found: [([Double], [Int])] = []
    var values = [Double](repeating: 0, count: states)
    for _ in 0..<steps {
      let step = sweep(values, discount)
      values = step.0
      found.append(step)
    }
    return FiniteSolution(process: self, discount: discount, steps: found.reversed())
  }

  /// Values of a policy that is given for each state, after so many sweeps.
  public func values(of policy: [Int], discount: Double, steps: Int) -> [Double] {
    var values = [Double](repeating: 0, count: states)
    for _ in 0..<steps {
      let before = values
      for s in 0..<states { values[s] = value(s * actions + policy[s], before, discount) }
    }
    return values
  }

  /// What follows from a state and an action by a uniform number of [0, 1): the next state, `nil` where
  /// the episode ends, and the expected reward.
  @inlinable public func follow(_ state: Int, _ action: Int, _ u: Double) -> (
    next: Int?, reward: Double
  ) {
    let row = state * actions + action
    var (rest, chosen) = (u, row * outcomes)
    for k in (row * outcomes)..<((row + 1) * outcomes) where probability[k] > 0 {
      chosen = k
      rest -= Double(probability[k])
      if rest < 0 { break }
    }
    return (next[chosen] >= 0 ? Int(next[chosen]) : nil, reward[row])
  }

  @inline(__always) private func value(_ row: Int, _ values: [Double], _ discount: Double)
    -> Double
  {
    var total = 0.0
    for k in (row * outcomes)..<((row + 1) * outcomes) where next[k] >= 0 {
      total += Double(probability[k]) * values[Int(next[k])]
    }
    return reward[row] + discount * total
  }

  private func sweep(_ values: [Double], _ discount: Double) -> ([Double], [Int]) {
    var best = [Double](repeating: 0, count: states)
    var choice = [Int](repeating: 0, count: states)
    for s in 0..<states {
      var (top, at) = (-Double.infinity, 0)
      for a in 0..<actions {
        let q = value(s * actions + a, values, discount)
        if q > top { (top, at) = (q, a) }
      }
      best[s] = top
      choice[s] = at
    }
    return (best, choice)
  }

  fileprivate func q(_ state: Int, _ action: Int, _ values: [Double], _ discount: Double)
    -> Double
  { value(state * actions + action, values, discount) }
}

/// Optimal values and actions of a finite process.
public struct FiniteSolution: Sendable {
  /// What was solved.
  public let process: FiniteMDP
  /// γ.
  public let discount: Double
  let steps: [([Double], [Int])]

  private func step(_ t: Int) -> ([Double], [Int]) { steps[Swift.min(t, steps.count - 1)] }

  /// Optimal values of all states, at step `t` where the horizon is finite.
  public func values(at t: Int = 0) -> [Double] { step(t).0 }
  /// Optimal actions of all states.
  public func policy(at t: Int = 0) -> [Int] { step(t).1 }
  /// Q(s, ·), at step `t` where the horizon is finite.
  public func qValues(_ state: Int, at t: Int = 0) -> [Double] {
    let behind =
      steps.count == 1
      ? steps[0].0
      : t + 1 < steps.count ? steps[t + 1].0 : [Double](repeating: 0, count: process.states)
    return (0..<process.actions).map { process.q(state, $0, behind, discount) }
  }
}

extension PelletMaze {
  /// The maze as a finite process, with a state for each place of player, ghosts and each set of
  /// pellets.
  ///
  /// Stops the cell where that is more than 20 million outcomes.
  public func finiteMDP() -> FiniteMDP {
    let (cells, number) = (places.count, ghosts.count)
    let bodies = (0..<number).reduce(cells) { total, _ in total * cells }
    let (total, width) = (bodies << pellets.count, stateDimension)
    // A ghost that wanders has four ways at most; one that hunts has one.
    let each = chase == 0 ? 4 : chase == 1 ? 1 : 5
    let draws = (0..<number).reduce(1) { n, _ in n * each }
    guard total * 4 * draws <= 64_000_000 else {
      fatalError(
        "PelletMaze: \(total) states with \(4 * draws) outcomes each; take fewer pellets or ghosts")
    }
    let wayCount = (0..<cells).map { Set(neighbours[($0 * 12)..<($0 * 12 + 12)]).count }
    var next = [Int32](repeating: -1, count: total * 4 * draws)
    var probability = [Float](repeating: 0, count: total * 4 * draws)
    var reward = [Double](repeating: 0, count: total * 4)
    var (state, noise) = (
      [Float](repeating: 0, count: width), [Float](repeating: 0, count: max(1, number))
    )
    for code in 0..<total {
      for action in 0..<4 {
        for draw in 0..<draws {
          decode(code, into: &state)
          var (rest, chance) = (draw, 1.0)
          for index in 0..<number {
            let k = rest % each
            rest /= each
            let hunts = chase == 1 || k == 4
            let ways = wayCount[Int(state[1 + index])]
            let share = k < ways ? 1 / Double(ways) : 0
            chance *= hunts ? chase : (1 - chase) * share
            noise[index] = Float(
              hunts ? 0.5 * chase : chase + (1 - chase) * (Double(k) + 0.5) / 12)
          }
          let (gain, over) = followed(&state, noise, Float(action))
          let row = code * 4 + action
          reward[row] += chance * Double(gain)
          probability[row * draws + draw] = Float(chance)
          if !over { next[row * draws + draw] = Int32(encode(state)) }
        }
      }
    }
    return FiniteMDP(
      states: total, actions: 4, outcomes: draws, next: next, probability: probability,
      reward: reward)
  }

  /// One step of one state, in place.
  private func followed(_ state: inout [Float], _ noise: [Float], _ choice: Float) -> (
    Float, Bool
  ) {
    var (gain, over, action): (Float, Bool, Float) = (0, false, choice)
    state.withUnsafeMutableBufferPointer { state in
      noise.withUnsafeBufferPointer { noise in
        withUnsafeMutablePointer(to: &gain) { gain in
          withUnsafeMutablePointer(to: &over) { over in
            withUnsafePointer(to: &action) { action in
              advance(
                CompiledRows(
                  count: 1, state: state.baseAddress!, action: action, noise: noise.baseAddress!,
                  reward: gain, ended: over))
            }
          }
        }
      }
    }
    return (gain, over)
  }

  /// The numbers of states `[n, stateDimension]` in ``finiteMDP()``.
  public func stateNumbers(_ states: Tensor) -> [Int] {
    let (flat, width) = (states.floats, stateDimension)
    return (0..<states.dim(0)).map { encode(Array(flat[($0 * width)..<(($0 + 1) * width)])) }
  }

  /// Which entries of an observation are 1 in a state of ``finiteMDP()``.
  public func activeFeatures(_ number: Int) -> [Int] {
    var (rest, found) = (number, [Int]())
    for body in 0...ghosts.count {
      found.append(body * places.count + rest % places.count)
      rest /= places.count
    }
    let first = places.count * (1 + ghosts.count)
    for pellet in pellets.indices {
      if rest & 1 == 1 { found.append(first + pellet) }
      rest >>= 1
    }
    return found
  }

  private func encode(_ state: [Float]) -> Int {
    var code = 0
    for pellet in pellets.indices.reversed() {
      code = code << 1 | (state[1 + ghosts.count + pellet] == 0 ? 0 : 1)
    }
    for body in (0...ghosts.count).reversed() { code = code * places.count + Int(state[body]) }
    return code
  }

  private func decode(_ code: Int, into state: inout [Float]) {
    var rest = code
    for body in 0...ghosts.count {
      state[body] = Float(rest % places.count)
      rest /= places.count
    }
    for pellet in pellets.indices {
      state[1 + ghosts.count + pellet] = Float(rest & 1)
      rest >>= 1
    }
  }
}
