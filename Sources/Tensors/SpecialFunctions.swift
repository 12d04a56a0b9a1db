/// √(x² + y²), without overflow in between; the gradient at the origin is 0.
public func hypot(_ x: Tensor, _ y: Tensor) -> Tensor {
  let (a, b) = promoted(x.cast(to: x.dtype.floating), y.cast(to: y.dtype.floating))
  // The larger of the two carries no gradient: the result does not depend on the scale.
  let scale = maximum(abs(a.plain), abs(b.plain))
  let isOrdinary = (scale .> 0) .& isFinite(scale)
  let unit = which(isOrdinary, scale, 1)
  let squares = square(a / unit) + square(b / unit)
  let root = sqrt(which(isOrdinary, squares, 1)) * unit
  // An infinite side decides, whatever the other is.
  let isLong = isInfinite(a.plain) .| isInfinite(b.plain)
  return which(isOrdinary, root, which(isLong, Double.infinity, scale))
}

/// The inverse of the error function; ±∞ at ±1, NaN outside.
///
/// A start within 2·10⁻³ (Winitzki 2008), then Halley's steps on `erf`, or on `erfc` where |x| is
/// large, so that no digits are lost near ±1.
public func erfInverse(_ x: Tensor) -> Tensor {
  let operand = x.cast(to: x.dtype.floating)
  return customOperation([operand]) { operands in
    let x = operands[0]
    let wide = x.cast(to: .float64)
    let isInside = abs(wide) .< 1
    let inside = which(isInside, wide, 0)
    let a = 0.147
    let logarithm = log1p(-square(inside))
    let half = 2 / (Double.pi * a) + 0.5 * logarithm
    let size = abs(inside)
    var y = sqrt(sqrt(square(half) - logarithm / a) - half)
    for _ in 0..<3 {
      // 1 − |x| is exact in the upper branch.
      let excess = which(size .> 0.5, (1 - size) - erfc(y), erf(y) - size)
      let error = excess / (1.1283791670955126 * exp(-square(y)))
      y = y - error / (1 + y * error)
    }
    y = sign(inside) * y
    let edge = which(abs(wide) .== 1, wide * Double.infinity, Double.nan)
    return which(isInside, y, edge).cast(to: x.dtype)
  } gradient: { _, y, g in
    [g * (0.886226925452758 * exp(square(y)))]
  }
}
