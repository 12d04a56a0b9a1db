import Tensors

/// A convex quadratic program: min ½xᵀPx + qᵀx with l ≤ Ax ≤ u (OSQP's names).
///
/// Rows with l = u are equations, bounds of ±∞ (or beyond ±1e20) are none, and P may be singular.
///
/// ```swift
/// // The point of the simplex that is nearest to (1, 2).
/// let problem = try QuadraticProgram(
///   P: Tensor([[1.0, 0.0], [0.0, 1.0]]), q: [-1, -2],
///   A: Tensor([[1.0, 1.0], [1.0, 0.0], [0.0, 1.0]]), l: [1, 0, 0], u: [1, .infinity, .infinity])
/// try problem.solve().x   // [0, 1]
/// ```
public struct QuadraticProgram: Sendable {
  /// How the matrices are stored.
  enum Matrices: Sendable {
    case dense(p: [Double], a: [Double])
    case sparse(p: SparseMatrix, a: SparseMatrix)
  }

  /// Number of variables.
  public let variables: Int
  /// Number of rows of A.
  public let constraints: Int
  /// The linear term.
  public let q: [Double]
  /// The rows' lower bounds.
  public let l: [Double]
  /// The rows' upper bounds.
  public let u: [Double]
  let matrices: Matrices

  /// A program with dense matrices P [n, n] and A [m, n]; without A it is unconstrained.
  ///
  /// Matrices above 64 variables of which at most a quarter of the entries are not zero are stored
  /// as sparse ones.
  /// - Throws: ``ConvexError`` for sizes that do not fit, entries that are not finite, l > u, and P
  ///   that is not symmetric (rounding is averaged out).
  public init(P: Tensor, q: [Double], A: Tensor? = nil, l: [Double] = [], u: [Double] = []) throws {
    let n = q.count
    guard P.shape == [n, n] else {
      throw ConvexError("q has \(n) entries, so P is \(n) × \(n), not \(P.shape)")
    }
    let m = A?.shape.first ?? 0
    guard A == nil || A!.shape == [m, n] else {
      throw ConvexError("A is m × \(n), as q has \(n) entries, not \(A!.shape)")
    }
    let p = try symmetric(P.doubles, n)
    let a = A?.doubles ?? []
    try checkEntries(a, columns: n, name: "A")
    try checkVectors(q, l, u, m)
    let filled = p.count { $0 != 0 } + a.count { $0 != 0 }
    variables = n
    constraints = m
    self.q = q
    self.l = l
    self.u = u
    if n > 64, filled * 4 <= p.count + a.count {
      matrices = .sparse(
        p: SparseMatrix(Tensor(p, shape: [n, n], dtype: .float64)),
        a: SparseMatrix(Tensor(a, shape: [m, n], dtype: .float64)))
    } else {
      matrices = .dense(p: p, a: a)
    }
  }

  /// A program with sparse matrices; P with both triangles.
  public init(P: SparseMatrix, q: [Double], A: SparseMatrix, l: [Double], u: [Double]) throws {
    let n = q.count
    guard P.rows == n, P.columns == n else {
      throw ConvexError("q has \(n) entries, so P is \(n) × \(n), not \(P.rows) × \(P.columns)")
    }
    guard A.columns == n else { throw ConvexError("A has \(A.columns) columns, q \(n) entries") }
    for (matrix, name) in [(P, "P"), (A, "A")] {
      try matrix.forEach { i, j, value in
        guard value.isFinite else { throw ConvexError("\(name)[\(i), \(j)] is \(value)") }
      }
    }
    try checkVectors(q, l, u, A.rows)
    variables = n
    constraints = A.rows
    self.q = q
    self.l = l
    self.u = u
    matrices = .sparse(p: try symmetric(P), a: A)
  }

  /// P as a tensor [n, n].
  public var P: Tensor {
    switch matrices {
    case .dense(let p, _): Tensor(p, shape: [variables, variables], dtype: .float64)
    case .sparse(let p, _): p.dense
    }
  }

  /// A as a tensor [m, n].
  public var A: Tensor {
    switch matrices {
    case .dense(_, let a): Tensor(a, shape: [constraints, variables], dtype: .float64)
    case .sparse(_, let a): a.dense
    }
  }

  /// The least eigenvalue of P; below zero (beyond rounding) the program is not convex.
  public var leastCurvature: Double {
    (try? eigenSymmetric(P))?.values.min().item() ?? .nan
  }
}

/// P with differences by rounding between its triangles averaged out.
func symmetric(_ p: [Double], _ n: Int) throws -> [Double] {
  try checkEntries(p, columns: n, name: "P")
  let scale = p.reduce(0.0) { Swift.max($0, Swift.abs($1)) }
  var out = p
  for i in 0..<n {
    for j in 0..<i where p[i * n + j] != p[j * n + i] {
      try checkSymmetry(i, j, p[i * n + j], p[j * n + i], scale)
      out[i * n + j] = (p[i * n + j] + p[j * n + i]) / 2
      out[j * n + i] = out[i * n + j]
    }
  }
  return out
}

func symmetric(_ p: SparseMatrix) throws -> SparseMatrix {
  var entries: [(row: Int, column: Int, value: Double)] = []
  var scale = 0.0
  p.forEach { i, j, value in
    entries.append((i, j, value / 2))
    entries.append((j, i, value / 2))
    scale = Swift.max(scale, Swift.abs(value))
  }
  let mean = SparseMatrix(rows: p.rows, columns: p.columns, entries: entries)
  // P − (P + Pᵀ)/2 has half the difference of the triangles.
  var differences = entries.map { (row: $0.row, column: $0.column, value: -$0.value) }
  p.forEach { differences.append(($0, $1, $2)) }
  try SparseMatrix(rows: p.rows, columns: p.columns, entries: differences).forEach { i, j, half in
    try checkSymmetry(i, j, 2 * half, 0, scale)
  }
  return mean
}

private func checkSymmetry(_ i: Int, _ j: Int, _ a: Double, _ b: Double, _ scale: Double) throws {
  guard Swift.abs(a - b) <= 1e-10 * scale else {
    throw ConvexError(
      "P is not symmetric: P[\(i), \(j)] and P[\(j), \(i)] differ by \(Swift.abs(a - b)); take "
        + "(P + Pᵀ) / 2, which has the same objective")
  }
}

func checkEntries(_ values: [Double], columns: Int, name: String) throws {
  for (k, value) in values.enumerated() where !value.isFinite {
    throw ConvexError("\(name)[\(k / columns), \(k % columns)] is \(value)")
  }
}

func checkVectors(_ q: [Double], _ l: [Double], _ u: [Double], _ m: Int) throws {
  guard !q.isEmpty else { throw ConvexError("the problem has no variables: q is empty") }
  guard l.count == m, u.count == m else {
    throw ConvexError("A has \(m) rows; l has \(l.count) and u \(u.count) entries")
  }
  for (j, value) in q.enumerated() where !value.isFinite {
    throw ConvexError("q[\(j)] is \(value)")
  }
  for i in 0..<m {
    guard !l[i].isNaN, !u[i].isNaN else { throw ConvexError("bound \(i) is NaN: \(l[i]), \(u[i])") }
    guard l[i] <= u[i] else {
      throw ConvexError("l[\(i)] = \(l[i]) is above u[\(i)] = \(u[i])")
    }
    guard l[i] < 1e20, u[i] > -1e20 else {
      throw ConvexError("row \(i) has no values: its bounds are \(l[i]) and \(u[i])")
    }
  }
}
