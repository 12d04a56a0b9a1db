import Amortization
import Networks
import Tensors

/// A generative model and an amortized model of inference in it, trained together.
///
/// ```swift
/// let vae = VariationalAutoencoder(
///   encoder: MLP([784, 128, 20]), decoder: MLP([10, 128, 784]), likelihood: .bernoulli,
///   latents: 10)
/// var run = TrainingRun(vae)
/// run.advance(by: 3000, on: { $0.problem(contexts: .rows(images)) })
/// ```
///
/// The inference may be any amortized model. With an encoder alone it is the variational autoencoder
/// (arXiv:1312.6114); with a ``Amortization/SemiAmortized`` model of gradient steps behind the encoder
/// the semi-amortized one (arXiv:1802.02550), with learned steps iterative amortized inference
/// (arXiv:1807.09356).
public struct VariationalAutoencoder<Inference: AmortizedModel, Decoder: Layer>: AmortizedModel {
  /// From data to λ.
  public var inference: Inference
  /// From latent numbers to data.
  public var generative: LatentVariableModel<Decoder>
  /// What λ means.
  public let posterior: GaussianPosterior

  /// Any inference in any generative model.
  public init(
    _ inference: Inference, in generative: LatentVariableModel<Decoder>,
    covariance: GaussianPosterior.Covariance = .diagonal
  ) {
    self.inference = inference
    self.generative = generative
    posterior = GaussianPosterior(generative.latents, covariance: covariance)
  }

  public func iterates(_ x: Tensor, on problem: ParametricProblem, noise: StepNoise) -> [Tensor] {
    inference.iterates(x, on: problem, noise: noise)
  }

  /// Inference in the generative model as it is now.
  public func problem(
    contexts: Contexts, bound: EvidenceBound = .analytic, samples: Int = 1,
    dtype: DType = .float32
  ) -> ParametricProblem {
    .evidenceBound(
      of: generative, posterior: posterior, contexts: contexts, bound: bound, samples: samples,
      dtype: dtype)
  }

  /// Data as the model sees them: the means at the posterior's mean.
  public func reconstruction(_ x: Tensor, on problem: ParametricProblem) -> Tensor {
    generative.mean(at: posterior.mean(self(x, on: problem)))
  }
}

extension VariationalAutoencoder {
  /// An encoder alone, which reads flattened data.
  ///
  /// - Parameters:
  ///   - encoder: `[n, data]` → `[n, λ]`.
  ///   - latents: numbers in z.
  public init<Encoder: Layer>(
    encoder: Encoder, decoder: Decoder, likelihood: Likelihood, latents: Int,
    covariance: GaussianPosterior.Covariance = .diagonal
  ) where Inference == FullyAmortized<Encoder> {
    self.init(
      FullyAmortized(encoder),
      in: LatentVariableModel(decoder, likelihood: likelihood, latents: latents),
      covariance: covariance)
  }
}
