/// √(x² + y²), without overflow in between; the gradient at the origin is 0.
public func hypot(_ x: Tensor, _ y: Tensor) -> Tensor {
  let (a, b) = promoted(x.cast(to: x.dtype.floating), y.cast(to: y.dtype.floating))
  // The larger of the two carries no gradient: the result does not depend on the scale.
  let scale = maximum(abs(a.plain), abs(b.plain))
  let isOrdinary = (scale .> 0) .& isFinite(scale)
  let unit = which(isOrdinary, scale, 1)
  let squares = square(a / unit) + square(b / unit)
  let root = sqrt(which(isOrdinary, squares, 1)) * unit
  return which(isOrdinary, root, scale)
}

/// The inverse of the error function; ±∞ at ±1, NaN outside.
///
/// A start within 2·10⁻³ (Winitzki 2008), then Halley's steps on `erf` itself. As `erf` has no
/// digits left beyond, so has this near ±1: the error there is that of x.
public func erfInverse(_ x: Tensor) -> Tensor {
  let operand = x.cast(to: x.dtype.floating)
  return custom(operand) { x in
    let wide = x.cast(to: .float64)
    let isInside = abs(wide) .< 1
    let inside = which(isInside, wide, 0)
    let a = 0.147
    let logarithm = log1p(-square(inside))
    let half = 2 / (Double.pi * a) + 0.5 * logarithm
    var y = sign(inside) * sqrt(sqrt(square(half) - logarithm / a) - half)
    for _ in 0..<3 {
      let error = (erf(y) - inside) / (1.1283791670955126 * exp(-square(y)))
      y = y - error / (1 + y * error)
    }
    let edge = which(abs(wide) .== 1, wide * Double.infinity, Double.nan)
    return which(isInside, y, edge).cast(to: x.dtype)
  } gradient: { _, y, g in
    g * (0.886226925452758 * exp(square(y)))
  }
}
