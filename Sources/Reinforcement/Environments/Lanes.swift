/// Four numbers of four environments: the equations of ``Dynamics`` on all of them at once.
///
/// Each lane's operations are those of `Double` in the same order, so that an environment's path does
/// not depend on how many are simulated beside it.
struct Lanes: Quantity {
  typealias Vector = SIMD4<Double>
  typealias Mask = SIMDMask<SIMD4<Int64>>
  static let count = 4
  var v: Vector

  @inline(__always) init(_ v: Vector) { self.v = v }
  @inline(__always) init(_ p: UnsafePointer<Float>, stride: Int) {
    v = Vector(
      Double(p[0]), Double(p[stride]), Double(p[2 * stride]), Double(p[3 * stride]))
  }

  @inline(__always) func store(_ p: UnsafeMutablePointer<Float>, stride: Int) {
    p[0] = Float(v[0])
    p[stride] = Float(v[1])
    p[2 * stride] = Float(v[2])
    p[3 * stride] = Float(v[3])
  }

  @inline(__always) static func + (a: Self, b: Self) -> Self { Self(a.v + b.v) }
  @inline(__always) static func - (a: Self, b: Self) -> Self { Self(a.v - b.v) }
  @inline(__always) static func * (a: Self, b: Self) -> Self { Self(a.v * b.v) }
  @inline(__always) static func / (a: Self, b: Self) -> Self { Self(a.v / b.v) }
  @inline(__always) static func + (a: Self, b: Double) -> Self { Self(a.v + b) }
  @inline(__always) static func - (a: Self, b: Double) -> Self { Self(a.v - b) }
  @inline(__always) static func * (a: Double, b: Self) -> Self { Self(a * b.v) }
  @inline(__always) static func / (a: Self, b: Double) -> Self { Self(a.v / b) }
  @inline(__always) static prefix func - (a: Self) -> Self { Self(-a.v) }

  @inline(__always) var sine: Self { Self(sineAndCosine(v).sine) }
  @inline(__always) var cosine: Self { Self(sineAndCosine(v).cosine) }
  @inline(__always) var squared: Self { Self(v * v) }
  @inline(__always) var lower: Self {
    let near = (v + toNearest) - toNearest
    return Self(near.replacing(with: near - 1, where: near .> v))
  }
  @inline(__always) func clamped(_ low: Double, _ high: Double) -> Self {
    let above = v.replacing(with: low, where: v .< low)
    return Self(above.replacing(with: high, where: above .> high))
  }
  @inline(__always) static func pick(_ mask: Mask, _ a: Self, _ b: Self) -> Self {
    Self(b.v.replacing(with: a.v, where: mask))
  }
  @inline(__always) static func constant(_ value: Double, beside other: Self) -> Self {
    Self(Vector(repeating: value))
  }
  @inline(__always) func isAbove(_ value: Double) -> Mask { v .> value }
  @inline(__always) func isAtLeast(_ value: Double) -> Mask { v .>= value }
  @inline(__always) static func either(_ a: Mask, _ b: Mask) -> Mask { a .| b }
  @inline(__always) static func never(beside other: Self) -> Mask { Mask(repeating: false) }
}

/// ``sineAndCosine(_:)-(Double)`` of four numbers, with the same bits.
@inline(__always) func sineAndCosine(
  _ x: SIMD4<Double>
) -> (sine: SIMD4<Double>, cosine: SIMD4<Double>) {
  let shifted = x * 0.6366197723675814 + toNearest
  let turns = shifted - toNearest
  let r = (x - turns * 1.57079632673412561417) - turns * 6.07710050650619224932e-11
  let z = r * r
  let s3 = -2.50507602534068634195e-08 + z * 1.58969099521155010221e-10
  let s2 = 2.75573137070700676789e-06 + z * s3
  let s1 = -1.98412698298579493134e-04 + z * s2
  let s0 = 8.33333333332248946124e-03 + z * s1
  let s = r + r * z * (-1.66666666666666324348e-01 + z * s0)
  let c3 = 2.08757232129817482790e-09 - z * 1.13596475577881948265e-11
  let c2 = -2.75573143513906633035e-07 + z * c3
  let c1 = 2.48015872894767294178e-05 + z * c2
  let c0 = -1.38888888888741095749e-03 + z * c1
  let c = 1 - 0.5 * z + z * z * (4.16666666666666019037e-02 + z * c0)
  let bits = unsafeBitCast(shifted, to: SIMD4<Int64>.self)
  let isOdd = (bits & 1) .== 1
  let a = s.replacing(with: c, where: isOdd)
  let b = c.replacing(with: s, where: isOdd)
  // The sign is the highest bit: of the sine in quadrants 2 and 3, of the cosine in 1 and 2.
  let sineSign = (bits & 2) &<< 62
  let cosineSign = ((bits &+ 1) & 2) &<< 62
  return (
    unsafeBitCast(unsafeBitCast(a, to: SIMD4<Int64>.self) ^ sineSign, to: SIMD4<Double>.self),
    unsafeBitCast(unsafeBitCast(b, to: SIMD4<Int64>.self) ^ cosineSign, to: SIMD4<Double>.self)
  )
}
