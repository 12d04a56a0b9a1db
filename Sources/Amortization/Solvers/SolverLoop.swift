import Display
import Tensors

/// Runs an iteration on all rows at once until each has converged.
///
/// Converged rows are frozen; when a fifth of the working rows are, they leave it, so that a batch
/// costs about what its rows cost one by one.
///
/// ``IterativeSolver`` has one; a solver whose state is not by row calls ``run(_:begin:step:)``
/// itself. It checks convergence, keeps the history and says how each row ended.
///
/// Where the cell is interrupted or the task cancelled, rows that are not done end with the last
/// whole iteration and status `interrupted`. An iteration that takes more than two seconds more is
/// given up, and the solve with it.
public struct SolverLoop {
  /// What the solver is called in messages.
  public var name: String
  /// The limit on iterations.
  public var maximumIterations: Int
  /// On the error of a row.
  public var tolerance: Double
  /// Whether rows may leave: not when the solver keeps state that is not by row, or when the noise
  /// of a row depends on the others'.
  public var compacts = true
  /// For solvers that descend: rows that for so many iterations lower neither objective nor error
  /// by more than rounding end there.
  public var patience: Int?
  /// Whether such rows count as converged, as they do for solvers that see curvature.
  public var settles = false
  /// Said when some rows do not converge.
  public var advice: String

  /// A loop with its limits.
  public init(
    name: String, maximumIterations: Int, tolerance: Double, compacts: Bool = true,
    patience: Int? = nil, settles: Bool = false, advice: String = "use more iterations"
  ) {
    self.name = name
    self.maximumIterations = maximumIterations
    self.tolerance = tolerance
    self.compacts = compacts
    self.patience = patience
    self.settles = settles
    self.advice = advice
  }

  private struct Rows {
    var ids: [Int]
    var y: Tensor
    var value: Tensor
    var error: Tensor
  }

  /// When each row was last better than ever before.
  private struct Progress {
    var value: [Double]
    var error: [Double]
    var waited: [Int]
    var over: [Bool]
    let slack: Double

    init(_ value: [Double], _ error: [Double], _ type: DType) {
      (self.value, self.error) = (value, error)
      waited = [Int](repeating: 0, count: value.count)
      over = [Bool](repeating: false, count: value.count)
      slack = type == .float64 ? 1e-15 : 2e-7
    }

    mutating func note(_ values: [Double], _ errors: [Double], _ ids: [Int], _ patience: Int) {
      for (i, id) in ids.enumerated() {
        let falls = values[i] < value[id] - slack * Swift.abs(value[id])
        if falls || errors[i] < 0.999 * error[id] {
          value[id] = Swift.min(value[id], values[i])
          error[id] = Swift.min(error[id], errors[i])
          waited[id] = 0
        } else {
          waited[id] += 1
          over[id] = waited[id] >= patience
        }
      }
    }

    func isOver(_ id: Int) -> Bool { over[id] }
  }

  /// Solves what a request describes.
  ///
  /// - Parameters:
  ///   - begin: sets objectives and errors of the start.
  ///   - step: moves all rows and sets their objectives and errors.
  ///   - end: where the limit is reached, may exchange points for better ones it has kept.
  public func run(
    _ request: SolveRequest, begin: (inout SolverRows) -> Void, step: (inout SolverRows) -> Void,
    end: (inout SolverRows) -> Void = { _ in }
  ) -> SolverResult {
    // An interrupt that was there before is not this solve's.
    _checkpoint()
    return CheckPoint.holding { held(request, begin: begin, step: step, end: end) }
  }

  private var isInterrupted: Bool { CheckPoint.isRaised || Task.isCancelled }

