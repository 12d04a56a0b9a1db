/// Something drawn in axes: a line, points, a field, a text.
///
/// Marks are values. A mark of yours is composed of others:
///
/// ```swift
/// struct Interval: Mark {
///   var low, high: Double
///   var parts: [any Mark] { [Shading(x: low...high), Rule(x: low), Rule(x: high)] }
/// }
/// ```
public protocol Mark: Sendable, Equatable {
  /// The marks that this one consists of; the ones of this module are elementary and have none.
  var parts: [any Mark] { get }
}

/// A mark that this module draws itself.
protocol ElementaryMark: Mark {
  /// Adds what is to be drawn.
  func lower(into lowering: inout Lowering)
}

extension ElementaryMark {
  public var parts: [any Mark] { [] }
}

/// Collects marks between braces, with `if`, `for` and arrays.
@resultBuilder
public enum MarkBuilder {
  /// One line between the braces.
  public static func buildExpression(_ mark: any Mark) -> [any Mark] { [mark] }
  /// One line between the braces.
  public static func buildExpression(_ marks: [any Mark]) -> [any Mark] { marks }
  /// The lines between the braces.
  public static func buildBlock(_ parts: [any Mark]...) -> [any Mark] { parts.flatMap { $0 } }
  /// Lines after an `if`.
  public static func buildOptional(_ part: [any Mark]?) -> [any Mark] { part ?? [] }
  /// Lines of one of two branches.
  public static func buildEither(first part: [any Mark]) -> [any Mark] { part }
  /// Lines of one of two branches.
  public static func buildEither(second part: [any Mark]) -> [any Mark] { part }
  /// Lines of a loop.
  public static func buildArray(_ parts: [[any Mark]]) -> [any Mark] { parts.flatMap { $0 } }
}

func areEqual(_ a: [any Mark], _ b: [any Mark]) -> Bool {
  func isSame<M: Mark>(_ a: M, _ b: any Mark) -> Bool { a == (b as? M) }
  guard a.count == b.count else { return false }
  for index in a.indices where !isSame(a[index], b[index]) { return false }
  return true
}

extension Mark {
  /// The mark measured by the right-hand axis of its ``Axes``.
  public func onRightAxis() -> some Mark { RightAxisMark(marks: [self]) }
}

struct RightAxisMark: ElementaryMark {
  var marks: [any Mark]

  func lower(into lowering: inout Lowering) {
    let start = lowering.layers.count
    let account = lowering.accounts.count
    lowering.add(marks)
    for index in account..<lowering.accounts.count { lowering.accounts[index].isOnRight = true }
    for index in start..<lowering.layers.count { lowering.layers[index].isOnRight = true }
  }

  static func == (a: RightAxisMark, b: RightAxisMark) -> Bool { areEqual(a.marks, b.marks) }
}
