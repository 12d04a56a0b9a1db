import Tensors
import Transport

/// The map of one potential between two clouds that were standardised for it.
///
/// ```swift
/// let map = try model.map(from: pixels, to: otherPixels)      // [n, 3], [m, 3]
/// map(pixels)                                                 // pixels in the other's colours
/// map.inverse(map(pixels))                                    // and back
/// ```
public struct CloudMap: Sendable {
  /// The shape of the potential.
  public let family: ConvexPotentials
  /// `[1, parameterCount]`.
  public var parameters: Tensor
  /// The cloud that is moved, as the potential sees it.
  public let source: StandardizedCloud
  /// Where it is moved, as the potential sees it.
  public let target: StandardizedCloud

  /// The map of a potential between two clouds.
  public init(
    _ family: ConvexPotentials, _ parameters: Tensor, from source: StandardizedCloud,
    to target: StandardizedCloud
  ) {
    guard parameters.shape == [1, family.parameterCount] else {
      fatalError(
        "CloudMap: the parameters of one potential, [1, \(family.parameterCount)], not "
          + "\(parameters.shape)")
    }
    (self.family, self.parameters) = (family, parameters)
    (self.source, self.target) = (source, target)
  }

  /// Where points of the source go, `[n, d]`.
  public func callAsFunction(_ x: Tensor) -> Tensor {
    let z = source.standardized(x).expandedDims(axis: 0)
    return target.restored(family.gradients(parameters, z)[0])
  }

  /// Where points of the target come from, `[n, d]`: Newton's method for each, no gradients.
  public func inverse(_ y: Tensor) -> Tensor {
    let z = target.standardized(y).expandedDims(axis: 0)
    return source.restored(family.conjugatePoints(parameters, z).points[0])
  }
}
