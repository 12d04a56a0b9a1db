// conditional: scores that are not normalized
{ model, x, i in (0..<model.alphabet.states).map { a in var y = x; y[i] = UInt8(a); return model.score(y) } }
// conditional: fields only
{ model, x, i in
  let q = model.alphabet.states
  let h = Array(model.fields[(i * q)..<(i * q + q)])
  let total = log(h.reduce(0.0) { $0 + exp($1) })
  return h.map { $0 - total }
}
// conditional: uniform
{ model, x, i in [Double](repeating: -log(Double(model.alphabet.states)), count: model.alphabet.states) }
// gauge: rows only
{ J in J.map { row in row.map { $0 - row.reduce(0, +) / Double(row.count) } } }
// gauge: the mean is forgotten
{ J in
  let q = Double(J.count)
  return J.indices.map { a in J.indices.map { b in J[a][b] - J[a].reduce(0, +) / q - J.reduce(0) { $0 + $1[b] } / q } }
}
// gauge: zeros
{ J in J.map { $0.map { _ in 0 } } }
// correction: the diagonal counts
{ S in
  let means = S.map { $0.reduce(0, +) / Double(S.count) }
  let overall = means.reduce(0, +) / Double(S.count)
  return S.indices.map { i in S.indices.map { j in S[i][j] - means[i] * means[j] / overall } }
}
// correction: nothing subtracted
{ S in S }
// correction: the mean of all
{ S in
  let others = Double(S.count * (S.count - 1))
  let mean = (S.joined().reduce(0, +) - S.indices.reduce(0) { $0 + S[$1][$1] }) / others
  return S.map { $0.map { $0 - mean } }
}
