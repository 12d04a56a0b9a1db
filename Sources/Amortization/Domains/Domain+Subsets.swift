import Tensors

extension Domain {
  /// Choices of `count` elements, relaxed to 0 ≤ y ≤ 1 with sum `count`.
  ///
  /// - Parameter temperature: of the limited multi-label projection (``softTopK(_:_:temperature:)``)
  ///   that takes raw numbers in.
  public static func subsets(of count: Int, temperature: Double = 1) -> Domain {
    guard count > 0 else { fatalError("Domain.subsets: \(count) elements") }
    return Domain(
      "subsets of \(count)", project: { cappedSimplexProjection($0, sum: count) },
      embed: { softTopK($0, count, temperature: temperature) },
      tangent: { _, v in v - v.mean(axis: -1, keepDims: true) },
      round: { y in softTopK(y, count, temperature: 0) },
      origin: { d, type in Tensor.full([d], Double(count) / Double(d), dtype: type) })
  }
}

/// The limited multi-label projection (LML, arXiv:1906.08707): a differentiable choice of the `k`
/// largest of each row.
///
/// The result p maximizes ⟨z, p⟩ + τ·H(p), with the binary entropy H, over 0 < p < 1 and Σp = k:
/// p = sigmoid((z + ν)/τ), where ν is found by bisection. At temperature 0 it is the hard choice,
/// with no gradient.
///
/// Right at any scale: numbers are seen from the k-th largest.
///
/// - Complexity: about 60 passes over `z`; the gradient is one formula.
public func softTopK(_ z: Tensor, _ k: Int, temperature: Double = 1) -> Tensor {
  let d = z.dim(-1)
  guard k >= 0, k <= d else { stop("softTopK: \(k) of \(d) elements") }
  guard temperature >= 0 else {
    stop("softTopK: the temperature \(temperature) is negative; at 0 the choice is hard")
  }
  guard z.dtype.isFloating else {
    return softTopK(z.cast(to: .float32), k, temperature: temperature)
  }
  if k == d { return z.onesLike() }
  if k == 0 { return z.zerosLike() }
  guard temperature > 0 else {
    let plain = stopGradient(z)
    let positions = plain.topK(k, axis: -1).positions
    return positions.oneHot(d, dtype: z.dtype).sum(axis: -2)
  }
  return custom(z) { z in
    // In units of the temperature, seen from the k-th largest element; further than this everything
    // is decided.
    let most = 4000.0
    let best = z.topK(k + 1, axis: -1).values
    let level = best[.ellipsis, (k - 1)..<k]
    let w = clip(_gap(z, level) / temperature, -most, most)
    let next = clip(_gap(best[.ellipsis, k...], level) / temperature, -most, 0)
    // With w + ν: at the lower bound d − k + 1 elements are too small, at the upper one the k
    // largest lack less than the next one adds.
    var low = next.zerosLike() - _log(Double(d - k))
    var high = _log(2 * Double(k)) - next
    for _ in 0..<(z.dtype == .float64 ? 80 : 45) {
      let middle = 0.5 * (low + high)
      let isTooSmall = sigmoid(w + middle).sum(axis: -1, keepDims: true) .< Double(k)
      low = which(isTooSmall, middle, low)
      high = which(isTooSmall, high, middle)
    }
    // Where all is decided the bound from above is on the plateau.
    return sigmoid(w + high)
  } gradient: { _, p, g in
    let weight = p * (1 - p) / temperature
    // Floors keep rows that are all but decided from dividing 0 by 0.
    let total = maximum(weight.sum(axis: -1, keepDims: true), 1e-30)
    return weight * (g - (weight * g).sum(axis: -1, keepDims: true) / total)
  }
}

private func _log(_ p: Double) -> Double { log(Tensor(p, dtype: .float64)).item() }

/// Differences; equal infinities differ by 0.
private func _gap(_ y: Tensor, _ level: Tensor) -> Tensor { which(y .== level, 0, y - level) }

/// The nearest point with 0 ≤ y ≤ 1 and a given sum, row by row.
///
/// Right at any scale: numbers are seen from the k-th largest, which lies between 0 and 1 in the
/// result. A row with NaN becomes NaN.
public func cappedSimplexProjection(_ y: Tensor, sum k: Int) -> Tensor {
  let d = y.dim(-1)
  guard k > 0, k <= d else { stop("cappedSimplexProjection: sum \(k) of \(d) elements") }
  return custom(y.dtype.isFloating ? y : y.cast(to: .float32)) { y in
    let level = y.topK(k, axis: -1).values[.ellipsis, (k - 1)...]
    let w = clip(_gap(y, level), -1, 1)
    var low = level.zerosLike()
    var high = level.onesLike()
    for _ in 0..<(y.dtype == .float64 ? 60 : 30) {
      let middle = 0.5 * (low + high)
      let isTooSmall = clip(w + middle, 0, 1).sum(axis: -1, keepDims: true) .< Double(k)
      low = which(isTooSmall, middle, low)
      high = which(isTooSmall, high, middle)
    }
    // Between its kinks the sum is a line: its exact solution.
    let rough = w + 0.5 * (low + high)
    let isInside = (rough .> 0) .& (rough .< 1)
    let count = isInside.cast(to: y.dtype).sum(axis: -1, keepDims: true)
    let fixed = (rough .>= 1).cast(to: y.dtype).sum(axis: -1, keepDims: true)
    let inner = which(isInside, w, 0).sum(axis: -1, keepDims: true)
    let shift = which(
      count .> 0, (Double(k) - fixed - inner) / maximum(count, 1), 0.5 * (low + high))
    let exact = clip(w + shift, 0, 1)
    return which(isNaN(y).any(axis: -1, keepDims: true), Double.nan, exact)
  } gradient: { _, p, g in
    let inside = ((p .> 0) .& (p .< 1)).cast(to: g.dtype)
    let count = maximum(inside.sum(axis: -1, keepDims: true), 1)
    return inside * (g - (inside * g).sum(axis: -1, keepDims: true) / count)
  }
}
