// kernels: without lengths
{ a, b, ell, s in s * s * exp(-0.5 * square(a.expandedDims(axis: 1) - b.expandedDims(axis: 0)).sum(axis: 2)) }
// kernels: without the half
{ a, b, ell, s in s * s * exp(-1.0 * square(a.expandedDims(axis: 1) / ell - b.expandedDims(axis: 0) / ell).sum(axis: 2)) }
// kernels: s instead of its square
{ a, b, ell, s in s * exp(-0.5 * square(a.expandedDims(axis: 1) / ell - b.expandedDims(axis: 0) / ell).sum(axis: 2)) }
// lines: the variance grows with a, not its square
{ a, b, m, v in (a * m + b, abs(a) * v, a * v) }
// lines: the shift adds to the variance
{ a, b, m, v in (a * m + b, a * a * v + b * b, a * v) }
// lines: the covariance without a
{ a, b, m, v in (a * m + b, a * a * v, v) }
// cover: the first ones
{ points, k in Array(0..<k) }
// cover: one of them again and again
{ points, k in Array(repeating: 0, count: k) }
// cover: those farthest from the centre
{ points, k in
  let away = square(points - points.mean(axis: 0)).sum(axis: 1).doubles
  return Array(away.indices.sorted { away[$0] > away[$1] }.prefix(k))
}
