import Amortization
import AmortizedTransport
import Networks
import Tensors
import Testing
import Transport

private func gaussians() throws -> (GaussianMeasure, GaussianMeasure) {
  let a = GaussianMeasure(
    mean: Tensor([0.0, 0.0], dtype: .float64), covariance: Tensor.eye(2, dtype: .float64))
  let b = GaussianMeasure(
    mean: Tensor([1.0, -0.5], dtype: .float64),
    covariance: Tensor([[1.5, 0.8], [0.8, 0.9]], dtype: .float64))
  return (a, b)
}

private func started(
  _ options: DualTrainingOptions, seed: Int = 4
) throws -> DualTraining<InputConvexNetwork, FullyAmortized<Residual<MLP>>> {
  let (a, b) = try gaussians()
  var generator = Generator(seed: seed)
  let f = InputConvexNetwork(2, hidden: [16], rank: 2, from: &generator)
  let network = MLP([2, 32, 2], activation: .elu, from: &generator)
  return DualTraining(
    f, conjugate: FullyAmortized(Residual(network)), from: try .gaussian(a), to: try .gaussian(b),
    options: options)
}

@Suite struct DualTrainingTests {
  @Test(arguments: ["objective", "regression", "cycle"])
  func findsTheMapBetweenGaussians(name: String) throws {
    let loss: Loss = name == "objective" ? .objective : name == "cycle" ? .cycle : .regression
    let (a, b) = try gaussians()
    let steps = 400
    var training = try started(
      DualTrainingOptions(
        batch: 256, loss: loss, schedule: .cosine(from: 1e-2, to: 1e-4, steps: steps)))
    let x = try Contexts.gaussian(a).sample(2000, seed: 1)
    let y = try Contexts.gaussian(b).sample(2000, seed: 2)
    training.advance(by: steps, showsProgress: false)
    let (matrix, offset) = try a.map(to: b)
    let exact = matmul(x, matrix.T) + offset
    let error = square(training.transported(x).cast(to: .float64) - exact).sum(axis: 1).mean()
    // The unexplained variance, of which the identity leaves 0.7.
    #expect((error / b.covariance.trace()).item() < 0.02)
    // And back again.
    let back = training.transportedBack(training.transported(x))
    #expect(largestGap(back, x) < 1e-2)
    let value = training.squaredDistance(x, y)
    let truth = try a.squaredDistance(to: b)
    #expect(Swift.abs(value - truth) < 0.12 * truth)
  }

  @Test func dualValuesAreLowerBounds() throws {
    // An untrained potential, whatever it is, gives less than the distance.
    let (a, b) = try gaussians()
    let truth = try a.squaredDistance(to: b)
    let x = try Contexts.gaussian(a).sample(20_000, seed: 5)
    let y = try Contexts.gaussian(b).sample(20_000, seed: 6)
    for seed in 0..<3 {
      let training = try started(DualTrainingOptions(), seed: seed)
      #expect(training.squaredDistance(x, y) < truth + 0.05)
    }
  }

  @Test func piecesAreTheWhole() throws {
    var whole = try started(DualTrainingOptions(batch: 32))
    var pieces = whole
    whole.advance(by: 7, showsProgress: false)
    pieces.advance(by: 3, showsProgress: false)
    pieces.advance(by: 4, showsProgress: false)
    #expect(pieces.step == 7 && pieces.distances == whole.distances)
    #expect(
      zip(whole.potential.parameters, pieces.potential.parameters).allSatisfy { a, b in
        a.doubles == b.doubles
      })
    #expect(whole.losses.count == 7 && whole.refinements.allSatisfy { $0 <= 10 })
    // And so is a file.
    let path = "/tmp/ansatz-dual-\(splitSharedGenerator().hashValue).safetensors"
    var part = try started(DualTrainingOptions(batch: 32))
    part.advance(by: 3, showsProgress: false)
    try part.save(path)
    var resumed = try started(DualTrainingOptions(batch: 32))
    try resumed.load(path)
    resumed.advance(by: 4, showsProgress: false)
    #expect(resumed.distances == whole.distances && resumed.losses == whole.losses)
  }

  @Test func measuresHaveTheirMoments() throws {
    func moments(_ contexts: Contexts) -> (mean: Tensor, second: Double) {
      let x = contexts.sample(40_000, seed: 3)
      #expect(x.shape == [40_000, 2] && isFinite(x).all())
      return (x.mean(axis: 0), square(x).sum(axis: 1).mean().item())
    }
    let eight = moments(.eightGaussians(radius: 2, deviation: 0.3))
    #expect(abs(eight.mean).max().item() < 0.05 && Swift.abs(eight.second - 4.18) < 0.03)
    let rings = moments(.rings(radii: [1, 2], deviation: 0))
    #expect(abs(rings.mean).max().item() < 0.05 && Swift.abs(rings.second - 2.5) < 0.03)
    // The squared radius of a spiral with even points is uniform.
    let spiral = moments(.spiral(turns: 2, radius: 3, deviation: 0))
    #expect(Swift.abs(spiral.second - 4.5) < 0.05)
    let moons = moments(.moons(radius: 2, deviation: 0))
    #expect(abs(moons.mean).max().item() < 0.05)
    let b = try gaussians().1
    let points = try Contexts.gaussian(b).sample(40_000, seed: 9)
    let fitted = GaussianMeasure(fitting: points)
    #expect(largestGap(fitted.covariance, b.covariance) < 0.05)
    #expect(largestGap(fitted.mean, b.mean) < 0.03)
  }
}
