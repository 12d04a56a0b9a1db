import Amortization
import Tensors

extension Contexts {
  /// Points of a measure that depends on a condition, as rows `[c | x]`.
  ///
  /// ```swift
  /// // A Gaussian whose mean and width the condition decides.
  /// Contexts.given(.uniform(-1, 1)) { c, generator in
  ///   c + exp(0.5 * c) * Tensor.normal([c.dim(0), 2], from: &generator)
  /// }
  /// ```
  ///
  /// Where some of the conditions are held out, so are their points.
  ///
  /// - Parameters:
  ///   - conditions: the distribution of c, rows of k numbers.
  ///   - draw: one point for each of the conditions `[n, k]`, together `[n, d]`.
  /// - Shapes: `[n, k + d]`.
  public static func given(
    _ conditions: Contexts,
    _ draw: @escaping (_ conditions: Tensor, _ generator: inout Generator) -> Tensor
  ) -> Contexts {
    func rows(_ c: Tensor, _ generator: inout Generator) -> Tensor {
      let x = draw(c, &generator)
      guard c.ndim == 2, x.ndim == 2, x.dim(0) == c.dim(0) else {
        fatalError(
          "Contexts.given: conditions [n, k] and points [n, d], not \(c.shape) and \(x.shape)")
      }
      return concatenate([c.cast(to: x.dtype), x], axis: 1)
    }
    let training: (Int, inout Generator) -> Tensor = { count, generator in
      rows(conditions.sample(count, from: &generator), &generator)
    }
    guard case .rows(_, let heldOut) = conditions.source, heldOut > 0 else {
      return Contexts(training)
    }
    return Contexts(training: training) { count, generator in
      let c = conditions.sampleHeldOut(count, from: &generator)
      // A condition has more than one point.
      let places = Tensor((0..<count).map { $0 % c.dim(0) })
      return rows(c.take(places), &generator)
    }
  }
}
