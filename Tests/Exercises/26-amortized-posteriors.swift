// changed: without the derivative
{ t in let u = 0.5 * (log1p(t) - log1p(-t)); return -0.5 * square(u) - 0.5 * log(2 * Double.pi) }
// changed: the derivative upside down
{ t in let u = 0.5 * (log1p(t) - log1p(-t)); return -0.5 * square(u) - 0.5 * log(2 * Double.pi) + log(1 - square(t)) }
// changed: the density itself
{ t in let u = 0.5 * (log1p(t) - log1p(-t)); return exp(-0.5 * square(u) - 0.5 * log(2 * Double.pi) - log(1 - square(t))) }
// changed: uniform
{ t in 0 * t - log(2.0) }
// changed: a normal density of θ
{ t in -0.5 * square(t) - 0.5 * log(2 * Double.pi) }
// weighing: not normalized
{ a, b in exp(a - b) }
// weighing: without q
{ a, b in softmax(a) }
// weighing: the other way round
{ a, b in softmax(b - a) }
// weighing: equal weights
{ a, b in 0 * b + 0.25 }
// weighing: overflows
{ a, b in exp(a - b) / exp(a - b).sum() }
// covered: the whole range
{ truth, draws in 1.0 }
// covered: half, whatever the draws
{ truth, draws in 0.5 }
// covered: the lower half
{ truth, draws in (draws .< truth.expandedDims(axis: 1)).cast(to: .float64).mean(axis: 1).mean().item() }
// covered: the outer half
{ truth, draws in
  let r = (draws .< truth.expandedDims(axis: 1)).cast(to: .float64).mean(axis: 1)
  return ((r .< 0.25) .| (r .> 0.75)).cast(to: .float64).mean().item()
}
