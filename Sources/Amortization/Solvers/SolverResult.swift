import Display
import Tensors

/// What a solver found, for each context.
public struct SolverResult: SolveOutcome, Sendable {
  public var solver: String
  /// `[n, dimension]`.
  public var solution: Tensor
  /// Objectives at the solution, `[n]`, under the noise that the steps saw.
  public var values: Tensor
  /// How far each row is from stationary, `[n]`.
  public var errors: Tensor
  /// Iterations that each row took, `[n]`.
  public var iterations: [Int]
  /// How each row ended, `[n]`.
  public var status: [SolveStatus]
  /// Objectives by iteration, the start first: `[iterations + 1, n]`; rows that are done keep
  /// their last value.
  public var valueHistory: Tensor
  /// Errors by iteration, like ``valueHistory``.
  public var errorHistory: Tensor
  /// Iterates, the start first, if they were asked for.
  public var path: [Tensor]
  /// Bounds on f(y; x) − f(y*; x), `[n]`, where the problem has a duality gap.
  public var gaps: Tensor?
  /// Steps of each row that a safeguard refused, if there was one.
  public var refused: [Int]?
  /// What to change, when some row did not converge.
  public var advice: String

  init(
    solver: String, solution: Tensor, values: Tensor, errors: Tensor, iterations: [Int],
    status: [SolveStatus], valueHistory: Tensor, errorHistory: Tensor, path: [Tensor],
    advice: String
  ) {
    self.solver = solver
    self.solution = solution
    self.values = values
    self.errors = errors
    self.iterations = iterations
    self.status = status
    self.valueHistory = valueHistory
    self.errorHistory = errorHistory
    self.path = path
    self.advice = advice
  }

  /// The result of a solver without iterations of ours, such as a formula or a program that is
  /// called; objectives and errors are measured.
  ///
  /// ```swift
  /// struct Formula: Solver {
  ///   let name = "formula"
  ///   var maximumIterations = 1
  ///   func solve(_ request: SolveRequest) -> SolverResult {
  ///     SolverResult(request, by: name, solution: sin(request.contexts))
  ///   }
  /// }
  /// ```
  ///
  /// - Parameters:
  ///   - status: how each row ended; by default converged where the solution is finite.
  ///   - iterations: of each row; by default none.
  public init(
    _ request: SolveRequest, by solver: String, solution: Tensor, status: [SolveStatus]? = nil,
    iterations: [Int]? = nil, advice: String = ""
  ) {
    var rows = SolverRows(request)
    rows.y = solution
    rows.measure()
    let isFinite = Tensors.isFinite(solution).all(axis: -1).booleans
    self.init(
      solver: solver, solution: solution, values: rows.value, errors: rows.error,
      iterations: iterations ?? isFinite.map { _ in 0 },
      status: status ?? isFinite.map { $0 ? .converged : .diverged },
      valueHistory: rows.value.expandedDims(axis: 0).cast(to: .float64),
      errorHistory: rows.error.expandedDims(axis: 0).cast(to: .float64),
      path: request.recordsPath ? [solution] : [], advice: advice)
  }

  /// Mean objective by iteration.
  public var meanValues: [Double] { valueHistory.mean(axis: 1).doubles }

  /// The largest error by iteration.
  public var history: [Double] { errorHistory.max(axis: 1).doubles }

  public var details: [(label: String, value: String)] {
    var lines = [
      (
        label: status.count == 1 ? "objective" : "mean objective",
        value: shortNumber(values.mean().item())
      )
    ]
    if let gaps { lines.append(("largest duality gap", shortNumber(gaps.max().item()))) }
    if let refused { lines.append(("refused steps", "\(refused.reduce(0, +))")) }
    return lines
  }

  /// Row by row the better of two results; iteration counts add up.
  public func better(_ other: SolverResult) -> SolverResult {
    var best = self
    // NaN loses every comparison.
    let isBetter = (other.values .< values) .| isNaN(values)
    best.solution = which(isBetter.expandedDims(axis: -1), other.solution, solution)
    best.values = which(isBetter, other.values, values)
    best.errors = which(isBetter, other.errors, errors)
    if let gaps, let others = other.gaps { best.gaps = which(isBetter, others, gaps) }
    best.iterations = zip(iterations, other.iterations).map { $0 + $1 }
    best.status = isBetter.booleans.enumerated().map { $1 ? other.status[$0] : status[$0] }
    best.advice = best.converged ? "" : advice.isEmpty ? other.advice : advice
    return best
  }
}
