import Tensors

/// 1 − I_x(a, b) of the regularized incomplete beta function (DLMF 8.17), by Lentz' continued
/// fraction.
///
/// Relative accuracy about 10⁻¹² wherever the result is not below 10⁻³⁰⁰.
func incompleteBetaComplement(_ a: Double, _ b: Double, _ x: Double) -> Double {
  if x <= 0 { return 1 }
  if x >= 1 { return 0 }
  // The fraction converges fast below the mean; above it, that of 1 − x does.
  if x < (a + 1) / (a + b + 2) { return 1 - betaFraction(a, b, x) }
  return betaFraction(b, a, 1 - x)
}

private func betaFraction(_ a: Double, _ b: Double, _ x: Double) -> Double {
  let front =
    logGamma(a + b) - logGamma(a) - logGamma(b) + a * logarithm(x)
    + b * logarithmOfOnePlus(-x)
  let tiny = 1e-300
  func nonzero(_ value: Double) -> Double { Swift.abs(value) < tiny ? tiny : value }
  var c = 1.0
  var d = 1 / nonzero(1 - (a + b) * x / (a + 1))
  var h = d
  for m in 1...10_000 {
    let k = Double(m)
    let even = k * (b - k) * x / ((a + 2 * k - 1) * (a + 2 * k))
    d = 1 / nonzero(1 + even * d)
    c = nonzero(1 + even / c)
    h *= d * c
    let odd = -(a + k) * (a + b + k) * x / ((a + 2 * k) * (a + 2 * k + 1))
    d = 1 / nonzero(1 + odd * d)
    c = nonzero(1 + odd / c)
    h *= d * c
    if Swift.abs(d * c - 1) < 1e-15 { break }
  }
  return exponential(front) * h / a
}

/// log Γ of a positive number by Stirling's series, shifted upwards first.
func logGamma(_ x: Double) -> Double {
  var (z, product) = (x, 0.0)
  while z < 20 {
    product += logarithm(z)
    z += 1
  }
  let inverse = 1 / (z * z)
  let series =
    (1.0 / 12 - inverse * (1.0 / 360 - inverse * (1.0 / 1260 - inverse * (1.0 / 1680)))) / z
  return (z - 0.5) * logarithm(z) - z + 0.9189385332046727 + series - product
}

/// The point of an interval up to which a condition holds, to the last bit or so.
func bisected(from low: Double, to high: Double, _ holds: (Double) -> Bool) -> Double {
  var (a, b) = (low, high)
  for _ in 0..<200 {
    let middle = 0.5 * (a + b)
    if middle <= a || middle >= b { break }
    if holds(middle) { a = middle } else { b = middle }
  }
  return b
}

func logarithm(_ x: Double) -> Double { log(Tensor(x, dtype: .float64)).item() }
func logarithmOfOnePlus(_ x: Double) -> Double { log1p(Tensor(x, dtype: .float64)).item() }
func exponential(_ x: Double) -> Double { exp(Tensor(x, dtype: .float64)).item() }
