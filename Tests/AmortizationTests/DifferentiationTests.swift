import Amortization
import Testing

/// y ← cos(θy) + ½x: contracts by |θ·sin(θy)| < 1.
private func cosineModel(_ theta: Double, steps: Int, _ differentiation: Differentiation)
  -> SemiAmortized<LearnedPoint, MapUpdate<Tensor>>
{
  SemiAmortized(
    start: LearnedPoint(Tensor([0.3, 0.1], dtype: .float64)),
    update: MapUpdate(Tensor(theta, dtype: .float64)) { theta, y, x in cos(theta * y) + 0.5 * x },
    steps: steps, differentiation: differentiation)
}

private var plainProblem: ParametricProblem {
  ParametricProblem(dimension: 2, contexts: .uniform(0, 1, dimension: 2), dtype: .float64) {
    y, x in square(y - x).sum(axis: -1)
  }
}

private func parameterGradient<M: AmortizedModel>(_ model: M, _ x: Tensor) -> [Tensor] {
  let problem = plainProblem
  return gradient(at: model) { m in (m(x, on: problem) ** 3).sum() }.parameters
}

@Suite struct DifferentiationOfInnerSteps {
  @Test func implicitAgreesWithUnrolledAtConvergence() {
    let x = plainProblem.sampleContexts(5, seed: 1)
    let unrolled = parameterGradient(cosineModel(0.7, steps: 120, .unrolled), x)[1].item()
    let implicit = parameterGradient(cosineModel(0.7, steps: 120, .implicit), x)[1].item()
    #expect(abs(unrolled - implicit) < 1e-9 * abs(unrolled))
    // And with differences of the fixed point itself.
    func value(_ theta: Double) -> Double {
      (cosineModel(theta, steps: 200, .unrolled)(x, on: plainProblem) ** 3).sum().item()
    }
    let difference = (value(0.7 + 1e-5) - value(0.7 - 1e-5)) / 2e-5
    #expect(abs(implicit - difference) < 1e-6)
    // The start has no influence on the fixed point.
    #expect(parameterGradient(cosineModel(0.7, steps: 120, .implicit), x)[0].norm().item() == 0)
  }

  /// On y ← ay + θ the truncated gradient is (1 − aʰ)/(1 − a): the bias is aʰ/(1 − a) exactly.
  @Test func truncationLeavesOutAGeometricTail() {
    let problem = ParametricProblem(dimension: 1, contexts: .uniform(0, 1), dtype: .float64) {
      y, x in square(y - x)
    }
    let x = problem.sampleContexts(1, seed: 2)
    let a = 0.6
    func slope(_ differentiation: Differentiation, steps: Int = 60) -> Double {
      let model = SemiAmortized(
        start: LearnedPoint(Tensor([0.0], dtype: .float64)),
        update: MapUpdate(Tensor([0.2], dtype: .float64)) { theta, y, _ in a * y + theta },
        steps: steps, differentiation: differentiation)
      return gradient(at: model) { $0(x, on: problem).sum() }.parameters[1].item()
    }
    let exact = 1 / (1 - a)
    #expect(abs(slope(.implicit) - exact) < 1e-12)
    var power = 1.0
    for horizon in 1...12 {
      power *= a
      let bias = exact - slope(.truncated(horizon: horizon))
      #expect(abs(bias - power / (1 - a)) < 1e-9)
    }
  }

  @Test func truncationKeepsTheLastStepsOnly() {
    let x = plainProblem.sampleContexts(3, seed: 3)
    let gradients = parameterGradient(cosineModel(0.7, steps: 6, .truncated(horizon: 3)), x)
    // Nothing reaches the start; with a horizon of all steps, everything does.
    #expect(gradients[0].norm().item() == 0)
    let all = parameterGradient(cosineModel(0.7, steps: 6, .truncated(horizon: 7)), x)
    let unrolled = parameterGradient(cosineModel(0.7, steps: 6, .unrolled), x)
    #expect(all[0] == unrolled[0] && all[1] == unrolled[1])
  }

  /// K steps of gradient descent on ½Σc(y − x)²: dy_K/dy₀ = Π(1 − ηc).
  @Test func metaGradientsHaveTheClosedFormOnQuadratics() {
    let problem = quadratic
    let x = problem.sampleContexts(4, seed: 4)
    let c = Tensor([1.0, 4.0, 10.0], dtype: .float64)
    let (eta, steps) = (0.05, 5)
    let model = SemiAmortized(
      start: LearnedPoint(Tensor([0.1, 0.2, 0.3], dtype: .float64)),
      update: GradientUpdate(stepSize: eta), steps: steps)
    let found = gradient(at: model) { $0(x, on: problem).sum() }.parameters[0]
    #expect(abs(found - 4 * (1 - eta * c) ** Double(steps)).max().item() < 1e-12)
    // The value too: y_K = x + Π(1 − ηc)(y₀ − x).
    let expected = x + (1 - eta * c) ** Double(steps) * (model.start.point - x)
    #expect(abs(model(x, on: problem) - expected).max().item() < 1e-12)
  }

  @Test func learnedStepSizesHaveTheirGradients() {
    let problem = quadratic
    let x = problem.sampleContexts(4, seed: 5)
    let found = gradientCheck(at: Tensor([0.02, 0.05, 0.08], dtype: .float64)) { sizes in
      let model = SemiAmortized(
        start: LearnedPoint(Tensor([0.1, 0.2, 0.3], dtype: .float64)),
        update: GradientUpdate(learning: sizes, momentum: 0.3), steps: 4)
      return problem(model(x, on: problem), x).sum()
    }
    #expect(found < 1e-6)
  }

  /// iMAML on ½Σc(y − x)² + λ/2|y − y₀|²: y = (cx + λy₀)/(c + λ), dy/dy₀ = λ/(c + λ).
  @Test func proximalModelsHaveTheImplicitGradient() {
    let problem = quadratic
    let x = problem.sampleContexts(4, seed: 6)
    let c = Tensor([1.0, 4.0, 10.0], dtype: .float64)
    let point = Tensor([0.1, 0.2, 0.3], dtype: .float64)
    let model = ProximalModel(
      start: LearnedPoint(point), weight: 2, solver: LBFGS(tolerance: 1e-12))
    #expect(abs(model(x, on: problem) - (c * x + 2 * point) / (c + 2)).max().item() < 1e-9)
    let found = gradient(at: model) { $0(x, on: problem).sum() }.parameters[0]
    #expect(abs(found - 4 * 2 / (c + 2)).max().item() < 1e-9)
  }

  /// Projected steps: the implicit gradient of a projection onto the simplex.
  @Test func implicitGradientsPassThroughProjections() {
    let problem = ParametricProblem(
      dimension: 5, contexts: .normal(dimension: 5), domain: .simplex(), dtype: .float64
    ) { y, x in square(y - x).sum(axis: -1) }
    let target = normal([3, 5], seed: 7, std: 0.5)
    let weight = normal([3, 5], seed: 8)
    let direct = gradient(at: target) { (simplexProjection($0) * weight).sum() }
    let y = GradientDescent(tolerance: 1e-12).solve(problem, target).solution
    let implicit = gradient(at: target) { target in
      let point = attachingImplicitGradient(to: y) { y in
        problem.domain.project(y - 0.2 * problem.gradient(y, target))
      }
      return (point * weight).sum()
    }
    #expect(abs(direct - implicit).max().item() < 1e-8)
  }
}
