/// What went wrong in a factorization.
public enum LinearAlgebraError: Error, Sendable, Equatable, CustomStringConvertible {
  /// Pivot `pivot` of matrix `batch` of the batch is exactly 0.
  case singular(operation: String, pivot: Int, batch: Int)
  /// The leading minor of order `order` is not positive.
  case notPositiveDefinite(order: Int, batch: Int)
  /// The iteration did not converge, usually because of NaN or infinity.
  case notConverged(operation: String, batch: Int)

  public var description: String {
    switch self {
    case .singular(let operation, let pivot, let batch):
      "\(operation): matrix \(batch) is singular (pivot \(pivot) is 0); "
        + "add a multiple of the identity, or use leastSquares"
    case .notPositiveDefinite(let order, let batch):
      "cholesky: matrix \(batch) is not positive definite (minor \(order)); "
        + "make it symmetric and add a multiple of the identity"
    case .notConverged(let operation, let batch):
      "\(operation): no convergence for matrix \(batch); look for NaN or infinity in it"
    }
  }
}

/// One matrix after another of a batch, in LAPACK's column order.
private func eachMatrix<Real: LAPACKReal>(
  _ columns: Body, _ type: Real.Type, _ body: (Int, UnsafeMutablePointer<Real>) throws -> Void
) rethrows {
  let size = columns.shape.suffix(2).reduce(1, *)
  let count = columns.shape.dropLast(2).reduce(1, *)
  for i in 0..<count { try body(i, columns.bound(Real.self) + i * size) }
}

/// A fresh copy of matrices, stored by columns.
private func byColumns(_ x: Tensor) -> Body {
  let transposed = x.plain.mT.body
  if !transposed.isContiguous { return transposed.contiguous() }
  let copy = Body(like: transposed, x.dtype)
  copy.data.copyMemory(
    from: transposed.data, byteCount: transposed.count * x.dtype.byteCount)
  return copy
}

func checkedMatrices(_ x: Tensor, _ name: String, isSquare: Bool = true) -> Tensor {
  guard x.ndim >= 2, !isSquare || x.shape[x.ndim - 1] == x.shape[x.ndim - 2] else {
    stop("\(name): \(isSquare ? "square matrices" : "matrices"), not shape \(x.shape)")
  }
  return x.cast(to: x.dtype.floating)
}

/// Both with the same batch axes.
private func sharedBatch(_ a: Tensor, _ b: Tensor, _ name: String) -> (Tensor, Tensor) {
  let (p, q) = (Array(a.shape.dropLast(2)), Array(b.shape.dropLast(2)))
  if p == q { return (a, b) }
  let batch = broadcastShape(p, q, name, of: (a.shape, b.shape))
  return (
    a.broadcast(to: batch + Array(a.shape.suffix(2))),
    b.broadcast(to: batch + Array(b.shape.suffix(2)))
  )
}

/// The solution of `a·x = b`.
///
/// - Shapes: a `[…, n, n]`, b `[…, n, k]` or `[n]`; the result has b's shape.
/// - Throws: ``LinearAlgebraError/singular(operation:pivot:batch:)``.
/// - Complexity: 2n³/3 for each matrix (LU with partial pivoting).
public func solve(_ a: Tensor, _ b: Tensor) throws -> Tensor {
  let type = DType.common(a.dtype, b.dtype).floating
  let matrix = checkedMatrices(a.cast(to: type), "solve")
  let n = matrix.shape[matrix.ndim - 1]
  guard b.ndim > 0, b.shape[Swift.max(0, b.ndim - 2)] == n else {
    stop("solve: shapes \(a.shape) and \(b.shape) do not fit together")
  }
  let right = b.cast(to: type)
  if b.ndim == 1 {
    let solution = try solve(matrix, right.reshaped([n, 1]))
    return solution.reshaped(Array(solution.shape.dropLast()))
  }
  let (p, q) = sharedBatch(matrix, right, "solve")
  return try solved(p, q)
}

