// multiplicative: numerator and denominator exchanged
{ V, W, H in H * matmul(matmul(W.T, W), H) / maximum(matmul(W.T, V), 1e-12) }
// multiplicative: a projected gradient step
{ V, W, H in relu(H + 0.1 * (matmul(W.T, V) - matmul(matmul(W.T, W), H))) }
// multiplicative: nothing is done
{ V, W, H in H }
// multiplicative: least squares, cut off
{ V, W, H in relu(try! solve(matmul(W.T, W), matmul(W.T, V))) }
// multiplicative: HALS
{ V, W, H in
  let (G, B) = (matmul(W.T, W), matmul(W.T, V))
  var rows = [H[0], H[1]]
  for k in 0..<2 {
    let pull = G[k, 0] * rows[0] + G[k, 1] * rows[1]
    rows[k] = relu(rows[k] + (B[k] - pull) / G[k, k])
  }
  return stack(rows, axis: 0)
}
// component: without the bound
{ w, R in matmul(R.T, w) / square(w).sum() }
// component: the length is not squared
{ w, R in relu(matmul(R.T, w) / w.norm()) }
// component: not divided
{ w, R in relu(matmul(R.T, w)) }
// component: the size of the free minimizer
{ w, R in abs(matmul(R.T, w) / square(w).sum()) }
// compare: factors are compared
{ W, H, W2, H2 in ((W - W2).norm() + (H - H2).norm()).item() }
// compare: norms of the products
{ W, H, W2, H2 in abs(matmul(W, H).norm() - matmul(W2, H2).norm()).item() }
// compare: one factor is forgotten
{ W, H, W2, H2 in (W - W2).norm().item() }
// compare: sums of the products, signed
{ W, H, W2, H2 in abs((matmul(W, H) - matmul(W2, H2)).sum()).item() }
