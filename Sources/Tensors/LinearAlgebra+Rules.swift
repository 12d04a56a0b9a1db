// Derivative rules of factorizations. With S = sym(·) and Φ(·) = lower triangle with halved
// diagonal; see Giles (2008, "An extended collection of matrix derivative results") and Townsend
// (2016, "Differentiating the singular value decomposition").

private func symmetric(_ x: Tensor) -> Tensor { 0.5 * (x + x.mT) }

private func phi(_ x: Tensor) -> Tensor {
  let n = x.shape[x.ndim - 1]
  return x.lowerTriangle() - 0.5 * (x * Tensor.eye(n, dtype: x.dtype))
}

func ruleTriangularSolve(_ a: Tensor, _ b: Tensor, lower: Bool) -> Tensor {
  do { return try triangularSolve(a, b, lower: lower) } catch { stop("\(error)") }
}

/// x = a⁻¹b: b̄ = a⁻ᵀ·x̄, ā = −b̄·xᵀ.
let solveRule: Rule = { s in
  let right = ruleSolve(s.a.mT, s.g)
  s.give(1, right)
  s.give(0, -product(right, s.y.mT))
}

let triangularSolveRule: Rule = { s in
  let lower = s.attributes.flag
  let right = ruleTriangularSolve(s.a.mT, s.g, lower: !lower)
  s.give(1, right)
  let outer = -product(right, s.y.mT)
  s.give(0, lower ? outer.lowerTriangle() : outer.upperTriangle())
}

/// ā = S(L⁻ᵀ·Φ(Lᵀ·L̄)·L⁻¹).
let choleskyRule: Rule = { s in
  let middle = phi(product(s.y.mT, s.g.lowerTriangle()))
  let left = ruleTriangularSolve(s.y.mT, middle, lower: false)
  let both = ruleTriangularSolve(s.y.mT, left.mT, lower: false).mT
  s.give(0, symmetric(both))
}

/// 1/(wⱼ − wᵢ) off the diagonal, 0 on it and between equal values.
private func gaps(_ w: Tensor) -> Tensor {
  guardedReciprocal(w.expandedDims(axis: -2) - w.expandedDims(axis: -1))
}

/// 1/x, and 0 where that would be infinite.
func guardedReciprocal(_ x: Tensor) -> Tensor {
  let isZero = abs(x.plain) .< (x.dtype == .float64 ? 1e-300 : 1e-37)
  return which(isZero, 0, 1 / which(isZero, 1, x))
}

/// ā = V·(diag(w̄) + F∘(Vᵀ·V̄))·Vᵀ, symmetrized.
let eigenRule: Rule = { s in
  let (w, v) = (s.y[.ellipsis, 0, 0...], s.y[.ellipsis, 1..., 0...])
  let (gw, gv) = (s.g[.ellipsis, 0, 0...], s.g[.ellipsis, 1..., 0...])
  let inner = gw.asDiagonal() + gaps(w) * product(v.mT, gv)
  s.give(0, symmetric(product(product(v, inner), v.mT)))
}

let singularRule: Rule = { s in
  let (m, k) = (s.a.dim(-2), s.y.dim(-1))
  let u = s.y[.ellipsis, ..<m, 0...]
  let sigma = s.y[.ellipsis, m, 0...]
  let v = s.y[.ellipsis, (m + 1)..., 0...]
  let gu = s.g[.ellipsis, ..<m, 0...]
  let gs = s.g[.ellipsis, m, 0...]
  let gv = s.g[.ellipsis, (m + 1)..., 0...]
  let f = gaps(square(sigma))
  let (row, column) = (sigma.expandedDims(axis: -2), sigma.expandedDims(axis: -1))
  let (uu, vv) = (product(u.mT, gu), product(v.mT, gv))
  let inner =
    f * (uu - uu.mT) * row + gs.asDiagonal() + column * (f * (vv - vv.mT))
  var total = product(product(u, inner), v.mT)
  if m > k {
    // The part of the left vectors' gradient outside of their span.
    total = total + product((gu - product(u, uu)) * guardedReciprocal(row), v.mT)
  }
  if s.a.dim(-1) > k {
    total = total + product(u, ((gv - product(v, vv)) * guardedReciprocal(row)).mT)
  }
  s.give(0, total)
}

/// ā = (Q̄ + Q·copyltu(M))·R⁻ᵀ with M = R·R̄ᵀ − Q̄ᵀ·Q, for at least as many rows as columns
/// (Walter & Lehmann 2013).
let qrRule: Rule = { s in
  let (m, n, k) = (s.a.dim(-2), s.a.dim(-1), s.y.dim(-1))
  guard m >= n else { stop("qr: no gradient for matrices with more columns than rows") }
  _ = k
  let (q, r) = (s.y[.ellipsis, ..<m, 0...], s.y[.ellipsis, m..., 0...].mT)
  let (gq, gr) = (s.g[.ellipsis, ..<m, 0...], s.g[.ellipsis, m..., 0...].mT)
  let mixed = product(r, gr.mT) - product(gq.mT, q)
  let copied = mixed.lowerTriangle() + mixed.lowerTriangle(-1).mT
  let left = gq + product(q, copied)
  s.give(0, ruleTriangularSolve(r, left.mT, lower: false).mT)
}
