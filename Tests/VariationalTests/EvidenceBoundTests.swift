import Amortization
import Networks
import Tensors
import Testing
import Variational

/// x = W z + b + σ ε: probabilistic PCA (Tipping & Bishop 1999), where posterior and evidence are known.
struct LinearGaussian {
  let decoder: Dense
  let deviation = 0.5
  let data: Tensor
  let model: LatentVariableModel<Dense>
  let offset: Tensor

  init(seed: Int = 1, rows: Int = 64) {
    var generator = Generator(seed: seed)
    var layer = Dense(2, 5, dtype: .float64, from: &generator)
    offset = Tensor.normal([5], dtype: .float64, from: &generator)
    layer.bias = offset
    decoder = layer
    let z = Tensor.normal([rows, 2], dtype: .float64, from: &generator)
    data = layer(z) + 0.5 * Tensor.normal([rows, 5], dtype: .float64, from: &generator)
    model = LatentVariableModel(layer, likelihood: .normal(deviation: 0.5), latents: 2)
  }

  /// Posterior precision I + WᵀW/σ².
  var precision: Tensor {
    let w = decoder.weight
    return Tensor.eye(2, dtype: .float64) + matmul(w, w.T) / (deviation * deviation)
  }

  /// Exact λ of the full family, by row.
  func exact() throws -> Tensor {
    let covariance = try inverted(precision)
    let centred = data - offset
    let mean = matmul(matmul(centred, decoder.weight.T), covariance) / (deviation * deviation)
    let factor = try cholesky(covariance)
    let tail = concatenate([log(factor.diagonal()), factor[1, 0].reshaped([1])])
    return concatenate([mean, tail.broadcast(to: [data.dim(0), 3])], axis: -1)
  }

  /// log p(x) from the marginal N(b, WWᵀ + σ²I).
  func evidence() throws -> Tensor {
    let w = decoder.weight
    let covariance =
      matmul(w.T, w) + deviation * deviation * Tensor.eye(5, dtype: .float64)
    let n = data.dim(0)
    return FullNormal(
      mean: offset.broadcast(to: [n, 5]),
      factor: try cholesky(covariance).broadcast(to: [n, 5, 5])
    ).logDensity(data)
  }

  func problem(
    _ covariance: GaussianPosterior.Covariance, _ bound: EvidenceBound, samples: Int = 1
  ) -> ParametricProblem {
    .evidenceBound(
      of: model, posterior: GaussianPosterior(2, covariance: covariance),
      contexts: .rows(data, heldOut: 0), bound: bound, samples: samples, dtype: .float64)
  }
}

@Suite struct EvidenceBoundTests {
  let linear = LinearGaussian()

  /// At the exact posterior, p(x, z)/q(z) = p(x) for every z: one sample is exact.
  @Test func theBoundIsTheEvidenceAtThePosterior() throws {
    let (exact, evidence) = (try linear.exact(), try linear.evidence())
    for bound in [EvidenceBound.pathwise, .importanceWeighted] {
      let values = linear.problem(.full, bound)(exact, linear.data)
      #expect(abs(values + evidence).max().item() < 1e-10, "\(bound)")
    }
    let gradient = linear.problem(.full, .pathwise).gradient(exact, linear.data)
    #expect(abs(gradient).max().item() < 1e-9)
    // The closed divergence leaves noise of samples, and no bias.
    let many = linear.problem(.full, .analytic, samples: 4000)(exact, linear.data)
    #expect(abs(many + evidence).mean().item() < 0.1)
  }

  @Test func importanceSamplingGivesTheEvidence() throws {
    var generator = Generator(seed: 4)
    let mean = try linear.exact()[0..., ..<2]
    let wide = GaussianPosterior(2).parameters(mean: mean, deviation: mean.zerosLike() + 0.6)
    let found = linear.model.logEvidence(
      linear.data, wide, posterior: GaussianPosterior(2), samples: 3000, from: &generator)
    #expect(abs(found - (try linear.evidence())).max().item() < 0.1)
  }

  /// All estimators agree in expectation: on the gradient in λ of the closed-form bound.
  @Test(arguments: [EvidenceBound.analytic, .pathwise, .score])
  func gradientsAreUnbiased(bound: EvidenceBound) {
    let x = linear.data[..<1]
    let lambda = Tensor([[0.3, -0.2, -1.0, -0.5]], dtype: .float64)
    func closed(_ y: Tensor) -> Tensor {
      // E|x − Wz − b|² = |x − Wµ − b|² + Σ σᵢ²|wᵢ|².
      let w = linear.decoder.weight
      let miss = square(x - linear.decoder(y[0..., ..<2])).sum(axis: -1)
      let spread = matmul(exp(y[0..., 2...]), square(w).sum(axis: 1).expandedDims(axis: -1))
      let fit = (miss + spread.reshaped([1])) / (2 * 0.25)
      return fit + GaussianPosterior(2).divergenceFromStandard(y)
    }
    let exact = gradient(at: lambda) { closed($0).sum() }
    let count = 20_000
    let rows = lambda.broadcast(to: [count, 4])
    let many = linear.problem(.diagonal, bound).gradient(
      rows, x.broadcast(to: [count, 5]), noise: StepNoise(seed: 3))
    let mean = many.mean(axis: 0)
    let error = sqrt(square(many - mean).mean(axis: 0) / Double(count))
    #expect((abs(mean - exact[0]) / error).max().item() < 4.5, "\(bound)")
  }

  @Test func fullAndDiagonalFamiliesAgreeWhereBothAre() {
    var generator = Generator(seed: 9)
    let (m, s) = (
      Tensor.normal([6, 3], dtype: .float64, from: &generator),
      exp(Tensor.normal([6, 3], dtype: .float64, from: &generator))
    )
    let z = Tensor.normal([6, 3], dtype: .float64, from: &generator)
    let families = [GaussianPosterior(3), GaussianPosterior(3, covariance: .full)]
    let lambdas = families.map { $0.parameters(mean: m, deviation: s) }
    let densities = zip(families, lambdas).map { $0.distribution($1).logDensity(z) }
    #expect(abs(densities[0] - densities[1]).max().item() < 1e-10)
    let own = Normal(mean: m, deviation: s)
    for (family, lambda) in zip(families, lambdas) {
      let gap = family.divergenceFromStandard(lambda) - own.divergenceFromStandard
      #expect(abs(gap).max().item() < 1e-12)
    }
    // Correlated: against the general divergence of FullNormal.
    let full = families[1]
    let wild = Tensor.normal([6, full.dimension], dtype: .float64, from: &generator)
    let standard = FullNormal(
      mean: m.zerosLike(), factor: Tensor.eye(3, dtype: .float64).broadcast(to: [6, 3, 3]))
    let q = full.distribution(wild) as? FullNormal
    let expected = q?.divergence(from: standard) ?? z
    #expect(abs(full.divergenceFromStandard(wild) - expected).max().item() < 1e-10)
  }

  /// More samples tighten the importance-weighted bound (theorem 1 of arXiv:1509.00519).
  @Test func moreSamplesTightenTheBound() throws {
    let start = Tensor.zeros([linear.data.dim(0), 4], dtype: .float64)
    let bounds = [1, 8, 64].map { k in
      -linear.problem(.diagonal, .importanceWeighted, samples: k)(start, linear.data).mean().item()
    }
    let evidence = try linear.evidence().mean().item()
    #expect(bounds[0] < bounds[1] && bounds[1] < bounds[2] && bounds[2] < evidence + 0.05)
  }
}
