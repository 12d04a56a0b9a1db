import Display
import Amortization
import Testing

@Suite struct Models {
  /// LISTA with ISTA's matrices is ISTA: the same iterates as proximal gradient descent.
  @Test func istaIsAnUpdateRule() {
    let w = normal([12, 20], seed: 1, std: 0.3)
    let alpha = 0.1
    let largest = (try? eigenSymmetric(matmul(w.T, w)))!.values.max().item()
    struct Lista: UpdateRule {
      var f: Tensor
      var g: Tensor
      var beta: Tensor
      func step(_ y: Tensor, _ memory: inout [Tensor], _ setting: UpdateSetting) -> Tensor {
        let z = matmul(setting.contexts, f) + matmul(y, g)
        return relu(z - beta) - relu(-z - beta)
      }
    }
    let problem = ParametricProblem(
      dimension: 20, contexts: .normal(dimension: 12), dtype: .float64
    ) { y, x in
      0.5 * square(x - matmul(y, w.T)).sum(axis: -1) + alpha * abs(y).sum(axis: -1)
    }
    let eye = Tensor.eye(20, dtype: .float64)
    let model = SemiAmortized(
      start: LearnedPoint(Tensor.zeros([20], dtype: .float64)),
      update: Lista(
        f: w / largest, g: eye - matmul(w.T, w) / largest,
        beta: Tensor(alpha / largest, dtype: .float64)), steps: 15)
    let x = problem.sampleContexts(6, seed: 2)
    let iterates = model.iterates(x, on: problem)
    var y = Tensor.zeros([6, 20], dtype: .float64)
    for k in 1...15 {
      let moved = y - matmul(matmul(y, w.T) - x, w) / largest
      y = sign(moved) * relu(abs(moved) - alpha / largest)
      #expect(abs(iterates[k] - y).max().item() < 1e-12)
    }
    #expect(model.parameters.count == 4)
  }

  @Test func zeroStepsAreTheStart() {
    let problem = quadratic
    let x = problem.sampleContexts(3, seed: 3)
    let model = SemiAmortized(
      start: LearnedPoint(Tensor([1.0, 2.0, 3.0], dtype: .float64)),
      update: GradientUpdate(stepSize: 0.1), steps: 0)
    #expect(model(x, on: problem) == model.start(x))
  }

  /// The differentiable method at temperature 0 is the cross-entropy method with the same noise.
  @Test func coldDifferentiableCrossEntropyIsTheHardOne() {
    let problem = quadratic
    let x = problem.sampleContexts(4, seed: 4)
    let rule = CrossEntropyUpdate(samples: 40, elites: 6, deviation: 2, temperature: 0)
    let model = SemiAmortized(
      start: LearnedPoint(Tensor.zeros([3], dtype: .float64)), update: rule, steps: 5)
    let solver = CrossEntropyMethod(
      samples: 40, elites: 6, deviation: 2, maximumIterations: 5, tolerance: 0)
    let noise = StepNoise(seed: 8)
    let soft = model(x, on: problem, noise: noise)
    let hard = solver.solve(problem, x, noise: noise).solution
    #expect(abs(soft - hard).max().item() < 1e-9)
  }

  @Test func crossEntropyPassesGradientsToTheObjective() {
    // The minimizer of |y − c|² follows c.
    let x = Tensor.zeros([2, 1], dtype: .float64)
    func found(_ c: Tensor) -> Tensor {
      let problem = ParametricProblem(
        dimension: 2, contexts: .normal(), dtype: .float64
      ) { y, _ in square(y - c).sum(axis: -1) }
      let model = SemiAmortized(
        start: LearnedPoint(Tensor.zeros([2], dtype: .float64)),
        update: CrossEntropyUpdate(samples: 30, elites: 5, deviation: 1), steps: 4)
      return model(x, on: problem)
    }
    let c = Tensor([0.3, -0.2], dtype: .float64)
    #expect(
      gradientCheck(at: c) { (found($0) * Tensor([1.0, 2.0], dtype: .float64)).sum() } < 1e-5)
  }

  @Test func learnedOptimizersWithoutOutputStandStill() {
    var generator = Generator(seed: 5)
    var rule = RecurrentUpdate(hidden: 6, from: &generator)
    rule.head.weight = rule.head.weight.zerosLike()
    let problem = quadratic
    let x = problem.sampleContexts(3, seed: 6)
    let model = SemiAmortized(
      start: LearnedPoint(Tensor([1.0, 2.0, 3.0], dtype: .float64)), update: rule, steps: 4)
    #expect(model(x, on: problem) == model.start(x))
  }

  @Test func learnedOptimizersLearn() {
    var generator = Generator(seed: 7)
    let problem = ParametricProblem(dimension: 5, contexts: .normal(dimension: 5)) { y, x in
      square(y - x).sum(axis: -1)
    }
    let network = MLP([11, 32, 5], activation: .tanh, from: &generator)
    let models: [any AmortizedModel] = [
      SemiAmortized(
        start: LearnedPoint(Tensor.zeros([5])),
        update: RecurrentUpdate(hidden: 8, from: &generator),
        steps: 8),
      SemiAmortized(
        start: LearnedPoint(Tensor.zeros([5])), update: NetworkUpdate(network), steps: 5),
    ]
    for model in models { improves(model, problem) }
  }

  private func improves(_ model: some AmortizedModel, _ problem: ParametricProblem) {
    var run = TrainingRun(
      model, loss: .summedObjective(), optimizer: Adam(learningRate: 1e-2),
      options: TrainingOptions(batch: 32))
    run.advance(by: 300, on: problem, showsProgress: false)
    // The start's objective is E|x|² = 5.
    #expect(run.measurements.last!.heldOutObjective < 0.5)
  }

  @Test func latentModelsAnswerInTheFullSpace() {
    var generator = Generator(seed: 8)
    let problem = ParametricProblem(
      dimension: 6, contexts: .normal(dimension: 2), domain: .box(-1, 1), dtype: .float64
    ) { y, x in square(y.sum(axis: -1) - x[0..., 0]) }
    let model = Latent(
      SemiAmortized(
        start: LearnedPoint(Tensor.zeros([2], dtype: .float64)),
        update: GradientUpdate(stepSize: 0.2), steps: 20), dimension: 2,
      decoder: Dense(2, 6, dtype: .float64, from: &generator))
    let x = problem.sampleContexts(7, seed: 9)
    let all = model.iterates(x, on: problem)
    #expect(all.count == 21 && all.allSatisfy { $0.shape == [7, 6] })
    #expect(problem.domain.violation(all[20]).max().item() == 0)
    #expect(problem(all[20], x).mean().item() < 0.2 * problem(all[0], x).mean().item())
  }
}