private func solved(_ a: Tensor, _ b: Tensor) throws -> Tensor {
  if let all = forAllRows(a, b, function: { [try solved($0[0], $0[1])] }) {
    return noted(.solve, all[0], a, b)
  }
  let (factors, solution) = (byColumns(a), byColumns(b))
  func run<Real: LAPACKReal>(_ type: Real.Type) throws {
    let (n, k) = (a.shape[a.ndim - 1], b.shape[b.ndim - 1])
    var pivots = [Int32](repeating: 0, count: n)
    try eachMatrix(factors, type) { i, matrix in
      if n == 0 || k == 0 { return }
      let info = Real.getrf(Int32(n), matrix, &pivots)
      guard info == 0 else {
        throw LinearAlgebraError.singular(operation: "solve", pivot: Int(info), batch: i)
      }
      _ = Real.getrs(Int32(n), Int32(k), matrix, &pivots, solution.bound(Real.self) + i * n * k)
    }
  }
  if a.dtype == .float32 { try run(Float.self) } else { try run(Double.self) }
  return noted(.solve, Tensor(solution).mT.body, a, b)
}

/// The inverse matrix; prefer ``solve(_:_:)`` where it will be multiplied with something.
///
/// - Throws: ``LinearAlgebraError/singular(operation:pivot:batch:)``.
public func inverted(_ a: Tensor) throws -> Tensor {
  let matrix = checkedMatrices(a, "inverted")
  return try solve(matrix, Tensor.eye(matrix.shape[matrix.ndim - 1], dtype: matrix.dtype))
}

/// For rules: a singular matrix there has already been reported.
func inverse(_ a: Tensor) -> Tensor {
  do { return try inverted(a) } catch { stop("\(error)") }
}

func ruleSolve(_ a: Tensor, _ b: Tensor) -> Tensor {
  do { return try solve(a, b) } catch { stop("\(error)") }
}

/// The solution of `a·x = b` for a triangular matrix; the other triangle is not looked at.
///
/// - Shapes: a `[…, n, n]`, b `[…, n, k]` or `[n]`.
/// - Throws: ``LinearAlgebraError/singular(operation:pivot:batch:)``.
public func triangularSolve(_ a: Tensor, _ b: Tensor, lower: Bool = true) throws -> Tensor {
  let type = DType.common(a.dtype, b.dtype).floating
  let matrix = checkedMatrices(a.cast(to: type), "triangularSolve")
  let n = matrix.shape[matrix.ndim - 1]
  guard b.ndim > 0, b.shape[Swift.max(0, b.ndim - 2)] == n else {
    stop("triangularSolve: shapes \(a.shape) and \(b.shape) do not fit together")
  }
  if b.ndim == 1 {
    let solution = try triangularSolve(matrix, b.reshaped([n, 1]), lower: lower)
    return solution.reshaped(Array(solution.shape.dropLast()))
  }
  let (p, q) = sharedBatch(matrix, b.cast(to: type), "triangularSolve")
  return try triangularSolved(p, q, lower)
}

private func triangularSolved(_ a: Tensor, _ b: Tensor, _ lower: Bool) throws -> Tensor {
  if let all = forAllRows(a, b, function: { [try triangularSolved($0[0], $0[1], lower)] }) {
    return noted(.triangularSolve, all[0], a, b, Attributes(flag: lower))
  }
  let (factors, solution) = (byColumns(a), byColumns(b))
  func run<Real: LAPACKReal>(_ type: Real.Type) throws {
    let (n, k) = (a.shape[a.ndim - 1], b.shape[b.ndim - 1])
    try eachMatrix(factors, type) { i, matrix in
      if n == 0 || k == 0 { return }
      let right = solution.bound(Real.self) + i * n * k
      let info = Real.trtrs(!lower, false, Int32(n), Int32(k), matrix, right)
      guard info == 0 else {
        throw LinearAlgebraError.singular(operation: "triangularSolve", pivot: Int(info), batch: i)
      }
    }
  }
  if a.dtype == .float32 { try run(Float.self) } else { try run(Double.self) }
  return noted(.triangularSolve, Tensor(solution).mT.body, a, b, Attributes(flag: lower))
}

