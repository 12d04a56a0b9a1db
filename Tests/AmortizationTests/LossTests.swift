import Amortization
import Testing

/// f(y; x) = Σ (y − x)⁴ + ½|y|², whose ground truth is never asked for here.
private func smooth(_ domain: Domain = .euclidean, dimension: Int = 3) -> ParametricProblem {
  ParametricProblem(
    dimension: dimension, contexts: .normal(dimension: dimension), domain: domain, dtype: .float64
  ) { y, x in ((y - x) ** 4).sum(axis: -1) + 0.5 * square(y).sum(axis: -1) }
}

private func inputs(
  _ problem: ParametricProblem, _ x: Tensor, _ iterates: [Tensor], _ targets: Tensor,
  _ path: [Tensor] = []
) -> LossInputs {
  LossInputs(
    problem: problem, contexts: x, iterates: iterates, targets: targets, path: path,
    noise: ScoreNoise(seed: 3))
}

@Suite struct Losses {
  @Test func gradientsAgreeWithDifferences() {
    let problem = smooth(.sphere)
    let x = problem.sampleContexts(5, seed: 1)
    let targets = Domain.sphere.embed(normal([5, 3], seed: 2))
    let losses: [Loss] = [
      .objective, .regression, .regression(.domain), .regression(.absolute),
      .regression(.cosine), .summedObjective(), .summedObjective(weight: { Double($0) }),
      .summedObjective(transform: { log($0 + 5) }), .summedRegression(),
      .imitation(of: GradientDescent(), steps: 2),
      .combination([(0.5, .objective), (2, .regression)]),
    ]
    for loss in losses {
      let found = gradientCheck(at: normal([5, 3], seed: 4)) { raw in
        let y = Domain.sphere.embed(raw)
        return loss(
          inputs(problem, x, [y.zerosLike(), 0.5 * y, y], targets, [targets, targets, targets]))
      }
      #expect(found < 1e-6, "\(loss.name)")
    }
  }

  @Test func lossesAreWhatTheirDefinitionsSay() {
    let problem = smooth()
    let x = problem.sampleContexts(4, seed: 5)
    let (a, b) = (normal([4, 3], seed: 6), normal([4, 3], seed: 7))
    let all = inputs(problem, x, [x, a, b], x)
    func value(_ loss: Loss) -> Double { loss(all).item() }
    let objectives = [problem(a, x).mean().item(), problem(b, x).mean().item()]
    #expect(abs(value(.objective) - objectives[1]) < 1e-12)
    #expect(abs(value(.regression) - square(b - x).sum().item() / 4) < 1e-12)
    #expect(abs(value(.summedObjective()) - (objectives[0] + objectives[1]) / 2) < 1e-12)
    let weighted = (objectives[0] + 2 * objectives[1]) / 3
    #expect(abs(value(.summedObjective(weight: { Double($0) })) - weighted) < 1e-12)
    let both = value(.combination([(0.5, .objective), (2, .regression)]))
    #expect(abs(both - 0.5 * objectives[1] - 2 * value(.regression)) < 1e-12)
  }

  /// For f linear in y, the gradient of E f is f's coefficients; every baseline leaves it there
  /// and leave-one-out has the smaller variance.
  @Test func policyGradientsAreUnbiasedWithEveryBaseline() {
    let slope = Tensor([1.0, -2.0, 0.5], dtype: .float64)
    let problem = ParametricProblem(
      dimension: 3, contexts: .normal(dimension: 1), dtype: .float64
    ) { y, _ in 10 + (slope * y).sum(axis: -1) }
    let x = problem.sampleContexts(2, seed: 8)
    func estimates(_ baseline: Baseline) -> Tensor {
      let loss = Loss.policyGradient(.gaussian(deviation: 0.3), samples: 50, baseline: baseline)
      return stack(
        (1000..<1200).map { seed in
          gradient(at: Tensor.zeros([2, 3], dtype: .float64)) { y in
            loss(
              LossInputs(
                problem: problem, contexts: x, iterates: [y], noise: ScoreNoise(seed: seed)))
          }.sum(axis: 0)
        })
    }
    var spreads: [Baseline: Double] = [:]
    for baseline in [Baseline.none, .leaveOneOut, .batchMean, .prediction] {
      let all = estimates(baseline)
      let error = abs(all.mean(axis: 0) - slope)
      let standard = all.std(axis: 0) / Double(200).squareRoot()
      #expect((error - 4 * standard).max().item() < 0, "\(baseline)")
      spreads[baseline] = all.std(axis: 0).mean().item()
    }
    #expect(spreads[.leaveOneOut]! < 0.2 * spreads[.none]!)
  }

  /// E over choices of cost c is ⟨p, c⟩, whose gradient with respect to p is c.
  @Test func categoricalPolicyGradientsFollowTheExpectation() {
    let cost = Tensor([1.0, 3.0, -1.0, 0.0], dtype: .float64)
    let problem = ParametricProblem(
      dimension: 4, contexts: .normal(dimension: 1), domain: .simplex(), dtype: .float64
    ) { y, _ in (cost * y).sum(axis: -1) }
    let raw = Tensor([[0.3, -0.2, 0.1, 0.4]], dtype: .float64)
    let exact = gradient(at: raw) { (cost * softmax($0)).sum() }
    let loss = Loss.policyGradient(.categorical, samples: 20_000)
    let found = gradient(at: raw) { raw in
      loss(
        LossInputs(
          problem: problem, contexts: Tensor.zeros([1, 1], dtype: .float64),
          iterates: [softmax(raw)], noise: ScoreNoise(seed: 9)))
    }
    #expect(abs(found - exact).max().item() < 0.03)
  }

  /// E (y + σε − x)² = (y − x)² + σ²; antithetic pairs cancel the linear part.
  @Test func smoothingAddsTheVariance() {
    let problem = ParametricProblem(dimension: 1, contexts: .normal(), dtype: .float64) { y, x in
      square(y - x)
    }
    let x = problem.sampleContexts(3, seed: 10)
    let rough = problem.smoothed(deviation: 0.5, samples: 4000)
    let y = normal([3, 1], seed: 11)
    #expect(abs(rough(y, x) - problem(y, x) - 0.25).max().item() < 0.02)
    #expect(rough(y, x) == rough(y, x))
    #expect(rough(y, x, noise: Generator(seed: 1)) != rough(y, x))
  }

  /// cos y + 0.2|y − π/2| has three minima; smoothed by σ = 2.5 it has one, at 2.152.
  @Test func smoothingLeavesOneMinimum() {
    let pi = 3.141592653589793
    let problem = ParametricProblem(
      dimension: 1, contexts: .normal(), dtype: .float64,
      start: { _ in Tensor([-9.0], dtype: .float64) }
    ) { y, _ in cos(y) + 0.2 * abs(y - pi / 2) }
    let x = problem.sampleContexts(1, seed: 12)
    let stuck = GradientDescent(maximumIterations: 3000).solve(problem, x)
    #expect(abs(stuck.solution.item() + 9.223) < 1e-2)
    let seen = GradientDescent(
      stepSize: .constant(1), maximumIterations: 150, tolerance: 1e-3
    ).solve(problem.smoothed(deviation: 2.5, samples: 40_000), x)
    #expect(abs(seen.solution.item() - 2.152) < 0.1)
  }
}
