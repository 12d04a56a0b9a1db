import Amortization
import MetaLearning
import Networks
import Tensors
import Testing

@Suite struct LearnedOptimizerTests {
  private func rule(_ seed: Int) -> RecurrentUpdate {
    var generator = Generator(seed: seed)
    return RecurrentUpdate(hidden: 6, from: &generator)
  }

  private let problem = ParametricProblem(
    dimension: 3, contexts: .normal(dimension: 3)
  ) { y, x in square(y - x).sum(axis: -1) }

  /// The optimizer on a vector is the rule on a problem with that vector.
  @Test func itMovesAModelAsTheRuleMovesAVariable() {
    let x = Tensor([[1.0, -2.0, 0.5]], dtype: .float32)
    let iterates = SemiAmortized(
      start: LearnedPoint(Tensor.zeros([3])), update: rule(1), steps: 4
    ).iterates(x, on: problem)
    var optimizer = LearnedOptimizer(rule(1))
    var model = [Tensor.zeros([1]), Tensor.zeros([2])]
    for k in 1...4 {
      let slope = gradient(at: model) { square(concatenate($0) - x[0]).sum() }
      optimizer.update(&model, along: slope)
      #expect(abs(concatenate(model) - iterates[k][0]).max().item() < 1e-6)
    }
  }

  /// Zero output weights move nothing.
  @Test func noOutputIsNoMove() {
    var still = rule(2)
    still.head = still.head.mapParameters { 0 * $0 }
    let x = problem.sampleContexts(5, seed: 1)
    let model = SemiAmortized(
      start: LearnedPoint(Tensor([0.3, 0.2, 0.1])), update: still, steps: 6)
    for y in model.iterates(x, on: problem) { #expect(y == model.start(x)) }
  }

  /// Trained on small quadratics, it is better after its horizon than plain descent with any of
  /// several step sizes; and a copy of the training goes on alike.
  @Test func trainingMakesAnOptimizer() {
    let bowls = ParametricProblem(
      dimension: 4, contexts: .normal(dimension: 8)
    ) { y, x in (exp(x[0..., 4...]) * square(y - x[0..., ..<4])).sum(axis: -1) }
    var training = LearnedOptimizerTraining(
      rule(7), optimizer: Adam(learningRate: 1e-2), batch: 32, unroll: 10, horizon: 20)
    training.advance(by: 2, on: bowls, showsProgress: false)
    var copy = training
    training.advance(by: 250, on: bowls, showsProgress: false)
    copy.advance(by: 250, on: bowls, showsProgress: false)
    #expect(training.losses == copy.losses)
    let x = bowls.sampleContexts(200, seed: 99)
    let model = SemiAmortized(
      start: LearnedPoint(Tensor.zeros([4])), update: training.rule, steps: 20)
    let learned = bowls(model(x, on: bowls), x).mean().item()
    for rate in [0.003, 0.01, 0.03, 0.1] {
      let plain = OptimizerDescent(SGD(learningRate: rate), maximumIterations: 20, tolerance: 0)
      let value = plain.solve(bowls, x).values.mean().item()
      #expect(!(value < learned), "\(rate): \(value), learned \(learned)")
    }
  }

  /// Saved in the middle of a training and resumed, bit for bit.
  @Test func aLearnerResumesWithIt() throws {
    var generator = Generator(seed: 3)
    let network = MLP([2, 4, 1], activation: .tanh, from: &generator)
    let inputs = Tensor.normal([20, 2], from: &generator)
    func step(_ learner: inout Learner<MLP>) {
      learner.step { model, _ in square(model(inputs) - inputs[0..., ..<1]).mean() }
    }
    let path = "/tmp/ansatz-learned-optimizer-\(UInt32.random(in: 0 ... .max)).safetensors"
    var learner = Learner(network, optimizer: LearnedOptimizer(rule(4)))
    for _ in 0..<3 { step(&learner) }
    try learner.save(path)
    var resumed = Learner(network, optimizer: LearnedOptimizer(rule(4)))
    try resumed.load(path)
    for _ in 0..<3 {
      step(&learner)
      step(&resumed)
    }
    #expect(learner.losses == resumed.losses)
    for (a, b) in zip(learner.model.parameters, resumed.model.parameters) { #expect(a == b) }
  }
}
