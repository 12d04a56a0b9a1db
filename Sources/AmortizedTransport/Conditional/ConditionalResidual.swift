import Networks
import Tensors

/// x + f([c | x]): a map of points that is learned as a displacement and reads a condition as well.
///
/// - Shapes: `[n, k + d]` → `[n, d]`.
public struct ConditionalResidual<Inner: Layer>: Layer {
  /// f, `[n, k + d]` → `[n, d]`.
  public var inner: Inner
  /// k.
  public let conditions: Int

  /// - Parameter conditions: k, how many numbers of a row are the condition.
  public init(_ inner: Inner, conditions: Int) {
    self.inner = inner
    self.conditions = conditions
  }

  /// Where each row's point goes.
  public func callAsFunction(_ rows: Tensor) -> Tensor {
    Conditions(count: conditions).points(rows) + inner(rows)
  }
}

extension ConditionalResidual: Sendable where Inner: Sendable {}
