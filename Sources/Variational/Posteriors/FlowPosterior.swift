import Networks
import Tensors

/// Conditional flows over the parameters of a simulator, brought into their support by its one-to-one
/// map, so that no mass is outside.
///
/// A row is the features that a network sees in the data.
///
/// Unlike those of a ``MixturePosterior``, densities have parameters of their own, which all data
/// share: training takes them along, as a decoder's (``AmortizedPosterior``).
public struct FlowPosterior: PosteriorFamily, Sendable {
  /// Over the standardized parameters, outside of the support's map.
  public var flow: ConditionalFlow
  /// Where parameters may be.
  public let support: Simulator.Support
  @NonTrainable private var center: Tensor
  @NonTrainable private var scale: Tensor

  /// The family for the parameters of a simulator, whose prior sets the scale.
  ///
  /// - Parameters:
  ///   - features: numbers in a row.
  ///   - maps: one after another.
  ///   - bins: pieces of each spline; 0 for affine maps.
  ///   - hidden: widths of the networks' hidden layers.
  public init(
    of simulator: Simulator, features: Int = 32, maps: Int = 3,
    order: ConditionalFlow.Order = .each, bins: Int = 8, hidden: [Int] = [64, 64],
    dtype: DType = .float32, from generator: inout Generator
  ) {
    support = simulator.support
    let (theta, _) = simulator.draw(2000, from: &generator)
    let u = support.outside(theta.cast(to: .float64))
    _center = NonTrainable(wrappedValue: u.mean(axis: 0).cast(to: dtype))
    _scale = NonTrainable(wrappedValue: deviation(u).cast(to: dtype))
    flow = ConditionalFlow(
      theta.dim(1), features: features, maps: maps, order: order, bins: bins, hidden: hidden,
      dtype: dtype, from: &generator)
  }

  public var dimension: Int { flow.features }

  public func logDensity(_ theta: Tensor, _ rows: Tensor) -> Tensor {
    let u = support.outside(theta)
    return flow.logDensity((u - center) / scale, rows) - log(scale).sum() - support.logVolume(u)
  }

  public func sample(_ rows: Tensor, from generator: inout Generator) -> Tensor {
    support.inside(flow.sample(rows, from: &generator) * scale + center)
  }
}

/// Deviations of columns, 1 for a column that does not vary.
func deviation(_ rows: Tensor) -> Tensor {
  let found = sqrt(square(rows - rows.mean(axis: 0)).mean(axis: 0))
  return which(found .> 0, found, 1)
}
