internal import _CConvexKernels
import Tensors

/// Operator splitting (ADMM) for quadratic programs: the iteration of OSQP
/// (doi:10.1007/s12532-020-00179-2).
///
/// One step is a function of a state and a choice of penalty and relaxation, so that a rule or a
/// learned ``SplittingPolicy`` may make the choice at each look at the residuals.
///
/// ```swift
/// let splitting = try OperatorSplitting(program)
/// splitting.solve()                                     // OSQP's rule for ρ
/// splitting.solve(FixedPenalty(), from: previous.start) // a warm start
/// let state = splitting.advanced(splitting.begin(), rho: Tensor([2.0]))
/// ```
///
/// Answers are called solved by residuals recomputed in extended precision, as those of
/// ``QuadraticProgram/solve(_:from:)`` are. Where high accuracy is asked for once, that method is the
/// faster one; this one is for warm starts, for many problems at moderate accuracy and for learning.
public struct OperatorSplitting: Sendable {
  /// Tolerances and defaults.
  public var options: SplittingOptions
  /// Number of problems.
  public let count: Int
  /// Number of variables of each.
  public let variables: Int
  /// Number of rows of A of each.
  public let constraints: Int
  let data: SplittingData
  let isSparse: Bool
  /// What ρ is multiplied by, [count, m]: more for equations, 0 for rows without bounds.
  let weights: Tensor
  /// A x of a start, for each problem.
  private let images: @Sendable (_ x: [Double], _ problem: Int) -> [Double]

  /// Programs with dense matrices.
  ///
  /// - Throws: ``ConvexError`` where an option is out of its range or P has a negative eigenvalue.
  /// - Complexity: O(n³ + n²m) for each problem.
  public init(_ batch: QuadraticBatch, options: SplittingOptions = SplittingOptions()) throws {
    try options.check()
    self.options = options
    (count, variables, constraints) = (batch.count, batch.variables, batch.constraints)
    isSparse = false
    data = batch.withBatch { SplittingData($0, scaling: options.scaling) }
    weights = splittingWeights(
      batch.l.doubles, batch.u.doubles, batch.count, batch.constraints, options.equalityFactor)
    let (m, n) = (batch.constraints, batch.variables)
    let a = batch.a.doubles
    let stride = batch.a.ndim > 2 ? m * n : 0
    images = { x, k in
      (0..<m).map { i in
        let row = k * stride + i * n
        return (0..<n).reduce(0.0) { $0 + a[row + $1] * x[$1] }
      }
    }
    try checkConvexity()
  }

  /// One program, dense or sparse.
  ///
  /// - Throws: ``ConvexError`` where an option is out of its range or P has a negative eigenvalue.
  public init(_ program: QuadraticProgram, options: SplittingOptions = SplittingOptions()) throws {
    try options.check()
    self.options = options
    (count, variables, constraints) = (1, program.variables, program.constraints)
    if case .sparse = program.matrices { isSparse = true } else { isSparse = false }
    data = program.withProblem { problem in
      SplittingData(
        cq_batch(
          first: problem, count: 1, p_stride: 0, q_stride: 0, a_stride: 0, l_stride: 0, u_stride: 0),
        scaling: options.scaling)
    }
    weights = splittingWeights(
      program.l, program.u, 1, program.constraints, options.equalityFactor)
    images = { x, _ in program.image(of: x) }
    try checkConvexity()
  }

  private func checkConvexity() throws {
    var flags = [Int32](repeating: 0, count: count)
    cs_nonconvex(data.pointer, &flags)
    if let k = flags.firstIndex(of: 1) {
      throw ConvexError(
        "P of problem \(k) is not positive semidefinite; its leastCurvature says how far")
    }
  }

  /// The state of a start: zeros, or what is given.
  ///
  /// - Parameters:
  ///   - start: of the rows, or of the problems, once for each copy.
  ///   - problems: the problem of each row; each problem once if they are not given.
  public func begin(from start: SplittingStart? = nil, problems: [Int]? = nil) -> SplittingState {
    let problems = problems ?? Array(0..<count)
    if let k = problems.first(where: { !(0..<count).contains($0) }) {
      stop("OperatorSplitting: problem \(k) of \(count)")
    }
    let rows = problems.count
    let (n, m) = (variables, constraints)
    var state = SplittingState(
      rows: Array(0..<rows), problems: problems.map { Int32($0) },
      x: Tensor.zeros([rows, n], dtype: .float64), z: Tensor.zeros([rows, m], dtype: .float64),
      y: Tensor.zeros([rows, m], dtype: .float64),
      rho: Tensor.full([rows, m], options.rho, dtype: .float64),
      alpha: Tensor.full([rows], options.alpha, dtype: .float64), iterations: 0, checks: 0,
      factorizations: [Int](repeating: 0, count: rows),
      status: [ConvexStatus?](repeating: nil, count: rows),
      certificateRatios: [Double](repeating: .nan, count: rows),
      scaled: (Tensor(0.0), Tensor(0.0), Tensor(0.0)), isEquation: equations(of: problems),
      memory: nil, numbers: Tensor(0.0), factor: nil)
    if let start {
      state.x = filled(start.x, problems, n, "x")
      state.y = filled(start.y, problems, m, "y")
      if let z = start.z {
        state.z = filled(z, problems, m, "z")
      } else {
        let x = state.x.doubles
        let images = (0..<rows).flatMap { r in
          self.images(Array(x[r * n..<(r + 1) * n]), problems[r])
        }
        state.z = Tensor(images, shape: [rows, m], dtype: .float64)
      }
      if let rho = start.rho {
        let given = rho.ndim == 1 ? rho.expandedDims(axis: 1).broadcast(to: [rho.dim(0), m]) : rho
        state.rho = held(filled(given, problems, m, "rho"), state.rho)
      }
    }
    measure(&state, iterations: 0)
    return state
  }

