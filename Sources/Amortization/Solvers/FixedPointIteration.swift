import Tensors

/// What fixed-point solvers iterate: the problem's own map, or a projected gradient step.
///
/// A point costs one evaluation of the map: the residual gives the objective where the objective is
/// the residual, and a gradient comes with its value.
struct FixedPointMap {
  let stepSize: Double

  /// g(y), and the objective at y.
  func callAsFunction(_ rows: SolverRows) -> (image: Tensor, value: Tensor) {
    let problem = rows.problem
    let (y, x, noise) = (rows.y, rows.x, rows.noise)
    if let map = problem.fixedPointMap {
      let image = map(y, x)
      let value =
        problem.minimizesResidual
        ? square(image - y).sum(axis: -1) : problem(y, x, noise: noise)
      return (image, value)
    }
    let (value, gradient) = problem.valueAndGradient(y, x, noise: noise)
    let slope = problem.domain.tangent(y, gradient)
    return (problem.domain.retract(y, -stepSize * slope), value)
  }

  /// Sets objective and error, max |g(y) − y|, and gives g(y).
  func note(_ rows: inout SolverRows) -> Tensor {
    let (image, value) = self(rows)
    rows.value = value
    rows.error = abs(image - rows.y).max(axis: -1)
    return image
  }
}

/// Plain iteration y ← g(y; x).
public struct FixedPointIteration: IterativeSolver, Sendable {
  /// η of the gradient step that is iterated when the problem has no map of its own.
  public var stepSize: Double
  /// The limit on iterations.
  public var maximumIterations: Int
  /// On the largest element of g(y) − y.
  public var tolerance: Double

  /// What is not given is as usual.
  public init(stepSize: Double = 0.1, maximumIterations: Int = 1000, tolerance: Double = 1e-6) {
    self.stepSize = stepSize
    self.maximumIterations = maximumIterations
    self.tolerance = tolerance
  }

  public var name: String { "fixed-point iteration" }

  public var advice: String {
    "use more iterations or AndersonAcceleration(), and look whether the map contracts"
  }

  public func begin(_ rows: inout SolverRows) {
    rows.memory = [FixedPointMap(stepSize: stepSize).note(&rows)]
  }

  public func step(_ rows: inout SolverRows) {
    rows.y = rows.memory[0]
    rows.memory[0] = FixedPointMap(stepSize: stepSize).note(&rows)
  }
}
