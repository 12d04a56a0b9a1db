import Tensors

/// One axis of a grid of states.
public struct GridAxis: Sendable, Hashable {
  /// The first point.
  public var low: Double
  /// The last point; of an angle the one that is the first again.
  public var high: Double
  /// Points.
  public var count: Int
  /// Whether both ends are the same place.
  public var isPeriodic: Bool

  /// `count` points from `low` to `high`; values beyond are those of the nearest end.
  public init(_ low: Double, _ high: Double, count: Int, isPeriodic: Bool = false) {
    guard low < high, count > 1 else {
      fatalError("GridAxis: \(count) points from \(low) to \(high)")
    }
    self.low = low
    self.high = high
    self.count = count
    self.isPeriodic = isPeriodic
  }

  /// An angle, from −π to π.
  public static func angle(count: Int) -> GridAxis {
    GridAxis(-.pi, .pi, count: count, isPeriodic: true)
  }

  /// The distance of neighbours.
  var spacing: Double { (high - low) / Double(isPeriodic ? count : count - 1) }

  /// The points before and after x, and how far x is from the first, between 0 and 1.
  @inline(__always) func place(_ x: Double) -> (Int, Int, Double) {
    var t = (x - low) / spacing
    if isPeriodic {
      let period = Double(count)
      t -= period * (t / period).rounded(.down)
      let base = Swift.min(Int(t), count - 1)
      return (base, base + 1 == count ? 0 : base + 1, t - Double(base))
    }
    t = Swift.min(Swift.max(t, 0), Double(count - 1))
    let base = Swift.min(Int(t), count - 2)
    return (base, base + 1, t - Double(base))
  }
}

/// Dynamic programming on a grid of states: the optimal control of an environment that draws
/// nothing, up to the grid's resolution.
///
/// Values between grid points are interpolated linearly in each axis.
///
/// ```swift
/// let program = GridProgram.pendulum()
/// let optimum = program.finiteHorizon(steps: 200)
/// let returns = rollout(optimum.policy, in: Pendulum(), from: starts).returns
/// ```
///
/// - Complexity: a sweep costs points × actions × 2ᵈ additions; 2ᵈ numbers are held for each point
///   and action.
public struct GridProgram: Sendable {
  /// What is controlled.
  public let environment: any Environment
  /// The grid, an axis for each number of a state.
  public let axes: [GridAxis]
  /// What is tried, `[m, a]` of a box or `[m]` of choices.
  public let actions: Tensor
  /// The grid's points, `[points, d]` in `float64`.
  public let points: Tensor
  let moves: GridMoves

  /// A program over all combinations of points and actions.
  ///
  /// - Parameter actions: tried at each point.
  public init(_ environment: some Environment, axes: [GridAxis], actions: Tensor) {
    guard axes.count == environment.stateDimension else {
      fatalError(
        "GridProgram: \(axes.count) axes, but states of \(environment.name) have "
          + "\(environment.stateDimension) numbers")
    }
    guard environment.noiseDimension == 0 else {
      fatalError("GridProgram: steps of \(environment.name) draw random numbers")
    }
    self.environment = environment
    self.axes = axes
    self.actions = actions
    let total = axes.reduce(1) { $0 * $1.count }
    var flat = [Double](repeating: 0, count: total * axes.count)
    for i in 0..<total {
      var rest = i
      for (k, axis) in axes.enumerated().reversed() {
        flat[i * axes.count + k] = axis.low + axis.spacing * Double(rest % axis.count)
        rest /= axis.count
      }
    }
    points = Tensor(flat, shape: [total, axes.count], dtype: .float64)
    moves = GridMoves(environment, axes, points, actions)
  }

  /// `Pendulum-v1` on 201×161 points with 21 torques.
  public static func pendulum(
    angles: Int = 201, speeds: Int = 161, torques: Int = 21
  ) -> GridProgram {
    GridProgram(
      Pendulum(), axes: [.angle(count: angles), GridAxis(-8, 8, count: speeds)],
      actions: Tensor.linspace(-2, 2, torques, dtype: .float64).reshaped([torques, 1]))
  }

  /// The optimum of so many steps, nothing being counted after the last.
  public func finiteHorizon(steps: Int) -> GridSolution {
    var values = [[Double](repeating: 0, count: points.dim(0))]
    for _ in 0..<steps { values.append(moves.sweep(values[values.count - 1], 1).values) }
    return GridSolution(program: self, values: values.reversed(), discount: 1, isStationary: false)
  }

