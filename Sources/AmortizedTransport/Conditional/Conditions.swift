import Tensors

/// Rows `[c | x]` of a condition and a point.
struct Conditions: Sendable {
  /// Numbers of the condition, 0 for none.
  let count: Int

  func points(_ rows: Tensor) -> Tensor { count == 0 ? rows : rows[0..., count...] }

  /// The rows' conditions with other points.
  func rows(like rows: Tensor, at points: Tensor) -> Tensor {
    count == 0 ? points : concatenate([rows[0..., ..<count], points], axis: 1)
  }
}
