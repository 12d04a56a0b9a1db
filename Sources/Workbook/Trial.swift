import Display
import Tensors

/// What a check of an exercise tries an answer with.
///
/// Properties are whole sentences that are true of a right answer (“it agrees with finite
/// differences”): the reader sees them after a right answer, and the one that fails after a wrong
/// one. Expected values are never shown.
public final class Trial {
  /// A property that the answer lacks.
  struct Failure: Error { let sentence: String }

  /// The properties tried so far, without repetition.
  private(set) var properties: [String] = []

  /// The answer's value, or an end of the trial when there is none yet.
  public func answered<Value>(_ value: Value?) throws -> Value {
    guard let value else { throw NotAttempted() }
    return value
  }

  /// Requires a property; `input` is what it was tried on, and is told when it fails.
  public func require(_ holds: Bool, _ property: String, at input: Any? = nil) throws {
    if !properties.contains(property) { properties.append(property) }
    guard !holds else { return }
    let tried = input.map { " It fails for \(Trial.text(of: $0))." } ?? ""
    throw Failure(sentence: "this does not hold: \(property).\(tried)")
  }

  /// Requires that two numbers differ by at most `tolerance`; NaN agrees with nothing.
  public func agree(
    _ mine: Double, _ other: Double, within tolerance: Double, _ property: String,
    at input: Any? = nil
  ) throws {
    try require(mine == other || abs(mine - other) <= tolerance, property, at: input)
  }

  /// Requires that two tensors have one shape and differ by at most `tolerance` in each element.
  public func agree(
    _ mine: Tensor, _ other: Tensor, within tolerance: Double, _ property: String,
    at input: Any? = nil
  ) throws {
    // Shapes first: an operation on shapes that do not fit would stop the cell.
    guard mine.shape == other.shape else {
      let tried = input.map { " for \(Trial.text(of: $0))" } ?? ""
      throw Failure(
        sentence: "the shape is \(mine.shape)\(tried), but should be \(other.shape).")
    }
    let (a, b) = (mine.doubles, other.doubles)
    let holds = zip(a, b).allSatisfy { $0 == $1 || abs($0 - $1) <= tolerance }
    try require(holds, property, at: input)
  }

  private static func text(of input: Any) -> String {
    (input as? String) ?? plainText(of: input)
  }
}

/// Thrown by the placeholder of an answer that cannot be `nil`.
///
/// ```swift
/// func answer(_ x: Tensor) throws -> Tensor {
///   // BEGIN SOLUTION: throw NotAttempted()
///   x.softmax()
///   // END SOLUTION
/// }
/// ```
public struct NotAttempted: Error, CustomStringConvertible, Sendable {
  /// What an answer throws that is still to be written.
  public init() {}
  public var description: String { "this exercise is not attempted yet" }
}
