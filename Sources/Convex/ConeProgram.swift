internal import _CConvexKernels
import Tensors

/// A cone program: min cᵀx + ½xᵀPx with Ax + s = b and s in a cone (SCS's names and order).
///
/// ```swift
/// // The shortest x with x₀ + 2x₁ = 5: min t with |x| ≤ t.
/// let program = try ConeProgram(
///   c: [1, 0, 0], A: Tensor([[0, 1, 2], [-1, 0, 0], [0, -1, 0], [0, 0, -1]]), b: [5, 0, 0, 0],
///   cones: Cones(zero: 1, secondOrder: [3]))
/// try program.solve().x   // [√5, 1, 2]
/// ```
public struct ConeProgram: Sendable {
  /// The linear term.
  public let c: [Double]
  /// The right sides.
  public let b: [Double]
  /// What the slacks b − Ax lie in.
  public let cones: Cones
  /// The quadratic term; without entries if there is none.
  public let P: SparseMatrix
  /// The rows.
  public let A: SparseMatrix

  /// Number of variables.
  public var variables: Int { c.count }
  /// Number of rows of A.
  public var constraints: Int { b.count }

  /// A program with dense matrices P [n, n] and A [m, n].
  ///
  /// - Throws: ``ConvexError`` for sizes that do not fit, cones of size 0, entries that are not
  ///   finite, and P that is not symmetric.
  public init(P: Tensor? = nil, c: [Double], A: Tensor, b: [Double], cones: Cones) throws {
    guard A.ndim == 2 else { throw ConvexError("A is a matrix, not of shape \(A.shape)") }
    let none = SparseMatrix(rows: c.count, columns: c.count, entries: [])
    if let P {
      guard P.shape == [c.count, c.count] else {
        throw ConvexError(
          "c has \(c.count) entries, so P is \(c.count) × \(c.count), not \(P.shape)")
      }
    }
    // NaN is not 0, so it is stored and found below.
    try self.init(
      P: P.map { SparseMatrix($0) } ?? none, c: c, A: SparseMatrix(A), b: b, cones: cones)
  }

  /// A program with sparse matrices; P with both triangles.
  public init(P: SparseMatrix? = nil, c: [Double], A: SparseMatrix, b: [Double], cones: Cones)
    throws
  {
    let n = c.count
    guard n > 0 else { throw ConvexError("the program has no variables: c is empty") }
    guard A.columns == n else { throw ConvexError("A has \(A.columns) columns, c \(n) entries") }
    guard A.rows == b.count else { throw ConvexError("A has \(A.rows) rows, b \(b.count) entries") }
    try cones.check()
    guard cones.rows == b.count else {
      throw ConvexError("the cones have \(cones.rows) rows, A and b \(b.count)")
    }
    guard !b.isEmpty else {
      throw ConvexError("the program has no rows; QuadraticProgram takes one without constraints")
    }
    for (name, values) in [("c", c), ("b", b)] {
      if let i = values.firstIndex(where: { !$0.isFinite }) {
        throw ConvexError("\(name)[\(i)] is \(values[i])")
      }
    }
    try A.forEach { i, j, value in
      guard value.isFinite else { throw ConvexError("A[\(i), \(j)] is \(value)") }
    }
    self.c = c
    self.b = b
    self.cones = cones
    self.A = A
    if let P {
      guard P.rows == n, P.columns == n else {
        throw ConvexError("c has \(n) entries, so P is \(n) × \(n), not \(P.rows) × \(P.columns)")
      }
      try P.forEach { i, j, value in
        guard value.isFinite else { throw ConvexError("P[\(i), \(j)] is \(value)") }
      }
      self.P = try symmetric(P)
    } else {
      self.P = SparseMatrix(rows: n, columns: n, entries: [])
    }
  }

  /// Solves the program by the homogeneous self-dual embedding (arXiv:2004.02177) with Anderson's
  /// extrapolation.
  ///
  /// The status is decided by residuals of the program as it was given, in extended precision, with
  /// s and y on their cones. An interrupt ends the solve with what it has.
  ///
  /// - Parameter start: variables, multipliers and slacks to begin from.
  /// - Throws: ``ConvexError`` where P has a negative eigenvalue or a start has another size.
  /// - Complexity: one sparse LDLᵀ factorization and a few more where weights change; an iteration
  ///   solves with it and projects onto the cones.
  public func solve(
    _ options: ConeOptions = ConeOptions(),
    from start: (x: [Double], y: [Double], s: [Double])? = nil
  ) throws -> ConeSolution {
    var x = [Double](repeating: 0, count: variables)
    var y = [Double](repeating: 0, count: constraints)
    var s = y
    var isWarm = false
    if let start {
      guard start.x.count == variables, start.y.count == constraints, start.s.count == constraints
      else {
        throw ConvexError(
          "the start has \(start.x.count), \(start.y.count) and \(start.s.count) numbers; the program "
            + "has \(variables) variables and \(constraints) rows")
      }
      isWarm = (start.x + start.y + start.s).allSatisfy { $0.isFinite }
      if isWarm { (x, y, s) = start }
    }
    var report = cc_report()
    try options.withRaw { raw in
      withProblem { problem in
        var problem = problem
        cc_solve(&problem, &raw, isWarm ? 1 : 0, &x, &y, &s, &report)
      }
    }
    if report.status == Int32(CQ_NONCONVEX.rawValue) {
      let least = (try? eigenSymmetric(P.dense))?.values.min().item() ?? Double.nan
      throw ConvexError("P is not positive semidefinite: its least eigenvalue is \(least)")
    }
    return ConeSolution(
      x: x, y: y, s: s, status: ConvexStatus(report.status), iterations: Int(report.iterations),
      factorizations: Int(report.factorizations), residuals: ConvexResiduals(report.measure),
      certificateRatio: report.ratio)
  }

  /// The residuals of any x, y and s, recomputed in extended precision.
  ///
  /// They are the largest entries of Ax + s − b and Px + Aᵀy + c, and |xᵀPx + cᵀx + bᵀy|. That s and
  /// y lie in the cones is not looked at.
  public func residuals(x: [Double], y: [Double], s: [Double]) throws -> ConvexResiduals {
    guard x.count == variables, y.count == constraints, s.count == constraints else {
      throw ConvexError("\(x.count), \(y.count) and \(s.count) numbers do not fit the program")
    }
    var measure = cc_measure()
    withProblem { problem in
      var problem = problem
      cc_residuals(&problem, x, y, s, &measure)
    }
    return ConvexResiduals(measure)
  }

  private func withProblem(_ body: (cc_problem) -> Void) {
    cones.withRaw { raw in
      var raw = raw
      raw.n = Int32(variables)
      P.withPointers { starts, rows, values in
        (raw.p_columns, raw.p_rows, raw.p) = (starts, rows, values)
        A.withPointers { starts, rows, values in
          (raw.a_columns, raw.a_rows, raw.a) = (starts, rows, values)
          b.withUnsafeBufferPointer { b in
            c.withUnsafeBufferPointer { c in
              (raw.b, raw.c) = (b.baseAddress, c.baseAddress)
              body(raw)
            }
          }
        }
      }
    }
  }
}

extension ConvexResiduals {
  init(_ measure: cc_measure) {
    self.init(
      primal: measure.primal, dual: measure.dual, gap: measure.gap, objective: measure.objective)
  }
}
