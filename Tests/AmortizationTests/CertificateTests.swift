import Amortization
import Testing

@Suite struct Certificates {
  /// By SciPy 1.17.1: stats.beta.ppf(1 − δ, k + 1, n − k).
  @Test func clopperPearsonIsSciPys() {
    let cases: [(Int, Int, Double, Double)] = [
      (0, 10_000, 1e-5, 0.0011506300634953053), (3, 100, 0.05, 0.07571079374983004),
      (0, 20, 0.1, 0.10874906186625448), (17, 40, 0.01, 0.6188324344900785),
      (999, 1000, 0.001, 0.9999989995001669), (5, 200, 1e-6, 0.12075685455713885),
    ]
    for (failures, count, delta, expected) in cases {
      let bound = failureBound(failures: failures, of: count, delta: delta)
      #expect(Swift.abs(bound / expected - 1) < 1e-9, "\(failures) of \(count): \(bound)")
    }
    #expect(failureBound(failures: 100, of: 100, delta: 0.05) == 1)
    #expect(failureBound(failures: 0, of: 10_000, delta: 1e-5) <= 0.0012)
  }

  /// By SciPy 1.17.1: optimize.brentq on the divergence of two coins.
  @Test func inverseDivergencesAreSciPys() {
    let cases = [
      (0.0, 0.01, 0.009950166250831958), (0.1, 0.05, 0.2200786011074121),
      (0.5, 0.2, 0.7870888163810813), (0.02, 0.001, 0.026913172923289572),
      (0.9, 0.5, 0.9997383425909955),
    ]
    for (q, c, expected) in cases {
      #expect(Swift.abs(klInverse(q, c) - expected) < 1e-9)
    }
    #expect(klInverse(1, 0.1) == 1 && klInverse(0.3, 0) < 0.3 + 1e-6)
  }

  /// Over 1000 repetitions at δ = 0.1, the bound may fail 130 times: the 99.9 % quantile of the
  /// binomial (SciPy 1.17.1).
  @Test(arguments: [0.001, 0.03, 0.3]) func boundsFailNoMoreOftenThanTheyMay(_ rate: Double) {
    var generator = Generator(seed: Int(rate * 1e4))
    let count = 300
    let trials = Tensor.uniform([1000, count], dtype: .float64, from: &generator) .< rate
    let failures = trials.cast(to: .int32).sum(axis: 1).integers
    var known: [Int: Double] = [:]
    let bounds = failures.map { k -> Double in
      let bound = known[k] ?? failureBound(failures: k, of: count, delta: 0.1)
      known[k] = bound
      return bound
    }
    let wrong = bounds.count { $0 < rate }
    #expect(wrong <= 130, "\(wrong)")
    // Not vacuous: within three deviations and a bit of the rate.
    let mean = bounds.reduce(0, +) / 1000
    let deviation = (rate * (1 - rate) / Double(count)).squareRoot()
    #expect(mean < rate + 3 * deviation + 0.01, "\(mean)")
  }

  /// A threshold θ is drawn around the largest of n uniform numbers seen; it fails on x > θ, so its
  /// risk is 1 − θ, known exactly.
  @Test func pacBayesBoundsFailNoMoreOftenThanTheyMay() {
    var wrong = 0
    var total = 0.0
    let (n, deviation) = (500, 0.02)
    for seed in 0..<1000 {
      var generator = Generator(seed: seed)
      let x = Tensor.uniform([n], dtype: .float64, from: &generator)
      let posterior = x.max()
      let bound = pacBayesBound(
        prior: Tensor(0.95, dtype: .float64), posterior: posterior, deviation: deviation, count: n,
        draws: 100, delta: 0.1, seed: seed
      ) { x .> $0 }
      // E max(0, 1 − θ) for θ normal, with m = 1 − mean: m·Φ(m/σ) + σ·φ(m/σ).
      let m = 1 - posterior.item() as Double
      let z = m / deviation
      let phi = exp(Tensor(-0.5 * z * z, dtype: .float64)).item() * 0.3989422804014327 as Double
      let Phi = 0.5 * (1 + erf(Tensor(z / 2.0.squareRoot(), dtype: .float64)).item() as Double)
      if bound.bound < m * Phi + deviation * phi { wrong += 1 }
      total += bound.bound
    }
    #expect(wrong <= 130, "\(wrong)")
    #expect(total / 1000 < 0.2, "\(total / 1000)")
  }

