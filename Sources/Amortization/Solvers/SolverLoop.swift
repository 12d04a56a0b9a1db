import Tensors

/// The rows that a solver still works on.
struct WorkingSet {
  let problem: ParametricProblem
  let noise: StepNoise
  /// Contexts, points, objectives and errors of the rows, each with a leading axis of rows.
  var x: Tensor
  var y: Tensor
  var value: Tensor
  var error: Tensor
  /// Whatever else the solver carries from one iteration to the next, row by row.
  var memory: [Tensor] = []
  /// Steps taken.
  var step = 0
  /// Rows that cannot move any more though they did not converge.
  var stalled: Tensor?

  init(_ request: SolveRequest) {
    problem = request.problem
    noise = request.noise
    x = request.contexts
    y = request.start
    value = Tensor.zeros([y.dim(0)], dtype: y.dtype)
    error = value
  }

  /// Sets objectives and errors from a gradient.
  mutating func note(_ value: Tensor, gradient: Tensor) {
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

/// Runs an iteration on all rows at once until each has converged.
///
/// Converged rows are frozen; when a fifth of the working rows are, they leave it, so that a batch
/// costs about what its rows cost one by one.
struct SolverLoop {
  let name: String
  let limit: Int
  /// On the error of a row.
  let tolerance: Double
  /// Whether rows may leave: not when the solver keeps state that is not by row, or when the noise
  /// of a row depends on the others'.
  var compacts = true
  /// For solvers that descend: rows that for so many iterations lower neither objective nor error
  /// by more than rounding end there.
  var patience: Int?
  /// Whether such rows count as converged, as they do for solvers that see curvature.
  var settles = false
  /// Said when some rows do not converge.
  let advice: String

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

  func run(
    _ request: SolveRequest, begin: (inout WorkingSet) -> Void, step: (inout WorkingSet) -> Void
  ) -> SolverResult {
    let count = request.contexts.dim(0)
    var set = WorkingSet(request)
    begin(&set)
    let mayCompact = compacts && !request.problem.isStochastic && !request.recordsPath
    var ids = Array(0..<count)
    var isLive = [Bool](repeating: true, count: count)
    var frozen = Rows(ids: ids, y: set.y, value: set.value, error: set.error)
    var parts: [Rows] = []
    var iterations = [Int](repeating: 0, count: count)
    var converged = [Bool](repeating: false, count: count)
    var stalls = false
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
          converged[ids[i]] = true
          isLive[i] = false
        } else if isOver || stuck?[i] == true {
          stalls = true
          isLive[i] = false
        }
      }
    }
    mark()
    while set.step < limit, isLive.contains(true) {
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
      set.step += 1
      step(&set)
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
      values.append(lastValues)
      errors.append(lastErrors)
      if request.recordsPath { path.append(frozen.y) }
      mark()
    }
    frozen.ids = ids
    parts.append(frozen)
    return assembled(
      parts, iterations, converged, values, errors, path, stalls: stalls, type: request.start.dtype)
  }

  private func assembled(
    _ parts: [Rows], _ iterations: [Int], _ converged: [Bool], _ values: [[Double]],
    _ errors: [[Double]], _ path: [Tensor], stalls: Bool, type: DType
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
      iterations: iterations, converged: converged,
      valueHistory: Tensor(values.flatMap { $0 }, shape: shape, dtype: .float64),
      errorHistory: Tensor(errors.flatMap { $0 }, shape: shape, dtype: .float64), path: path,
      advice: sentence(error, converged, stalls, type))
  }

  private func sentence(_ error: Tensor, _ converged: [Bool], _ stalls: Bool, _ type: DType)
    -> String
  {
    if converged.allSatisfy({ $0 }) { return "" }
    if !isFinite(error).all() {
      return
        "\(name) left the finite numbers: take a smaller step, or a start nearer to the solution"
    }
    if stalls {
      return type == .float32
        ? "\(name): no step lowers the objective any more: use dtype: .float64 or a tolerance "
          + "above \(tolerance)"
        : "\(name): no step lowers the objective any more: use a tolerance above \(tolerance), or "
          + "look whether the objective is smooth"
    }
    // Near the end of what float32 tells apart, more iterations change nothing.
    if type == .float32, error.max().item() < 1e3 * tolerance {
      return "\(name) did not reach \(tolerance) in \(limit) iterations: use dtype: .float64, a "
        + "larger tolerance, or more iterations"
    }
    return "\(name) did not reach \(tolerance) in \(limit) iterations: \(advice)"
  }
}

func rowDot(_ a: Tensor, _ b: Tensor) -> Tensor { (a * b).sum(axis: -1) }

extension Tensor {
  /// A factor for each row, ready to be multiplied with rows.
  var asColumn: Tensor { expandedDims(axis: -1) }
}