  /// The optimum of discounted rewards forever.
  ///
  /// Sweeps until no value changes by more than `tolerance`, with sweeps of the greedy policy alone
  /// in between.
  public func stationary(discount: Double = 0.99, tolerance: Double = 1e-6) -> GridSolution {
    guard discount < 1, discount >= 0 else {
      fatalError("GridProgram: discount \(discount); below 1 is needed")
    }
    var values = [Double](repeating: 0, count: points.dim(0))
    for _ in 0..<10_000 {
      let (next, choice) = moves.sweep(values, discount)
      let change = zip(next, values).reduce(0) { Swift.max($0, Swift.abs($1.0 - $1.1)) }
      values = next
      if change < tolerance { break }
      for _ in 0..<20 { values = moves.follow(choice, values, discount) }
    }
    return GridSolution(program: self, values: [values], discount: discount, isStationary: true)
  }

  /// Values between grid points: states `[n, d]` → `[n]`.
  func interpolate(_ values: [Double], _ states: Tensor) -> Tensor {
    let x = states.doubles
    let (n, d) = (states.dim(0), axes.count)
    var result = [Double](repeating: 0, count: n)
    var index = [Int](repeating: 0, count: moves.corners)
    var weight = [Double](repeating: 0, count: moves.corners)
    for i in 0..<n {
      GridMoves.corners(axes, x, i * d, &index, &weight)
      var total = 0.0
      for c in index.indices { total += weight[c] * values[index[c]] }
      result[i] = total
    }
    return Tensor(result, shape: [n], dtype: .float64)
  }
}

/// Where each action leads from each point, as corners of a cell with weights.
struct GridMoves: Sendable {
  let points: Int
  let actions: Int
  let corners: Int
  private var index: [Int32]
  private var weight: [Float]
  private var reward: [Double]
  private var goesOn: [Bool]

  init(_ environment: some Environment, _ axes: [GridAxis], _ states: Tensor, _ tried: Tensor) {
    points = states.dim(0)
    actions = tried.dim(0)
    corners = 1 << axes.count
    let total = points * actions
    index = [Int32](repeating: 0, count: total * corners)
    weight = [Float](repeating: 0, count: total * corners)
    reward = [Double](repeating: 0, count: total)
    goesOn = [Bool](repeating: true, count: total)
    var places = [Int](repeating: 0, count: corners)
    var weights = [Double](repeating: 0, count: corners)
    for a in 0..<actions {
      let one = tried[a...a]
      let action = one.broadcast(to: [points] + one.shape.dropFirst())
      let step = environment.step(states, action)
      let (next, rewards) = (step.state.doubles, step.reward.doubles)
      let over = step.terminated.booleans
      for s in 0..<points {
        let row = s * actions + a
        reward[row] = rewards[s]
        goesOn[row] = !over[s]
        GridMoves.corners(axes, next, s * axes.count, &places, &weights)
        for c in 0..<corners {
          index[row * corners + c] = Int32(places[c])
          weight[row * corners + c] = Float(weights[c])
        }
      }
    }
  }

  /// The corners of the cell around the state at `x[first...]`, in a fixed order.
  static func corners(
    _ axes: [GridAxis], _ x: [Double], _ first: Int, _ index: inout [Int],
    _ weight: inout [Double]
  ) {
    (index[0], weight[0]) = (0, 1)
    var held = 1
    for (k, axis) in axes.enumerated() {
      let (low, high, t) = axis.place(x[first + k])
      for c in (0..<held).reversed() {
        let (i, w) = (index[c] * axis.count, weight[c])
        (index[2 * c + 1], weight[2 * c + 1]) = (i + high, w * t)
        (index[2 * c], weight[2 * c]) = (i + low, w * (1 - t))
      }
      held *= 2
    }
  }

  @inline(__always) private func value(
    _ row: Int, _ values: UnsafeBufferPointer<Double>, _ discount: Double
  ) -> Double {
    var next = 0.0
    if goesOn[row] {
      for c in (row * corners)..<((row + 1) * corners) {
        next += Double(weight[c]) * values[Int(index[c])]
      }
    }
    return reward[row] + discount * next
  }

  /// The best action of each point and its value.
  func sweep(_ values: [Double], _ discount: Double) -> (values: [Double], choice: [Int32]) {
    var best = [Double](repeating: 0, count: points)
    var choice = [Int32](repeating: 0, count: points)
    values.withUnsafeBufferPointer { values in
      for s in 0..<points {
        var (top, at) = (-Double.infinity, 0)
        for a in 0..<actions {
          let q = value(s * actions + a, values, discount)
          if q > top { (top, at) = (q, a) }
        }
        best[s] = top
        choice[s] = Int32(at)
      }
    }
    return (best, choice)
  }

  /// Values after one step of given actions.
  func follow(_ choice: [Int32], _ values: [Double], _ discount: Double) -> [Double] {
    values.withUnsafeBufferPointer { values in
      (0..<points).map { value($0 * actions + Int(choice[$0]), values, discount) }
    }
  }
}
