import Amortization
import Networks
import Tensors
import Testing
import Variational

@Suite struct AutoencoderTests {
  let linear = LinearGaussian()

  /// A linear encoder reaches the exact posterior and log p(x) (probabilistic PCA).
  @Test func aLinearEncoderReachesTheExactPosterior() throws {
    let problem = linear.problem(.full, .pathwise)
    var generator = Generator(seed: 2)
    let encoder = Dense(5, 5, dtype: .float64, from: &generator)
    let options = TrainingOptions(
      schedule: .cosine(from: 2e-2, to: 1e-5, steps: 2500), heldOut: 0)
    var run = TrainingRun(FullyAmortized(encoder), options: options)
    run.advance(by: 2500, on: problem, showsProgress: false)
    let lambda = run.model(linear.data, on: problem)
    #expect(abs(lambda - (try linear.exact())).max().item() < 1e-3)
    let bound = -problem(lambda, linear.data)
    #expect(abs(bound - (try linear.evidence())).max().item() < 1e-3)
  }

  /// Of a mean-field family, the best precision is the diagonal of the posterior's.
  @Test func gapsAreThoseOfTheClosedForm() throws {
    let covariance = try inverted(linear.precision)
    let mean = try linear.exact()[0..., ..<2]
    let scale = sqrt(1 / linear.precision.diagonal()).broadcast(to: mean.shape)
    let best = GaussianPosterior(2).parameters(mean: mean, deviation: scale)
    // KL(q ‖ posterior) = ½(log det Σ − Σ log sᵢ²) there, the approximation gap.
    let logDeterminant = logDeterminant(covariance).logAbsolute.item()
    let approximation = 0.5 * (logDeterminant - 2 * log(scale[0]).sum().item())
    struct Oracle: Layer {
      var offset: Tensor
      func callAsFunction(_ x: Tensor) -> Tensor { offset }
    }
    let moved = best + Tensor([0.3, 0.0, 0.0, 0.0], dtype: .float64)
    let vae = VariationalAutoencoder(
      FullyAmortized(Oracle(offset: moved)), in: linear.model)
    let gaps = vae.gaps(
      linear.data, solver: OptimizerDescent.adam(learningRate: 0.02, maximumIterations: 400),
      samples: 256, importance: 2000)
    // A shift δ of the mean costs ½δᵀΛδ.
    let shift = 0.5 * 0.09 * linear.precision[0, 0].item()
    #expect(Swift.abs(gaps.amortizationGap - shift) < 0.05 * (1 + shift))
    #expect(Swift.abs(gaps.approximationGap - approximation) < 0.05)
    #expect(Swift.abs(gaps.evidence.mean().item() - (try linear.evidence().mean().item())) < 0.05)
  }

  private var digits: Tensor {
    var generator = Generator(seed: 3)
    return sigmoid(2 * Tensor.normal([40, 12], from: &generator))
  }

  /// Without steps, the semi-amortized autoencoder is the autoencoder bit for bit, training included.
  @Test func noStepsAreTheAutoencoder() {
    var generator = Generator(seed: 5)
    let encoder = MLP([12, 16, 6], from: &generator)
    let decoder = MLP([3, 16, 12], from: &generator)
    let generative = LatentVariableModel(decoder, likelihood: .bernoulli, latents: 3)
    let plain = VariationalAutoencoder(FullyAmortized(encoder), in: generative)
    let semi = VariationalAutoencoder(
      SemiAmortized(start: encoder, update: GradientUpdate(stepSize: 0.1), steps: 0), in: generative
    )
    let x = digits
    var (first, second) = (
      TrainingRun(plain, options: TrainingOptions(batch: 16)),
      TrainingRun(semi, options: TrainingOptions(batch: 16))
    )
    first.advance(by: 20, on: { $0.problem(contexts: .rows(x)) }, showsProgress: false)
    second.advance(by: 20, on: { $0.problem(contexts: .rows(x)) }, showsProgress: false)
    #expect(first.losses == second.losses)
    #expect(first.losses.suffix(5).reduce(0, +) < first.losses.prefix(5).reduce(0, +))
    for (a, b) in zip(first.model.parameters, second.model.parameters) { #expect(a == b) }
  }

  /// The gradient of K unrolled steps in the decoder's parameters, against finite differences: second
  /// derivatives of the bound are in it.
  @Test func unrolledStepsHaveTheirSecondDerivatives() {
    var generator = Generator(seed: 6)
    let encoder = MLP([12, 6], activation: .tanh, dtype: .float64, from: &generator)
    let decoder = MLP([3, 8, 12], activation: .tanh, dtype: .float64, from: &generator)
    let vae = VariationalAutoencoder(
      SemiAmortized(start: encoder, update: GradientUpdate(stepSize: 0.05), steps: 3),
      in: LatentVariableModel(decoder, likelihood: .bernoulli, latents: 3))
    let x = digits[..<8].cast(to: .float64)
    func loss(_ model: VariationalAutoencoder<SemiAmortized<MLP, GradientUpdate>, MLP>) -> Tensor {
      let problem = model.problem(contexts: .rows(x, heldOut: 0), samples: 2, dtype: .float64)
      return problem(model(x, on: problem), x, noise: ScoreNoise(seed: 1)).mean()
    }
    let slope = gradient(at: vae, of: loss)
    let direction = vae.mapParameters {
      Tensor.normal($0.shape, dtype: .float64, from: &generator)
    }
    let h = 1e-5
    let (up, down) = (
      loss(vae.mapParameters(with: direction) { $0 + h * $1 }).item(),
      loss(vae.mapParameters(with: direction) { $0 - h * $1 }).item()
    )
    let expected = (up - down) / (2 * h)
    #expect(Swift.abs(dot(slope, direction).item() - expected) < 1e-6 * (1 + Swift.abs(expected)))
  }

  @Test func traversalsMoveOneAxis() {
    var generator = Generator(seed: 8)
    let decoder = Dense(2, 3, dtype: .float64, from: &generator)
    let model = LatentVariableModel(decoder, likelihood: .normal(deviation: 1), latents: 2)
    let z = Tensor([0.5, -1.0], dtype: .float64)
    let row = model.traversal(z, along: 1, values: [-1, 2])
    #expect(row.shape == [2, 3])
    #expect(abs(row[1] - row[0] - 3 * decoder.weight[1]).max().item() < 1e-12)
  }
}
