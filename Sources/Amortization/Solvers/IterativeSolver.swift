import Tensors

/// A solver as its iteration: a start, a step, and a tolerance.
///
/// Everything else is given: batches whose finished rows leave, convergence, history, status,
/// interrupts.
///
/// ```swift
/// struct HeavyBall: IterativeSolver {
///   var name = "heavy ball"
///   var maximumIterations = 1000
///   var tolerance = 1e-6
///   var (stepSize, momentum) = (0.05, 0.8)
///
///   func begin(_ rows: inout SolverRows) {
///     rows.memory = [rows.measure(), rows.y.zerosLike()]      // gradient, velocity
///   }
///   func step(_ rows: inout SolverRows) {
///     rows.memory[1] = momentum * rows.memory[1] - stepSize * rows.memory[0]
///     rows.y = rows.y + rows.memory[1]
///     rows.memory[0] = rows.measure()
///   }
/// }
/// HeavyBall().solve(problem, contexts)
/// ```
///
/// Rows must not depend on one another, and what a row carries belongs into ``SolverRows/memory``,
/// tensors with a leading axis of rows.
public protocol IterativeSolver: Solver {
  /// On ``SolverRows/error``.
  var tolerance: Double { get }
  /// What to change when rows do not converge.
  var advice: String { get }
  /// Whether finished rows may leave: not when what a row draws depends on the others.
  var compacts: Bool { get }
  /// Iterations without progress after which a row ends; `nil` for solvers that need not descend.
  var patience: Int? { get }
  /// Whether rows without progress count as converged.
  var settles: Bool { get }
  /// Whether the iteration relies on gradients that do not jump.
  var assumesSmooth: Bool { get }
  /// Sets objectives and errors of the start, and the memory.
  func begin(_ rows: inout SolverRows)
  /// Moves all rows; sets their objectives and errors.
  func step(_ rows: inout SolverRows)
  /// Called after the last step that the limit allows: rows at a trial point may go back from it.
  func end(_ rows: inout SolverRows)
}

extension IterativeSolver {
  public var advice: String { "use more iterations" }
  public var compacts: Bool { true }
  public var patience: Int? { nil }
  public var settles: Bool { false }
  public var assumesSmooth: Bool { false }
  public func end(_ rows: inout SolverRows) {}

  public func solve(_ request: SolveRequest) -> SolverResult {
    let loop = SolverLoop(
      name: name, maximumIterations: maximumIterations, tolerance: tolerance, compacts: compacts,
      patience: patience, settles: settles, advice: advice)
    if assumesSmooth { requireSmooth(request.problem) }
    var result = loop.run(request, begin: begin, step: step, end: end)
    if assumesSmooth, !result.converged, Kink.isNear(result, request) {
      result.advice =
        "\(name): gradients jump beside the solution, so the objective has a kink there; give that "
        + "part as proximal:, such as .absolute(weight:) for |y|, and use FISTA()"
    }
    return result
  }
}
