import Amortization
import Networks
import Tensors

/// Which lower bound of log p(x) is estimated, and how its gradient.
public enum EvidenceBound: Sendable, Hashable {
  /// E log p(x | z) − KL(q ‖ p) with the divergence in closed form; gradients through samples
  /// (arXiv:1312.6114).
  case analytic
  /// E log p(x, z) − log q(z), gradients through the samples alone: their noise vanishes where q is
  /// the posterior (arXiv:1703.09194).
  ///
  /// The gradient is that of the bound in λ, and in the decoder's parameters.
  case pathwise
  /// The same value as `.analytic`, gradients in λ by the score of q (doi:10.1007/BF00992696): for
  /// decoders without a derivative, and noisier.
  case score
  /// log of the mean of p(x, z)/q(z) over the samples: tighter with more of them (arXiv:1509.00519).
  case importanceWeighted
}

extension ParametricProblem {
  /// Variational inference: min over λ of −ELBO(λ; x), one problem for each x.
  ///
  /// ```swift
  /// let model = LatentVariableModel(decoder, likelihood: .bernoulli, latents: 10)
  /// let problem = ParametricProblem.evidenceBound(
  ///   of: model, posterior: GaussianPosterior(10), contexts: .rows(images))
  /// OptimizerDescent.adam(learningRate: 0.05).solve(problem, x)     // stochastic variational inference
  /// ```
  ///
  /// Contexts are data; they are flattened. Gradients flow into the decoder's parameters as well, so
  /// that both are trained at once: see ``VariationalAutoencoder``.
  ///
  /// - Parameter samples: draws of z for each row and evaluation.
  /// - Complexity: `samples` passes through the decoder for each row.
  public static func evidenceBound<Decoder: Layer>(
    of model: LatentVariableModel<Decoder>, posterior: GaussianPosterior, contexts: Contexts,
    bound: EvidenceBound = .analytic, samples: Int = 1, dtype: DType = .float32
  ) -> ParametricProblem {
    guard samples > 0, posterior.latents == model.latents else {
      fatalError(
        "evidenceBound: \(samples) samples, a posterior over \(posterior.latents) numbers of a model "
          + "with \(model.latents)")
    }
    return ParametricProblem(
      dimension: posterior.dimension, contexts: contexts, dtype: dtype
    ) { lambda, x, noise in
      var generator = noise
      let data = x.flattened(from: 1)
      model.likelihood.requireSupport(of: data)
      return -bound.estimate(model, posterior, lambda, data, samples, &generator)
    }
  }
}

extension EvidenceBound {
  /// The bound for each row, `[n]`.
  fileprivate func estimate<Decoder: Layer>(
    _ model: LatentVariableModel<Decoder>, _ posterior: GaussianPosterior, _ lambda: Tensor,
    _ x: Tensor, _ samples: Int, _ generator: inout Generator
  ) -> Tensor {
    let q = posterior.distribution(lambda)
    func average(_ term: (inout Generator) -> Tensor) -> Tensor {
      var total = term(&generator)
      for _ in 1..<samples { total = total + term(&generator) }
      return samples == 1 ? total : total / Double(samples)
    }
    switch self {
    case .analytic:
      let fit = average { model.likelihood.logDensity(x, model.decoder(q.sample(from: &$0))) }
      return fit - posterior.divergenceFromStandard(lambda)
    case .pathwise:
      let fixed = posterior.distribution(stopGradient(lambda))
      return average {
        let z = q.sample(from: &$0)
        return model.logJoint(x, z) - fixed.logDensity(z)
      }
    case .score:
      let fit = average {
        let z = stopGradient(q.sample(from: &$0))
        let value = model.likelihood.logDensity(x, model.decoder(z))
        let score = q.logDensity(z)
        // The value once, and its product with the score for the gradient in λ.
        return value + stopGradient(value) * (score - stopGradient(score))
      }
      return fit - posterior.divergenceFromStandard(lambda)
    case .importanceWeighted:
      let terms = (0..<samples).map { _ -> Tensor in
        let (z, logQ) = q.sampleWithDensity(from: &generator)
        return model.logJoint(x, z) - logQ
      }
      if samples == 1 { return terms[0] }
      return logSumExp(stack(terms, axis: -1)) - logarithm(samples)
    }
  }
}

private func logarithm(_ count: Int) -> Double {
  log(Tensor(Double(count), dtype: .float64)).item()
}
