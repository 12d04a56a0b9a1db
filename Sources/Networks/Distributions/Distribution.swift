import Tensors

/// A probability distribution for each row, as a value: the parameters are tensors, so gradients
/// flow through samples, densities and divergences.
///
/// ```swift
/// let q = Normal(mean: m, deviation: softplus(s))       // n distributions over ℝᵈ
/// let y = q.sample(from: &generator)                    // [n, d], differentiable in m and s
/// let elbo = (logLikelihood(y) - q.divergence(from: Normal.standard([n, d]))).mean()
/// ```
///
/// | | samples | entropy | divergence |
/// |---|---|---|---|
/// | ``Normal``, ``FullNormal`` | reparameterized | closed form | closed form |
/// | ``Squashed`` | reparameterized | by samples | by samples |
/// | ``Categorical``, ``Bernoulli`` | by their score | closed form | closed form |
/// | ``Mixture`` | by their score | by samples | by samples |
public protocol Distribution {
  /// Numbers in one outcome.
  var dimension: Int { get }
  /// Whether gradients flow through samples; otherwise they are constants, and a gradient of their
  /// expectation goes through the score (``scoreSurrogate(_:at:)``).
  var isReparameterized: Bool { get }
  /// One outcome for each row, `[n, dimension]`.
  func sample(from generator: inout Generator) -> Tensor
  /// log p of one outcome for each row: `[n, dimension]` → `[n]`.
  func logDensity(_ y: Tensor) -> Tensor
}

extension Distribution {
  /// Outcomes and the logarithm of their density.
  public func sampleWithDensity(from generator: inout Generator) -> (y: Tensor, logDensity: Tensor)
  {
    let y = sample(from: &generator)
    return (y, logDensity(y))
  }

  /// −E log p by `samples` outcomes of each row, `[n]`.
  ///
  /// Its gradient is right where samples are reparameterized.
  public func estimatedEntropy(samples: Int = 16, from generator: inout Generator) -> Tensor {
    estimate(samples, &generator) { -logDensity($0) }
  }

  /// KL(p ‖ q) = E (log p − log q) by `samples` outcomes of p, `[n]`.
  public func estimatedDivergence(
    from other: some Distribution, samples: Int = 16, from generator: inout Generator
  ) -> Tensor {
    estimate(samples, &generator) { logDensity($0) - other.logDensity($0) }
  }

  private func estimate(
    _ samples: Int, _ generator: inout Generator, _ term: (Tensor) -> Tensor
  ) -> Tensor {
    guard samples > 0 else { stop("estimates need at least one sample, not \(samples)") }
    var total = term(sample(from: &generator))
    for _ in 1..<samples { total = total + term(sample(from: &generator)) }
    return total / Double(samples)
  }

  /// A tensor whose value is the mean of `values` and whose gradient is that of their expectation:
  /// E v(y) has the gradient E v(y)·∇ log p(y) (doi:10.1007/BF00992696).
  ///
  /// - Parameters:
  ///   - values: what was found at the outcomes, `[n]`, less a baseline if there is one; a constant.
  ///   - outcomes: samples `[n, dimension]`.
  public func scoreSurrogate(_ values: Tensor, at outcomes: Tensor) -> Tensor {
    let fixed = stopGradient(values)
    let weighted = (fixed * logDensity(stopGradient(outcomes))).mean()
    return fixed.mean() + weighted - stopGradient(weighted)
  }
}

/// log √(2π).
let halfLogTwoPi = 0.9189385332046727
