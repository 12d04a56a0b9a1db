import Networks
import Tensors

/// What a deep equilibrium layer iterates (arXiv:1909.01377): a map of states for each input.
public protocol EquilibriumCell: Model {
  /// The map z ↦ g(z; x) for inputs `[n, …]`; what does not depend on z is computed once.
  ///
  /// - Shapes: the map takes `[n, width]` to `[n, width]`.
  func map(for x: Tensor) -> (Tensor) -> Tensor
  /// The same cell with what depends on parameters alone computed, for use without training.
  var settled: Self { get }
}

extension EquilibriumCell {
  public var settled: Self { self }
}

/// z ← tanh(z·W + x·U + b).
///
/// With a bound ρ < 1, W is held to ‖W‖₂ ≤ ρ whatever its parameter is: the cell contracts, so that
/// there is one equilibrium for each input and the plain iteration finds it.
public struct TanhCell: EquilibriumCell, Sendable {
  /// W before it is scaled, `[width, width]`.
  public var weight: Tensor
  /// U and b.
  public var input: Dense
  /// ρ; nil: W is used as it is.
  public let bound: Double?

  /// A cell from its parameters.
  public init(weight: Tensor, input: Dense, bound: Double? = 0.9) {
    guard weight.ndim == 2, weight.dim(0) == weight.dim(1) else {
      fatalError("TanhCell: a weight of shape \(weight.shape); [width, width] is needed")
    }
    if let bound, !(bound > 0 && bound < 1) {
      fatalError("TanhCell: bound \(bound); a contraction's is above 0 and below 1")
    }
    self.weight = weight
    self.input = input
    self.bound = bound
  }

  /// A cell with normal weights whose norm is near the bound, or near 0.9 without one.
  public init(
    _ inputs: Int, width: Int, bound: Double? = 0.9, dtype: DType = .float32,
    from generator: inout Generator
  ) {
    let spread = (bound ?? 0.9) / 2 / Double(width).squareRoot()
    self.init(
      weight: Tensor.normal([width, width], std: spread, dtype: dtype, from: &generator),
      input: Dense(inputs, width, dtype: dtype, from: &generator), bound: bound)
  }

  /// W as it is used.
  public var scaledWeight: Tensor {
    guard let bound else { return weight }
    return weight * (bound / maximum(spectralBound(weight), bound))
  }

  public func map(for x: Tensor) -> (Tensor) -> Tensor {
    let (w, u) = (scaledWeight, input(x.flattened(from: 1)))
    return { z in tanh(matmul(z, w) + u) }
  }

  public var settled: TanhCell {
    TanhCell(weight: stopGradient(scaledWeight), input: input, bound: nil)
  }
}

/// An upper bound on ‖M‖₂ with a gradient, at most 2 % to 20 % above it for widths up to a few hundred.
///
/// It is ‖(Mᵀ·M)⁸‖ in Frobenius' norm, to the power of 1/16: at most n^(1/32) times ‖M‖₂.
///
/// - Complexity: four products of n × n matrices.
func spectralBound(_ matrix: Tensor) -> Tensor {
  var power = matmul(matrix.mT, matrix)
  var exponent = 0.5
  var logarithm = Tensor(0, dtype: matrix.dtype)
  for _ in 0..<3 {
    // Lengths are taken out, so that nothing under- or overflows.
    let length = maximum(power.norm(), 1e-30)
    logarithm = logarithm + exponent * log(length)
    power = power / length
    power = matmul(power, power)
    exponent /= 2
  }
  return exp(logarithm + exponent * log(maximum(power.norm(), 1e-30)))
}