  private func held(
    _ request: SolveRequest, begin: (inout SolverRows) -> Void, step: (inout SolverRows) -> Void,
    end: (inout SolverRows) -> Void
  ) -> SolverResult {
    let count = request.contexts.dim(0)
    var set = SolverRows(request)
    begin(&set)
    let mayCompact = compacts && !request.problem.isStochastic && !request.recordsPath
    var ids = Array(0..<count)
    var isLive = [Bool](repeating: true, count: count)
    var frozen = Rows(ids: ids, y: set.y, value: set.value, error: set.error)
    var parts: [Rows] = []
    var iterations = [Int](repeating: 0, count: count)
    var status = [SolveStatus](repeating: .iterationLimit, count: count)
    var values = [set.value.doubles]
    var errors = [set.error.doubles]
    var path = request.recordsPath ? [set.y] : []

    var progress = patience.map { _ in Progress(values[0], errors[0], request.start.dtype) }

    func mark() {
      let now = frozen.error.doubles
      if set.step > 0, let patience { progress?.note(frozen.value.doubles, now, ids, patience) }
      let stuck = set.stalled?.booleans
      for i in isLive.indices where isLive[i] {
        let isOver = progress?.isOver(ids[i]) == true
        if now[i] <= tolerance || (isOver && settles) {
          status[ids[i]] = .converged
          isLive[i] = false
        } else if isOver || stuck?[i] == true {
          status[ids[i]] = .stalled
          isLive[i] = false
        }
      }
      guard request.races else { return }
      for i in isLive.indices
      where isLive[i] && status[(ids[i] + count / 2) % count] == .converged { isLive[i] = false }
    }
    mark()
    var endsEarly = isInterrupted
    while set.step < maximumIterations, isLive.contains(true), !endsEarly {
      let live = isLive.count { $0 }
      if mayCompact && live * 5 <= isLive.count * 4 {
        let (stay, leave) = (
          isLive.indices.filter { isLive[$0] }, isLive.indices.filter { !isLive[$0] }
        )
        let gone = Tensor(leave)
        parts.append(
          Rows(
            ids: leave.map { ids[$0] }, y: frozen.y.take(gone), value: frozen.value.take(gone),
            error: frozen.error.take(gone)))
        set.keep(Tensor(stay))
        ids = stay.map { ids[$0] }
        isLive = [Bool](repeating: true, count: ids.count)
        frozen = Rows(ids: ids, y: set.y, value: set.value, error: set.error)
      }
      let before = set
      set.step += 1
      step(&set)
      // A solver inside of the step may have ended early, too: the step is taken back.
      endsEarly = isInterrupted
      if endsEarly { set = before }
      if set.step == maximumIterations || endsEarly && set.step > 0 { end(&set) }
      if isLive.contains(false) {
        let mask = Tensor(isLive)
        frozen.y = which(mask.expandedDims(axis: -1), set.y, frozen.y)
        frozen.value = which(mask, set.value, frozen.value)
        frozen.error = which(mask, set.error, frozen.error)
      } else {
        (frozen.y, frozen.value, frozen.error) = (set.y, set.value, set.error)
      }
      var (lastValues, lastErrors) = (values[values.count - 1], errors[errors.count - 1])
      let (newValues, newErrors) = (frozen.value.doubles, frozen.error.doubles)
      for (i, id) in ids.enumerated() {
        lastValues[id] = newValues[i]
        lastErrors[id] = newErrors[i]
        if isLive[i] { iterations[id] = set.step }
      }
      if endsEarly {
        (values[values.count - 1], errors[errors.count - 1]) = (lastValues, lastErrors)
        if request.recordsPath { path[path.count - 1] = frozen.y }
      } else {
        values.append(lastValues)
        errors.append(lastErrors)
        if request.recordsPath { path.append(frozen.y) }
      }
      mark()
    }
    if endsEarly {
      for i in isLive.indices where isLive[i] { status[ids[i]] = .interrupted }
    }
    frozen.ids = ids
    parts.append(frozen)
    // Only now: a solver may find back from a point that is not finite.
    for (id, error) in (errors.last ?? []).enumerated() where status[id] != .converged {
      let hasGrown = status[id] == .iterationLimit && error > 1e6 * errors[0][id]
      if !error.isFinite || hasGrown { status[id] = .diverged }
    }
    var result = assembled(
      parts, iterations, status, values, errors, path, type: request.start.dtype)
    // Rows of solvers that count refusals do not leave.
    if !compacts { result.refused = set.refused?.integers }
    return result
  }

  private func assembled(
    _ parts: [Rows], _ iterations: [Int], _ status: [SolveStatus], _ values: [[Double]],
    _ errors: [[Double]], _ path: [Tensor], type: DType
  ) -> SolverResult {
    var place = [Int](repeating: 0, count: iterations.count)
    for (position, id) in parts.flatMap(\.ids).enumerated() { place[id] = position }
    let order = Tensor(place)
    func joined(_ of: (Rows) -> Tensor) -> Tensor {
      parts.count == 1 ? of(parts[0]) : concatenate(parts.map(of)).take(order)
    }
    let error = joined(\.error)
    let shape = [values.count, iterations.count]
    return SolverResult(
      solver: name, solution: joined(\.y), values: joined(\.value), errors: error,
      iterations: iterations, status: status,
      valueHistory: Tensor(values.flatMap { $0 }, shape: shape, dtype: .float64),
      errorHistory: Tensor(errors.flatMap { $0 }, shape: shape, dtype: .float64), path: path,
      advice: sentence(error, status, type))
  }

  private func sentence(_ error: Tensor, _ status: [SolveStatus], _ type: DType) -> String {
    if status.allSatisfy({ $0 == .converged }) { return "" }
    let isFinite = Tensors.isFinite(error).all()
    if status.contains(.interrupted) {
      return "\(name) was interrupted: solve from: the solution so far to go on"
    }
    if status.contains(.diverged), isFinite {
      return "\(name) diverged: errors have grown more than a million times; \(advice)"
    }
    if status.contains(.diverged) || !isFinite {
      return
        "\(name) left the finite numbers: take a smaller step, or a start nearer to the solution"
    }
    if status.contains(.stalled) {
      return type == .float32
        ? "\(name): no step lowers the objective any more: use dtype: .float64 or a tolerance "
          + "above \(tolerance)"
        : "\(name): no step lowers the objective any more: use a tolerance above \(tolerance), or "
          + "look whether the objective is smooth"
    }
    // Near the end of what float32 tells apart, more iterations change nothing.
    if type == .float32, error.max().item() < 1e3 * tolerance {
      return
        "\(name) did not reach \(tolerance) in \(maximumIterations) iterations: use dtype: .float64, a "
        + "larger tolerance, or more iterations"
    }
    return "\(name) did not reach \(tolerance) in \(maximumIterations) iterations: \(advice)"
  }
}

/// Inner products of rows.
package func rowDot(_ a: Tensor, _ b: Tensor) -> Tensor { (a * b).sum(axis: -1) }

extension Tensor {
  /// A factor for each row, ready to be multiplied with rows.
  package var asColumn: Tensor { expandedDims(axis: -1) }
}
