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
/// - Complexity: about 60 passes over `z`; the gradient is one formula.
public func softTopK(_ z: Tensor, _ k: Int, temperature: Double = 1) -> Tensor {
  let d = z.dim(-1)
  guard k >= 0, k <= d else { fatalError("softTopK: \(k) of \(d) elements") }
  if k == d { return z.onesLike() }
  if k == 0 { return z.zerosLike() }
  guard temperature > 0 else {
    let plain = stopGradient(z)
    let positions = plain.topK(k, axis: -1).positions
    return positions.oneHot(d, dtype: z.dtype).sum(axis: -2)
  }
  return custom(z) { z in
    // At the bounds every element is on one side of k/d.
    let level = Double(k) / Double(d)
    let logit = temperature * _logit(level)
    var low = logit - z.max(axis: -1, keepDims: true)
    var high = logit - z.min(axis: -1, keepDims: true)
    for _ in 0..<(z.dtype == .float64 ? 80 : 45) {
      let middle = 0.5 * (low + high)
      let isTooSmall =
        sigmoid((z + middle) / temperature).sum(axis: -1, keepDims: true) .< Double(k)
      low = which(isTooSmall, middle, low)
      high = which(isTooSmall, high, middle)
    }
    return sigmoid((z + 0.5 * (low + high)) / temperature)
  } gradient: { _, p, g in
    let weight = p * (1 - p) / temperature
    // Floors keep rows that are all but decided from dividing 0 by 0.
    let total = maximum(weight.sum(axis: -1, keepDims: true), 1e-30)
    return weight * (g - (weight * g).sum(axis: -1, keepDims: true) / total)
  }
}

private func _logit(_ p: Double) -> Double { log(Tensor(p / (1 - p), dtype: .float64)).item() }

/// The nearest point with 0 ≤ y ≤ 1 and a given sum, row by row.
public func cappedSimplexProjection(_ y: Tensor, sum k: Int) -> Tensor {
  let d = y.dim(-1)
  guard k > 0, k <= d else { fatalError("cappedSimplexProjection: sum \(k) of \(d) elements") }
  return custom(y) { y in
    var low = -y.max(axis: -1, keepDims: true)
    var high = 1 - y.min(axis: -1, keepDims: true)
    for _ in 0..<(y.dtype == .float64 ? 80 : 45) {
      let middle = 0.5 * (low + high)
      let isTooSmall = clip(y + middle, 0, 1).sum(axis: -1, keepDims: true) .< Double(k)
      low = which(isTooSmall, middle, low)
      high = which(isTooSmall, high, middle)
    }
    return clip(y + 0.5 * (low + high), 0, 1)
  } gradient: { _, p, g in
    let inside = ((p .> 0) .& (p .< 1)).cast(to: g.dtype)
    let count = maximum(inside.sum(axis: -1, keepDims: true), 1)
    return inside * (g - (inside * g).sum(axis: -1, keepDims: true) / count)
  }
}
