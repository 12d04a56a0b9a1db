import Tensors

/// Predictions with a classical solver behind them, so that amortization never loses.
///
/// ```swift
/// let guarded = Safeguard(model, solver: LBFGS())
/// guarded.predict(problem, contexts)     // predictions, solved where they are no good
/// guarded.solve(problem, contexts)       // the solver, started from the predictions
/// ```
///
/// A prediction is used only if its objective is finite, it is in the domain, and it is no worse
/// than the solver's usual start, under noise that neither has seen. Everywhere else the solver
/// runs from its usual start, as if there were no model.
public struct Safeguard<M: AmortizedModel> {
  public var model: M
  public var solver: any Solver
  /// What a prediction may be outside of the domain.
  public var feasibility: Double

  public init(_ model: M, solver: any Solver = LBFGS(), feasibility: Double = 1e-4) {
    self.model = model
    self.solver = solver
    self.feasibility = feasibility
  }

  /// The starts that a solver gets, and which of them are predictions.
  ///
  /// - Parameters:
  ///   - noise: what the model's and the solver's steps draw.
  ///   - score: what predictions are judged by.
  public func starts(
    _ problem: ParametricProblem, _ contexts: Tensor, noise: StepNoise = StepNoise(),
    score: ScoreNoise = ScoreNoise()
  ) -> (points: Tensor, isPredicted: [Bool]) {
    let x = problem.prepared(contexts)
    let predicted = stopGradient(model(x, on: problem, noise: noise))
    let usual = problem.startingPoints(x)
    // A row that is not finite must not reach the projection, let alone a factorization.
    let finite = isFinite(predicted).all(axis: -1)
    let tame = which(finite.asColumn, predicted, usual)
    let isGood =
      finite .& (problem(tame, x, noise: score) .<= problem(usual, x, noise: score))
      .& (problem.domain.violation(tame) .<= feasibility)
    return (which(isGood.asColumn, tame, usual), isGood.booleans)
  }

  /// The predictions, and the solver's solutions where predictions are worse than its start.
  public func predict(
    _ problem: ParametricProblem, _ contexts: Tensor, noise: StepNoise = StepNoise(),
    score: ScoreNoise = ScoreNoise()
  ) -> Tensor {
    let x = problem.prepared(contexts)
    let (points, isPredicted) = starts(problem, x, noise: noise, score: score)
    let rest = isPredicted.indices.filter { !isPredicted[$0] }
    if rest.isEmpty { return points }
    let rows = Tensor(rest)
    let solved = solver.solve(problem, x.take(rows), from: points.take(rows), noise: noise)
    var result = points
    result[rows] = solved.solution
    return result
  }

  /// The solver's result, started from the predictions where they are good.
  public func solve(
    _ problem: ParametricProblem, _ contexts: Tensor, noise: StepNoise = StepNoise(),
    score: ScoreNoise = ScoreNoise()
  ) -> SolverResult {
    let (points, _) = starts(problem, contexts, noise: noise, score: score)
    return solver.solve(problem, contexts, from: points, noise: noise)
  }
}
