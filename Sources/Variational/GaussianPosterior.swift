import Networks
import Tensors

/// The family q_λ of normal distributions over z that a variational problem searches: what the
/// numbers λ of a row mean.
///
/// | covariance | λ |
/// |---|---|
/// | `.diagonal` | d means, d logarithms of variances |
/// | `.full` | d means, d logarithms of the factor's diagonal, d(d − 1)/2 numbers below it, by row |
///
/// λ = 0 is N(0, 1) in both.
public struct GaussianPosterior: Sendable, Hashable {
  /// Which covariances the family has.
  public enum Covariance: Sendable, Hashable {
    /// Independent elements.
    case diagonal
    /// Any, by its Cholesky factor.
    case full
  }

  /// d, numbers in z.
  public let latents: Int
  /// Which covariances the family has.
  public let covariance: Covariance

  /// The normal distributions over d latent numbers.
  public init(_ latents: Int, covariance: Covariance = .diagonal) {
    guard latents > 0 else { fatalError("GaussianPosterior: \(latents) latent numbers") }
    self.latents = latents
    self.covariance = covariance
  }

  /// Numbers in λ.
  public var dimension: Int {
    covariance == .diagonal ? 2 * latents : 2 * latents + latents * (latents - 1) / 2
  }

  /// The means, `[n, d]`.
  public func mean(_ lambda: Tensor) -> Tensor { lambda[0..., ..<latents] }

  /// The distributions of rows of λ.
  public func distribution(_ lambda: Tensor) -> any Distribution {
    switch covariance {
    case .diagonal: normal(lambda)
    case .full: FullNormal(mean: mean(lambda), factor: factor(lambda))
    }
  }

  /// KL(q_λ ‖ N(0, 1)) in closed form, `[n]`.
  public func divergenceFromStandard(_ lambda: Tensor) -> Tensor {
    let m = mean(lambda)
    switch covariance {
    case .diagonal:
      let logVariance = logScale(lambda)
      return 0.5 * (square(m) + exp(logVariance) - 1 - logVariance).sum(axis: -1)
    case .full:
      let spread = square(factor(lambda)).sum(axes: [-2, -1])
      let length = square(m).sum(axis: -1)
      return 0.5 * (spread + length - Double(latents)) - logScale(lambda).sum(axis: -1)
    }
  }

  /// λ of given means and deviations, without correlations.
  ///
  /// - Shapes: both `[n, d]` → `[n, dimension]`.
  public func parameters(mean: Tensor, deviation: Tensor) -> Tensor {
    let scale = log(deviation)
    switch covariance {
    case .diagonal: return concatenate([mean, 2 * scale], axis: -1)
    case .full:
      let below = Tensor.zeros([mean.dim(0), dimension - 2 * latents], dtype: mean.dtype)
      return concatenate([mean, scale, below], axis: -1)
    }
  }

  private func logScale(_ lambda: Tensor) -> Tensor { lambda[0..., latents..<(2 * latents)] }

  private func normal(_ lambda: Tensor) -> Normal {
    Normal(mean: mean(lambda), logDeviation: 0.5 * logScale(lambda))
  }

  /// Lower Cholesky factors, `[n, d, d]`.
  func factor(_ lambda: Tensor) -> Tensor {
    let diagonal = exp(logScale(lambda)).asDiagonal()
    if latents == 1 { return diagonal }
    // A product with a constant matrix of zeros and ones puts each number in its place.
    var places = [Double](repeating: 0, count: (dimension - 2 * latents) * latents * latents)
    var next = 0
    for i in 0..<latents {
      for j in 0..<i {
        places[next * latents * latents + i * latents + j] = 1
        next += 1
      }
    }
    let scatter = Tensor(places, shape: [next, latents * latents], dtype: lambda.dtype)
    let below = matmul(lambda[0..., (2 * latents)...], scatter)
    return diagonal + below.reshaped([lambda.dim(0), latents, latents])
  }
}
