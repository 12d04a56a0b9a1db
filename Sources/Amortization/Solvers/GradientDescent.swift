import Tensors

/// Gradient descent: y ← R(y, −η∇f(y; x)).
///
/// The domain decides what it is: in Euclidean space plain gradient descent, in a convex set the
/// projected gradient method, on a manifold Riemannian descent with the domain's retraction.
///
/// On a quadratic with curvatures in [m, L] and η = 2/(m + L), the distance to the minimum shrinks
/// by (L − m)/(L + m) in each step.
public struct GradientDescent: IterativeSolver, Sendable {
  /// How long steps are.
  public var stepSize: StepSize
  /// The limit on iterations.
  public var maximumIterations: Int
  /// On ``ParametricProblem/stationarity(_:gradient:)``.
  public var tolerance: Double

  /// What is not given is as usual.
  public init(
    stepSize: StepSize = .backtracking(), maximumIterations: Int = 1000, tolerance: Double = 1e-6
  ) {
    self.stepSize = stepSize
    self.maximumIterations = maximumIterations
    self.tolerance = tolerance
  }

  public var name: String { "gradient descent" }

  public var advice: String {
    "use more iterations, or a solver that sees curvature, such as LBFGS()"
  }
  public var patience: Int? { if case .backtracking = stepSize { 20 } else { nil } }

  public var assumesSmooth: Bool { true }

  public func begin(_ rows: inout SolverRows) {
    // Memory: gradient, lengths of the last steps.
    let gradient = rows.measure()
    rows.memory = [gradient, rows.value.plainOnes * Double.infinity]
  }

  public func step(_ rows: inout SolverRows) {
    let domain = rows.problem.domain
    let slope = rows.memory[0]
    let direction = -domain.tangent(rows.y, slope)
    switch stepSize {
    case .constant(let length):
      rows.y = domain.retract(rows.y, length * direction)
    case .backtracking(let initial, let shrink, let decrease):
      let found = backtracked(
        rows, along: direction, gradient: slope, from: minimum(2 * rows.memory[1], initial),
        shrink: shrink, decrease: decrease)
      rows.y = found.y
      rows.memory[1] = found.length
      rows.stalled = .!found.moved
    }
    rows.memory[0] = rows.measure()
  }
}

/// Nesterov's accelerated gradient method, projected where the domain is a convex set (FISTA's
/// form, doi:10.1137/080716542), with restarts when the objective rises (arXiv:1204.3982).
///
/// On convex functions with curvature at most 1/η: f − f* ≤ 2‖y₀ − y*‖²/(η·(k + 1)²).
public struct AcceleratedGradient: IterativeSolver, Sendable {
  /// η, at most 1 over the largest curvature.
  public var stepSize: Double
  /// Whether momentum is dropped when the objective rises.
  public var restarts: Bool
  /// The limit on iterations.
  public var maximumIterations: Int
  /// On ``ParametricProblem/stationarity(_:gradient:)``.
  public var tolerance: Double

  /// What is not given is as usual.
  public init(
    stepSize: Double, restarts: Bool = true, maximumIterations: Int = 1000, tolerance: Double = 1e-6
  ) {
    self.stepSize = stepSize
    self.restarts = restarts
    self.maximumIterations = maximumIterations
    self.tolerance = tolerance
  }

  public var name: String { "accelerated gradient" }

  public var advice: String {
    "use more iterations, or a step size nearer to 1 over the largest curvature"
  }

  public var assumesSmooth: Bool { true }

  public func begin(_ rows: inout SolverRows) {
    guard !rows.problem.domain.isManifold else {
      fatalError("\(name): no momentum on a \(rows.problem.domain.name); use GradientDescent")
    }
    rows.measure()
    // Memory: the point looked ahead to, and Nesterov's t.
    rows.memory = [rows.y, rows.value.plainOnes]
  }

  public func step(_ rows: inout SolverRows) {
    let problem = rows.problem
    let slope = problem.gradient(rows.memory[0], rows.x, noise: rows.noise)
    let (last, lastValue) = (rows.y, rows.value)
    rows.y = problem.domain.project(rows.memory[0] - stepSize * slope)
    rows.measure()
    var t = rows.memory[1]
    if restarts { t = which(rows.value .> lastValue, 1, t) }
    let following = 0.5 * (1 + sqrt(1 + 4 * square(t)))
    rows.memory = [rows.y + ((t - 1) / following).asColumn * (rows.y - last), following]
  }
}
