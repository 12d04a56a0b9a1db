// Plain numbers of two types beside each other, which Swift does not mix.
//
// A likelihood such as `-0.5 * dot(z, z) - 0.5 * n * log(2 * .pi)` with an integer `n` keeps the
// compiler busy for ten seconds, as it tries all overloads of all other operators before it gives up,
// without a word about `n`. With these it finds a meaning at once, and says what to write.
//
// A module of its own, because the compiler takes them for valid Swift, too, although they are
// disfavoured: for `2 * (x + 1) / 3`, say. A cell whose numbers seem to mix is compiled without them
// before it is refused.

extension Double {
  @_disfavoredOverload @_transparent
  @available(*, deprecated, message: "Swift does not mix Int and Double: write Double(n)")
  public static func + (a: Double, b: Int) -> Double { a + Double(b) }
  @_disfavoredOverload @_transparent
  @available(*, deprecated, message: "Swift does not mix Int and Double: write Double(n)")
  public static func + (a: Int, b: Double) -> Double { Double(a) + b }
  @_disfavoredOverload @_transparent
  @available(*, deprecated, message: "Swift does not mix Int and Double: write Double(n)")
  public static func - (a: Double, b: Int) -> Double { a - Double(b) }
  @_disfavoredOverload @_transparent
  @available(*, deprecated, message: "Swift does not mix Int and Double: write Double(n)")
  public static func - (a: Int, b: Double) -> Double { Double(a) - b }
  @_disfavoredOverload @_transparent
  @available(*, deprecated, message: "Swift does not mix Int and Double: write Double(n)")
  public static func * (a: Double, b: Int) -> Double { a * Double(b) }
  @_disfavoredOverload @_transparent
  @available(*, deprecated, message: "Swift does not mix Int and Double: write Double(n)")
  public static func * (a: Int, b: Double) -> Double { Double(a) * b }
  @_disfavoredOverload @_transparent
  @available(*, deprecated, message: "Swift does not mix Int and Double: write Double(n)")
  public static func / (a: Double, b: Int) -> Double { a / Double(b) }
  @_disfavoredOverload @_transparent
  @available(*, deprecated, message: "Swift does not mix Int and Double: write Double(n)")
  public static func / (a: Int, b: Double) -> Double { Double(a) / b }
}

extension Float {
  @_disfavoredOverload @_transparent
  @available(*, deprecated, message: "Swift does not mix Int and Float: write Float(n)")
  public static func + (a: Float, b: Int) -> Float { a + Float(b) }
  @_disfavoredOverload @_transparent
  @available(*, deprecated, message: "Swift does not mix Int and Float: write Float(n)")
  public static func + (a: Int, b: Float) -> Float { Float(a) + b }
  @_disfavoredOverload @_transparent
  @available(*, deprecated, message: "Swift does not mix Int and Float: write Float(n)")
  public static func - (a: Float, b: Int) -> Float { a - Float(b) }
  @_disfavoredOverload @_transparent
  @available(*, deprecated, message: "Swift does not mix Int and Float: write Float(n)")
  public static func - (a: Int, b: Float) -> Float { Float(a) - b }
  @_disfavoredOverload @_transparent
  @available(*, deprecated, message: "Swift does not mix Int and Float: write Float(n)")
  public static func * (a: Float, b: Int) -> Float { a * Float(b) }
  @_disfavoredOverload @_transparent
  @available(*, deprecated, message: "Swift does not mix Int and Float: write Float(n)")
  public static func * (a: Int, b: Float) -> Float { Float(a) * b }
  @_disfavoredOverload @_transparent
  @available(*, deprecated, message: "Swift does not mix Int and Float: write Float(n)")
  public static func / (a: Float, b: Int) -> Float { a / Float(b) }
  @_disfavoredOverload @_transparent
  @available(*, deprecated, message: "Swift does not mix Int and Float: write Float(n)")
  public static func / (a: Int, b: Float) -> Float { Float(a) / b }

  @_disfavoredOverload @_transparent
  @available(*, deprecated, message: "Swift does not mix Float and Double: write Double(x)")
  public static func + (a: Float, b: Double) -> Double { Double(a) + b }
  @_disfavoredOverload @_transparent
  @available(*, deprecated, message: "Swift does not mix Float and Double: write Double(x)")
  public static func + (a: Double, b: Float) -> Double { a + Double(b) }
  @_disfavoredOverload @_transparent
  @available(*, deprecated, message: "Swift does not mix Float and Double: write Double(x)")
  public static func - (a: Float, b: Double) -> Double { Double(a) - b }
  @_disfavoredOverload @_transparent
  @available(*, deprecated, message: "Swift does not mix Float and Double: write Double(x)")
  public static func - (a: Double, b: Float) -> Double { a - Double(b) }
  @_disfavoredOverload @_transparent
  @available(*, deprecated, message: "Swift does not mix Float and Double: write Double(x)")
  public static func * (a: Float, b: Double) -> Double { Double(a) * b }
  @_disfavoredOverload @_transparent
  @available(*, deprecated, message: "Swift does not mix Float and Double: write Double(x)")
  public static func * (a: Double, b: Float) -> Double { a * Double(b) }
  @_disfavoredOverload @_transparent
  @available(*, deprecated, message: "Swift does not mix Float and Double: write Double(x)")
  public static func / (a: Float, b: Double) -> Double { Double(a) / b }
  @_disfavoredOverload @_transparent
  @available(*, deprecated, message: "Swift does not mix Float and Double: write Double(x)")
  public static func / (a: Double, b: Float) -> Double { a / Double(b) }
}
