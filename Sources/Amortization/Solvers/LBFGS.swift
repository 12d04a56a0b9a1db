import Tensors

/// L-BFGS (Nocedal & Wright 2006, algorithm 7.4) for a whole batch of problems at once.
///
/// Each row has its own pairs of steps and gradient changes, its own line search for the weak
/// Wolfe conditions (by bisection, doi:10.1007/s10107-012-0514-2) and its own end: where the
/// gradient is within the tolerance, or where for four iterations neither objective nor gradient
/// has become smaller than rounding.
///
/// - Complexity: an iteration costs 4·memory·n·d multiplications and usually one gradient.
public struct LBFGS: IterativeSolver, Sendable {
  /// Pairs that are kept.
  public var memory: Int
  /// The limit on iterations.
  public var maximumIterations: Int
  /// On the largest element of the gradient.
  public var tolerance: Double

  /// What is not given is as usual.
  public init(memory: Int = 10, maximumIterations: Int = 200, tolerance: Double = 1e-6) {
    self.memory = memory
    self.maximumIterations = maximumIterations
    self.tolerance = tolerance
  }

  public var name: String { "L-BFGS" }

  public var advice: String { "use more iterations, or a better start" }
  public var patience: Int? { 4 }
  public var settles: Bool { true }

  public var assumesSmooth: Bool { true }

  public func begin(_ rows: inout SolverRows) {
    requireEuclidean(rows.problem)
    let gradient = rows.measure()
    // Memory: gradient, scale of the first matrix, then s, g-change and 1/⟨s, change⟩ in turn.
    rows.memory = [gradient, minimum(1 / maximum(gradient.norm(axis: -1), 1e-12), 1)]
  }

  public func step(_ rows: inout SolverRows) {
    let slope = rows.memory[0]
    var direction = -twoLoops(slope, rows.memory)
    // Where the direction does not descend, the gradient does.
    let descends = rowDot(direction, slope) .< 0
    if !descends.all() { direction = which(descends.asColumn, direction, -slope) }
    let found = WolfeSearch(rows, direction, slope).run()
    remember(&rows, found.y - rows.y, found.gradient - slope)
    rows.y = found.y
    rows.memory[0] = found.gradient
    rows.stalled = .!found.moved
    rows.note(found.value, gradient: found.gradient)
  }

  /// The inverse Hessian's approximation times the gradient.
  ///
  /// A pair with weight 0 changes nothing, so rows whose pair was refused need no branch.
  private func twoLoops(_ gradient: Tensor, _ memory: [Tensor]) -> Tensor {
    var q = gradient
    var alphas: [Tensor] = []
    let pairs = stride(from: 2, to: memory.count, by: 3)
    for i in pairs.reversed() {
      let alpha = memory[i + 2] * rowDot(memory[i], q)
      alphas.append(alpha)
      q = q - alpha.asColumn * memory[i + 1]
    }
    q = memory[1].asColumn * q
    for (i, alpha) in zip(pairs, alphas.reversed()) {
      let beta = memory[i + 2] * rowDot(memory[i + 1], q)
      q = q + (alpha - beta).asColumn * memory[i]
    }
    return q
  }

  private func remember(_ set: inout SolverRows, _ s: Tensor, _ change: Tensor) {
    let curvature = rowDot(s, change)
    let size = rowDot(change, change)
    let isUseful = curvature .> 1e-10 * size
    let weight = which(isUseful, 1 / which(isUseful, curvature, 1), 0)
    set.memory[1] = which(isUseful, curvature / which(isUseful, size, 1), set.memory[1])
    set.memory += [s, change, weight]
    if set.memory.count > 2 + 3 * memory { set.memory.removeSubrange(2..<5) }
  }
}

/// A line search for the weak Wolfe conditions, row by row.
///
/// Rows that have found their step are not evaluated again once they are the majority.
struct WolfeSearch {
  struct Found {
    var y: Tensor
    var value: Tensor
    var gradient: Tensor
    var moved: Tensor
  }

  private let set: SolverRows
  private let direction: Tensor
  private let slope: Tensor
  private let decrease = 1e-4
  private let curvature = 0.9

  init(_ set: SolverRows, _ direction: Tensor, _ slope: Tensor) {
    (self.set, self.direction, self.slope) = (set, direction, slope)
  }

  func run() -> Found {
    let n = set.y.dim(0)
    let descent = rowDot(direction, slope)
    var found = Found(
      y: set.y, value: set.value, gradient: slope, moved: Tensor.zeros([n], dtype: .bool))
    var rows = Array(0..<n)
    var (x, y, value, p, m) = (set.x, set.y, set.value, direction, descent)
    var low = value.zerosLike()
    var high = value.plainOnes * Double.infinity
    var t = value.plainOnes
    for trial in 0..<30 {
      let point = y + t.asColumn * p
      let (f, g) = set.problem.valueAndGradient(point, x, noise: set.noise)
      let slack = (y.dtype == .float64 ? 1e-15 : 2e-7) * abs(value)
      let falls = f .<= value + decrease * t * m + slack
      let isFlat = rowDot(g, p) .>= curvature * m
      // After some trials a mere decrease will do: gradients of float32 may never be flat enough.
      let isDone = trial < 12 ? falls .& isFlat : falls
      let done = isDone.booleans
      if done.contains(true) {
        found = merged(found, rows, done, point, f, g)
        if !done.contains(false) { break }
      }
      high = which(falls, high, t)
      low = which(falls .& .!isFlat, t, low)
      t = which(isFinite(high), 0.5 * (low + high), 2 * t)
      if done.contains(true) {
        let stay = done.indices.filter { !done[$0] }
        let positions = Tensor(stay)
        rows = stay.map { rows[$0] }
        (x, y, value) = (x.take(positions), y.take(positions), value.take(positions))
        (p, m, t) = (p.take(positions), m.take(positions), t.take(positions))
        (low, high) = (low.take(positions), high.take(positions))
      }
    }
    return found
  }

  private func merged(
    _ found: Found, _ rows: [Int], _ done: [Bool], _ y: Tensor, _ value: Tensor,
    _ gradient: Tensor
  ) -> Found {
    let n = found.value.dim(0)
    if rows.count == n {
      let mask = Tensor(done)
      let column = mask.asColumn
      return Found(
        y: which(column, y, found.y), value: which(mask, value, found.value),
        gradient: which(column, gradient, found.gradient), moved: found.moved .| mask)
    }
    // Rows below `n` are the old ones, rows from there on those of this trial.
    var place = Array(0..<n)
    var moved = found.moved.booleans
    for (i, row) in rows.enumerated() where done[i] {
      place[row] = n + i
      moved[row] = true
    }
    let order = Tensor(place)
    func joined(_ a: Tensor, _ b: Tensor) -> Tensor { concatenate([a, b]).take(order) }
    return Found(
      y: joined(found.y, y), value: joined(found.value, value),
      gradient: joined(found.gradient, gradient), moved: Tensor(moved))
  }
}
