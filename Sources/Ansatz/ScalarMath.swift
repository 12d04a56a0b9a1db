// Elementary functions of plain numbers, so that `sqrt(2.0)` works in a cell without an import.
//
// The names are handed on from the C library rather than declared anew: a cell that imports
// Foundation sees the same declarations a second time, which is no ambiguity. `Tensors` adds
// overloads for tensors.
#if canImport(Glibc)
  @_exported import func Glibc.acos
  @_exported import func Glibc.acosh
  @_exported import func Glibc.asin
  @_exported import func Glibc.asinh
  @_exported import func Glibc.atan
  @_exported import func Glibc.atan2
  @_exported import func Glibc.atanh
  @_exported import func Glibc.cbrt
  @_exported import func Glibc.ceil
  @_exported import func Glibc.copysign
  @_exported import func Glibc.cos
  @_exported import func Glibc.cosh
  @_exported import func Glibc.erf
  @_exported import func Glibc.erfc
  @_exported import func Glibc.exp
  @_exported import func Glibc.exp2
  @_exported import func Glibc.expm1
  @_exported import func Glibc.floor
  @_exported import func Glibc.fmod
  @_exported import func Glibc.hypot
  @_exported import func Glibc.log
  @_exported import func Glibc.log10
  @_exported import func Glibc.log1p
  @_exported import func Glibc.log2
  @_exported import func Glibc.pow
  @_exported import func Glibc.round
  @_exported import func Glibc.sin
  @_exported import func Glibc.sinh
  @_exported import func Glibc.sqrt
  @_exported import func Glibc.tan
  @_exported import func Glibc.tanh
  @_exported import func Glibc.tgamma
  @_exported import func Glibc.trunc
#endif

// Integers, which C turns into Double by itself. Without these a literal, as in `exp(1)`, fits
// Float, Double and Float80 equally well, and the compiler refuses to choose.

public func sqrt(_ x: Int) -> Double { Double(x).squareRoot() }
public func exp(_ x: Int) -> Double { exp(Double(x)) }
public func log(_ x: Int) -> Double { log(Double(x)) }
public func log2(_ x: Int) -> Double { log2(Double(x)) }
public func log10(_ x: Int) -> Double { log10(Double(x)) }
public func sin(_ x: Int) -> Double { sin(Double(x)) }
public func cos(_ x: Int) -> Double { cos(Double(x)) }
public func tan(_ x: Int) -> Double { tan(Double(x)) }
public func atan(_ x: Int) -> Double { atan(Double(x)) }
public func tanh(_ x: Int) -> Double { tanh(Double(x)) }
public func pow(_ base: Double, _ exponent: Int) -> Double { pow(base, Double(exponent)) }
public func pow(_ base: Int, _ exponent: Int) -> Double { pow(Double(base), Double(exponent)) }
