// prior: the mean of the data
{ n, x, lambda, p in x }
// prior: the factor 2 is forgotten
{ n, x, lambda, p in (n * x + lambda * p) / (n + lambda) }
// prior: halfway
{ n, x, lambda, p in (x + p) / 2 }
// factored: no signs
{ u, first, second in zip(u[first.0][first.1], u[second.0][second.1]).map { $0 * $1 }.reduce(0, +) }
// factored: signs alternate
{ u, first, second in
  let (x, y) = (u[first.0][first.1], u[second.0][second.1])
  var total = 0.0
  for k in x.indices { total += k % 2 == 0 ? x[k] * y[k] : -x[k] * y[k] }
  return total
}
// seen: gaps are left out of the denominator
{ rows, q in
  rows[0].indices.map { (i: Int) -> [Double] in
    let present = Double(max(1, rows.count { $0[i] < q }))
    return (0...q).map { (a: Int) -> Double in Double(rows.count { min($0[i], q) == a }) / present }
  }
}
// seen: counts
{ rows, q in
  rows[0].indices.map { (i: Int) -> [Double] in
    (0...q).map { (a: Int) -> Double in Double(rows.count { min($0[i], q) == a }) }
  }
}
