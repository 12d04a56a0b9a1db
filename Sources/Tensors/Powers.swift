#if canImport(Glibc)
  import Glibc
#endif

// Powers of plain numbers, so that `sigma ** 2` may stand beside `x ** 2`.
//
// All are disfavoured, so that a program's own `**` wins.

extension Double {
  /// `a` to the power of `b`.
  @_disfavoredOverload
  public static func ** (a: Double, b: Double) -> Double { pow(a, b) }

  /// `a` to the power of `b`.
  @_disfavoredOverload
  public static func ** (a: Double, b: Int) -> Double { b == 2 ? a * a : pow(a, Double(b)) }
}

extension Float {
  /// `a` to the power of `b`.
  @_disfavoredOverload
  public static func ** (a: Float, b: Float) -> Float { powf(a, b) }

  /// `a` to the power of `b`.
  @_disfavoredOverload
  public static func ** (a: Float, b: Int) -> Float { b == 2 ? a * a : powf(a, Float(b)) }
}

extension Int {
  /// A `Double`, as of `pow`: `10 ** -3` is a thousandth.
  @_disfavoredOverload
  public static func ** (a: Int, b: Int) -> Double { pow(Double(a), Double(b)) }
}