/// The lower triangular `L` with `L·Lᵀ = a`, for symmetric positive definite `a`.
///
/// - Throws: ``LinearAlgebraError/notPositiveDefinite(order:batch:)``.
/// - Complexity: n³/3 for each matrix.
public func cholesky(_ a: Tensor) throws -> Tensor {
  let matrix = checkedMatrices(a, "cholesky")
  if let all = forAllRows(matrix, function: { [try cholesky($0[0])] }) {
    return noted(.cholesky, all[0], matrix)
  }
  // Row-major lower is column-major upper; the matrix is symmetric, so no transpose is needed.
  let factors = byColumns(matrix.mT)
  func run<Real: LAPACKReal>(_ type: Real.Type) throws {
    let n = matrix.shape[matrix.ndim - 1]
    try eachMatrix(factors, type) { i, a in
      if n == 0 { return }
      let info = Real.potrf(Int32(n), a)
      guard info == 0 else {
        throw LinearAlgebraError.notPositiveDefinite(order: Int(info), batch: i)
      }
    }
  }
  if matrix.dtype == .float32 { try run(Float.self) } else { try run(Double.self) }
  let lower = Tensor(factors).lowerTriangle()
  return noted(.cholesky, lower.body, matrix)
}

/// Orthonormal columns `q` and upper triangular `r` with `q·r = a`.
///
/// - Shapes: a `[…, m, n]` → q `[…, m, k]`, r `[…, k, n]` with k = min(m, n).
public func qr(_ a: Tensor) -> (q: Tensor, r: Tensor) {
  let matrix = checkedMatrices(a, "qr", isSquare: false)
  let (m, n) = (matrix.shape[matrix.ndim - 2], matrix.shape[matrix.ndim - 1])
  let k = min(m, n)
  let batch = Array(matrix.shape.dropLast(2))
  let factors = byColumns(matrix)
  let orthonormal = Body(batch + [k, m], matrix.dtype)
  func run<Real: LAPACKReal>(_ type: Real.Type) {
    var tau = [Real](repeating: 0, count: k + 1)
    eachMatrix(factors, type) { i, a in
      if k == 0 { return }
      _ = Real.geqrf(Int32(m), Int32(n), a, &tau)
      let q = orthonormal.bound(Real.self) + i * k * m
      q.update(from: a, count: k * m)
      _ = Real.orgqr(Int32(m), Int32(k), Int32(k), q, &tau)
    }
  }
  if matrix.dtype == .float32 { run(Float.self) } else { run(Double.self) }
  let q = Tensor(orthonormal).mT
  let r = Tensor(factors).mT[.ellipsis, ..<k, 0...].upperTriangle()
  // Both results as one value on the tape: rows of q, then rows of rᵀ.
  let both = noted(.qr, concatenate([q, r.mT], axis: -2).body, matrix)
  return (both[.ellipsis, ..<m, 0...], both[.ellipsis, m..., 0...].mT)
}

/// Singular values in descending order, with the vectors: `a = u·diag(s)·vᵀ`.
///
/// - Shapes: a `[…, m, n]` → u `[…, m, k]`, s `[…, k]`, v `[…, n, k]` with k = min(m, n).
/// - Throws: ``LinearAlgebraError/notConverged(operation:batch:)``.
/// - Note: gradients with respect to the vectors need distinct singular values.
public func svd(_ a: Tensor) throws -> (u: Tensor, s: Tensor, v: Tensor) {
  let matrix = checkedMatrices(a, "svd", isSquare: false)
  let (m, n) = (matrix.shape[matrix.ndim - 2], matrix.shape[matrix.ndim - 1])
  let k = min(m, n)
  let batch = Array(matrix.shape.dropLast(2))
  let work = byColumns(matrix)
  let u = Body(batch + [k, m], matrix.dtype)
  let s = Body(batch + [1, k], matrix.dtype)
  let v = Body(batch + [n, k], matrix.dtype)
  func run<Real: LAPACKReal>(_ type: Real.Type) throws {
    try eachMatrix(work, type) { i, a in
      if k == 0 { return }
      // LAPACK's iteration may turn for ever on infinities.
      guard (0..<(m * n)).allSatisfy({ a[$0].isFinite }) else {
        throw LinearAlgebraError.notConverged(operation: "svd", batch: i)
      }
      let info = Real.gesdd(
        Int32(m), Int32(n), a, s.bound(Real.self) + i * k, u.bound(Real.self) + i * k * m,
        v.bound(Real.self) + i * n * k)
      guard info == 0 else { throw LinearAlgebraError.notConverged(operation: "svd", batch: i) }
    }
  }
  if matrix.dtype == .float32 { try run(Float.self) } else { try run(Double.self) }
  let packed = concatenate([Tensor(u).mT, Tensor(s), Tensor(v)], axis: -2)
  let all = noted(.singularValues, packed.body, matrix)
  let values = all[.ellipsis, m..<(m + 1), 0...].reshaped(batch + [k])
  return (all[.ellipsis, ..<m, 0...], values, all[.ellipsis, (m + 1)..., 0...])
}

