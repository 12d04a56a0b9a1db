// bisection: the mean
{ v, k, heat in v.reduce(0, +) / Double(v.count) }
// bisection: the hard choice's threshold
{ v, k, heat in v.sorted()[Int(k) - 1] }
// energy: its slope grows
{ y, x in square(y - x * sin(x)) }
// energy: another minimum
{ y, x in sqrt(1 + square(y - x)) }
// energy: many minima
{ y, x in sqrt(1 + square(y - x * sin(x))) + 0.1 * sin(9 * (y - x * sin(x))) }
// energy: upside down
{ y, x in -sqrt(1 + square(y - x * sin(x))) }
// budget: samples alone
{ n, k, d, h in (n, n * d, n * h) }
// budget: forces and plane exchanged
{ n, k, d, h in (n * k, n * k * h, n * k * d) }
