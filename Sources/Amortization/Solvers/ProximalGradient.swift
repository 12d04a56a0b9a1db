import Tensors

/// Proximal gradient steps y ← prox(y − η∇g(y), η) on f = g + h (ISTA, doi:10.1137/080716542):
/// gradient descent where h is 0, projected where h is a set.
///
/// With η at most 1 over the largest curvature of g, f falls in every step; backtracking finds such
/// an η for each row.
public struct ProximalGradient: IterativeSolver, Sendable {
  /// How long steps are; backtracking begins at one over the curvature along the gradient.
  public var stepSize: StepSize
  /// The limit on iterations.
  public var maximumIterations: Int
  /// On the largest element of (y − prox(y − η∇g, η))/η, which is ∇g where h is 0.
  public var tolerance: Double

  /// What is not given is as usual.
  public init(
    stepSize: StepSize = .backtracking(), maximumIterations: Int = 2000, tolerance: Double = 1e-6
  ) {
    self.stepSize = stepSize
    self.maximumIterations = maximumIterations
    self.tolerance = tolerance
  }

  public var name: String { "proximal gradient" }
  public var advice: String { "use more iterations, or FISTA()" }

  public func begin(_ rows: inout SolverRows) {
    let search = ProximalStep(stepSize)
    search.start(&rows)
  }

  public func step(_ rows: inout SolverRows) {
    let search = ProximalStep(stepSize)
    // Memory: the step found last, and the point that it leads to, both for the present point.
    rows.y = rows.memory[1]
    let found = search.move(rows, from: rows.y, first: rows.memory[0], grows: true)
    rows.memory = [found.length, found.y]
    rows.value = found.valueBefore
    rows.error = found.error
  }
}

/// FISTA (doi:10.1137/080716542): proximal gradient steps from a point looked ahead to, with
/// restarts where the momentum leads uphill (arXiv:1204.3982).
///
/// f − f* falls at least like 2‖y₀ − y*‖²/(η·(k + 1)²), and linearly near a solution at which h has
/// settled.
public struct FISTA: IterativeSolver, Sendable {
  /// How long steps are; backtracking begins at one over the curvature along the gradient.
  public var stepSize: StepSize
  /// Whether momentum is dropped where it leads uphill.
  public var restarts: Bool
  /// The limit on iterations.
  public var maximumIterations: Int
  /// On the largest element of (z − prox(z − η∇g(z), η))/η at the point z looked ahead to.
  public var tolerance: Double

  /// What is not given is as usual.
  public init(
    stepSize: StepSize = .backtracking(), restarts: Bool = true, maximumIterations: Int = 2000,
    tolerance: Double = 1e-6
  ) {
    self.stepSize = stepSize
    self.restarts = restarts
    self.maximumIterations = maximumIterations
    self.tolerance = tolerance
  }

  public var name: String { "FISTA" }
  public var advice: String { "use more iterations, or a larger tolerance" }

  public func begin(_ rows: inout SolverRows) {
    let search = ProximalStep(stepSize)
    search.start(&rows)
    // Memory: η, the point looked ahead to, and Nesterov's t.
    rows.memory = [rows.memory[0], rows.y, rows.value.plainOnes]
  }

  public func step(_ rows: inout SolverRows) {
    let ahead = rows.memory[1]
    let found = ProximalStep(stepSize).move(rows, from: ahead, first: rows.memory[0])
    var t = rows.memory[2]
    if restarts { t = which(rowDot(ahead - found.y, found.y - rows.y) .> 0, 1, t) }
    let following = 0.5 * (1 + sqrt(1 + 4 * square(t)))
    rows.memory = [
      found.length, found.y + ((t - 1) / following).asColumn * (found.y - rows.y), following,
    ]
    rows.y = found.y
    rows.value = rows.problem(found.y, rows.x, noise: rows.noise)
    rows.error = found.error
  }
}

/// One proximal gradient step, its length found row by row.
struct ProximalStep {
  private let stepSize: StepSize

  init(_ stepSize: StepSize) { self.stepSize = stepSize }

  struct Found {
    var y: Tensor
    var length: Tensor
    /// f at the point that the step was made from.
    var valueBefore: Tensor
    /// Largest element of the gradient mapping.
    var error: Tensor
  }

  /// Sets objective and error of the start; memory: a step's length, and where it leads.
  func start(_ rows: inout SolverRows) {
    guard rows.problem.domain.isEuclidean else {
      fatalError(
        "proximal steps: not in \(rows.problem.domain.name); give it as proximal: .inside(…)")
    }
    let first: Tensor
    switch stepSize {
    case .constant(let length): first = rows.value.plainOnes * length
    case .backtracking:
      // One over the curvature along the gradient, which is at most the largest one.
      let slope = smooth(rows, rows.y).gradient
      let norm = maximum(slope.norm(axis: -1), 1e-12)
      let size = (rows.y.dtype == .float64 ? 1e-5 : 1e-2) * (1 + rows.y.norm(axis: -1))
      let near = rows.y - (size / norm).asColumn * slope
      let change = (smooth(rows, near).gradient - slope).norm(axis: -1)
      first = clip(size / maximum(change, 1e-12), 1e-12, 1e6)
    }
    let found = move(rows, from: rows.y, first: first)
    rows.memory = [found.length, found.y]
    rows.value = found.valueBefore
    rows.error = found.error
  }

  /// - Parameter grows: whether a step may be longer than the last, which suits plain descent.
  func move(_ rows: SolverRows, from point: Tensor, first: Tensor, grows: Bool = false) -> Found {
    let (value, slope) = smooth(rows, point)
    let problem = rows.problem
    func step(_ length: Tensor) -> Tensor {
      let column = length.asColumn
      let moved = point - column * slope
      return problem.proximal?.prox(moved, column, rows.x) ?? moved
    }
    var length = first
    var y: Tensor
    switch stepSize {
    case .constant(let fixed):
      length = first.plainOnes * fixed
      y = step(length)
    case .backtracking(_, let shrink, _):
      let slack = (point.dtype == .float64 ? 1e-14 : 1e-6) * abs(value)
      y = step(length)
      if grows {
        // Where the model's values drown in rounding, it cannot tell a step that is too long.
        let promise = 0.5 * rowDot(y - point, y - point) / length
        length = which(promise .> 1e6 * slack, 2 * length, length)
        y = step(length)
      }
      for _ in 0..<60 {
        let away = y - point
        let model = value + rowDot(slope, away) + 0.5 * rowDot(away, away) / length
        let isBelow = problem.smoothPart(y, rows.x, noise: rows.noise) .<= model + slack
        if isBelow.all() { break }
        length = which(isBelow, length, length * shrink)
        y = step(length)
      }
    }
    let whole = problem.proximal.map { value + $0.value(point, rows.x) } ?? value
    return Found(
      y: y, length: length, valueBefore: whole,
      error: abs(point - y).max(axis: -1) / length)
  }

  private func smooth(_ rows: SolverRows, _ y: Tensor) -> (value: Tensor, gradient: Tensor) {
    let (value, pullback) = vjp({ rows.problem.smoothPart($0, rows.x, noise: rows.noise) }, at: y)
    return (value, pullback(value.plainOnes))
  }
}
