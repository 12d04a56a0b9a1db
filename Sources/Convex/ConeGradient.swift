import Tensors

/// The solutions x*(b, c) of cone programs of one shape as a function with gradients.
///
/// Each program is solved and certified by ``ConeProgram``; the gradient is that of the fixed point of
/// its embedding by the implicit function theorem. Where a cone's projection has a kink at the
/// solution it is the gradient of one side.
///
/// ```swift
/// let slope = gradient { c in (try! coneSolution(embedding, b: b, c: c)).sum() }(c)
/// ```
///
/// - Parameters:
///   - embedding: P, A and the cones.
///   - b: [B, m].
///   - c: [B, n].
/// - Returns: x [B, n], in float64.
/// - Throws: ``ConvexError`` for sizes that do not fit, and where a program is not solved.
/// - Complexity: one solve for each row; the gradient has O((n + m)³) for each.
/// - Note: the gradient has no gradient; asked for it, the cell stops. Where solutions are not unique it does not exist, and the
///   linear system may have no solution, which stops the cell.
public func coneSolution(
  _ embedding: ConeEmbedding, b: Tensor, c: Tensor,
  options: ConeOptions = ConeOptions(absoluteTolerance: 1e-9)
) throws -> Tensor {
  let (n, m) = (embedding.variables, embedding.constraints)
  guard b.ndim == 2, b.shape[1] == m, c.shape == [b.shape[0], n] else {
    throw ConvexError(
      "b and c have shapes \(b.shape) and \(c.shape); [B, \(m)] and [B, \(n)] are needed")
  }
  let (b, c) = (b.cast(to: .float64), c.cast(to: .float64))
  let points = try ConeFixedPoints(
    (0..<b.shape[0]).map { (embedding, stopGradient(b[$0]), stopGradient(c[$0])) }, options)
  return custom([b, c]) { _ in
    points.x
  } gradient: { given, _, g in
    let slopes = points.pullback(stopGradient(g))
    return once([slopes.b, slopes.c], given + [g])
  }
}

/// The solutions x*(P, c, A, b) of cone programs with the same cones as a function with gradients of
/// every datum.
///
/// P and A act at a solution as Px and Aᵀy do in place of c, and Ax in place of b; so their
/// gradients are outer products of those of c and b with the solution.
///
/// ```swift
/// let slope = gradient { a in (try! coneSolution(c: c, A: a, b: b, cones: cones)).sum() }(a)
/// ```
///
/// - Parameters:
///   - P: [n, n] or [B, n, n]; the gradient is symmetric.
///   - c: [n] or [B, n].
///   - A: [m, n] or [B, m, n].
///   - b: [m] or [B, m].
///   - cones: zero, nonnegative and second-order cones, shared.
/// - Returns: x [n], or [B, n] where an array has a batch axis, in float64.
/// - Throws: ``ConvexError`` for bad input, and where a program is not solved.
/// - Complexity: one solve for each row; the gradient has O((n + m)³) for each.
/// - Note: the gradient has no gradient; asked for it, the cell stops. Where solutions are not unique it does not exist, and the
///   linear system may have no solution, which stops the cell.
public func coneSolution(
  P: Tensor? = nil, c: Tensor, A: Tensor, b: Tensor, cones: Cones,
  options: ConeOptions = ConeOptions(absoluteTolerance: 1e-9)
) throws -> Tensor {
  let given = ([c, A, b] + (P.map { [$0] } ?? [])).map { $0.cast(to: .float64) }
  let axes = [1, 2, 1, 2]
  guard zip(given, axes).allSatisfy({ $0.ndim == $1 || $0.ndim == $1 + 1 }) else {
    throw ConvexError(
      "c, A and b have shapes \(c.shape), \(A.shape) and \(b.shape); [n], [m, n] and [m] are needed, "
        + "or [B] before them")
  }
  let counts = Set(zip(given, axes).filter { $0.ndim > $1 }.map { $0.0.shape[0] })
  guard counts.count <= 1 else { throw ConvexError("arrays have \(counts.sorted()) rows") }
  let plain = given.map { stopGradient($0) }
  func row(_ i: Int, _ k: Int) -> Tensor { plain[i].ndim > axes[i] ? plain[i][k] : plain[i] }
  func embedding(_ k: Int) throws -> ConeEmbedding {
    try ConeEmbedding(
      ConeProgram(
        P: P == nil ? nil : row(3, k), c: row(0, k).doubles, A: row(1, k), b: row(2, k).doubles,
        cones: cones))
  }
  let isShared = A.ndim == 2 && (P?.ndim ?? 2) == 2
  let shared = isShared ? try embedding(0) : nil
  let points = try ConeFixedPoints(
    (0..<(counts.first ?? 1)).map { try (shared ?? embedding($0), row(2, $0), row(0, $0)) }, options
  )
  return custom(given) { _ in
    counts.isEmpty ? points.x[0] : points.x
  } gradient: { values, _, g in
    let slopes = points.pullback(stopGradient(g).reshaped(points.x.shape))
    let half = outer(slopes.c, points.x) / 2
    let all = [
      slopes.c, outer(points.y, slopes.c) - outer(slopes.b, points.x), slopes.b,
      half + half.swapped(-1, -2),
    ]
    return once(
      zip(all, given).map { $0.ndim == $1.ndim ? $0 : $0.sum(axis: 0) }, values + [g])
  }
}

