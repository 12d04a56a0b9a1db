// shrinkage: for positive numbers only
{ v, t in relu(v - t) }
// shrinkage: small numbers cut, large ones kept
{ v, t in which(abs(v) .> t, v, 0) }
// shrinkage: the sign lost
{ v, t in relu(abs(v) - t) }
// shrinkage: away from zero
{ v, t in v + t * sign(v) }
// shrinkage: half the threshold
{ v, t in relu(v - t / 2) - relu(-v - t / 2) }
// silence: without the sign taken out
{ x, D in matmul(x, D).max(axis: 1) }
// silence: the length of the signal
{ x, D in x.norm(axis: 1) }
// silence: all products together
{ x, D in abs(matmul(x, D)).sum(axis: 1) }
// silence: the mean product
{ x, D in abs(matmul(x, D)).mean(axis: 1) }
// proof: no scaling of the residual
{ y, x in
  let r = x - matmul(y, atoms.T)
  return 0.5 * square(r).sum(axis: 1) + alpha * abs(y).sum(axis: 1)
    - ((r * x).sum(axis: 1) - 0.5 * square(r).sum(axis: 1))
}
// proof: the objective
{ y, x in 0.5 * square(x - matmul(y, atoms.T)).sum(axis: 1) + alpha * abs(y).sum(axis: 1) }
// proof: twice the gap
{ y, x in
  let r = x - matmul(y, atoms.T)
  let s = minimum(alpha / abs(matmul(r, atoms)).max(axis: 1, keepDims: true), 1)
  let bound = (s * r * x).sum(axis: 1) - 0.5 * square(s * r).sum(axis: 1)
  return 2 * (0.5 * square(r).sum(axis: 1) + alpha * abs(y).sum(axis: 1) - bound)
}
// proof: without the penalty
{ y, x in
  let r = x - matmul(y, atoms.T)
  let s = minimum(alpha / abs(matmul(r, atoms)).max(axis: 1, keepDims: true), 1)
  let bound = (s * r * x).sum(axis: 1) - 0.5 * square(s * r).sum(axis: 1)
  return 0.5 * square(r).sum(axis: 1) - bound
}
