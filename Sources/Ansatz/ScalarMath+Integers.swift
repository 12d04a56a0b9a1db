// Elementary functions of integers, which C turns into Double by itself. Without these a literal, as
// in `exp(1)`, fits Float and Double equally well, and the compiler refuses to choose. They are
// generic, so that a cell's own `pow(_: Int, _: Int) -> Int` is preferred.

/// The square root of `x`.
public func sqrt(_ x: some BinaryInteger) -> Double { Double(x).squareRoot() }

/// e to the power of `x`.
public func exp(_ x: some BinaryInteger) -> Double { exp(Double(x)) }

/// The natural logarithm of `x`.
public func log(_ x: some BinaryInteger) -> Double { log(Double(x)) }

/// The logarithm of `x` to base 2.
public func log2(_ x: some BinaryInteger) -> Double { log2(Double(x)) }

/// The logarithm of `x` to base 10.
public func log10(_ x: some BinaryInteger) -> Double { log10(Double(x)) }

/// The sine of `x`, in radians.
public func sin(_ x: some BinaryInteger) -> Double { sin(Double(x)) }

/// The cosine of `x`, in radians.
public func cos(_ x: some BinaryInteger) -> Double { cos(Double(x)) }

/// The tangent of `x`, in radians.
public func tan(_ x: some BinaryInteger) -> Double { tan(Double(x)) }

/// The angle between −π/2 and π/2 whose tangent is `x`.
public func atan(_ x: some BinaryInteger) -> Double { atan(Double(x)) }

/// The hyperbolic tangent of `x`.
public func tanh(_ x: some BinaryInteger) -> Double { tanh(Double(x)) }

/// `base` to the power of `exponent`.
public func pow(_ base: Double, _ exponent: some BinaryInteger) -> Double {
  pow(base, Double(exponent))
}

/// `base` to the power of `exponent`.
public func pow(_ base: some BinaryInteger, _ exponent: some BinaryInteger) -> Double {
  pow(Double(base), Double(exponent))
}

/// log Γ(x), of which `logGamma(n + 1)` is the logarithm of n!.
public func logGamma(_ x: some BinaryInteger) -> Double { logGamma(Double(x)) }

/// log Γ(x), by its name in C and Python.
public func lgamma(_ x: some BinaryInteger) -> Double { logGamma(Double(x)) }
