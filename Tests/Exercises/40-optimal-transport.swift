// product: the masses of b in every row
{ a, b in a.onesLike().reshaped(-1, 1) * b / Double(a.size) }
// product: even
{ a, b in Tensor.full([a.size, b.size], 1 / Double(a.size * b.size), dtype: .float64) }
// halfStep: without the masses b
{ g, b, cost, epsilon in -epsilon * ((g - cost) / epsilon).logSumExp(axis: 1) }
// halfStep: the limit ε → 0
{ g, b, cost, epsilon in (cost - g).min(axis: 1) }
// halfStep: a fixed ε
{ g, b, cost, epsilon in -0.01 * ((g - cost) / 0.01 + log(b)).logSumExp(axis: 1) }
// sorted1D: the difference of the means
{ x, y in abs(x.mean() - y.mean()) }
// sorted1D: without sorting
{ x, y in abs(x - y).mean() }
// sorted1D: the wrong power
{ x, y in square(x.sorted() - y.sorted()).mean() }
