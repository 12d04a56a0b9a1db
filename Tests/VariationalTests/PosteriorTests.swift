import Amortization
import Networks
import Tensors
import Testing
import Variational

@Suite struct PosteriorTests {
  private let matrix = Tensor([[1.0, 0.5, -0.3], [0.2, -1.0, 0.8]], dtype: .float64)

  /// θ ~ N(0, I), x = θA + ½ε, whose posterior is normal.
  private var linear: Simulator {
    let a = matrix
    return Simulator(
      parameters: 2, data: 3,
      prior: { count, generator in
        Tensor.normal([count, 2], dtype: .float64, from: &generator)
      }
    ) { theta, generator in
      matmul(theta, a)
        + 0.5 * Tensor.normal([theta.dim(0), 3], dtype: .float64, from: &generator)
    }
  }

  /// Trained on pairs alone, the model gives the exact posterior's mean and covariance.
  @Test func linearGaussianPosteriorsAreExact() throws {
    let simulator = linear
    let family = MixturePosterior(of: simulator, components: 1)
    let problem = ParametricProblem.posterior(simulator, family, dtype: .float64)
    var generator = Generator(seed: 1)
    let network = Dense(3, family.dimension, dtype: .float64, from: &generator)
    let run = train(
      FullyAmortized(Reading("data", of: simulator.parts, network)), on: problem, steps: 4000,
      options: TrainingOptions(
        batch: 256, schedule: .cosine(from: 3e-3, to: 1e-6, steps: 4000), clip: 1, heldOut: 0))
    let x = problem.sampleContexts(100, seed: 7)
    let rows = run.model(x, on: problem)
    let precision = Tensor.eye(2, dtype: .float64) + 4 * matmul(matrix, matrix.T)
    let covariance = try inverted(precision)
    let mean = 4 * matmul(matmul(simulator.parts(x).data, matrix.T), covariance)
    let found = family.mixture(rows).components[0]
    #expect(abs(found.mean - mean).mean().item() < 1e-2)
    #expect(abs(found.covariance - covariance).max().item() < 1e-2)
    // On new simulations its ranks are uniform, and it is narrower than the prior.
    let calibration = calibrate(run.model, family, of: simulator, simulations: 600)
    #expect(calibration.isCalibrated, "\(calibration)")
    #expect(calibration.sharpness.allSatisfy { $0 < 0.5 })
    // One that is twice as wide is found out.
    struct Wide: Layer {
      var inner: Reading<Dense>
      func callAsFunction(_ x: Tensor) -> Tensor {
        inner(x) + Tensor([0.0, 0, 0, 0.7, 0.7, 0], dtype: .float64)
      }
    }
    let wide = FullyAmortized(Wide(inner: run.model.network))
    #expect(!calibrate(wide, family, of: simulator, simulations: 600).isCalibrated)
  }

  /// Densities over a box integrate to 1, and no draw leaves it.
  @Test func noMassIsOutsideOfTheSupport() {
    let simulator = Simulator(
      parameters: 1, data: 1, support: .box(-1, 2),
      prior: { count, generator in
        Tensor.uniform([count, 1], low: -1, high: 2, dtype: .float64, from: &generator)
      }, program: { theta, _ in theta })
    let family = MixturePosterior(of: simulator, components: 3)
    var generator = Generator(seed: 3)
    let row = Tensor.normal([family.dimension], std: 1.5, dtype: .float64, from: &generator)
    let draws = family.sample(5000, row, from: &generator)
    #expect(draws.min().item() >= -1.0 && draws.max().item() <= 2.0)
    let count = 20_000
    let cells = (Tensor.arange(0, Double(count), dtype: .float64) + 0.5) / Double(count)
    let grid = (3 * cells - 1).reshaped([count, 1])
    let rows = row.reshaped([1, family.dimension]).broadcast(to: [count, family.dimension])
    let density = exp(family.logDensity(grid, rows))
    #expect(Swift.abs(density.sum().item() * 3 / Double(count) - 1) < 1e-3)
    // The density is that of the draws.
    let share = (draws .< 0.5).cast(to: .float64).mean().item() as Double
    let mass =
      (density * (grid.flattened() .< 0.5).cast(to: .float64)).sum().item() * 3 / Double(count)
    #expect(Swift.abs(share - mass) < 0.03)
  }

  /// A guess that is off is corrected by its weights.
  @Test func weightsCorrectAGuess() throws {
    let simulator = linear
    let family = MixturePosterior(of: simulator, components: 1)
    var generator = Generator(seed: 4)
    let (_, data) = simulator.draw(1, from: &generator)
    let covariance = try inverted(Tensor.eye(2, dtype: .float64) + 4 * matmul(matrix, matrix.T))
    let mean = 4 * matmul(matmul(data, matrix.T), covariance)[0]
    // One logit, then mean, log diagonal, and below: twice as wide, and moved.
    let row = concatenate([
      Tensor([0.0], dtype: .float64), mean + 0.2, log(sqrt(2 * covariance.diagonal())),
      Tensor([0.0], dtype: .float64),
    ])
    let a = matrix
    let drawn = WeightedDraws(
      40_000, of: family, row,
      logJoint: { theta in
        -0.5 * square(theta).sum(axis: -1) - 2 * square(data - matmul(theta, a)).sum(axis: -1)
      }, from: &generator)
    #expect(abs(drawn.mean - mean).max().item() < 0.02)
    #expect(drawn.effectiveCount > 8000 && drawn.effectiveCount < 40_000)
    let plain = drawn.resampled(5000, from: &generator)
    #expect(abs(plain.mean(axis: 0) - mean).max().item() < 0.05)
  }
}
