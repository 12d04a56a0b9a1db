internal import _CConvexKernels
import Tensors

extension QuadraticProgram {
  /// Solves the program.
  ///
  /// From a start, active-set steps try the rows whose multipliers are not zero first; where they
  /// do not settle, and without a start, a proximal interior-point method solves the program
  /// (arXiv:2304.00290). Either way the status is decided by residuals of the program as it was
  /// given, in extended precision. An interrupt, or the task's cancellation, ends it with what it
  /// has and status `interrupted`.
  ///
  /// - Parameter start: variables and multipliers, as of the previous problem or as a model
  ///   predicts them.
  /// - Throws: ``ConvexError`` where P has a negative eigenvalue (it is named) or a start has
  ///   another size.
  /// - Complexity: O(n³ + n²m) an iteration if dense; a sparse LDLᵀ factorization otherwise.
  public func solve(
    _ options: QuadraticOptions = QuadraticOptions(), from start: (x: [Double], y: [Double])? = nil
  ) throws -> QuadraticSolution {
    var x = [Double](repeating: 0, count: variables)
    var y = [Double](repeating: 0, count: constraints)
    if let start {
      guard start.x.count == variables, start.y.count == constraints else {
        throw ConvexError(
          "the start has \(start.x.count) variables and \(start.y.count) multipliers; the program "
            + "has \(variables) and \(constraints)")
      }
      // A start that is not finite says nothing.
      if (start.x + start.y).allSatisfy(\.isFinite) { (x, y) = (start.x, start.y) }
    }
    var report = cq_report()
    try options.withRaw { raw in
      withProblem { problem in
        var problem = problem
        cq_solve(&problem, &raw, start == nil ? 0 : 1, &x, &y, &report)
      }
    }
    if report.status == Int32(CQ_NONCONVEX.rawValue) {
      throw ConvexError(
        "P is not positive semidefinite: its least eigenvalue is \(leastCurvature)")
    }
    return QuadraticSolution(x: x, y: y, report: report)
  }

  /// The residuals of any x and y, recomputed in extended precision.
  public func residuals(x: [Double], y: [Double]) throws -> ConvexResiduals {
    guard x.count == variables, y.count == constraints else {
      throw ConvexError("\(x.count) variables and \(y.count) multipliers do not fit the program")
    }
    var measure = cq_measure()
    withProblem { problem in
      var problem = problem
      cq_residuals(&problem, x, y, &measure)
    }
    return ConvexResiduals(measure)
  }

  /// Calls `body` with the program as the kernel takes it.
  func withProblem<Result>(_ body: (cq_problem) throws -> Result) rethrows -> Result {
    let (n, m) = (Int32(variables), Int32(constraints))
    return try q.withUnsafeBufferPointer { q in
      try l.withUnsafeBufferPointer { l in
        try u.withUnsafeBufferPointer { u in
          switch matrices {
          case .dense(let p, let a):
            return try p.withUnsafeBufferPointer { p in
              try a.withUnsafeBufferPointer { a in
                try body(
                  cq_problem(
                    n: n, m: m, p: p.baseAddress, q: q.baseAddress, a: a.baseAddress,
                    l: l.baseAddress, u: u.baseAddress, p_columns: nil, p_rows: nil,
                    a_columns: nil, a_rows: nil))
              }
            }
          case .sparse(let p, let a):
            return try p.withPointers { pc, pr, pv in
              try a.withPointers { ac, ar, av in
                try body(
                  cq_problem(
                    n: n, m: m, p: pv, q: q.baseAddress, a: av, l: l.baseAddress,
                    u: u.baseAddress, p_columns: pc, p_rows: pr, a_columns: ac, a_rows: ar))
              }
            }
          }
        }
      }
    }
  }
}

extension SparseMatrix {
  func withPointers<Result>(
    _ body: (UnsafePointer<Int32>?, UnsafePointer<Int32>?, UnsafePointer<Double>?) throws -> Result
  ) rethrows -> Result {
    try columnStarts.withUnsafeBufferPointer { starts in
      try rowIndices.withUnsafeBufferPointer { rows in
        try values.withUnsafeBufferPointer { values in
          try body(starts.baseAddress, rows.baseAddress, values.baseAddress)
        }
      }
    }
  }
}

extension ConvexStatus {
  init(_ raw: Int32) {
    switch cq_status(UInt32(raw)) {
    case CQ_SOLVED: self = .solved
    case CQ_PRIMAL_INFEASIBLE: self = .primalInfeasible
    case CQ_DUAL_INFEASIBLE: self = .dualInfeasible
    case CQ_ITERATION_LIMIT: self = .iterationLimit
    case CQ_NONCONVEX: self = .notConvex
    case CQ_INTERRUPTED: self = .interrupted
    default: self = .stalled
    }
  }
}

extension ConvexResiduals {
  init(_ measure: cq_measure) {
    self.init(
      primal: measure.primal, dual: measure.dual, gap: measure.gap, objective: measure.objective)
  }
}

extension QuadraticSolution {
  init(x: [Double], y: [Double], report: cq_report) {
    self.init(
      x: x, y: y, status: ConvexStatus(report.status), iterations: Int(report.iterations),
      startWasEnough: report.warm != 0, residuals: ConvexResiduals(report.measure),
      certificateRatio: report.ratio)
  }
}
