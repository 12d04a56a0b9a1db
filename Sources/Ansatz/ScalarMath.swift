// Elementary functions of plain numbers, so that `sqrt(2.0)` works in a cell without an import.
//
// They are declared here rather than handed on from the C library: with one function that is
// handed on, the compiler puts all names of that library into each list of completions and of near
// names. They are disfavoured, so that a function of the same name in a cell, or the C library's
// own where `import Foundation` brings it, is preferred and not ambiguous. They are transparent:
// a cell calls the C library itself. `Tensors` adds overloads for tensors.

#if canImport(Glibc)
  import Glibc
#endif

/// The angle between 0 and π whose cosine is `x`.
@_disfavoredOverload @_transparent
public func acos(_ x: Double) -> Double { Glibc.acos(x) }

/// The inverse hyperbolic cosine of `x`.
@_disfavoredOverload @_transparent
public func acosh(_ x: Double) -> Double { Glibc.acosh(x) }

/// The angle between −π/2 and π/2 whose sine is `x`.
@_disfavoredOverload @_transparent
public func asin(_ x: Double) -> Double { Glibc.asin(x) }

/// The inverse hyperbolic sine of `x`.
@_disfavoredOverload @_transparent
public func asinh(_ x: Double) -> Double { Glibc.asinh(x) }

/// The angle between −π/2 and π/2 whose tangent is `x`.
@_disfavoredOverload @_transparent
public func atan(_ x: Double) -> Double { Glibc.atan(x) }

/// The angle between −π and π of the point (`x`, `y`), from the positive x-axis.
@_disfavoredOverload @_transparent
public func atan2(_ y: Double, _ x: Double) -> Double { Glibc.atan2(y, x) }

/// The inverse hyperbolic tangent of `x`.
@_disfavoredOverload @_transparent
public func atanh(_ x: Double) -> Double { Glibc.atanh(x) }

/// The cube root of `x`.
@_disfavoredOverload @_transparent
public func cbrt(_ x: Double) -> Double { Glibc.cbrt(x) }

/// The least integer that is not below `x`.
@_disfavoredOverload @_transparent
public func ceil(_ x: Double) -> Double { x.rounded(.up) }

/// The magnitude of `x` with the sign of `y`.
@_disfavoredOverload @_transparent
public func copysign(_ x: Double, _ y: Double) -> Double { Glibc.copysign(x, y) }

/// The cosine of `x`, in radians.
@_disfavoredOverload @_transparent
public func cos(_ x: Double) -> Double { Glibc.cos(x) }

/// The hyperbolic cosine of `x`.
@_disfavoredOverload @_transparent
public func cosh(_ x: Double) -> Double { Glibc.cosh(x) }

/// The error function, 2/√π ∫₀ˣ exp(−t²) dt.
@_disfavoredOverload @_transparent
public func erf(_ x: Double) -> Double { Glibc.erf(x) }

/// One minus the error function, without loss of digits for large `x`.
@_disfavoredOverload @_transparent
public func erfc(_ x: Double) -> Double { Glibc.erfc(x) }

/// e to the power of `x`.
@_disfavoredOverload @_transparent
public func exp(_ x: Double) -> Double { Glibc.exp(x) }

/// 2 to the power of `x`.
@_disfavoredOverload @_transparent
public func exp2(_ x: Double) -> Double { Glibc.exp2(x) }

/// exp(x) − 1, without loss of digits for small `x`.
@_disfavoredOverload @_transparent
public func expm1(_ x: Double) -> Double { Glibc.expm1(x) }

/// The greatest integer that is not above `x`.
@_disfavoredOverload @_transparent
public func floor(_ x: Double) -> Double { x.rounded(.down) }

/// What is left of `x` after as many whole `y` as fit into it, with the sign of `x`.
@_disfavoredOverload @_transparent
public func fmod(_ x: Double, _ y: Double) -> Double {
  x.truncatingRemainder(dividingBy: y)
}

/// √(x² + y²), without overflow in between.
@_disfavoredOverload @_transparent
public func hypot(_ x: Double, _ y: Double) -> Double { Glibc.hypot(x, y) }

/// The natural logarithm of `x`.
@_disfavoredOverload @_transparent
public func log(_ x: Double) -> Double { Glibc.log(x) }

/// The logarithm of `x` to base 10.
@_disfavoredOverload @_transparent
public func log10(_ x: Double) -> Double { Glibc.log10(x) }

/// log(1 + x), without loss of digits for small `x`.
@_disfavoredOverload @_transparent
public func log1p(_ x: Double) -> Double { Glibc.log1p(x) }

/// The logarithm of `x` to base 2.
@_disfavoredOverload @_transparent
public func log2(_ x: Double) -> Double { Glibc.log2(x) }

/// `base` to the power of `exponent`.
@_disfavoredOverload @_transparent
public func pow(_ base: Double, _ exponent: Double) -> Double { Glibc.pow(base, exponent) }

/// The nearest integer to `x`; halves go away from zero.
@_disfavoredOverload @_transparent
public func round(_ x: Double) -> Double { x.rounded() }

/// The sine of `x`, in radians.
@_disfavoredOverload @_transparent
public func sin(_ x: Double) -> Double { Glibc.sin(x) }

/// The hyperbolic sine of `x`.
@_disfavoredOverload @_transparent
public func sinh(_ x: Double) -> Double { Glibc.sinh(x) }

/// The square root of `x`.
@_disfavoredOverload @_transparent
public func sqrt(_ x: Double) -> Double { x.squareRoot() }

/// The tangent of `x`, in radians.
@_disfavoredOverload @_transparent
public func tan(_ x: Double) -> Double { Glibc.tan(x) }

/// The hyperbolic tangent of `x`.
@_disfavoredOverload @_transparent
public func tanh(_ x: Double) -> Double { Glibc.tanh(x) }

/// The gamma function Γ(x).
@_disfavoredOverload @_transparent
public func tgamma(_ x: Double) -> Double { Glibc.tgamma(x) }

/// `x` without its digits behind the point.
@_disfavoredOverload @_transparent
public func trunc(_ x: Double) -> Double { x.rounded(.towardZero) }

// Functions that `Tensors` has for tensors and the C library not, or under another name.

/// x².
@_disfavoredOverload @_transparent
public func square(_ x: Double) -> Double { x * x }

/// 1 / (1 + exp(−x)).
@_disfavoredOverload
public func sigmoid(_ x: Double) -> Double { 1 / (1 + Glibc.exp(-x)) }

/// log(1 + exp(x)), without overflow.
@_disfavoredOverload
public func softplus(_ x: Double) -> Double { max(x, 0) + Glibc.log1p(Glibc.exp(-x.magnitude)) }

/// log |Γ(x)|.
@_disfavoredOverload
public func logGamma(_ x: Double) -> Double {
  var sign: Int32 = 0
  return Glibc.lgamma_r(x, &sign)
}

/// log |Γ(x)|, by its name in C and Python.
@_disfavoredOverload
public func lgamma(_ x: Double) -> Double { logGamma(x) }
