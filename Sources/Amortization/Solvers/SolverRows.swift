import Tensors

/// The problems that a solver still works on: what its iteration reads and changes.
public struct SolverRows {
  /// The family.
  public let problem: ParametricProblem
  /// What steps draw.
  public let noise: StepNoise
  /// Contexts, points, objectives and errors, each with a leading axis of rows.
  ///
  /// An iteration sets points, objectives and errors; see ``measure()``.
  public private(set) var x: Tensor
  /// The points, `[n, dimension]`.
  public var y: Tensor
  /// The objectives, `[n]`.
  public var value: Tensor
  /// What is compared with the tolerance.
  public var error: Tensor
  /// Whatever else the solver carries from one iteration to the next, row by row.
  public var memory: [Tensor] = []
  /// Iterations begun.
  public internal(set) var step = 0
  /// Rows that cannot move any more though they did not converge, `[n]` of truth values.
  public var stalled: Tensor?
  /// Steps that a safeguard refused, `[n]`, for solvers whose rows do not leave.
  public var refused: Tensor?

  init(_ request: SolveRequest) {
    problem = request.problem
    noise = request.noise
    x = request.contexts
    y = request.start
    value = Tensor.zeros([y.dim(0)], dtype: y.dtype)
    error = value
  }

  /// Number of rows.
  public var count: Int { y.dim(0) }

  /// Evaluates the objective at the points, sets objectives and errors, and gives the gradients.
  @discardableResult
  public mutating func measure() -> Tensor {
    let (value, gradient) = problem.valueAndGradient(y, x, noise: noise)
    note(value, gradient: gradient)
    return gradient
  }

  /// Sets objectives and errors from gradients.
  public mutating func note(_ value: Tensor, gradient: Tensor) {
    self.value = value
    error = problem.stationarity(y, gradient: gradient)
  }

  mutating func keep(_ rows: Tensor) {
    x = x.take(rows)
    y = y.take(rows)
    value = value.take(rows)
    error = error.take(rows)
    memory = memory.map { $0.take(rows) }
    stalled = stalled?.take(rows)
  }
}
