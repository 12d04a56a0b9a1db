import Tensors

/// Gradient descent: y ← R(y, −η∇f(y; x)).
///
/// The domain decides what it is: in Euclidean space plain gradient descent, in a convex set the
/// projected gradient method, on a manifold Riemannian descent with the domain's retraction.
///
/// On a quadratic with curvatures in [m, L] and η = 2/(m + L), the distance to the minimum shrinks
/// by (L − m)/(L + m) in each step.
public struct GradientDescent: Solver, Sendable {
  public var stepSize: StepSize
  public var iterations: Int
  /// On ``ParametricProblem/stationarity(_:gradient:)``.
  public var tolerance: Double

  public init(
    stepSize: StepSize = .backtracking(), iterations: Int = 1000, tolerance: Double = 1e-6
  ) {
    self.stepSize = stepSize
    self.iterations = iterations
    self.tolerance = tolerance
  }

  public var name: String { "gradient descent" }

  public func solve(_ request: SolveRequest) -> SolverResult {
    let descends = if case .backtracking = stepSize { true } else { false }
    let loop = SolverLoop(
      name: name, limit: iterations, tolerance: tolerance, patience: descends ? 20 : nil,
      advice: "use more iterations, or a solver that sees curvature, such as LBFGS()")
    // Memory: gradient, lengths of the last steps.
    return loop.run(request) { set in
      let (value, gradient) = set.problem.valueAndGradient(set.y, set.x, noise: set.noise)
      set.memory = [gradient, value.plainOnes * Double.infinity]
      set.note(value, gradient: gradient)
    } step: { set in
      let slope = set.memory[0]
      let direction = -set.problem.domain.tangent(set.y, slope)
      switch stepSize {
      case .constant(let length):
        set.y = set.problem.domain.retract(set.y, length * direction)
      case .backtracking(let initial, let shrink, let decrease):
        let first = minimum(2 * set.memory[1], initial)
        let found = backtracked(
          set, along: direction, gradient: slope, from: first, shrink: shrink,
          decrease: decrease)
        set.y = found.y
        set.memory[1] = found.length
        set.stalled = .!found.moved
      }
      let (value, gradient) = set.problem.valueAndGradient(set.y, set.x, noise: set.noise)
      set.memory[0] = gradient
      set.note(value, gradient: gradient)
    }
  }
}

/// Nesterov's accelerated gradient method, projected where the domain is a convex set (FISTA's
/// form, doi:10.1137/080716542), with restarts when the objective rises (arXiv:1204.3982).
///
/// On convex functions with curvature at most 1/η: f − f* ≤ 2‖y₀ − y*‖²/(η·(k + 1)²).
public struct AcceleratedGradient: Solver, Sendable {
  /// η, at most 1 over the largest curvature.
  public var stepSize: Double
  public var restarts: Bool
  public var iterations: Int
  public var tolerance: Double

  public init(
    stepSize: Double, restarts: Bool = true, iterations: Int = 1000, tolerance: Double = 1e-6
  ) {
    self.stepSize = stepSize
    self.restarts = restarts
    self.iterations = iterations
    self.tolerance = tolerance
  }

  public var name: String { "accelerated gradient" }

  public func solve(_ request: SolveRequest) -> SolverResult {
    guard !request.problem.domain.isManifold else {
      fatalError("\(name): no momentum on a \(request.problem.domain.name); use GradientDescent")
    }
    let loop = SolverLoop(
      name: name, limit: iterations, tolerance: tolerance,
      advice: "use more iterations, or a step size nearer to 1 over the largest curvature")
    // Memory: the point that gradients are taken at, and the momentum's counter t, by row.
    return loop.run(request) { set in
      let (value, gradient) = set.problem.valueAndGradient(set.y, set.x, noise: set.noise)
      set.memory = [set.y, value.plainOnes]
      set.note(value, gradient: gradient)
    } step: { set in
      let problem = set.problem
      let slope = problem.gradient(set.memory[0], set.x, noise: set.noise)
      let next = problem.domain.project(set.memory[0] - stepSize * slope)
      let (value, gradient) = problem.valueAndGradient(next, set.x, noise: set.noise)
      var t = set.memory[1]
      if restarts { t = which(value .> set.value, 1, t) }
      let following = 0.5 * (1 + sqrt(1 + 4 * square(t)))
      set.memory = [next + ((t - 1) / following).asColumn * (next - set.y), following]
      set.y = next
      set.note(value, gradient: gradient)
    }
  }
}
