// Elementary functions of Float; see ScalarMath.swift. Float80 has none here: each overload of `log`
// or `sqrt` multiplies what the compiler tries in a line with several of them.

#if canImport(Glibc)
  import Glibc
#endif

/// The least integer that is not below `x`.
@_disfavoredOverload @_transparent
public func ceil(_ x: Float) -> Float { x.rounded(.up) }

/// The greatest integer that is not above `x`.
@_disfavoredOverload @_transparent
public func floor(_ x: Float) -> Float { x.rounded(.down) }

/// The nearest integer to `x`; halves go away from zero.
@_disfavoredOverload @_transparent
public func round(_ x: Float) -> Float { x.rounded() }

/// The square root of `x`.
@_disfavoredOverload @_transparent
public func sqrt(_ x: Float) -> Float { x.squareRoot() }

/// `x` without its digits behind the point.
@_disfavoredOverload @_transparent
public func trunc(_ x: Float) -> Float { x.rounded(.towardZero) }

/// What is left of `x` after as many whole `y` as fit into it, with the sign of `x`.
@_disfavoredOverload @_transparent
public func fmod(_ x: Float, _ y: Float) -> Float {
  x.truncatingRemainder(dividingBy: y)
}

/// The angle between 0 and π whose cosine is `x`.
@_disfavoredOverload @_transparent
public func acos(_ x: Float) -> Float { Glibc.acos(x) }

/// The inverse hyperbolic cosine of `x`.
@_disfavoredOverload @_transparent
public func acosh(_ x: Float) -> Float { Glibc.acosh(x) }

/// The angle between −π/2 and π/2 whose sine is `x`.
@_disfavoredOverload @_transparent
public func asin(_ x: Float) -> Float { Glibc.asin(x) }

/// The inverse hyperbolic sine of `x`.
@_disfavoredOverload @_transparent
public func asinh(_ x: Float) -> Float { Glibc.asinh(x) }

/// The angle between −π/2 and π/2 whose tangent is `x`.
@_disfavoredOverload @_transparent
public func atan(_ x: Float) -> Float { Glibc.atan(x) }

/// The inverse hyperbolic tangent of `x`.
@_disfavoredOverload @_transparent
public func atanh(_ x: Float) -> Float { Glibc.atanh(x) }

/// The cube root of `x`.
@_disfavoredOverload @_transparent
public func cbrt(_ x: Float) -> Float { Glibc.cbrt(x) }

/// The cosine of `x`, in radians.
@_disfavoredOverload @_transparent
public func cos(_ x: Float) -> Float { Glibc.cos(x) }

/// The hyperbolic cosine of `x`.
@_disfavoredOverload @_transparent
public func cosh(_ x: Float) -> Float { Glibc.cosh(x) }

/// The error function, 2/√π ∫₀ˣ exp(−t²) dt.
@_disfavoredOverload @_transparent
public func erf(_ x: Float) -> Float { Glibc.erf(x) }

/// One minus the error function, without loss of digits for large `x`.
@_disfavoredOverload @_transparent
public func erfc(_ x: Float) -> Float { Glibc.erfc(x) }

/// e to the power of `x`.
@_disfavoredOverload @_transparent
public func exp(_ x: Float) -> Float { Glibc.exp(x) }

/// 2 to the power of `x`.
@_disfavoredOverload @_transparent
public func exp2(_ x: Float) -> Float { Glibc.exp2(x) }

/// exp(x) − 1, without loss of digits for small `x`.
@_disfavoredOverload @_transparent
public func expm1(_ x: Float) -> Float { Glibc.expm1(x) }

/// The natural logarithm of `x`.
@_disfavoredOverload @_transparent
public func log(_ x: Float) -> Float { Glibc.log(x) }

/// The logarithm of `x` to base 10.
@_disfavoredOverload @_transparent
public func log10(_ x: Float) -> Float { Glibc.log10(x) }

/// log(1 + x), without loss of digits for small `x`.
@_disfavoredOverload @_transparent
public func log1p(_ x: Float) -> Float { Glibc.log1p(x) }

/// The logarithm of `x` to base 2.
@_disfavoredOverload @_transparent
public func log2(_ x: Float) -> Float { Glibc.log2(x) }

/// The sine of `x`, in radians.
@_disfavoredOverload @_transparent
public func sin(_ x: Float) -> Float { Glibc.sin(x) }

/// The hyperbolic sine of `x`.
@_disfavoredOverload @_transparent
public func sinh(_ x: Float) -> Float { Glibc.sinh(x) }

/// The tangent of `x`, in radians.
@_disfavoredOverload @_transparent
public func tan(_ x: Float) -> Float { Glibc.tan(x) }

/// The hyperbolic tangent of `x`.
@_disfavoredOverload @_transparent
public func tanh(_ x: Float) -> Float { Glibc.tanh(x) }

/// The gamma function Γ(x).
@_disfavoredOverload @_transparent
public func tgamma(_ x: Float) -> Float { Glibc.tgamma(x) }

/// The angle between −π and π of the point (`x`, `y`), from the positive x-axis.
@_disfavoredOverload @_transparent
public func atan2(_ y: Float, _ x: Float) -> Float { Glibc.atan2(y, x) }

/// The magnitude of `x` with the sign of `y`.
@_disfavoredOverload @_transparent
public func copysign(_ x: Float, _ y: Float) -> Float { Glibc.copysign(x, y) }

/// √(x² + y²), without overflow in between.
@_disfavoredOverload @_transparent
public func hypot(_ x: Float, _ y: Float) -> Float { Glibc.hypot(x, y) }

/// `base` to the power of `exponent`.
@_disfavoredOverload @_transparent
public func pow(_ base: Float, _ exponent: Float) -> Float { Glibc.pow(base, exponent) }

/// x².
@_disfavoredOverload @_transparent
public func square(_ x: Float) -> Float { x * x }
