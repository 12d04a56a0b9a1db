import Networks
import Tensors

/// z ~ N(0, 1), x ~ p(x | decoder(z)): a generative model of data with latent variables.
///
/// Its parameters are the decoder's. Inference in it is a family of problems,
/// ``Amortization/ParametricProblem/evidenceBound(of:posterior:contexts:bound:samples:dtype:)``.
public struct LatentVariableModel<Decoder: Layer>: Model {
  /// From z `[n, d]` to what the likelihood reads.
  public var decoder: Decoder
  /// How data scatter around it.
  public let likelihood: Likelihood
  /// Numbers in z.
  public let latents: Int

  /// A model with standard normal latent numbers.
  public init(_ decoder: Decoder, likelihood: Likelihood, latents: Int) {
    self.decoder = decoder
    self.likelihood = likelihood
    self.latents = latents
  }

  /// log p(x, z), `[n]`.
  public func logJoint(_ x: Tensor, _ z: Tensor) -> Tensor {
    likelihood.logDensity(x, decoder(z))
      + Normal.standard(z.shape, dtype: z.dtype).logDensity(z)
  }

  /// The means of data at z: reconstructions, traversals, samples as pictures.
  public func mean(at z: Tensor) -> Tensor { likelihood.mean(decoder(z)) }

  /// New data.
  ///
  /// - Returns: the means at `count` draws of z, without the likelihood's own noise.
  public func sampleMeans(
    _ count: Int, dtype: DType = .float32, from generator: inout Generator
  ) -> Tensor {
    mean(at: Tensor.normal([count, latents], dtype: dtype, from: &generator))
  }

  /// Means along one latent axis through a point, the others fixed.
  ///
  /// - Shapes: z `[d]`, k values → `[k, …]`.
  public func traversal(_ z: Tensor, along axis: Int, values: [Double]) -> Tensor {
    guard axis >= 0, axis < latents, z.shape == [latents] else {
      fatalError(
        "traversal: axis \(axis) of a point of shape \(z.shape), \(latents) latent numbers")
    }
    var points = stack(values.map { _ in z })
    points[0..., axis] = Tensor(values, shape: [values.count], dtype: z.dtype)
    return mean(at: points)
  }

  /// log p(x) by importance sampling from q_λ: log of the mean of p(x, z)/q_λ(z) (arXiv:1509.00519).
  ///
  /// A lower bound in expectation, tight as `samples` grows; with q_λ the exact posterior, exact.
  ///
  /// - Shapes: x `[n, …]`, λ `[n, posterior.dimension]` → `[n]`.
  public func logEvidence(
    _ x: Tensor, _ lambda: Tensor, posterior: GaussianPosterior, samples: Int = 1000,
    from generator: inout Generator
  ) -> Tensor {
    guard samples > 0 else { fatalError("logEvidence: \(samples) samples") }
    let data = x.flattened(from: 1)
    likelihood.requireSupport(of: data)
    let q = posterior.distribution(stopGradient(lambda))
    var total: Tensor?
    for _ in 0..<samples {
      let (z, logQ) = q.sampleWithDensity(from: &generator)
      let term = stopGradient(logJoint(data, z) - logQ)
      total = total.map { logAddExp($0, term) } ?? term
    }
    return (total ?? data) - log(Double(samples))
  }
}

extension LatentVariableModel: Sendable where Decoder: Sendable {}

private func log(_ x: Double) -> Double { Tensors.log(Tensor(x, dtype: .float64)).item() }
