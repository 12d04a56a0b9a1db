// Pseudo-inverses, least squares and determinants: functions of a whole matrix, whose derivatives
// never divide by the difference of two singular values that a result treats alike.

/// The pseudo-inverse (Moore and Penrose).
///
/// Singular values below `cutoff` times the largest count as 0; unless given, that is the rounding
/// of the type times the larger extent. The gradient is that of Golub & Pereyra
/// (doi:10.1137/0710036), right for equal singular values, too.
///
/// - Shapes: `[…, m, n]` → `[…, n, m]`.
/// - Throws: ``LinearAlgebraError/notConverged(operation:batch:)``.
public func pseudoInverse(_ a: Tensor, cutoff: Double? = nil) throws -> Tensor {
  let matrix = checkedMatrices(a, "pseudoInverse", isSquare: false)
  let p = try inverseParts(matrix.plain, cutoff)
  return custom(matrix) { _ in
    matmul(p.v, p.weights.expandedDims(axis: -1) * p.u.mT)
  } gradient: { a, _, g in
    let p = unthrown { try pseudoInverse(a, cutoff: cutoff) }
    let (pT, gT) = (p.mT, g.mT)
    let (m, n) = (a.dim(-2), a.dim(-1))
    let outside = Tensor.eye(m, dtype: a.dtype) - product(a, p)
    let kernel = Tensor.eye(n, dtype: a.dtype) - product(p, a)
    let whole =
      product(outside, product(gT, product(p, pT)))
      + product(product(pT, product(p, gT)), kernel) - product(pT, product(g, pT))
    guard let cutoff else { return whole }
    return whole + cutOffPart(a, gT, cutoff)
  }
}

/// The `x` that minimizes |a·x − b|; of several, the shortest.
///
/// Singular values below `cutoff` times the largest count as 0. Gradients are those of
/// ``pseudoInverse(_:cutoff:)``.
///
/// - Shapes: a `[…, m, n]`, b `[m]` or `[…, m, k]` → `[n]` or `[…, n, k]`.
/// - Throws: ``LinearAlgebraError/notConverged(operation:batch:)``.
public func leastSquares(_ a: Tensor, _ b: Tensor, cutoff: Double? = nil) throws -> Tensor {
  let type = DType.common(a.dtype, b.dtype).floating
  let matrix = checkedMatrices(a.cast(to: type), "leastSquares", isSquare: false)
  guard b.ndim > 0, b.shape[Swift.max(0, b.ndim - 2)] == a.dim(-2) else {
    stop(
      "leastSquares: \(a.dim(-2)) rows of a, shape \(a.shape), against right sides of shape "
        + "\(b.shape)")
  }
  return matmul(try pseudoInverse(matrix, cutoff: cutoff), b.cast(to: type))
}

/// The determinant, differentiable at singular matrices, too: the gradient is the cofactor matrix.
///
/// Second derivatives need an invertible matrix or distinct singular values.
///
/// - Shapes: `[…, n, n]` → `[…]`.
public func determinant(_ a: Tensor) -> Tensor {
  let matrix = checkedMatrices(a, "determinant")
  return custom(matrix) { a in
    let n = a.dim(-1)
    if n == 0 { return Tensor.ones(Array(a.shape.dropLast(2)), dtype: a.dtype) }
    let (factors, swaps) = luFactors(a)
    let parities = (0..<(swaps.count / n)).map { b in
      (0..<n).reduce(1.0) { $0 * (Int(swaps[b * n + $1]) == $1 + 1 ? 1 : -1) }
    }
    let diagonal = factors.diagonal()
    let parity = Tensor(parities, dtype: a.dtype).reshaped(Array(diagonal.shape.dropLast()))
    return parity * diagonal.prod(axis: -1)
  } gradient: { a, _, g in
    a.size == 0 ? a : g.reshaped(g.shape + [1, 1]) * cofactors(a)
  }
}

private struct InverseParts {
  let u: Tensor
  let v: Tensor
  /// 1/σ, and 0 for values that count as 0.
  let weights: Tensor
}

private func inverseParts(_ a: Tensor, _ cutoff: Double?) throws -> InverseParts {
  let (u, s, v) = try svd(a)
  if s.dim(-1) == 0 { return InverseParts(u: u, v: v, weights: s) }
  let epsilon = s.dtype == .float64 ? 0x1p-52 : 0x1p-23
  let limit =
    (cutoff ?? epsilon * Double(max(a.dim(-1), a.dim(-2)))) * s.max(axis: -1, keepDims: true)
  let isSmall = s .<= limit
  return InverseParts(u: u, v: v, weights: which(isSmall, 0, 1 / which(isSmall, 1, s)))
}

/// What a cut through singular values that are not 0 adds to the gradient: rotations between the
/// values σᵢ that stay and those, σⱼ, that go, with denominators σᵢ² − σⱼ².
private func cutOffPart(_ a: Tensor, _ g: Tensor, _ cutoff: Double) -> Tensor {
  let (u, s, v) = unthrown { try svd(a) }
  if s.dim(-1) == 0 { return a.zerosLike() }
  let stays = s.plain .> cutoff * s.plain.max(axis: -1, keepDims: true)
  let (i, j) = (s.expandedDims(axis: -1), s.expandedDims(axis: -2))
  let (row, column) = (stays.expandedDims(axis: -1), stays.expandedDims(axis: -2))
  let isPair = row .^ column
  let (high, low) = (maximum(i, j), minimum(i, j))
  let gap = which(isPair, high * (square(high) - square(low)), 1)
  let own = which(isPair, square(low) / (gap * which(isPair, high, 1)), 0)
  let other = which(isPair, low / gap, 0)
  let h = product(u.mT, product(g, v))
  return product(u, product(own * h + other * h.mT, v.mT))
}

/// The matrix of cofactors, det(a)·a⁻ᵀ where that exists.
private func cofactors(_ a: Tensor) -> Tensor {
  let pivots = abs(luFactors(a.plain).0.diagonal())
  let spread = pivots.max(axis: -1) * (a.dtype == .float64 ? 1e-6 : 1e-3)
  if (pivots.min(axis: -1) .> spread).all() {
    return determinant(a).reshaped(Array(a.shape.dropLast(2)) + [1, 1]) * inverse(a).mT
  }
  let (u, s, v) = unthrown { try svd(a) }
  // Products of all singular values but one.
  let n = s.dim(-1)
  let others = which(Tensor.eye(n, dtype: .bool), 1, s.expandedDims(axis: -2)).prod(axis: -1)
  let turn = stopGradient(determinant(u.plain) * determinant(v.plain))
  return turn.reshaped(turn.shape + [1, 1]) * product(u * others.expandedDims(axis: -2), v.mT)
}

/// For rules: what throws there has been thrown before.
private func unthrown<Result>(_ body: () throws -> Result) -> Result {
  do { return try body() } catch { stop("\(error)") }
}
