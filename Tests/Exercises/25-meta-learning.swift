// oneStep: uphill
{ theta, eta in
  let y = theta.broadcast(to: [x.dim(0), theta.size])
  return y + eta * maml.inner.gradient(y, x)
}
// oneStep: no step
{ theta, eta in theta.broadcast(to: [x.dim(0), theta.size]) }
// oneStep: the loss on the query examples
{ theta, eta in
  let y = theta.broadcast(to: [x.dim(0), theta.size])
  return y - eta * problem.gradient(y, x)
}
// oneStep: from the page's start, not the one given
{ theta, eta in
  let y = maml.start.broadcast(to: [x.dim(0), theta.size])
  return y - eta * maml.inner.gradient(y, x)
}
// oneStep: always the same length
{ theta, eta in
  let y = theta.broadcast(to: [x.dim(0), theta.size])
  return y - 0.01 * maml.inner.gradient(y, x)
}
// forgetful: the exact gradient
{ theta, eta, K in
  var (y, M) = (theta.broadcast(to: centres.shape), Tensor.eye(4, dtype: .float64))
  for _ in 0..<K {
    y = y - eta * matmul(y - centres, A)
    M = matmul(M, Tensor.eye(4, dtype: .float64) - eta * A)
  }
  return matmul(matmul(y - centres, A), M).mean(axis: 0)
}
// forgetful: before the steps
{ theta, eta, K in matmul(theta.broadcast(to: centres.shape) - centres, A).mean(axis: 0) }
// forgetful: one step only
{ theta, eta, K in
  let y = theta.broadcast(to: centres.shape)
  return matmul(y - eta * matmul(y - centres, A) - centres, A).mean(axis: 0)
}
// forgetful: the sum over contexts
{ theta, eta, K in
  var y = theta.broadcast(to: centres.shape)
  for _ in 0..<K { y = y - eta * matmul(y - centres, A) }
  return matmul(y - centres, A).sum(axis: 0)
}
// lengths: one over the largest curvature
{ theta, x in 0 * x.sum(axis: 1) + 1 / (try! eigenSymmetric(A).values.max().item() as Double) }
// lengths: upside down
{ theta, x in
  let r = matmul(theta - x, A)
  return (matmul(r, A) * r).sum(axis: 1) / square(r).sum(axis: 1)
}
// lengths: half of it
{ theta, x in
  let r = matmul(theta - x, A)
  return 0.5 * square(r).sum(axis: 1) / (matmul(r, A) * r).sum(axis: 1)
}
// lengths: the distance instead of the gradient
{ theta, x in
  let r = theta - x
  return square(r).sum(axis: 1) / (matmul(r, A) * r).sum(axis: 1)
}
// lengths: one for all contexts
{ theta, x in Tensor.full([x.dim(0)], 0.1, dtype: .float64) }
