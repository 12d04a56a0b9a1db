import Tensors

/// A normal number put through tanh and stretched to a box: y = c + h·tanh(u), the policies of soft
/// actor-critic methods (arXiv:1801.01290).
///
/// The density of an outcome is that of u, corrected by the derivative in a form that does not
/// overflow: log(1 − tanh² u) = 2(log 2 − u − softplus(−2u)).
public struct Squashed: Distribution, Sendable {
  /// The distribution of u.
  public let normal: Normal
  /// The lower edge of the box.
  public let low: Double
  /// The upper edge of the box.
  public let high: Double

  /// From the distribution of u and the edges of the box.
  public init(_ normal: Normal, low: Double = -1, high: Double = 1) {
    guard low < high else { fatalError("Squashed: low \(low) is not below high \(high)") }
    self.normal = normal
    self.low = low
    self.high = high
  }

  public var dimension: Int { normal.dimension }
  public var isReparameterized: Bool { true }
  /// The image of the normal's mean, the usual deterministic choice.
  public var mode: Tensor { squash(normal.mean) }

  public func sample(from generator: inout Generator) -> Tensor {
    squash(normal.sample(from: &generator))
  }

  /// With u at hand the density is exact at the edges too, where tanh rounds to ±1.
  public func sampleWithDensity(from generator: inout Generator) -> (y: Tensor, logDensity: Tensor)
  {
    let u = normal.sample(from: &generator)
    return (squash(u), logDensity(ofRaw: u))
  }

  /// −∞ outside of the box.
  ///
  /// - Note: outcomes within rounding of an edge count as if one rounding inside.
  public func logDensity(_ y: Tensor) -> Tensor {
    let rounding = y.dtype == .float64 ? 1e-15 : 6e-8
    let place = (y - center) / half
    let t = clip(place, rounding - 1, 1 - rounding)
    let inside = logDensity(ofRaw: 0.5 * (log1p(t) - log1p(-t)))
    // Outcomes were rounded at the size of the box's numbers, which may be far from 0.
    let slack = 8 * rounding * (1 + Swift.max(Swift.abs(low), Swift.abs(high)) / half)
    let isOutside = (abs(place) .> (1 + slack)).any(axis: -1)
    return which(isOutside, -Double.infinity, inside)
  }

  private var center: Double { 0.5 * (low + high) }
  private var half: Double { 0.5 * (high - low) }

  private func squash(_ u: Tensor) -> Tensor { center + half * tanh(u) }

  private func logDensity(ofRaw u: Tensor) -> Tensor {
    let slope = 2 * (0.6931471805599453 - u - softplus(-2 * u)) + log(Tensor(half, dtype: u.dtype))
    return normal.logDensity(u) - slope.sum(axis: -1)
  }
}
