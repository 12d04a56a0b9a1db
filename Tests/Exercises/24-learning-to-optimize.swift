// preprocess: the sign everywhere
{ g in stack([log(abs(g) + 1e-30) / 10, sign(g)], axis: 1) }
// preprocess: infinite at 0
{ g in
  let size = log(abs(g)) / 10
  return stack([size, which(size .>= -1, sign(g), exp(10.0) * g)], axis: 1)
}
// preprocess: the threshold at 10
{ g in
  let size = log(abs(g) + 1e-30)
  return stack([which(size .>= -10, size, -1), which(size .>= -10, sign(g), exp(10.0) * g)], axis: 1)
}
// preprocess: numbers exchanged
{ g in
  let size = log(abs(g) + 1e-30) / 10
  let isLarge = size .>= -1
  return stack([which(isLarge, sign(g), exp(10.0) * g), which(isLarge, size, -1)], axis: 1)
}
// longest: half the bound
{ W in
  let s: Double = try svd(W).s.max().item()
  return 0.5 / (s * s)
}
// longest: twice the bound
{ W in
  let s: Double = try svd(W).s.max().item()
  return 2 / (s * s)
}
// longest: one over σ
{ W in 1 / (try svd(W).s.max().item() as Double) }
// longest: by the sum of squares
{ W in 1 / (square(W).sum().item() as Double) }
// longest: by the least singular value
{ W in
  let s: Double = try svd(W).s.min().item()
  return 1 / (s * s)
}
// signs: the gradient itself
{ y, slope, k in y - 0.005 * slope }
// signs: steps that do not shrink
{ y, slope, k in y - 0.5 * sign(slope) }
// signs: steps that shrink at once
{ y, slope, k in y - 0.1 * exp(-Double(k)) * sign(slope) }
// signs: uphill
{ y, slope, k in y + 0.1 * exp(Double(k) * log(0.97)) * sign(slope) }
// signs: no step
{ y, slope, k in y }
