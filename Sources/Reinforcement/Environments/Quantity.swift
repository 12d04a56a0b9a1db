import Tensors

/// What the equations of an environment are written in: tensors, where a row is an environment and
/// gradients flow, or plain numbers, many million times a second.
///
/// One text serves both.
protocol Quantity {
  associatedtype Mask
  static func + (a: Self, b: Self) -> Self
  static func - (a: Self, b: Self) -> Self
  static func * (a: Self, b: Self) -> Self
  static func / (a: Self, b: Self) -> Self
  static func + (a: Self, b: Double) -> Self
  static func - (a: Self, b: Double) -> Self
  static func * (a: Double, b: Self) -> Self
  static func / (a: Self, b: Double) -> Self
  static prefix func - (a: Self) -> Self
  var sine: Self { get }
  var cosine: Self { get }
  var squared: Self { get }
  var lower: Self { get }
  func clamped(_ low: Double, _ high: Double) -> Self
  static func pick(_ mask: Mask, _ a: Self, _ b: Self) -> Self
  static func constant(_ value: Double, beside other: Self) -> Self
  func isAbove(_ value: Double) -> Mask
  func isAtLeast(_ value: Double) -> Mask
  static func either(_ a: Mask, _ b: Mask) -> Mask
  static func never(beside other: Self) -> Mask
}

extension Quantity {
  /// The angle plus a multiple of 2π that lies in [−π, π).
  @inline(__always) var wrapped: Self {
    self - 2 * .pi * ((self + .pi) / (2 * .pi)).lower
  }
}

extension Double: Quantity {
  @inline(__always) var sine: Double { sineAndCosine(self).sine }
  @inline(__always) var cosine: Double { sineAndCosine(self).cosine }
  @inline(__always) var squared: Double { self * self }
  @inline(__always) var lower: Double {
    let near = (self + toNearest) - toNearest
    return near > self ? near - 1 : near
  }
  @inline(__always) func clamped(_ low: Double, _ high: Double) -> Double {
    Swift.min(Swift.max(self, low), high)
  }
  @inline(__always) static func pick(_ mask: Bool, _ a: Double, _ b: Double) -> Double {
    mask ? a : b
  }
  @inline(__always) static func constant(_ value: Double, beside other: Double) -> Double { value }
  @inline(__always) func isAbove(_ value: Double) -> Bool { self > value }
  @inline(__always) func isAtLeast(_ value: Double) -> Bool { self >= value }
  @inline(__always) static func either(_ a: Bool, _ b: Bool) -> Bool { a || b }
  @inline(__always) static func never(beside other: Double) -> Bool { false }
}

extension Tensor: Quantity {
  var sine: Tensor { sin(self) }
  var cosine: Tensor { cos(self) }
  var squared: Tensor { square(self) }
  var lower: Tensor { floor(self) }
  func clamped(_ low: Double, _ high: Double) -> Tensor { clip(self, low, high) }
  static func pick(_ mask: Tensor, _ a: Tensor, _ b: Tensor) -> Tensor { which(mask, a, b) }
  static func constant(_ value: Double, beside other: Tensor) -> Tensor {
    Tensor.full(other.shape, value, dtype: other.dtype)
  }
  func isAbove(_ value: Double) -> Tensor { self .> value }
  func isAtLeast(_ value: Double) -> Tensor { self .>= value }
  static func either(_ a: Tensor, _ b: Tensor) -> Tensor { a .| b }
  static func never(beside other: Tensor) -> Tensor {
    Tensor.full(other.shape, 0, dtype: .bool)
  }
}

/// Added and taken away, it leaves the nearest integer of |x| < 2⁵¹ (ties to even), whose lowest bits
/// are the sum's: without SSE 4.1 rounding is a call of a function for each number.
@inline(__always) var toNearest: Double { 6755399441055744.0 }

/// Sine and cosine by the polynomials of fdlibm: within 2⁻⁵² of the true ones for |x| < 10⁵, and the
/// same on every machine, which the C library's are not.
@inline(__always) func sineAndCosine(_ x: Double) -> (sine: Double, cosine: Double) {
  let shifted = x * 0.6366197723675814 + toNearest
  let turns = shifted - toNearest
  let r = (x - turns * 1.57079632673412561417) - turns * 6.07710050650619224932e-11
  let z = r * r
  let s1 =
    -1.98412698298579493134e-04 + z
    * (2.75573137070700676789e-06
      + z * (-2.50507602534068634195e-08 + z * 1.58969099521155010221e-10))
  let s = r + r * z * (-1.66666666666666324348e-01 + z * (8.33333333332248946124e-03 + z * s1))
  let c1 =
    2.48015872894767294178e-05 + z
    * (-2.75573143513906633035e-07
      + z * (2.08757232129817482790e-09 - z * 1.13596475577881948265e-11))
  let c =
    1 - 0.5 * z
    + z * z * (4.16666666666666019037e-02 + z * (-1.38888888888741095749e-03 + z * c1))
  let quadrant = shifted.bitPattern & 3
  let (a, b) = quadrant & 1 == 0 ? (s, c) : (c, s)
  return (quadrant & 2 == 0 ? a : -a, quadrant == 1 || quadrant == 2 ? -b : b)
}
