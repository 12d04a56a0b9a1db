import Convex
import Tensors

/// Model-predictive control of a walking robot as a linear inverted pendulum (doi:10.1109/ICHR.2006.321375):
/// at each step a quadratic program for the next jerks of the centre of mass, in one direction.
///
/// min 10⁻³|u|² + ½·|s_N − goal|² with the zero-moment point zₖ = cₖ − (h/g)·c̈ₖ between the edges of the
/// foot that stands; while the weight moves from foot to foot it is free. 16 variables and 32 inequalities, the
/// sizes and the matrix P of the LIPMWALK problems (qpsolvers/mpc_qpbenchmark).
public struct WalkingController: Sendable {
  /// Steps ahead.
  public let horizon = 16
  /// Seconds in a step.
  public let period = 0.1
  /// Height of the centre of mass over gravity, s².
  public let stiffness = 0.84 / 9.81
  /// P [16, 16].
  public let P: Tensor
  /// A [32, 16]: rows for the upper and the lower edge at each step.
  public let A: Tensor
  /// From jerks to the last state, [3, 16].
  let reach: Tensor
  /// From the present state to the last one, [3, 3].
  let drift: Tensor
  /// From the present state to the zero-moment points, [16, 3].
  let points: Tensor

  /// The controller.
  public init() {
    let (steps, t, h) = (16, 0.1, 0.84 / 9.81)
    func after(_ k: Int) -> [[Double]] {
      let s = Double(k) * t
      return [[1, s, s * s / 2], [0, 1, s], [0, 0, 1]]
    }
    // What a jerk at step j does to the state at step k.
    func effect(_ j: Int, _ k: Int) -> [Double] {
      guard j < k else { return [0, 0, 0] }
      let b = [t * t * t / 6, t * t / 2, t]
      return after(k - j - 1).map { row in zip(row, b).reduce(0.0) { $0 + $1.0 * $1.1 } }
    }
    let last = (0..<steps).map { effect($0, steps) }
    reach = Tensor((0..<3).flatMap { i in last.map { $0[i] } }, dtype: .float64)
      .reshaped([3, steps])
    drift = Tensor(after(steps).flatMap { $0 }, dtype: .float64).reshaped([3, 3])
    points = Tensor(
      (1...steps).flatMap { k in after(k)[0].enumerated().map { $1 - (($0 == 2) ? h : 0) } },
      dtype: .float64
    ).reshaped([steps, 3])
    let forced = (1...steps).flatMap { k in
      (0..<steps).map { j -> Double in
        let e = effect(j, k)
        return e[0] - h * e[2]
      }
    }
    let rows = Tensor(forced, dtype: .float64).reshaped([steps, 1, steps])
    A = concatenate([rows, -1 * rows], axis: 1).reshaped([2 * steps, steps])
    P = 1e-3 * Tensor.eye(steps, dtype: .float64) + reach.T.matmul(reach)
  }

  /// A walk: where the feet are, and when.
  public struct Walk: Sendable {
    /// The centre of the foot that stands at each step of time, and none while the weight moves.
    public var stance: [Double?]
    /// Half of a foot's length.
    public var halfLength: Double
    /// Where the next foot is at each step of time.
    public var goals: [Double]
    /// Pushes: what each step of time adds to the velocity.
    public var pushes: [Double]
  }

  /// A walk of `count` controlled steps with steps of random length and duration, and random pushes.
  public func walk(_ count: Int, push: Double = 0.02, from generator: inout Generator) -> Walk {
    let draws = Tensor.uniform([64], dtype: .float64, from: &generator).doubles
    let pushes = Tensor.normal([count], std: push, dtype: .float64, from: &generator).doubles
    let length = 0.15 + 0.25 * draws[0]
    let single = 6 + Int(3 * draws[1])
    var (foot, k) = (0.0, 2)
    // It begins standing, for a random while.
    let standing = 8 + Int(Double(single) * draws[2])
    var stance = [Double?](repeating: foot, count: standing)
    var centres = [Double](repeating: foot, count: standing)
    while stance.count < count + 2 * horizon {
      foot += length * (0.8 + 0.4 * draws[k + 1])
      k = (k + 1) % 60
      stance.append(nil)
      centres.append(foot)
      for _ in 0..<single {
        stance.append(foot)
        centres.append(foot)
      }
    }
    return Walk(
      stance: stance, halfLength: 0.08 + 0.04 * draws[63], goals: centres, pushes: pushes)
  }

  /// q [B, 16] and u [B, 32] of the programs of contexts.
  public func data(_ contexts: Tensor) -> (q: Tensor, u: Tensor) {
    let b = contexts.dim(0)
    let state = concatenate([contexts[0..., 0..<1].zerosLike(), contexts[0..., 0..<2]], axis: 1)
    let goal = contexts[0..., 2]
    let (low, high) = (contexts[0..., 3..<(3 + horizon)], contexts[0..., (3 + horizon)...])
    let rest = goal.zerosLike()
    let missed = state.matmul(drift.T) - stack([goal, rest, rest], axis: 1)
    let free = state.matmul(points.T)
    let edges = stack([high - free, free - low], axis: 2).reshaped([b, 2 * horizon])
    return (missed.matmul(reach), edges)
  }