  private func equations(of problems: [Int]) -> Tensor {
    let mask = weights .> (options.equalityFactor > 1 ? 1.0 : .infinity)
    return count == 1
      ? mask.broadcast(to: [problems.count, constraints]) : mask.take(Tensor(problems))
  }

  /// A start's array for the rows; a row that is not finite says nothing and is 0.
  private func filled(_ array: Tensor, _ problems: [Int], _ width: Int, _ name: String) -> Tensor {
    let given = stopGradient(array).cast(to: .float64)
    let rows = problems.count
    guard given.shape == [rows, width] || given.shape == [count, width] else {
      stop(
        "OperatorSplitting: \(name) of the start has shape \(array.shape), not "
          + "[\(rows), \(width)]")
    }
    let finite = isFinite(given).all(axis: -1).expandedDims(axis: -1)
    let clean = which(finite, given, 0.0)
    return given.dim(0) == rows ? clean : clean.take(Tensor(problems))
  }

  /// The state after one interval with a choice: a function of nothing but its arguments.
  ///
  /// - Parameters:
  ///   - rho: ρ [R] or [R, m]; factors of rows in which it changes are renewed.
  ///   - alpha: α [R].
  ///   - iterations: of the interval; as many as between two checks if it is not given.
  public func advanced(
    _ state: SplittingState, rho: Tensor? = nil, alpha: Tensor? = nil, iterations: Int? = nil
  ) -> SplittingState {
    var next = state
    if let alpha {
      let range = SplittingOptions.relaxations
      let given = stopGradient(alpha).cast(to: .float64)
      let bounded = clip(given, range.lowerBound, range.upperBound)
      next.alpha = which(isFinite(given), bounded, state.alpha)
    }
    var changed = [Int32](repeating: state.factor == nil ? 1 : 0, count: state.count)
    if let rho {
      let given = stopGradient(rho).cast(to: .float64)
      let wide = given.ndim == 1 ? given.expandedDims(axis: 1) : given
      next.rho = held(wide.broadcast(to: state.rho.shape), state.rho)
      if state.factor != nil {
        let moved = abs(next.rho - state.rho) .> 1e-12 * state.rho
        for (k, isMoved) in moved.any(axis: -1).booleans.enumerated() where isMoved {
          changed[k] = 1
        }
      }
    }
    if changed.contains(1) { renewFactors(of: &next, changed) }
    measure(&next, iterations: iterations ?? options.checkInterval)
    next.iterations += iterations ?? options.checkInterval
    next.checks += 1
    return next
  }

  private func held(_ rho: Tensor, _ old: Tensor) -> Tensor {
    let range = SplittingOptions.penalties
    return which(isFinite(rho), clip(rho, range.lowerBound, range.upperBound), old)
  }

  /// ρ of each row of the scaled problems.
  private func penalties(_ state: SplittingState) -> Tensor {
    let range = SplittingOptions.penalties
    let weight =
      count == 1
      ? weights.broadcast(to: state.rho.shape) : weights.take(Tensor(state.problems.map(Int.init)))
    return clip(state.rho * weight, range.lowerBound, range.upperBound)
  }

  private func renewFactors(of state: inout SplittingState, _ changed: [Int32]) {
    let rho = penalties(state)
    for k in 0..<state.count where changed[k] != 0 { state.factorizations[k] += 1 }
    if isSparse {
      var factors = [SparseSplittingFactor?](repeating: nil, count: state.count)
      if case .sparse(let old) = state.factor { factors = old }
      let numbers = rho.doubles
      for k in 0..<state.count where changed[k] != 0 {
        let own = Array(numbers[k * constraints..<(k + 1) * constraints])
        guard let made = SparseSplittingFactor(data, sigma: options.sigma, rho: own) else {
          stop("OperatorSplitting: the system of row \(state.rows[k]) has no factor")
        }
        factors[k] = made
      }
      state.factor = .sparse(factors.map { $0! })
      return
    }
    let size = Int(cs_factor_size(data.pointer))
    let made = Tensor(uninitialized: [state.count, size], .float64)
    made.withElements { to in
      let to = to.assumingMemoryBound(to: Double.self)
      if case .dense(let old) = state.factor, changed.contains(0) { copy(old, to: to) }
      rho.withElements { rho in
        cs_factor_dense(
          data.pointer, Int64(state.count), state.problems, changed, options.sigma,
          rho.assumingMemoryBound(to: Double.self), to)
      }
    }
    state.factor = .dense(made)
  }

