import Tensors

/// A convex function of the variables of a ``ConeModel``: what ``ConeModel`` makes of norms, squares
/// and the like, their sums with linear terms, and their multiples that are not negative.
public struct ConvexObjective: Sendable {
  /// The linear part.
  var linear: AffineExpression
  /// ½·weight·x² of variables.
  var squares: [(variable: Int, weight: Double)] = []
  /// Whether it is more than linear, so that its negative is not convex.
  var isCurved = true

  /// A linear function, of one number.
  public init(_ linear: AffineExpression) {
    guard linear.count == 1 else {
      stop("ConvexObjective: one number is minimized, not \(linear.count); take their sum")
    }
    self.linear = linear
    isCurved = false
  }

  init(curved linear: AffineExpression, squares: [(variable: Int, weight: Double)] = []) {
    self.linear = linear
    self.squares = squares
  }

  /// The sum.
  public static func + (a: ConvexObjective, b: ConvexObjective) -> ConvexObjective {
    var sum = a
    sum.linear = a.linear + b.linear
    sum.squares += b.squares
    sum.isCurved = a.isCurved || b.isCurved
    return sum
  }
  /// A convex function plus a linear one.
  public static func + (a: ConvexObjective, b: AffineExpression) -> ConvexObjective {
    a + ConvexObjective(b)
  }
  /// A convex function less a linear one.
  public static func - (a: ConvexObjective, b: AffineExpression) -> ConvexObjective {
    a + ConvexObjective(-b)
  }
  /// A multiple; a negative one of a curved function stops the cell, for it is not convex.
  public func times(_ factor: Double) -> ConvexObjective {
    guard factor >= 0 || !isCurved else {
      stop("\(factor) times a convex function is not convex")
    }
    var scaled = self
    scaled.linear = linear.times(factor)
    scaled.squares = squares.map { ($0.variable, factor * $0.weight) }
    return scaled
  }
}
