import Amortization
import AmortizedTransport
import Networks
import Tensors
import Testing
import Transport

/// Costs of all directions of the plane, in steps of a twentieth of a degree.
private func bruteForce(_ x: Tensor, _ y: Tensor, power: Double = 2) -> Double {
  let angle = Tensor.linspace(0, Double.pi, 3601, dtype: .float64)
  let slices = stack([cos(angle), sin(angle)], axis: 1)
  return sliceCosts(x, y, along: slices, power: power).max().item()
}

/// Standard Gaussians, one moved by a random vector for each pair.
private func shifted(_ d: Int, points: Int, by length: Double) -> Contexts {
  Contexts { count, generator in
    let noise = Tensor.normal([count, 2, points, d], dtype: .float64, from: &generator)
    let raw = Tensor.normal([count, 1, 1, d], dtype: .float64, from: &generator)
    let move = length * raw / raw.norm(axis: 3, keepDims: true)
    return noise + concatenate([move.zerosLike(), move], axis: 1)
  }
}

@Suite struct MaxSliceTests {
  @Test(arguments: [1.0, 2.0])
  func ascentFindsTheBestDirectionOfThePlane(power: Double) {
    for seed in 0..<4 {
      let s = Sample(40, 40, seed: seed)
      var generator = Generator(seed: seed)
      let (x, y) = (s.x, s.y * Tensor([1.4, 0.6], dtype: .float64))
      let found = maxSlicedWasserstein(
        x, y, power: power, steps: 300, learningRate: 0.02, from: &generator)
      let best = bruteForce(x, y, power: power)
      #expect(Swift.abs(found.direction.norm().item() - 1) < 1e-12)
      // The last steps go to and fro by their fixed length.
      #expect(found.cost > 0.99 * best)
      #expect(found.cost < best * (1 + 1e-5))
    }
  }

  @Test func problemIsTheSliceCost() {
    var generator = Generator(seed: 2)
    let contexts = Contexts.samplePairs(.moons(), .rings(), points: 30)
    let problem = ParametricProblem.maxSlice(
      points: 30, dimension: 2, power: 1, dtype: .float64, contexts: contexts)
    let pairs = contexts.sample(5, from: &generator)
    let raw = Tensor.normal([5, 2], dtype: .float64, from: &generator)
    let theta = raw / raw.norm(axis: 1, keepDims: true)
    let values = problem(theta, pairs)
    for i in 0..<5 {
      let cost = sliceCosts(pairs[i][0], pairs[i][1], along: theta[i..<i + 1], power: 1)
      #expect(Swift.abs(values[i].item() + cost.sum().item()) < 1e-12)
    }
    #expect(gradientCheck(at: theta) { problem($0, pairs).sum() } < 1e-6)
    // A solver of the house on the sphere gets to the best direction.
    let solver = GradientDescent(maximumIterations: 300)
    let solved = solver.solve(problem, pairs, from: theta)
    for i in 0..<5 {
      let value: Double = -solved.values[i].item()
      // A maximum between two directions of the sweep may be a little higher.
      #expect(value < bruteForce(pairs[i][0], pairs[i][1], power: 1) * 1.001)
      #expect(value >= -values[i].item())
    }
  }

  @Test func linearSlicesAreTheirFormula() {
    var generator = Generator(seed: 6)
    let slice = LinearSlice(points: 4, dimension: 3, dtype: .float64, from: &generator)
    #expect(slice.parameterCount == 2 * 4 + 3)
    let pairs = Tensor.normal([2, 2, 4, 3], dtype: .float64, from: &generator)
    let problem = ParametricProblem.maxSlice(
      points: 4, dimension: 3, dtype: .float64, contexts: .rows(pairs))
    let model = FullyAmortized(slice)
    let predicted = model(pairs, on: problem)
    for i in 0..<2 {
      var expected = slice.offset
      for j in 0..<4 {
        expected += slice.weights[0][j] * pairs[i][0][j] + slice.weights[1][j] * pairs[i][1][j]
      }
      #expect(largestGap(slice(pairs)[i], expected) < 1e-12)
      // Divided by the norm, not by its square.
      #expect(largestGap(predicted[i], expected / expected.norm()) < 1e-12)
    }
    let doubled = GeneralizedLinearSlice(slice, feature: Dense(3, 3, bias: false))
    #expect(doubled.parameterCount == 11 + 9)
  }

  @Test func learnsTheDirectionOfAShift() {
    let (d, m) = (6, 32)
    let problem = ParametricProblem.maxSlice(
      points: m, dimension: d, contexts: shifted(d, points: m, by: 3))
    var generator = Generator(seed: 7)
    let start = FullyAmortized(LinearSlice(points: m, dimension: d, from: &generator))
    let run = train(
      start, on: problem, steps: 300, optimizer: Adam(learningRate: 1e-2),
      options: TrainingOptions(heldOut: 0))
    let pairs = problem.sampleContexts(40, seed: 12)
    let predicted = -problem(run.model(pairs, on: problem), pairs)
    let random = Tensor.normal([40, d], from: &generator)
    let blind = -problem(random / random.norm(axis: 1, keepDims: true), pairs)
    var total = 0.0
    for i in 0..<40 {
      let best = maxSlicedWasserstein(
        pairs[i][0], pairs[i][1], starts: 6, learningRate: 0.03, from: &generator)
      total += best.cost
      #expect(predicted[i].item() <= best.cost * 1.01)
    }
    #expect(predicted.sum().item() > 0.95 * total)
    #expect(blind.sum().item() < 0.5 * total)
  }
}