  /// Goes on for some iterations and looks at the residuals.
  private func measure(_ state: inout SplittingState, iterations: Int) {
    let (r, n, m) = (state.count, variables, constraints)
    let rho = penalties(state)
    func fresh(_ from: Tensor, _ width: Int) -> Tensor {
      let made = Tensor(uninitialized: [r, width], .float64)
      made.withElements { copy(from, to: $0.assumingMemoryBound(to: Double.self)) }
      return made
    }
    let (x, z, y) = (fresh(state.x, n), fresh(state.z, m), fresh(state.y, m))
    let numbers = Tensor(uninitialized: [r, Int(CS_NUMBERS)], .float64)
    let looks = (0..<3).map { _ in Tensor(uninitialized: [r, m], .float64) }
    var status = [Int32](repeating: -1, count: r)
    var ratios = state.certificateRatios
    let factors: [SparseSplittingFactor]?
    var dense: Tensor?
    switch state.factor {
    case .dense(let all): (factors, dense) = (nil, all)
    case .sparse(let all): factors = all
    case nil: factors = nil
    }
    let arrays = [x, z, y, numbers, looks[0], looks[1], looks[2], rho, state.alpha]
    withAll(arrays + (dense.map { [$0] } ?? [])) { at in
      state.problems.withUnsafeBufferPointer { problems in
        status.withUnsafeMutableBufferPointer { status in
          ratios.withUnsafeMutableBufferPointer { ratios in
            // Rows of a sparse problem have factors of their own, and are done one by one.
            let single = isSparse
            for k in 0..<(single ? r : 1) {
              var rows = cs_rows(
                rows: single ? 1 : Int64(r), problem: problems.baseAddress! + k,
                rho: at[7] + k * m, alpha: at[8] + k, factor: dense == nil ? nil : at[9],
                sparse: factors?[k].pointer, sigma: options.sigma,
                eps_abs: options.absoluteTolerance, eps_rel: options.relativeTolerance,
                eps_infeasible: options.infeasibilityTolerance, iterations: Int32(iterations),
                x: at[0] + k * n, z: at[1] + k * m, y: at[2] + k * m,
                numbers: at[3] + k * Int(CS_NUMBERS), slack: at[4] + k * m,
                distance: at[5] + k * m, multiplier: at[6] + k * m,
                status: status.baseAddress! + k, ratio: ratios.baseAddress! + k)
              cs_advance(data.pointer, &rows)
            }
          }
        }
      }
    }
    (state.x, state.z, state.y, state.numbers) = (x, z, y, numbers)
    state.scaled = (looks[0], looks[1], looks[2])
    state.status = status.map { $0 < 0 ? nil : ConvexStatus($0) }
    state.certificateRatios = ratios
  }
}

extension OperatorSplitting {
  /// The residuals of rows in extended precision.
  func recomputed(_ x: Tensor, _ y: Tensor, _ problems: [Int32]) -> [ConvexResiduals] {
    var measures = [cq_measure](repeating: cq_measure(), count: problems.count)
    withAll([x, y]) { at in
      cs_residuals(data.pointer, Int64(problems.count), problems, at[0], at[1], &measures)
    }
    return measures.map { ConvexResiduals($0) }
  }
}

/// Calls `body` with the memory of each tensor.
private func withAll(_ tensors: [Tensor], _ body: ([UnsafeMutablePointer<Double>]) -> Void) {
  func next(_ k: Int, _ found: [UnsafeMutablePointer<Double>]) {
    guard k < tensors.count else { return body(found) }
    tensors[k].withElements { next(k + 1, found + [$0.assumingMemoryBound(to: Double.self)]) }
  }
  next(0, [])
}

/// 1, more for equations, and 0 for rows without bounds, which then have the least penalty.
private func splittingWeights(
  _ l: [Double], _ u: [Double], _ count: Int, _ m: Int, _ factor: Double
) -> Tensor {
  guard m > 0 else { return Tensor.zeros([count, 0], dtype: .float64) }
  let numbers = (0..<count * m).map { k -> Double in
    let (low, high) = (l[k % l.count], u[k % u.count])
    return low == high ? factor : low <= -1e20 && high >= 1e20 ? 0 : 1
  }
  return Tensor(numbers, shape: [count, m], dtype: .float64)
}

extension QuadraticProgram {
  /// A x.
  func image(of x: [Double]) -> [Double] {
    switch matrices {
    case .sparse(_, let a): return a * x
    case .dense(_, let a):
      return (0..<constraints).map { i in
        (0..<variables).reduce(0.0) { $0 + a[i * variables + $1] * x[$1] }
      }
    }
  }
}
