import Amortization
import FixedPoints
import Networks
import Tensors
import Testing

@Suite struct Accelerations {
  /// Proposition 1 of arXiv:2107.10254: with least-squares weights, the form that adds to the plain
  /// step is Anderson's.
  @Test(arguments: [0.0, 1e-10]) func leastSquaresWeightsAreAnderson(_ regularization: Double) {
    let problem = lassoIteration()
    let x = problem.sampleContexts(20, seed: 1)
    let rule = MixingAcceleration(LeastSquaresWeights(regularization: regularization), memory: 3)
    let mixed = SemiAmortized(start: zeroStart(20), update: rule, steps: 15).iterates(
      x, on: problem)
    let anderson = AndersonAcceleration(
      memory: 3, regularization: 0, growth: .infinity, maximumIterations: 15, tolerance: 0
    ).solve(problem, x, recordsPath: true)
    for (k, pair) in zip(mixed, anderson.path).enumerated() {
      let tolerance = regularization == 0 ? 1e-10 : 1e-6
      #expect(farthest(pair.0, pair.1) <= tolerance, "step \(k): \(farthest(pair.0, pair.1))")
    }
    #expect(mixed.count == 16 && farthest(mixed[15], mixed[14]) > 1e-9)
  }

  @Test func dampedMixingIsAnderson() {
    let problem = lassoIteration()
    let x = problem.sampleContexts(20, seed: 2)
    let rule = MixingAcceleration(LeastSquaresWeights(regularization: 0, mixing: 0.7), memory: 3)
    let mixed = SemiAmortized(start: zeroStart(20), update: rule, steps: 10)(x, on: problem)
    let anderson = AndersonAcceleration(
      memory: 3, regularization: 0, mixing: 0.7, growth: .infinity, maximumIterations: 10,
      tolerance: 0
    ).solve(problem, x)
    #expect(farthest(mixed, anderson.solution) < 1e-10)
  }

  /// A network whose last layer is 0 changes nothing.
  @Test func untrainedAccelerationsAreTheirBase() {
    let problem = lassoIteration()
    let x = problem.sampleContexts(20, seed: 3)
    var generator = Generator(seed: 1)
    func after(_ rule: some FixedPointAcceleration) -> Tensor {
      SemiAmortized(start: zeroStart(20), update: rule, steps: 9)(x, on: problem)
    }
    let plain = after(NoAcceleration())
    let iterated = FixedPointIteration(maximumIterations: 9, tolerance: 0).solve(problem, x)
    #expect(farthest(plain, iterated.solution) < 1e-15)
    let recurrent = RecurrentAcceleration(
      dimension: 20, context: 40, dtype: .float64, from: &generator)
    #expect(farthest(after(recurrent), plain) < 1e-15)
    let fromPlain = PredictedWeights(
      memory: 3, changing: .plain, dtype: .float64, from: &generator)
    #expect(farthest(after(MixingAcceleration(fromPlain, memory: 3)), plain) < 1e-14)
    let fromAnderson = PredictedWeights(
      memory: 3, changing: .leastSquares(regularization: 1e-8), dtype: .float64, from: &generator)
    let anderson = after(
      MixingAcceleration(LeastSquaresWeights(regularization: 1e-8), memory: 3))
    #expect(farthest(after(MixingAcceleration(fromAnderson, memory: 3)), anderson) < 1e-13)
  }

  /// Trained weights sum to 1, so that a fixed point stays one.
  @Test func predictedWeightsKeepFixedPoints() {
    let problem = lassoIteration()
    let x = problem.sampleContexts(20, seed: 4)
    let there = FixedPointIteration(maximumIterations: 20000, tolerance: 1e-14).solve(problem, x)
    var generator = Generator(seed: 2)
    let wild = PredictedWeights(memory: 3, dtype: .float64, from: &generator)
      .mapParameters { $0 + Tensor.normal($0.shape, dtype: .float64, from: &generator) }
    var memory: [Tensor] = []
    let rule = MixingAcceleration(wild, memory: 3)
    var y = there.solution
    for k in 0..<5 {
      let setting = UpdateSetting(
        problem: problem, contexts: x, noise: StepNoise(), index: k)
      y = rule.step(y, &memory, setting)
    }
    #expect(farthest(y, there.solution) < 1e-8)
  }

  /// The residual is at most the plain iteration's after each step, whatever the model does, and no
  /// row takes more iterations.
  @Test(arguments: ["wild", "nan", "anderson", "late nan"]) func guarded(_ kind: String) {
    let problem = lassoIteration()
    // Half of the contexts far larger than the others.
    let x = concatenate([
      problem.sampleContexts(20, seed: 5), 100 * problem.sampleContexts(20, seed: 6),
    ])
    let plain = FixedPointIteration(maximumIterations: 400, tolerance: 1e-9).solve(problem, x)
    func check(_ found: SolverResult) {
      let shared = Swift.min(found.errorHistory.dim(0), plain.errorHistory.dim(0))
      let excess = found.errorHistory[..<shared] - plain.errorHistory[..<shared]
      // Rounding: rows are multiplied in batches of another size.
      #expect(excess.max().item() < 1e-9, "\(kind)")
      for (mine, theirs) in zip(found.iterations, plain.iterations) { #expect(mine <= theirs + 1) }
    }
    func solved(_ rule: some FixedPointAcceleration, start: Double = 0) -> SolverResult {
      let model = SemiAmortized(
        start: LearnedPoint(Tensor.full([20], start, dtype: .float64)), update: rule, steps: 400)
      return GuardedAcceleration(model, maximumIterations: 400, tolerance: 1e-9)
        .solve(problem, x)
    }
    switch kind {
    case "anderson":
      let found = solved(MixingAcceleration(LeastSquaresWeights(), memory: 5))
      check(found)
      #expect(found.iterations.reduce(0, +) * 2 < plain.iterations.reduce(0, +))
    case "wild":
      let found = solved(Disturbance(amount: 1e3), start: 1e8)
      check(found)
      // All of them, and the start.
      #expect(zip(found.refused!, found.iterations).allSatisfy { $0 >= $1 })
    case "nan": check(solved(Disturbance(amount: .nan), start: .nan))
    default: check(solved(Disturbance(amount: .nan, from: 7)))
    }
  }
}

/// Adds the same to every plain step.
private struct Disturbance: FixedPointAcceleration {
  var amount: Double
  var from = 0

  func correction(
    _ y: Tensor, image: Tensor, _ memory: inout [Tensor], _ setting: UpdateSetting
  ) -> Tensor { Tensor.full(y.shape, setting.index >= from ? amount : 0, dtype: y.dtype) }
}
