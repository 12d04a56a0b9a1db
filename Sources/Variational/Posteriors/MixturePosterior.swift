import Amortization
import Networks
import Tensors

/// Mixtures of normal distributions with any covariances over the parameters of a simulator, brought into
/// their support by its one-to-one map, so that no mass is outside.
///
/// A row has k logits of weights and k times what ``GaussianPosterior`` has.
public struct MixturePosterior: PosteriorFamily, Sendable, Hashable {
  /// k.
  public let components: Int
  /// What each component is.
  public let component: GaussianPosterior
  /// Where parameters may be.
  public let support: Simulator.Support

  /// The family for the parameters of a simulator.
  public init(of simulator: Simulator, components: Int = 8) {
    guard components > 0 else { fatalError("MixturePosterior: \(components) components") }
    self.components = components
    component = GaussianPosterior(simulator.parts["parameters"].shape[0], covariance: .full)
    support = simulator.support
  }

  /// Numbers in a row.
  public var dimension: Int { components * (1 + component.dimension) }

  /// The mixtures over ℝᵈ, before the map into the support.
  ///
  /// - Shapes: rows `[n, dimension]`.
  public func mixture(_ rows: Tensor) -> Mixture<FullNormal> {
    let width = component.dimension
    return Mixture(
      logits: rows[0..., ..<components],
      (0..<components).map { c in
        let first = components + c * width
        let lambda = rows[0..., first..<(first + width)]
        return FullNormal(mean: component.mean(lambda), factor: component.factor(lambda))
      })
  }

  /// log q(θ), `[n, d]` and rows `[n, dimension]` → `[n]`.
  public func logDensity(_ theta: Tensor, _ rows: Tensor) -> Tensor {
    let u = support.outside(theta)
    return mixture(rows).logDensity(u) - support.logVolume(u)
  }

  /// One draw for each row.
  ///
  /// - Shapes: rows `[n, dimension]` → `[n, d]`.
  public func sample(_ rows: Tensor, from generator: inout Generator) -> Tensor {
    support.inside(mixture(rows).sample(from: &generator))
  }
}

extension ParametricProblem {
  /// Amortized posteriors of a simulator: min over a family of −log q(θ) for pairs (θ, x) that the
  /// simulator draws.
  ///
  /// ```swift
  /// let family = MixturePosterior(of: simulator)
  /// let problem = ParametricProblem.posterior(simulator, family)
  /// let network = Reading("data", of: simulator.parts, MLP([3, 64, 64, family.dimension]))
  /// let run = train(
  ///   FullyAmortized(network), on: problem, steps: 3000, options: TrainingOptions(clip: 1))
  /// ```
  ///
  /// A model that reads the data alone cannot know θ, and of all densities of the family the expected
  /// loss is least at the one nearest to the posterior (neural posterior estimation,
  /// arXiv:1605.06376). Narrow components far from θ have long gradients: clip them.
  ///
  /// ``AmortizedPosterior`` is such a model with its family, and standardizes the data.
  public static func posterior(
    _ simulator: Simulator, _ family: some PosteriorFamily, dtype: DType = .float32
  ) -> ParametricProblem {
    ParametricProblem(
      dimension: family.dimension, contexts: simulator.contexts, dtype: dtype
    ) { rows, x in
      -family.logDensity(simulator.parts(x).parameters, rows)
    }
  }
}