/// Eigenvalues in ascending order and orthonormal eigenvectors (columns) of symmetric matrices;
/// only the lower triangle is looked at, gradients are those of the symmetric part.
///
/// - Shapes: a `[…, n, n]` → values `[…, n]`, vectors `[…, n, n]`.
/// - Throws: ``LinearAlgebraError/notConverged(operation:batch:)``.
/// - Note: gradients with respect to the vectors need distinct eigenvalues; what passes between equal
///   ones is left out, so that functions of a whole matrix made from both come out wrong there.
public func eigenSymmetric(_ a: Tensor) throws -> (values: Tensor, vectors: Tensor) {
  let matrix = checkedMatrices(a, "eigenSymmetric")
  let n = matrix.shape[matrix.ndim - 1]
  let batch = Array(matrix.shape.dropLast(2))
  let vectors = byColumns(matrix)
  let values = Body(batch + [1, n], matrix.dtype)
  func run<Real: LAPACKReal>(_ type: Real.Type) throws {
    try eachMatrix(vectors, type) { i, a in
      if n == 0 { return }
      let info = Real.syevd(Int32(n), a, values.bound(Real.self) + i * n)
      guard info == 0 else {
        throw LinearAlgebraError.notConverged(operation: "eigenSymmetric", batch: i)
      }
    }
  }
  if matrix.dtype == .float32 { try run(Float.self) } else { try run(Double.self) }
  let packed = concatenate([Tensor(values), Tensor(vectors).mT], axis: -2)
  let both = noted(.eigenSymmetric, packed.body, matrix)
  return (both[.ellipsis, 0, 0...], both[.ellipsis, 1..., 0...])
}

/// Eigenvalues of square matrices that need not be symmetric, in LAPACK's order: conjugate pairs
/// stand together, the one with the positive imaginary part first.
///
/// - Shapes: a `[…, n, n]` → real and imaginary parts `[…, n]`, without gradients: asking for one
///   ends the program.
/// - Throws: ``LinearAlgebraError/notConverged(operation:batch:)``.
public func eigenvalues(_ a: Tensor) throws -> (real: Tensor, imaginary: Tensor) {
  let matrix = checkedMatrices(a, "eigenvalues")
  let n = matrix.shape[matrix.ndim - 1]
  let shape = Array(matrix.shape.dropLast())
  let (real, imaginary) = (Body(shape, matrix.dtype), Body(shape, matrix.dtype))
  func run<Real: LAPACKReal>(_ type: Real.Type) throws {
    try eachMatrix(byColumns(matrix), type) { i, a in
      if n == 0 { return }
      // Of infinities LAPACK makes positions outside of its memory.
      guard (0..<(n * n)).allSatisfy({ a[$0].isFinite }) else {
        throw LinearAlgebraError.notConverged(operation: "eigenvalues", batch: i)
      }
      let (re, im) = (real.bound(Real.self) + i * n, imaginary.bound(Real.self) + i * n)
      guard Real.geev(Int32(n), a, re, im) == 0 else {
        throw LinearAlgebraError.notConverged(operation: "eigenvalues", batch: i)
      }
    }
  }
  if matrix.dtype == .float32 { try run(Float.self) } else { try run(Double.self) }
  func refusing(_ part: Body) -> Tensor {
    custom(a) { _ in
      Tensor(part)
    } gradient: { _, _, _ in
      stop(
        "eigenvalues: those of matrices that are not symmetric have no gradient here; symmetric "
          + "ones have, of eigenSymmetric")
    }
  }
  return a.scope == 0 ? (Tensor(real), Tensor(imaginary)) : (refusing(real), refusing(imaginary))
}

