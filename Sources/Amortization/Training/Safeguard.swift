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
  /// What predicts.
  public var model: M
  /// What stands behind it.
  public var solver: any Solver
  /// What a prediction may be outside of the domain.
  public var feasibility: Double

  /// A model with a solver behind it.
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
  ///
  /// An accepted prediction is no worse than the usual start, but a solver may still take longer from
  /// it, or end in another local minimum. A race bounds that: every row is solved from both starts
  /// side by side until one has converged, so that it takes at most the iterations of the usual start,
  /// at up to twice the work for each.
  ///
  /// - Parameter racing: whether accepted predictions race against the usual start.
  public func solve(
    _ problem: ParametricProblem, _ contexts: Tensor, noise: StepNoise = StepNoise(),
    score: ScoreNoise = ScoreNoise(), racing: Bool = false
  ) -> SolverResult {
    let x = problem.prepared(stopGradient(contexts))
    let (points, isPredicted) = starts(problem, x, noise: noise, score: score)
    guard racing, isPredicted.contains(true) else {
      return solver.solve(problem, x, from: points, noise: noise)
    }
    let usual = problem.startingPoints(x)
    var request = SolveRequest(
      problem: problem, contexts: concatenate([x, x]),
      start: stopGradient(concatenate([points, usual])), noise: noise, recordsPath: false)
    request.races = true
    return solver.solve(request).winners(problem, x)
  }
}

extension SolverResult {
  /// Of a race's rows i and i + n/2, the one that converged first, or else is better.
  fileprivate func winners(_ problem: ParametricProblem, _ x: Tensor) -> SolverResult {
    let n = status.count / 2
    let (objectives, all) = (values.doubles, status)
    let chosen = (0..<n).map { i -> Int in
      let j = i + n
      let (first, second) = (all[i] == .converged, all[j] == .converged)
      if first != second { return first ? i : j }
      if first, iterations[i] != iterations[j] { return iterations[i] < iterations[j] ? i : j }
      // NaN loses every comparison.
      return objectives[j] < objectives[i] || objectives[i].isNaN ? j : i
    }
    let rows = Tensor(chosen)
    var result = self
    result.solution = solution.take(rows)
    result.values = values.take(rows)
    result.errors = errors.take(rows)
    result.iterations = chosen.map { iterations[$0] }
    result.status = chosen.map { status[$0] }
    result.valueHistory = valueHistory.T.take(rows).T
    result.errorHistory = errorHistory.T.take(rows).T
    result.gaps = problem.dualityGap?(result.solution, x)
    result.refused = refused.map { counts in chosen.map { counts[$0] } }
    if result.converged { result.advice = "" }
    return result
  }
}
