import Amortization
import AmortizedTransport
import Networks
import Tensors
import Testing
import Transport

@Suite struct MetaPotentialTests {
  private func cloud(_ n: Int, seed: Int) -> Tensor {
    var generator = Generator(seed: seed)
    let mix = Tensor.normal([3, 3], dtype: .float64, from: &generator)
    return matmul(Tensor.normal([n, 3], dtype: .float64, from: &generator), mix) + 5
  }

  @Test func standardisationKeepsOptimalPlans() throws {
    let (x, y) = (cloud(40, seed: 1), 3 * cloud(40, seed: 2))
    let (a, b) = (try StandardizedCloud(x), try StandardizedCloud(y))
    #expect(abs(a.points.mean(axis: 0)).max().item() < 1e-12)
    #expect(abs(square(a.points).mean().item() - 1) < 1e-12)
    #expect(abs(a.restored(a.standardized(y)) - y).max().item() < 1e-12)
    let before = try assignment(PointCost.squaredEuclidean.matrix(x, y)).columns
    let after = try assignment(PointCost.squaredEuclidean.matrix(a.points, b.points)).columns
    #expect(before == after)
  }

  @Test func cloudsWithoutSpreadAreRefused() {
    #expect(throws: TransportError.self) { try StandardizedCloud(Tensor.ones([5, 3])) }
    #expect(throws: TransportError.self) { try StandardizedCloud(Tensor.ones([1, 3])) }
    #expect(throws: TransportError.self) {
      try StandardizedCloud(Tensor([[0.0, 1], [Double.nan, 2]]))
    }
  }

  @Test func embeddingsIgnoreOrderAndNumber() {
    let embedding = CloudEmbedding(dimension: 3, dtype: .float64)
    let x = cloud(64, seed: 3).expandedDims(axis: 0)
    var generator = Generator(seed: 4)
    let shuffled = x.take(Tensor.permutation(64, from: &generator), axis: 1)
    #expect(embedding(x).shape == [1, embedding.size])
    #expect(abs(embedding(x) - embedding(shuffled)).max().item() < 1e-9)
    // Every point twice is the same measure: quantiles move by less than a gap between points.
    let twice = embedding(concatenate([x, x], axis: 1))
    #expect(abs(embedding(x) - twice).max().item() < 2)
    #expect(abs(embedding(x)[0, 128...] - twice[0, 128...]).max().item() < 1e-9)
  }

  /// Of the numbers 0…7, eight quantiles (q + ½)/8 are the numbers themselves; of 0…15 they lie
  /// halfway between two.
  @Test func quantilesAreThoseOfTheDefinition() {
    let embedding = CloudEmbedding(dimension: 1, directions: 1, quantiles: 8, dtype: .float64)
    let eight = Tensor.arange(8, dtype: .float64).flipped().reshaped(1, 8, 1)
    #expect(embedding(eight)[0, ..<8].doubles == [0, 1, 2, 3, 4, 5, 6, 7])
    let sixteen = Tensor.arange(16, dtype: .float64).reshaped(1, 16, 1)
    #expect(embedding(sixteen)[0, ..<8].doubles == [0.5, 2.5, 4.5, 6.5, 8.5, 10.5, 12.5, 14.5])
  }

  @Test func startsAreWhatTheySay() throws {
    let x = try StandardizedCloud(cloud(60, seed: 5)).points.expandedDims(axis: 0)
    let y = try StandardizedCloud(cloud(60, seed: 6)).points.expandedDims(axis: 0)
    var generator = Generator(seed: 7)
    let family = ConvexPotentials(dimension: 3, curvature: 1e-3)
    let gaussian = MetaPotential(family, start: .gaussian, from: &generator)
    let map = try GaussianMeasure(fitting: x[0]).map(to: GaussianMeasure(fitting: y[0]))
    let moved = family.gradients(gaussian.begin(x, y), x)
    let closed = matmul(x, map.matrix.T) + map.offset
    // Units bend the map a little.
    #expect(square(moved - closed).mean().item() < 0.01 * square(closed).mean().item())
    let still = MetaPotential(family, start: .identity, from: &generator)
    let kept = family.gradients(still.begin(x, y), x)
    #expect(square(kept - x).mean().item() < 0.01)
    #expect(still.begin(x, y).shape == [1, family.parameterCount])
  }

  @Test func mapsGoThereAndBack() throws {
    let (x, y) = (cloud(50, seed: 30), 2 * cloud(70, seed: 31))
    var generator = Generator(seed: 32)
    let model = MetaPotential(ConvexPotentials(dimension: 3), from: &generator)
    let map = try model.map(from: x, to: y)
    let moved = map(x)
    #expect(abs(map.inverse(moved) - x).max().item() < 1e-5)
    // The untrained prediction is nearly Gaussian, so it carries mean and covariance over.
    let (got, wanted) = (GaussianMeasure(fitting: moved), GaussianMeasure(fitting: y))
    #expect(try got.squaredDistance(to: wanted) < 0.02 * wanted.covariance.trace().item())
  }

  @Test func fineTuningReachesWhatCanBeReached() throws {
    let family = ConvexPotentials(dimension: 3, units: 8)
    var generator = Generator(seed: 8)
    let truth = Tensor.normal([1, family.parameterCount], dtype: .float64, from: &generator)
    let x = try StandardizedCloud(cloud(60, seed: 9)).points.expandedDims(axis: 0)
    let y = family.gradients(truth, x)
    let best = family.dual(truth, x, y).item()
    let start = family.quadratic(Tensor.eye(3, dtype: .float64).expandedDims(axis: 0))
    var seen = 0
    let tuned = family.fineTuned(start, x, y, steps: 300, schedule: .constant(0.02)) { _, _ in
      seen += 1
    }
    let (before, after) = (family.dual(start, x, y).item(), family.dual(tuned, x, y).item())
    #expect(seen == 301)
    #expect(after <= best + 1e-9)
    #expect(best - after < 0.05 * (best - before))
  }

  @Test func dualsAreAFamilyOfProblems() throws {
    let family = ConvexPotentials(dimension: 2, units: 4)
    var generator = Generator(seed: 40)
    let truth = Tensor.normal([2, family.parameterCount], from: &generator)
    let x = Tensor.normal([2, 40, 2], from: &generator)
    let contexts = stack([x, family.gradients(truth, x)], axis: 1)
    let problem = ParametricProblem.convexDual(family, contexts: .rows(contexts))
    let found = OptimizerDescent(Adam(learningRate: 0.02), maximumIterations: 200).solve(
      problem, contexts)
    let start = found.valueHistory[0]
    let best = problem(truth, contexts)
    for i in 0..<2 {
      let exact = try wassersteinDistance(x[i], contexts[i, 1])
      #expect(abs(best[i].item() + 0.5 * exact * exact) < 1e-3 * (1 + exact * exact))
      #expect(found.values[i].item() > best[i].item() - 1e-4)
      #expect((found.values[i] - best[i]).item() < 0.5 * (start[i] - best[i]).item())
    }
  }

  /// Trained on a few pairs, the prediction is better on others than its start.
  @Test func predictionsLearnFromPairs() {
    let family = ConvexPotentials(dimension: 1, units: 8)
    var generator = Generator(seed: 10)
    func pairs(_ count: Int) -> (Tensor, Tensor) {
      // Skewed one way or the other, to skewed the other way: not Gaussian.
      let z = Tensor.normal([count, 64, 1], dtype: .float64, from: &generator)
      let w = Tensor.normal([count, 64, 1], dtype: .float64, from: &generator)
      let side = sign(Tensor.normal([count, 1, 1], dtype: .float64, from: &generator))
      func unit(_ t: Tensor) -> Tensor {
        let centred = t - t.mean(axis: 1, keepDims: true)
        return centred / sqrt(square(centred).mean(axis: 1, keepDims: true))
      }
      return (unit(side * exp(0.8 * z)), unit(-side * exp(0.8 * w)))
    }
    var model = MetaPotential(
      family, embedding: CloudEmbedding(dimension: 1, directions: 1, dtype: .float64),
      hidden: [32], from: &generator)
    model.network = model.network.mapParameters { $0.cast(to: .float64) }
    let (x, y) = pairs(20)
    let before = model.dual(x, y).mean().item()
    var adam = Adam(learningRate: 3e-3)
    for _ in 0..<150 {
      let (a, b) = pairs(8)
      let slope = gradient(at: model) { -$0.dual(a, b).mean() }
      adam.update(&model, along: slope)
    }
    let after = model.dual(x, y).mean().item()
    // In one dimension the optimum sorts.
    let best = 0.5 * wasserstein1D(x.squeezed(axis: 2), y.squeezed(axis: 2)).mean().item()
    #expect(after < best)
    #expect(best - after < 0.5 * (best - before))
  }
}
