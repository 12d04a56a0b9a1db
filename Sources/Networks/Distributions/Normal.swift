import Tensors

/// Independent normal numbers: N(mean, diag deviation²).
///
/// - Shapes: mean and deviation `[n, d]`, or anything that broadcasts to one shape.
public struct Normal: Distribution, Sendable {
  /// µ, broadcast to the shape of all parameters.
  public let mean: Tensor
  /// σ, positive.
  public let deviation: Tensor

  /// From means and deviations, which broadcast.
  public init(mean: Tensor, deviation: Tensor) {
    let shape = (mean + deviation).shape
    self.mean = mean.shape == shape ? mean : mean.broadcast(to: shape)
    self.deviation = deviation.shape == shape ? deviation : deviation.broadcast(to: shape)
  }

  /// From means and log σ, the usual output of a network.
  public init(mean: Tensor, logDeviation: Tensor) {
    self.init(mean: mean, deviation: exp(logDeviation))
  }

  /// N(0, 1) in each element.
  public static func standard(_ shape: [Int], dtype: DType = .float32) -> Normal {
    Normal(mean: Tensor.zeros(shape, dtype: dtype), deviation: Tensor.ones(shape, dtype: dtype))
  }

  public var dimension: Int { mean.dim(-1) }
  public var isReparameterized: Bool { true }

  public func sample(from generator: inout Generator) -> Tensor {
    mean + deviation * Tensor.normal(mean.shape, dtype: mean.dtype, from: &generator)
  }

  public func logDensity(_ y: Tensor) -> Tensor {
    (-0.5 * square((y - mean) / deviation) - log(deviation) - halfLogTwoPi).sum(axis: -1)
  }

  /// Σ log σ + d·½·log(2πe), `[n]`.
  public var entropy: Tensor { (log(deviation) + (0.5 + halfLogTwoPi)).sum(axis: -1) }

  /// KL(self ‖ other), `[n]`.
  public func divergence(from other: Normal) -> Tensor {
    let ratio = square(deviation / other.deviation)
    let shift = square((mean - other.mean) / other.deviation)
    // The square may be too small for a number where its logarithm is not.
    let spread = log(deviation) - log(other.deviation)
    return (0.5 * (ratio + shift - 1) - spread).sum(axis: -1)
  }

  /// KL(self ‖ N(0, 1)), `[n]`.
  public var divergenceFromStandard: Tensor {
    (0.5 * (square(deviation) + square(mean) - 1) - log(deviation)).sum(axis: -1)
  }
}

/// Normal numbers with any covariance LLᵀ.
///
/// - Shapes: mean `[n, d]`, factor `[n, d, d]`, of which the lower triangle counts; its diagonal is
///   positive.
public struct FullNormal: Distribution, Sendable {
  /// µ, broadcast to the shape of all parameters.
  public let mean: Tensor
  /// L, the lower Cholesky factor of the covariance.
  public let factor: Tensor

  /// From means and lower Cholesky factors.
  public init(mean: Tensor, factor: Tensor) {
    let d = mean.dim(-1)
    guard factor.ndim == mean.ndim + 1, factor.dim(-1) == d, factor.dim(-2) == d else {
      fatalError("FullNormal: means of shape \(mean.shape) and factors of \(factor.shape)")
    }
    self.mean = mean
    self.factor = factor.lowerTriangle()
  }

  /// - Throws: where a covariance is not positive definite.
  public init(mean: Tensor, covariance: Tensor) throws {
    self.init(mean: mean, factor: try cholesky(covariance))
  }

  /// LLᵀ, `[n, d, d]`.
  public var covariance: Tensor { matmul(factor, factor.mT) }
  public var dimension: Int { mean.dim(-1) }
  public var isReparameterized: Bool { true }

  public func sample(from generator: inout Generator) -> Tensor {
    let noise = Tensor.normal(mean.shape + [1], dtype: mean.dtype, from: &generator)
    return mean + matmul(factor, noise).squeezed(axis: -1)
  }

  public func logDensity(_ y: Tensor) -> Tensor {
    let white = whitened((y - mean).expandedDims(axis: -1))
    return -0.5 * square(white).sum(axes: [-2, -1]) - logVolume - Double(dimension) * halfLogTwoPi
  }

  /// `[n]`.
  public var entropy: Tensor { logVolume + Double(dimension) * (0.5 + halfLogTwoPi) }

  /// KL(self ‖ other), `[n]`.
  public func divergence(from other: FullNormal) -> Tensor {
    let spread = square(other.whitened(factor)).sum(axes: [-2, -1])
    let shift = square(other.whitened((mean - other.mean).expandedDims(axis: -1)))
      .sum(axes: [-2, -1])
    return 0.5 * (spread + shift - Double(dimension)) + other.logVolume - logVolume
  }

  /// Σ log Lᵢᵢ.
  private var logVolume: Tensor { log(factor.diagonal()).sum(axis: -1) }

  /// L⁻¹ times columns.
  private func whitened(_ columns: Tensor) -> Tensor {
    do {
      return try triangularSolve(factor, columns)
    } catch { fatalError("FullNormal: \(error)") }
  }
}
