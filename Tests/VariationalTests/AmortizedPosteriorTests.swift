import Amortization
import Networks
import Tensors
import Testing
import Variational

@Suite struct AmortizedPosteriorTests {
  private let matrix = Tensor([[1.0, 0.5, -0.3], [0.2, -1.0, 0.8]], dtype: .float64)

  private var linear: Simulator {
    let a = matrix
    return Simulator(
      parameters: 2, data: 3,
      logJoint: { theta, x in
        -0.5 * square(theta).sum(axis: -1) - 2 * square(x - matmul(theta, a)).sum(axis: -1)
      },
      prior: { count, generator in
        Tensor.normal([count, 2], dtype: .float64, from: &generator)
      },
      program: { theta, generator in
        matmul(theta, a) + 0.5
          * Tensor.normal([theta.dim(0), 3], dtype: .float64, from: &generator)
      })
  }

  /// Of affine maps, the best flow is the exact posterior: its mean, covariance and density.
  @Test func affineFlowsFindLinearGaussianPosteriors() throws {
    let simulator = linear
    var generator = Generator(seed: 1)
    let family = FlowPosterior(
      of: simulator, features: 3, maps: 1, bins: 0, hidden: [16], dtype: .float64,
      from: &generator)
    let start = AmortizedPosterior(
      Dense(3, 3, dtype: .float64, from: &generator), family, of: simulator)
    let steps = 2500
    var run = TrainingRun(
      start,
      options: TrainingOptions(
        batch: 256, schedule: .cosine(from: 1e-2, to: 1e-6, steps: steps), clip: 5, heldOut: 0))
    run.advance(by: steps, on: { $0.problem(of: simulator, dtype: .float64) }, showsProgress: false)
    let covariance = try inverted(Tensor.eye(2, dtype: .float64) + 4 * matmul(matrix, matrix.T))
    let (theta, data) = simulator.draw(500, from: &generator)
    let mean = 4 * matmul(matmul(data, matrix.T), covariance)
    let factor = try cholesky(covariance).broadcast(to: [500, 2, 2])
    let exact = FullNormal(mean: mean, factor: factor).logDensity(theta)
    let found = run.model.logDensity(theta, given: data)
    // The mean difference of log densities is the divergence from the exact posterior.
    #expect(Swift.abs((exact - found).mean().item()) < 5e-3)
    let drawn = run.model.sample(40_000, given: data[0], from: &generator)
    #expect(abs(drawn.mean(axis: 0) - mean[0]).max().item() < 1e-2)
    let centred = drawn - drawn.mean(axis: 0)
    #expect(abs(matmul(centred.T, centred) / 40_000 - covariance).max().item() < 1e-2)
    let calibration = run.model.calibration(on: simulator, simulations: 500)
    #expect(calibration.isCalibrated, "\(calibration)")
    #expect(Swift.abs(calibration.coverage(0.5) - 0.5) < 0.09)
    // Its weights are nearly equal.
    let weighted = run.model.corrected(2000, given: data[0], on: simulator, from: &generator)
    #expect(weighted.effectiveCount > 1900)
  }

  /// Narrower than the truth: the coverage says so, parameter by parameter and by density.
  @Test func tooNarrowPosteriorsAreFoundOut() throws {
    let simulator = linear
    let covariance = try inverted(Tensor.eye(2, dtype: .float64) + 4 * matmul(matrix, matrix.T))
    struct Exact: Layer {
      var weight: Tensor
      var scale: Tensor
      func callAsFunction(_ data: Tensor) -> Tensor {
        let mean = matmul(data, weight)
        return concatenate(
          [
            Tensor.zeros([data.dim(0), 1], dtype: .float64), mean,
            scale.broadcast(to: [data.dim(0), 3]),
          ],
          axis: -1)
      }
    }
    let factor = try cholesky(covariance)
    let weight = 4 * matmul(matrix.T, covariance)
    func calibration(_ narrowing: Double) -> Calibration {
      let diagonal = log(factor.diagonal() * narrowing)
      let below = (factor[1, 0] * narrowing).reshaped([1])
      let network = Exact(weight: weight, scale: concatenate([diagonal, below]))
      let model = FullyAmortized(Reading("data", of: simulator.parts, network))
      return calibrate(
        model, MixturePosterior(of: simulator, components: 1), of: simulator, simulations: 500)
    }
    let (right, narrow) = (calibration(1), calibration(0.7))
    #expect(right.isCalibrated, "\(right)")
    #expect(narrow.coverageDistance > narrow.band())
    // In two dimensions the region of mass c reaches the radius √(−2 log(1 − c)): of a normal
    // distribution drawn 0.7 times as wide, its true mass is 1 − (1 − c)^0.49.
    #expect(Swift.abs(narrow.coverage(0.8) - 0.5455) < 0.06)
    let counts = narrow.histogram(0, bins: 20)
    #expect(counts.reduce(0, +) == 500)
    let band = narrow.histogramBand(bins: 20)
    #expect(Double(counts[0]) > band.upperBound && Double(counts[19]) > band.upperBound)
  }

  /// No density leaves a box: a flow's integrates to 1 within.
  @Test func flowsKeepToTheSupport() {
    let simulator = Simulator(
      parameters: 1, data: 1, support: .box(-1, 2),
      prior: { count, generator in
        Tensor.uniform([count, 1], low: -1, high: 2, dtype: .float64, from: &generator)
      }, program: { theta, _ in theta })
    var generator = Generator(seed: 3)
    let start = FlowPosterior(
      of: simulator, features: 2, maps: 2, bins: 6, hidden: [8], dtype: .float64, from: &generator)
    let family = start.mapParameters {
      $0 + Tensor.normal($0.shape, std: 0.5, dtype: .float64, from: &generator)
    }
    let row = Tensor([0.3, -0.8], dtype: .float64)
    let draws = family.sample(5000, row, from: &generator)
    #expect(draws.min().item() >= -1.0 && draws.max().item() <= 2.0)
    let n = 40_000
    let grid = 3 * (Tensor.arange(0, Double(n), dtype: .float64) + 0.5) / Double(n) - 1
    let density = exp(
      family.logDensity(grid.reshaped([n, 1]), row.reshaped([1, 2]).broadcast(to: [n, 2])))
    #expect(Swift.abs(density.sum().item() * 3 / Double(n) - 1) < 2e-3)
    let mass = (density * (grid .< 0.5).cast(to: .float64)).sum().item() * 3 / Double(n)
    let share = (draws .< 0.5).cast(to: .float64).mean().item() as Double
    #expect(Swift.abs(mass - share) < 0.03)
  }

  /// Two normal distributions a distance δ apart: the best classifier is right with Φ(δ/2).
  @Test(arguments: [(0.0, 0.5), (1.0, 0.6915), (2.0, 0.8413)])
  func classifiersTellNormalsApart(distance: Double, accuracy: Double) {
    var generator = Generator(seed: 4)
    let a = Tensor.normal([2000, 2], from: &generator)
    let b = Tensor.normal([2000, 2], from: &generator) + Tensor([distance, 0.0])
    let test = TwoSampleTest(a, b, epochs: 15)
    #expect(Swift.abs(test.accuracy - accuracy) < 0.025, "\(test)")
  }
}