/// Gradients that were computed without a record of how: asked for theirs, they stop the cell rather
/// than say zero.
private func once(_ slopes: [Tensor], _ of: [Tensor]) -> [Tensor] {
  slopes.map { slope in
    custom(of) { _ in
      slope
    } gradient: { _, _, _ in
      stop("coneSolution: the gradient has no gradient")
    }
  }
}

private func outer(_ s: Tensor, _ t: Tensor) -> Tensor {
  s.reshaped([s.shape[0], s.shape[1], 1]) * t.reshaped([t.shape[0], 1, t.shape[1]])
}

/// Solved programs as fixed points of their embeddings.
private struct ConeFixedPoints {
  let rows: [(embedding: ConeEmbedding, b: Tensor, c: Tensor)]
  /// Variables [B, n], multipliers [B, m] and fixed points [B, n + m + 1].
  let x: Tensor, y: Tensor, v: Tensor

  /// Solves the programs with embeddings' P and A, b [m] and c [n].
  init(_ rows: [(embedding: ConeEmbedding, b: Tensor, c: Tensor)], _ options: ConeOptions) throws {
    var (x, y, points) = ([Double](), [Double](), [Double]())
    for (k, row) in rows.enumerated() {
      let found = try row.embedding.program.solving(b: row.b.doubles, c: row.c.doubles)
        .solve(options)
      guard found.isSolved else { throw ConvexError("program \(k): \(found)") }
      x += found.x
      y += found.y
      let weights = row.embedding.weights[row.embedding.variables...].doubles
      points += found.x
      // The embedding's point at a solution: w = y + s / R.
      for i in weights.indices { points.append(found.y[i] + found.s[i] / weights[i]) }
      points.append(1)
    }
    self.rows = rows
    self.x = Tensor(x, shape: [rows.count, x.count / rows.count], dtype: .float64)
    self.y = Tensor(y, shape: [rows.count, y.count / rows.count], dtype: .float64)
    let size = points.count / rows.count
    let raw = Tensor(points, shape: [rows.count, size], dtype: .float64)
    v = Double(size).squareRoot() * raw / raw.norm(axis: -1, keepDims: true)
  }

  /// The gradients of b [B, m] and c [B, n] from that of x [B, n].
  func pullback(_ g: Tensor) -> (b: Tensor, c: Tensor) {
    let slopes = rows.enumerated().map { k, row in
      let one = k..<(k + 1)
      guard
        let slope = row.embedding.pullback(
          v[one], row.b.reshaped([1, -1]), row.c.reshaped([1, -1]), g[one])
      else { stop("coneSolution: the solution of program \(k) has no gradient: it is not unique") }
      return slope
    }
    return (concatenate(slopes.map(\.b)), concatenate(slopes.map(\.c)))
  }
}

extension ConeEmbedding {
  /// The gradients of b and c from that of x, at a fixed point v [1, n + m + 1]; nil where it is not
  /// the only one.
  fileprivate func pullback(
    _ v: Tensor, _ b: Tensor, _ c: Tensor, _ g: Tensor
  ) -> (b: Tensor, c: Tensor)? {
    let size = dimension
    let eye = Tensor.eye(size, dtype: .float64)
    let ones = Tensor.ones([size, 1], dtype: .float64)
    let (bs, cs) = (ones * b, ones * c)
    // Row i of the Jacobian is the gradient of the map's entry i.
    let jacobian = gradient { many in (self(many, b: bs, c: cs) * eye).sum() }(ones * v)
    let pulled = gradient { v in (solution(v, b: b, c: c).x * g).sum() }(v)
    guard let column = try? solve((eye - jacobian).T, pulled.reshaped([size, 1])) else {
      return nil
    }
    let lambda = column.reshaped([1, size])
    func total(_ b: Tensor, _ c: Tensor) -> Tensor {
      (self(v, b: b, c: c) * lambda).sum() + (solution(v, b: b, c: c).x * g).sum()
    }
    return (gradient { total($0, c) }(b), gradient { total(b, $0) }(c))
  }
}

extension ConeProgram {
  /// The program with other right sides and another linear term.
  fileprivate func solving(b: [Double], c: [Double]) throws -> ConeProgram {
    try ConeProgram(P: P, c: c, A: A, b: b, cones: cones)
  }
}