  /// What a program is made of, for walks at a step of time: contexts [B, 3 + 32].
  ///
  /// A context is velocity, acceleration, goal, then the lower and the upper edge at each step ahead; all
  /// relative to the centre of mass.
  public func contexts(_ walks: [Walk], at t: Int, states: Tensor) -> Tensor {
    let numbers = states.doubles
    let rows = walks.enumerated().flatMap { (k, walk) -> [Double] in
      let c = numbers[3 * k]
      let ahead = (1...horizon).map { walk.stance[t + $0] }
      let low = ahead.map { $0.map { $0 - walk.halfLength - c } ?? -100 }
      let high = ahead.map { $0.map { $0 + walk.halfLength - c } ?? 100 }
      return [numbers[3 * k + 1], numbers[3 * k + 2], walk.goals[t + horizon] - c] + low + high
    }
    return Tensor(rows, dtype: .float64).reshaped([walks.count, 3 + 2 * horizon])
  }

  /// The programs of contexts.
  public func programs(_ contexts: Tensor) throws -> QuadraticBatch {
    let (q, u) = data(contexts)
    let none = Tensor.full([2 * horizon], -Double.infinity, dtype: .float64)
    return try QuadraticBatch(P: P, q: q, A: A, l: none, u: u)
  }

  /// The states after a step with the first jerks [B], and pushes [B].
  public func stepped(_ states: Tensor, jerk: Tensor, push: Tensor) -> Tensor {
    let t = period
    let (c, v, a) = (states[0..., 0], states[0..., 1], states[0..., 2])
    let position = c + t * v + (t * t / 2) * a + (t * t * t / 6) * jerk
    let velocity = v + t * a + (t * t / 2) * jerk + push
    return stack([position, velocity, a + t * jerk], axis: 1)
  }
}

/// The programs of one step of time of many walks, and their solutions.
public struct WalkStep: Sendable {
  /// What the programs are made of [walks, 35].
  public var contexts: Tensor
  /// Their solutions [walks, 16].
  public var x: Tensor
  /// Their multipliers [walks, 32].
  public var y: Tensor
  /// How each ended.
  public var status: [ConvexStatus]
  /// Iterations of each.
  public var iterations: [Int]
}

extension WalkingController {
  /// What a model reads of contexts [B, 35]: velocity, acceleration, goal, half of a foot's length, and for
  /// each step ahead the middle of the foot and whether one stands; [B, 36].
  public func features(_ contexts: Tensor) -> Tensor {
    let (low, high) = (contexts[0..., 3..<(3 + horizon)], contexts[0..., (3 + horizon)...])
    let stands = (high .< 50).cast(to: .float64)
    let middle = 0.5 * stands * (low + high)
    let half = (0.5 * stands * (high - low)).max(axis: -1, keepDims: true)
    return concatenate([contexts[0..., 0..<3], half, middle, stands], axis: 1)
  }

  /// What a solution says of the program one step later: jerks and multipliers moved up by a step, the
  /// last of them kept.
  public func movedUp(_ step: WalkStep) -> (x: Tensor, y: Tensor) {
    func moved(_ x: Tensor, by k: Int) -> Tensor {
      concatenate([x[0..., k...], x[0..., (x.dim(1) - k)...]], axis: 1)
    }
    return (moved(step.x, by: 1), moved(step.y, by: 2))
  }

  /// Walks in closed loop, each step's programs solved from a start by operator splitting.
  ///
  /// - Parameter start: of the programs of contexts, after the previous step's solutions.
  /// - Throws: ``ConvexError``.
  public func control(
    _ walks: [Walk], steps: Int, options: SplittingOptions,
    start: (_ contexts: Tensor, _ previous: WalkStep?) -> SplittingStart?
  ) throws -> [WalkStep] {
    try loop(walks, steps: steps) { contexts, previous in
      let splitting = try OperatorSplitting(programs(contexts), options: options)
      let found = splitting.solve(FixedPenalty(), from: start(contexts, previous))
      return WalkStep(
        contexts: contexts, x: found.x, y: found.y, status: found.status,
        iterations: found.iterations)
    }
  }

  /// Walks in closed loop, each program solved exactly.
  ///
  /// - Throws: ``ConvexError``.
  public func simulate(_ walks: [Walk], steps: Int) throws -> [WalkStep] {
    try loop(walks, steps: steps) { contexts, _ in
      let found = try programs(contexts).solve(QuadraticOptions(absoluteTolerance: 1e-9))
      return WalkStep(
        contexts: contexts, x: found.x, y: found.y, status: found.status,
        iterations: found.iterations)
    }
  }

  private func loop(
    _ walks: [Walk], steps: Int,
    _ solve: (_ contexts: Tensor, _ previous: WalkStep?) throws -> WalkStep
  ) throws -> [WalkStep] {
    let begun = walks.flatMap { walk -> [Double] in [walk.stance[0] ?? walk.goals[0], 0, 0] }
    var states = Tensor(begun, dtype: .float64).reshaped([walks.count, 3])
    var result: [WalkStep] = []
    for t in 0..<steps {
      let step = try solve(contexts(walks, at: t, states: states), result.last)
      let pushes = Tensor(walks.map { $0.pushes[t] }, dtype: .float64)
      states = stepped(states, jerk: step.x[0..., 0], push: pushes)
      result.append(step)
    }
    return result
  }
}
