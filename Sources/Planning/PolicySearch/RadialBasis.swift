import Tensors

/// A sum of Gaussian bumps, f(o) = Σᵢ wᵢ·exp(−½ Σⱼ (oⱼ − cᵢⱼ)²/ℓⱼ²) + b, in double precision: PILCO's
/// policy before it is squashed.
///
/// - Shapes: `[n, o]` → `[n, a]`.
public struct RadialBasis: Layer, Sendable {
  /// c, `[bumps, o]`.
  public var centres: Tensor
  /// ln ℓ, `[o]`.
  public var logLengths: Tensor
  /// w, `[bumps, a]`.
  public var weights: Tensor
  /// b, `[a]`.
  public var bias: Tensor

  /// Bumps with centres drawn from a normal distribution, and small random weights.
  ///
  /// Stops the cell when a number of bumps or a spread is not positive.
  ///
  /// - Parameters:
  ///   - middle: where inputs lie, `[o]`.
  ///   - spreads: how far they lie apart, `[o]`; the lengths of bumps, too.
  public init(
    bumps: Int, around middle: [Double], spreads: [Double], actions: Int = 1,
    from generator: inout Generator
  ) {
    guard bumps > 0, actions > 0, middle.count == spreads.count, !spreads.isEmpty,
      spreads.allSatisfy({ $0 > 0 && $0.isFinite })
    else {
      stop("RadialBasis: \(bumps) bumps around \(middle) with spreads \(spreads)")
    }
    let unit = Tensor.normal([bumps, middle.count], dtype: .float64, from: &generator)
    let widths = Tensor(spreads, dtype: .float64)
    centres = Tensor(middle, dtype: .float64) + widths * unit
    logLengths = log(widths)
    weights = 0.1 * Tensor.normal([bumps, actions], dtype: .float64, from: &generator)
    bias = Tensor.zeros([actions], dtype: .float64)
  }

  public func callAsFunction(_ x: Tensor) -> Tensor {
    let inverse = exp(-logLengths)
    let (u, v) = (x.cast(to: .float64) * inverse, centres * inverse)
    let squares =
      square(u).sum(axis: 1, keepDims: true) + square(v).sum(axis: 1) - 2 * matmul(u, v.mT)
    return matmul(exp(-0.5 * squares), weights) + bias
  }
}
