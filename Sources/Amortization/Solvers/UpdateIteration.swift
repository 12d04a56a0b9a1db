import Tensors

/// Any update rule, learned or not, as a solver: it is repeated until each row has converged.
///
/// ```swift
/// UpdateIteration(GradientUpdate(stepSize: 0.1, momentum: 0.8)).solve(problem, contexts)
/// ```
public struct UpdateIteration<Rule: UpdateRule>: IterativeSolver {
  /// What is repeated.
  public var rule: Rule
  public var name: String
  /// The limit on iterations.
  public var maximumIterations: Int
  /// On the residual of the problem's fixed-point map, or else on its stationarity.
  public var tolerance: Double

  /// A rule as a solver.
  public init(
    _ rule: Rule, name: String = "\(Rule.self)", maximumIterations: Int = 1000,
    tolerance: Double = 1e-6
  ) {
    self.rule = rule
    self.name = name
    self.maximumIterations = maximumIterations
    self.tolerance = tolerance
  }

  public var advice: String { "use more iterations, or go on with a classical solver" }
  /// A rule's memory need not be by row.
  public var compacts: Bool { false }

  public func begin(_ rows: inout SolverRows) {
    rows.memory = rule.begin(rows.y, setting(rows, 0))
    settle(&rows)
  }

  public func step(_ rows: inout SolverRows) {
    let before = (rule as? any SafeguardedRule)?.refusals(rows.memory)
    rows.y = stopGradient(rule.step(rows.y, &rows.memory, setting(rows, rows.step - 1)))
    rows.memory = rows.memory.map { stopGradient($0) }
    if let before, let after = (rule as? any SafeguardedRule)?.refusals(rows.memory) {
      // A row that is done is stepped on with the others, but no longer counted.
      let counted = which(rows.error .> tolerance, after - before, 0)
      rows.refused = rows.refused.map { $0 + counted } ?? counted
    }
    settle(&rows)
  }

  private func settle(_ rows: inout SolverRows) {
    if rows.problem.fixedPointMap != nil {
      _ = rows.measureMap()
    } else {
      rows.measure()
    }
  }

  private func setting(_ rows: SolverRows, _ index: Int) -> UpdateSetting {
    UpdateSetting(problem: rows.problem, contexts: rows.x, noise: rows.noise, index: index)
  }
}
