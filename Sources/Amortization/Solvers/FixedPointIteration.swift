import Tensors

extension SolverRows {
  /// Evaluates the map that fixed-point solvers iterate, sets objectives and errors, and gives g(y).
  ///
  /// The map is the problem's own, or else a projected gradient step; errors are max |g(y) − y|.
  /// A point costs one evaluation of the map: the residual gives the objective where the objective
  /// is the residual, and a gradient comes with its value.
  ///
  /// - Parameter stepSize: η of the gradient step, where the problem has no map of its own.
  public mutating func measureMap(stepSize: Double = 0.1) -> Tensor {
    let (image, objective) = mapped(y, x, stepSize: stepSize)
    value = objective
    error = abs(image - y).max(axis: -1)
    return image
  }

  /// g(y), and the objective at y.
  package func mapped(_ y: Tensor, _ x: Tensor, stepSize: Double = 0.1) -> (
    image: Tensor, value: Tensor
  ) {
    if let map = problem.fixedPointMap {
      let image = map(y, x)
      let objective =
        problem.minimizesResidual
        ? square(image - y).sum(axis: -1) : problem(y, x, noise: noise)
      return (image, objective)
    }
    let (objective, gradient) = problem.valueAndGradient(y, x, noise: noise)
    let slope = problem.domain.tangent(y, gradient)
    return (problem.domain.retract(y, -stepSize * slope), objective)
  }
}

/// Iteration y ← y + β·(g(y; x) − y): plain at β = 1, damped below (Krasnoselskii–Mann).
///
/// Damped, it also converges for maps that keep distances without shrinking them.
public struct FixedPointIteration: IterativeSolver, Sendable {
  /// β, in (0, 1].
  public var damping: Double
  /// η of the gradient step that is iterated when the problem has no map of its own.
  public var stepSize: Double
  /// The limit on iterations.
  public var maximumIterations: Int
  /// On the largest element of g(y) − y.
  public var tolerance: Double

  /// What is not given is as usual.
  public init(
    damping: Double = 1, stepSize: Double = 0.1, maximumIterations: Int = 1000,
    tolerance: Double = 1e-6
  ) {
    guard damping > 0, damping <= 1 else {
      fatalError("FixedPointIteration: damping \(damping); it is above 0 and at most 1")
    }
    self.damping = damping
    self.stepSize = stepSize
    self.maximumIterations = maximumIterations
    self.tolerance = tolerance
  }

  public var name: String {
    damping == 1 ? "fixed-point iteration" : "damped iteration"
  }

  public var advice: String {
    "use more iterations or AndersonAcceleration(), and look whether the map contracts"
  }

  public func begin(_ rows: inout SolverRows) {
    rows.memory = [rows.measureMap(stepSize: stepSize)]
  }

  public func step(_ rows: inout SolverRows) {
    let image = rows.memory[0]
    rows.y =
      damping == 1 ? image : rows.problem.domain.project(rows.y + damping * (image - rows.y))
    rows.memory[0] = rows.measureMap(stepSize: stepSize)
  }
}
