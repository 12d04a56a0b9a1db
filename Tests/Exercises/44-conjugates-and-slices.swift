// relatives: without the shift
{ conjugate, c, b, y in c * conjugate(y / c) }
// relatives: without the factor
{ conjugate, c, b, y in conjugate((y - b) / c) }
// relatives: the shift's sign
{ conjugate, c, b, y in c * conjugate((y + b) / c) }
// dualValue: without the conjugate's inner product
{ f, x, y, p in (square(x).sum(axis: 1).mean() + square(y).sum(axis: 1).mean() - 2 * (f(x).mean() - f(p).mean())).item() }
// dualValue: half
{ f, x, y, p in 0.5 * (square(x).sum(axis: 1).mean() + square(y).sum(axis: 1).mean() - 2 * (f(x).mean() + ((p * y).sum(axis: 1) - f(p)).mean())).item() }
// quadratic: the difference of means
{ pairs in pairs[0..., 0].mean(axis: 1) - pairs[0..., 1].mean(axis: 1) }
// quadratic: the first axis
{ pairs in Tensor.ones([pairs.dim(0), 1], dtype: pairs.dtype) * Tensor(0).oneHot(pairs.dim(3)).cast(to: pairs.dtype) }
