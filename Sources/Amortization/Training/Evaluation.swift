import Display
import Tensors

/// How a model does against a classical solver on one distribution of contexts.
public struct EvaluationRow: Sendable, Hashable {
  /// Which contexts.
  public var contexts: String
  /// Mean of f(ŷ) − f(y*), and the largest.
  public var gap: Double
  /// The largest f(ŷ) − f(y*).
  public var largestGap: Double
  /// The mean gap divided by that of the solver's start: 0 is optimal, 1 is no better than the
  /// start.
  public var normalizedGap: Double
  /// Mean distance to y* in the domain; NaN where no ground truth is known.
  public var distance: Double
  /// The largest violation of the domain.
  public var violation: Double
  /// Seconds for each context: predicting, and solving to the end.
  public var predictionTime: Double
  /// Seconds for solving each context to the end.
  public var solverTime: Double
  /// Iterations after which the solver's mean gap is that of the prediction; `nil` if it never is
  /// within its limit.
  public var equivalentIterations: Int?
  /// Solver's seconds to that gap over the prediction's seconds.
  public var speedUp: Double
  /// Mean iterations to the solver's tolerance from its start and from the prediction.
  public var coldIterations: Double
  /// Mean iterations from the prediction.
  public var warmIterations: Double
  /// The share of contexts in which the prediction was worse than the solver's start.
  public var refused: Double
}

/// A model's evaluation; it shows itself as a table.
public struct EvaluationReport: Sendable {
  /// What the model is measured against.
  public var solver: String
  /// Contexts that training does not see first, then others.
  public var rows: [EvaluationRow]
}

/// Measures a model against a classical solver on contexts it has not seen: new draws from a
/// distribution, or the rows of data that are held out; the report says which.
///
/// ```swift
/// evaluate(run.model, on: problem, against: LBFGS(), shifted: .uniform(3, 5))
/// ```
///
/// Optimal values are those of the ground truth or, where the solver's result is better or there
/// is no ground truth, the solver's. A stochastic objective is scored under noise that neither the
/// model's nor the solver's steps have seen.
///
/// - Parameters:
///   - count: contexts in each row, if there are as many.
///   - shifted: contexts outside of the training distribution, for a second row.
public func evaluate<M: AmortizedModel>(
  _ model: M, on problem: ParametricProblem, against solver: some Solver, count: Int = 256,
  seed: Int = 1_000_003, shifted: Contexts? = nil
) -> EvaluationReport {
  let unseen = problem.heldOutContexts(count, seed: seed)
  let name = problem.contexts.heldOutName(unseen.dim(0))
  var rows = [row(name, model, problem, solver, unseen, seed)]
  if let shifted {
    let x = problem.prepared(shifted.sample(count, seed: seed))
    rows.append(row("shifted", model, problem, solver, x, seed))
  }
  return EvaluationReport(solver: solver.name, rows: rows)
}

private func row(
  _ name: String, _ model: some AmortizedModel, _ problem: ParametricProblem,
  _ solver: some Solver, _ x: Tensor, _ seed: Int
) -> EvaluationRow {
  let n = Double(x.dim(0))
  let (noise, scoring) = (StepNoise(seed: seed), ScoreNoise(seed: seed))
  func score(_ y: Tensor) -> Tensor { problem(y, x, noise: scoring) }
  let predicted = stopGradient(model(x, on: problem, noise: noise))
  let start = problem.startingPoints(x)
  let cold = solver.solve(
    problem, x, noise: noise, recordsPath: problem.isStochastic)
  let guarded = Safeguard(model, solver: solver)
  let warm = guarded.solve(problem, x, noise: noise, score: scoring)
  var best = minimum(score(cold.solution), score(warm.solution))
  var truth: Tensor?
  if problem.solution != nil {
    let y = problem.groundTruth(x)
    truth = y
    best = minimum(best, score(y))
  }
  let gaps = score(predicted) - best
  let startGaps = score(start) - best
  let gap = gaps.mean().item()
  let startGap = startGaps.mean().item()
  // Mean gaps of the solver by iteration.
  let offset = best.cast(to: .float64).mean().item()
  let means =
    problem.isStochastic
    ? cold.path.map { score($0).cast(to: .float64).mean().item() } : cold.meanValues
  let equivalent = means.firstIndex { $0 - offset <= gap }
  let predictionTime = seconds { _ = model(x, on: problem, noise: noise) } / n
  let solverTime = seconds { _ = solver.solve(problem, x, noise: noise) } / n
  let speedUp: Double
  if let equivalent {
    let short = solver.limited(to: Swift.max(1, equivalent))
    let needed = equivalent == 0 ? 0 : seconds { _ = short.solve(problem, x, noise: noise) } / n
    speedUp = needed / predictionTime
  } else {
    speedUp = solverTime / predictionTime
  }
  let isPredicted = guarded.starts(problem, x, noise: noise, score: scoring).isPredicted
  return EvaluationRow(
    contexts: name, gap: gap, largestGap: gaps.max().item(), normalizedGap: gap / startGap,
    distance: truth.map { problem.domain.distance(predicted, $0).mean().item() } ?? .nan,
    violation: problem.domain.violation(predicted).max().item(),
    predictionTime: predictionTime, solverTime: solverTime, equivalentIterations: equivalent,
    speedUp: speedUp, coldIterations: Double(cold.iterations.reduce(0, +)) / n,
    warmIterations: Double(warm.iterations.reduce(0, +)) / n,
    refused: Double(isPredicted.count { !$0 }) / n)
}

/// The median time of three runs.
private func seconds(_ body: () -> Void) -> Double {
  let clock = ContinuousClock()
  let times = (0..<3).map { _ in clock.measure(body) }
  let middle = times.sorted()[1].components
  return Double(middle.seconds) + Double(middle.attoseconds) * 1e-18
}

extension EvaluationReport: CustomStringConvertible, Displayable {
  private var lines: [(label: String, cells: [String])] {
    func line(_ label: String, _ cell: (EvaluationRow) -> String) -> (String, [String]) {
      (label, rows.map(cell))
    }
    return [
      line("optimality gap, mean") { shortNumber($0.gap) },
      line("optimality gap, largest") { shortNumber($0.largestGap) },
      line("gap relative to the start") { shortNumber($0.normalizedGap) },
      line("distance to solution") { $0.distance.isNaN ? "–" : shortNumber($0.distance) },
      line("largest violation") { shortNumber($0.violation) },
      line("prediction, µs each") { shortNumber($0.predictionTime * 1e6) },
      line("\(solver), µs each") { shortNumber($0.solverTime * 1e6) },
      line("worth iterations") {
        $0.equivalentIterations.map { "\($0)" } ?? "more than its limit"
      },
      line("speed-up at equal gap") { shortNumber($0.speedUp) + " ×" },
      line("iterations from its start") { shortNumber($0.coldIterations) },
      line("iterations from the prediction") { shortNumber($0.warmIterations) },
      line("predictions refused") { shortNumber(100 * $0.refused) + " %" },
    ]
  }

  private var table: Table {
    var table = Table([.left("")] + rows.map { .right($0.contexts) })
    for (label, cells) in lines {
      table.add([Table.Cell(label, emphasis: .heading)] + cells.map { Table.Cell($0) })
    }
    return table
  }

  public var description: String { table.description }

  public var mimeBundle: MimeBundle { table.mimeBundle }
}