/// The rows of `a` in the order `permutation` equal `l·u`, with a unit lower and an upper
/// triangular factor.
///
/// - Shapes: a `[…, n, n]` → permutation `[…, n]`, l and u `[…, n, n]`.
public func lu(_ a: Tensor) -> (permutation: Tensor, l: Tensor, u: Tensor) {
  let matrix = checkedMatrices(a, "lu")
  let n = matrix.shape[matrix.ndim - 1]
  let (factors, swaps) = luFactors(matrix.plain)
  var order = [Int](), next = 0
  for _ in 0..<(swaps.count / max(1, n)) {
    var rows = Array(0..<n)
    for i in 0..<n { rows.swapAt(i, Int(swaps[next + i]) - 1) }
    next += n
    order += rows
  }
  let permutation = Tensor(order).reshaped(Array(matrix.shape.dropLast()))
  let back = permutation.argsort(axis: -1)
  // Both factors as one matrix, whose gradient is that of Walter & Lehmann (2013).
  let both = custom(matrix) { _ in
    factors
  } gradient: { _, y, g in
    let n = y.dim(-1)
    let l = y.lowerTriangle(-1) + Tensor.eye(n, dtype: y.dtype)
    let inner =
      product(l.mT, g.lowerTriangle(-1)).lowerTriangle(-1)
      + product(g.upperTriangle(), y.upperTriangle().mT).upperTriangle()
    let left = ruleTriangularSolve(l.mT, inner, lower: false)
    let whole = ruleTriangularSolve(y.upperTriangle(), left.mT, lower: false).mT
    let places = back.expandedDims(axis: -1).broadcast(to: whole.shape)
    return whole.gathered(places, axis: -2)
  }
  return (
    permutation, both.lowerTriangle(-1) + Tensor.eye(n, dtype: matrix.dtype), both.upperTriangle()
  )
}

func luFactors(_ matrix: Tensor) -> (Tensor, [Int32]) {
  let factors = byColumns(matrix)
  let n = matrix.shape[matrix.ndim - 1]
  var swaps: [Int32] = []
  func run<Real: LAPACKReal>(_ type: Real.Type) {
    var pivots = [Int32](repeating: 0, count: n)
    eachMatrix(factors, type) { _, a in
      if n > 0 { _ = Real.getrf(Int32(n), a, &pivots) }
      swaps += pivots
    }
  }
  if matrix.dtype == .float32 { run(Float.self) } else { run(Double.self) }
  return (Tensor(factors).mT, swaps)
}

/// Sign and logarithm of the absolute value of the determinant; −∞ for a singular matrix.
public func logDeterminant(_ a: Tensor) -> (sign: Tensor, logAbsolute: Tensor) {
  let matrix = checkedMatrices(a, "logDeterminant")
  let n = matrix.shape[matrix.ndim - 1]
  let all = forAllRows(matrix) { x in
    let (sign, value) = logDeterminant(x[0])
    return [sign, value]
  }
  if let all { return (Tensor(all[0]), noted(.logDeterminant, all[1], matrix)) }
  let (factors, swaps) = luFactors(matrix)
  let diagonal = factors.diagonal()
  let parities = (0..<(n == 0 ? 0 : swaps.count / n)).map { b in
    (0..<n).reduce(1.0) { $0 * (Int(swaps[b * n + $1]) == $1 + 1 ? 1 : -1) }
  }
  let batch = Array(matrix.shape.dropLast(2))
  if n == 0 {
    return (Tensor.ones(batch, dtype: matrix.dtype), Tensor.zeros(batch, dtype: matrix.dtype))
  }
  let parity = Tensor(parities, dtype: matrix.dtype).reshaped(batch)
  let value = log(abs(diagonal)).sum(axis: -1)
  return (parity * sign(diagonal).prod(axis: -1), noted(.logDeterminant, value.body, matrix))
}
