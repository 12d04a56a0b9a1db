import Amortization
import Tensors

extension IterativeSolver {
  /// This planner, stopped by a counter's limits.
  ///
  /// An iteration is begun only if it fits, taken to cost what the one before did; the first one, if
  /// anything is left. What comes back are the best plans seen, with the status
  /// ``SolveStatus/iterationLimit`` where they have not converged and a sentence that names the limit.
  public func within(_ counter: RolloutCounter) -> BudgetedSolver<Self> {
    BudgetedSolver(planner: self, counter: counter)
  }
}

/// A planner with a budget of rollouts, steps or time; see ``IterativeSolver/within(_:)``.
public struct BudgetedSolver<Planner: IterativeSolver>: Solver {
  /// What plans.
  public var planner: Planner
  /// What the problem counts, and its limits.
  public let counter: RolloutCounter

  public var name: String { planner.name }
  public var maximumIterations: Int {
    get { planner.maximumIterations }
    set { planner.maximumIterations = newValue }
  }

  public func solve(_ request: SolveRequest) -> SolverResult {
    let watch = BudgetWatch(planner: planner, counter: counter)
    var result = watch.solve(request)
    guard let limit = watch.limit else { return result }
    // The iteration that was refused is the last one of the rows that were still moving.
    let last = result.iterations.max()
    for row in result.status.indices
    where result.status[row] == .stalled && result.iterations[row] == last {
      result.status[row] = .iterationLimit
      result.iterations[row] -= 1
    }
    result.advice =
      "\(name) stopped at its budget of \(limit) (\(counter.rollouts) rollouts, "
      + "\(counter.steps) steps); the plans are the best it saw"
    return result
  }
}

/// One run of a planner under a budget: remembers the best plans, and goes on while the next iteration
/// fits.
private final class BudgetWatch<Planner: IterativeSolver>: IterativeSolver {
  var planner: Planner
  let counter: RolloutCounter
  /// The limit that stopped the run.
  private(set) var limit: String?
  private var last = (rollouts: 0, steps: 0)

  init(planner: Planner, counter: RolloutCounter) {
    self.planner = planner
    self.counter = counter
  }

  var name: String { planner.name }
  var maximumIterations: Int {
    get { planner.maximumIterations }
    set { planner.maximumIterations = newValue }
  }
  var tolerance: Double { planner.tolerance }
  var advice: String { planner.advice }
  var compacts: Bool { planner.compacts }
  var patience: Int? { planner.patience }
  var settles: Bool { planner.settles }
  var assumesSmooth: Bool { planner.assumesSmooth }

  func begin(_ rows: inout SolverRows) {
    planner.begin(&rows)
    rows.memory += [rows.y, rows.value]
  }

  func step(_ rows: inout SolverRows) {
    let count = rows.memory.count
    let (best, value) = (rows.memory[count - 2], rows.memory[count - 1])
    if limit == nil {
      limit = counter.refusal(rollouts: max(last.rollouts, 1), steps: max(last.steps, 1))
    }
    guard limit == nil else {
      (rows.y, rows.value) = (best, value)
      rows.stalled = Tensor.full([rows.count], 1, dtype: .bool)
      return
    }
    let before = (counter.rollouts, counter.steps)
    rows.memory.removeLast(2)
    planner.step(&rows)
    last = (counter.rollouts - before.0, counter.steps - before.1)
    let better = rows.value .< value
    rows.memory += [
      which(better.expandedDims(axis: -1), rows.y, best), which(better, rows.value, value),
    ]
  }

  func end(_ rows: inout SolverRows) {
    let held = rows.memory.suffix(2)
    rows.memory.removeLast(2)
    planner.end(&rows)
    rows.memory += held
  }
}
