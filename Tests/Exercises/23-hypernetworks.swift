// count: without biases
{ sizes in zip(sizes, sizes.dropFirst()).reduce(0) { $0 + $1.0 * $1.1 } }
// count: a bias for each input
{ sizes in zip(sizes, sizes.dropFirst()).reduce(0) { $0 + $1.0 * ($1.1 + 1) } }
// count: the first layer alone
{ sizes in (sizes[0] + 1) * sizes[1] }
// ridge: λ forgotten
{ t in try matmul(t, matmul(inverted(matmul(X.T, X) / Double(k)), X.T).T / Double(k)) }
// ridge: the mean forgotten
{ t in
  try matmul(t, matmul(inverted(matmul(X.T, X) + lambda * Tensor.eye(d, dtype: .float64)), X.T).T)
}
// ridge: twice λ
{ t in
  let twice = matmul(X.T, X) / Double(k) + 2 * lambda * Tensor.eye(d, dtype: .float64)
  return try matmul(t, matmul(inverted(twice), X.T).T / Double(k))
}
// swap: the same row
{ row in row }
// swap: the second layer stays
{ row in row.take(Tensor([1, 0, 3, 2, 4, 5, 6])) }
// swap: the biases stay
{ row in row.take(Tensor([1, 0, 2, 3, 5, 4, 6])) }
// swap: back to front
{ row in row.take(Tensor([6, 5, 4, 3, 2, 1, 0])) }
// swap: weights and biases exchanged
{ row in row.take(Tensor([2, 3, 0, 1, 5, 4, 6])) }
