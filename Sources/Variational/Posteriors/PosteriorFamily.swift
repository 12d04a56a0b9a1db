import Networks
import Tensors

/// Densities over the parameters of a simulator, one for each row of numbers: what a model of
/// posteriors answers with.
///
/// ``MixturePosterior`` is described by a row completely; a ``FlowPosterior`` has parameters of its
/// own, which are trained along.
public protocol PosteriorFamily: Model {
  /// Numbers in a row.
  var dimension: Int { get }
  /// log q(θ), `[n, d]` and rows `[n, dimension]` → `[n]`.
  func logDensity(_ theta: Tensor, _ rows: Tensor) -> Tensor
  /// One draw for each row, `[n, dimension]` → `[n, d]`.
  func sample(_ rows: Tensor, from generator: inout Generator) -> Tensor
}

extension PosteriorFamily {
  /// `count` draws for one row.
  ///
  /// - Shapes: row `[dimension]` → `[count, d]`.
  public func sample(_ count: Int, _ row: Tensor, from generator: inout Generator) -> Tensor {
    sample(row.reshaped([1, dimension]).broadcast(to: [count, dimension]), from: &generator)
  }
}