  /// A divergence of 50 nats, 10 000 contexts, δ = 1e-5: 0.67 % where held-out contexts give 0.12 %.
  @Test func theTwoKindsSideBySide() {
    let bound = pacBayesBound(
      prior: Tensor([0.0], dtype: .float64), posterior: Tensor([10.0], dtype: .float64),
      deviation: 1, count: 10_000, draws: 1_000_000 / 10_000, delta: 1e-5
    ) { _ in Tensor.zeros([10_000], dtype: .bool) }
    #expect(Swift.abs(bound.divergence - 50) < 1e-9 && bound.empirical == 0)
    // The share of failures of 100 drawn networks is known to 1 − (δ/2)^(1/100) only.
    #expect(bound.bound > 0.0067 && bound.bound < 0.16)
    #expect(Swift.abs(klInverse(0, (50 + 16.8112) / 10_000) - 0.00666) < 1e-5)
    #expect(bound.description.hasPrefix("PAC-Bayes: with probability 1 − 1e-05"))
  }

  /// ŷ = x/2 of f = |y − x|²: the gap exceeds t where |x| > 2√t, of known probability.
  @Test func aModelsCertificateCountsItsFailures() {
    struct Halfway: AmortizedModel {
      func iterates(_ x: Tensor, on problem: ParametricProblem, noise: StepNoise) -> [Tensor] {
        [0.5 * x, x]
      }
    }
    let problem = ParametricProblem(dimension: 1, contexts: .normal(), dtype: .float64) { y, x in
      square(y - x).sum(axis: -1)
    }
    let certificate = certify(
      Halfway(), on: problem, steps: [0, 1], tolerances: [0.25, 1], count: 5000, delta: 1e-3)
    let lines = certificate.lines
    #expect(lines.count == 4 && certificate.contexts == "fresh contexts")
    // P(|x| > 1) and P(|x| > 2).
    for (line, probability) in zip(lines, [0.31731050786, 0.04550026389]) {
      let spread = (probability * (1 - probability) / 5000).squareRoot()
      #expect(Swift.abs(Double(line.failures) / 5000 - probability) < 5 * spread)
      #expect(line.bound > probability && line.bound < probability + 7 * spread)
    }
    #expect(lines[2].failures == 0)
    let alone = failureBound(failures: 0, of: 5000, delta: 1e-3 / 4)
    #expect(lines[2].bound == alone)
    #expect(certificate.description.contains("probability at most"))
  }

  /// Against a solver that stops too early, every prediction would look good.
  @Test func contextsThatTheSolverDidNotSolveFail() {
    let problem = ParametricProblem(dimension: 1, contexts: .normal(), dtype: .float64) { y, x in
      square(y - x).sum(axis: -1)
    }
    let lazy = GradientDescent(stepSize: .constant(1e-3), maximumIterations: 2)
    let model = FullyAmortized(Dense(1, 1))
    let line = certify(model, on: problem, tolerances: [10], against: lazy, count: 200).lines[0]
    #expect(line.failures == 200 && line.bound == 1)
  }

  @Test func predictionsThatAreNotNumbersFail() {
    struct Lost: AmortizedModel {
      func iterates(_ x: Tensor, on problem: ParametricProblem, noise: StepNoise) -> [Tensor] {
        [which(x .> 0, x, Double.nan)]
      }
    }
    let problem = ParametricProblem(dimension: 1, contexts: .normal(), dtype: .float64) { y, x in
      square(y - x).sum(axis: -1)
    }
    let line = certify(Lost(), on: problem, tolerances: [10], count: 1000).lines[0]
    #expect(line.failures > 400 && line.failures < 600)
  }
}
