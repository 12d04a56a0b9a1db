// dual: without the masses a
{ f, a, b, cost, epsilon in -epsilon * ((f.reshaped([f.size, 1]) - cost) / epsilon).logSumExp(axis: 0) }
// dual: a fixed ε
{ f, a, b, cost, epsilon in -0.1 * ((f.reshaped([f.size, 1]) - cost) / 0.1 + log(a).reshaped([a.size, 1])).logSumExp(axis: 0) }
// dual: the limit ε → 0
{ f, a, b, cost, epsilon in (cost - f.reshaped([f.size, 1])).min(axis: 0) }
// shifting: longer
{ f, c in (1 + c) * f }
// shifting: another shift
{ f, c in f + 1 }
// faster: the plain iteration
SinkhornOptions(tolerance: 1e-4, acceleration: .none)
// faster: a tolerance that is too large
SinkhornOptions(tolerance: 1e-2)
// faster: an end before the tolerance
SinkhornOptions(tolerance: 1e-4, maximumIterations: 5)
