import Amortization
import Testing

/// y ← ½·cos y + x, which contracts by ½.
private var cosine: ParametricProblem {
  ParametricProblem(
    fixedPoint: { y, x in 0.5 * cos(y) + x }, dimension: 2, contexts: .normal(dimension: 2),
    dtype: .float64)
}

private func plain() -> MapUpdate<[Tensor]> { MapUpdate { y, x in 0.5 * cos(y) + x } }

@Suite struct SafeguardedSteps {
  /// Whatever a rule does, the residual is never larger than the plain iteration's.
  @Test(arguments: ["wild", "nan", "late nan", "good", "noise"])
  func neverWorseThanThePlainIteration(_ kind: String) {
    let problem = cosine
    let x = problem.sampleContexts(40, seed: 1)
    let noise = normal([40, 2], seed: 2)
    var calls = 0
    let rule = MapUpdate { y, x in
      calls += 1
      switch kind {
      case "wild": return 1e3 * y + 7
      case "nan": return y * Double.nan
      case "late nan": return calls > 3 ? y * Double.nan : 0.5 * cos(y) + x
      case "noise": return 0.5 * cos(y) + x + 0.3 * noise
      // Newton's step.
      default: return y - (y - 0.5 * cos(y) - x) / (1 + 0.5 * sin(y))
      }
    }
    let guarded = UpdateIteration(
      SafeguardedUpdate(rule, plain: plain()), maximumIterations: 30, tolerance: 1e-12)
    let found = guarded.solve(problem, x)
    let reference = UpdateIteration(plain(), maximumIterations: 30, tolerance: 1e-12)
      .solve(problem, x)
    let steps = Swift.min(found.valueHistory.dim(0), reference.valueHistory.dim(0))
    let worse = found.valueHistory[..<steps] - reference.valueHistory[..<steps]
    #expect(worse.max().item() <= 1e-25, "\(kind)")
    let refused = found.refused!
    switch kind {
    case "wild", "nan": #expect(zip(refused, found.iterations).allSatisfy { $0 == $1 })
    case "good":
      #expect(found.converged && found.iterations.max()! < 8)
      #expect(refused.reduce(0, +) < 40)
    default: #expect(refused.contains { $0 > 0 })
    }
    if kind == "wild" { #expect(found.description.contains("refused steps: ")) }
  }

  @Test func aGuardedRuleIsAModelsUpdate() {
    // Trained through, saved and walked like any other.
    let rule = SafeguardedUpdate(
      GradientUpdate(learning: Tensor(0.9, dtype: .float64)), plain: GradientUpdate(stepSize: 0.05))
    let model = SemiAmortized(
      start: LearnedPoint(Tensor.zeros([3], dtype: .float64)), update: rule, steps: 4)
    let x = quadratic.sampleContexts(10, seed: 3)
    let alone = SemiAmortized(
      start: LearnedPoint(Tensor.zeros([3], dtype: .float64)),
      update: GradientUpdate(stepSize: 0.05), steps: 4)
    let gap = quadratic(model(x, on: quadratic), x) - quadratic(alone(x, on: quadratic), x)
    #expect(gap.max().item() <= 1e-12)
    #expect(model.parameters.count == 2)
  }

  /// Momentum has a memory of its own in both plain iterations.
  @Test func plainRulesMayHaveAMemory() {
    let x = quadratic.sampleContexts(10, seed: 4)
    let heavy = GradientUpdate(stepSize: 0.05, momentum: 0.5)
    let rule = SafeguardedUpdate(MapUpdate { y, _ in y * Double.nan }, plain: heavy)
    let a = UpdateIteration(rule, maximumIterations: 25, tolerance: 0).solve(quadratic, x)
    let b = UpdateIteration(heavy, maximumIterations: 25, tolerance: 0).solve(quadratic, x)
    #expect((a.valueHistory - b.valueHistory).max().item() <= 1e-12)
  }

  @Test func racesTakeNoMoreIterationsThanTheUsualStart() {
    // A prediction of lower objective from which descent is slow: far along a flat valley.
    let problem = ParametricProblem(dimension: 2, contexts: .normal(), dtype: .float64) { y, x in
      square(y[0..., 0] - x[0..., 0]) + 0.01 * square(y[0..., 1])
    }
    struct Valley: AmortizedModel {
      func iterates(_ x: Tensor, on problem: ParametricProblem, noise: StepNoise) -> [Tensor] {
        [concatenate([x, 5 * x], axis: 1)]
      }
    }
    let x = problem.sampleContexts(30, seed: 5)
    let solver = GradientDescent(
      stepSize: .constant(0.5), maximumIterations: 5000, tolerance: 1e-8)
    let guarded = Safeguard(Valley(), solver: solver)
    let cold = solver.solve(problem, x)
    let warm = guarded.solve(problem, x)
    let race = guarded.solve(problem, x, racing: true)
    #expect(guarded.starts(problem, x).isPredicted.allSatisfy { $0 })
    #expect(warm.iterations.reduce(0, +) > 100 * cold.iterations.reduce(0, +))
    #expect(zip(race.iterations, cold.iterations).allSatisfy { $0 <= $1 })
    #expect(race.converged && race.solution.shape == [30, 2])
    #expect(abs(race.solution - cold.solution).max().item() < 1e-6)
    // And a good prediction wins.
    struct Exact: AmortizedModel {
      func iterates(_ x: Tensor, on problem: ParametricProblem, noise: StepNoise) -> [Tensor] {
        [concatenate([x, x.zerosLike()], axis: 1)]
      }
    }
    let won = Safeguard(Exact(), solver: solver).solve(problem, x, racing: true)
    #expect(won.iterations.allSatisfy { $0 == 0 } && won.converged)
  }
}
