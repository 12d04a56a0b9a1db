import Tensors
import Transport

/// A cloud moved to mean 0 and scaled to variance 1 a coordinate on average.
///
/// Transport for the cost |x − y|² does not care: if T is optimal between the standardised clouds,
/// then x ↦ m + s·T((x − mean)/scale) is optimal between the clouds, m and s the target's mean and
/// scale. A model that only sees standardised clouds need not learn this.
public struct StandardizedCloud: Sendable {
  /// `[n, d]`.
  public let points: Tensor
  /// `[d]`.
  public let mean: Tensor
  /// One number for all coordinates: other scalings would change which map is optimal.
  public let scale: Tensor

  /// - Throws: ``TransportError`` when all points are equal or one is not finite.
  public init(_ cloud: Tensor) throws {
    guard cloud.ndim == 2, cloud.shape[0] > 1 else {
      throw TransportError(
        "a cloud has shape [n, d] with at least two points, not \(cloud.shape)")
    }
    let x = cloud.cast(to: cloud.dtype.real)
    mean = x.mean(axis: 0)
    let centred = x - mean
    scale = sqrt(square(centred).mean())
    guard scale.item() > 0, scale.item() < .infinity else {
      throw TransportError(
        "a cloud of equal or infinite points cannot be standardised; its scale is \(scale.item())")
    }
    points = centred / scale
  }

  /// Points of the original space in the standardised one.
  public func standardized(_ x: Tensor) -> Tensor { (x - mean) / scale }

  /// Points of the standardised space in the original one.
  public func restored(_ x: Tensor) -> Tensor { x * scale + mean }
}
