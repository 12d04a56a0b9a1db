import Amortization
import MetaLearning
import Networks
import Tensors
import Testing

/// Recorded steps have the bits of those that are called, and what draws is called.
@Suite struct RecordedSteps {
  private let bowl = ParametricProblem(
    dimension: 3, contexts: .normal(dimension: 3)
  ) { y, x in square(y - x).sum(axis: -1) }

  private let noisy = ParametricProblem(
    dimension: 3, contexts: .normal(dimension: 3)
  ) { y, x, noise in
    var generator = noise
    return square(y - x + Tensor.normal(y.shape, from: &generator)).sum(axis: -1)
  }

  private func network(_ seed: Int) -> MLP {
    var generator = Generator(seed: seed)
    return MLP([1, 8, 1], from: &generator)
  }

  private func rule(_ seed: Int) -> RecurrentUpdate {
    var generator = Generator(seed: seed)
    return RecurrentUpdate(hidden: 5, from: &generator)
  }

  @Test func aStreamIsDerivedWithoutADraw() {
    var generator = Generator(seed: 11)
    _ = generator.uniform()
    let ahead = generator.ahead
    #expect(generator.ahead == ahead)
    #expect(generator.next() == ahead)
    #expect(generator.ahead != ahead)
  }

  /// The default noise of a call is made and not used.
  @Test func objectivesThatDrawNothingAreRecorded() {
    let x = bowl.sampleContexts(4, seed: 1)
    let slope = recorded { (y: Tensor) in bowl.gradient(y, x) }
    for k in 0..<4 {
      let y = Tensor.full([4, 3], Double(k))
      #expect(slope(y) == bowl.gradient(y, x))
    }
    #expect(slope.isRecorded && slope.operationCount > 0)
  }

  /// What is drawn from a stream that was derived inside is a draw.
  @Test func objectivesThatDrawAreCalled() {
    let x = noisy.sampleContexts(4, seed: 1)
    let slope = recorded { (y: Tensor) in noisy.gradient(y, x, noise: StepNoise(seed: 3).stream(2))
    }
    let number = recorded { (y: Tensor) in
      var stream = Generator(seed: 3).stream(1).stream(2)
      return y + stream.uniform()
    }
    let split = recorded { (y: Tensor) in
      var stream = Generator(seed: 3).stream(1)
      var own = stream.split()
      return y + own.normal()
    }
    for k in 0..<4 {
      let y = Tensor.full([4, 3], Double(k))
      #expect(slope(y) == noisy.gradient(y, x, noise: StepNoise(seed: 3).stream(2)))
      _ = (number(y), split(y))
    }
    for reason in [slope.reason, number.reason, split.reason] {
      #expect(reason?.contains("random numbers") == true)
    }
  }

  /// A step whose noise is another one each time must not be carried out with that of the first.
  @Test(arguments: [false, true])
  func trainingsHaveTheSameBits(isStochastic: Bool) {
    let problem = isStochastic ? noisy : bowl
    func run(_ recorded: Bool) -> TrainingRun<MAML> {
      var run = TrainingRun(
        MAML(start: Tensor([0.5, -1.0, 0.25]), inner: problem, stepSize: 0.1, steps: 2),
        options: TrainingOptions(batch: 6, heldOut: 8, measureEvery: 5, recorded: recorded))
      run.advance(by: 7, on: problem, showsProgress: false)
      run.advance(by: 5, on: bowl, showsProgress: false)
      return run
    }
    let (plain, fast) = (run(false), run(true))
    #expect(plain.losses == fast.losses)
    #expect(plain.model.start == fast.model.start)
    #expect(plain.measurements == fast.measurements)
  }

  @Test(arguments: [MetaGradient.exact, .firstOrder])
  func sinusoidsHaveTheSameBits(metaGradient: MetaGradient) {
    let tasks = TaskFamily.sinusoids(support: 5, query: 5)
    let layout = ParameterRows(network(1))
    let outer = ParametricProblem.taskLoss(tasks, layout)
    func run(_ recorded: Bool) -> TrainingRun<MAML> {
      var run = TrainingRun(
        MAML(layout, tasks, steps: 2, metaGradient: metaGradient),
        options: TrainingOptions(batch: 4, clip: 1, heldOut: 0, recorded: recorded))
      run.advance(by: 12, on: outer, showsProgress: false)
      return run
    }
    #expect(run(false).losses == run(true).losses)
  }

  /// Targets and a teacher's iterates are data of the step, too.
  @Test func lossesWithTargetsHaveTheSameBits() {
    var solved = bowl
    solved.solution = { $0 }
    let loss = Loss.combination([(1, .objective), (0.5, .regression)])
    func run(_ recorded: Bool) -> [Double] {
      var generator = Generator(seed: 2)
      var run = TrainingRun(
        FullyAmortized(MLP([3, 8, 3], from: &generator)), loss: loss,
        options: TrainingOptions(batch: 5, heldOut: 0, recorded: recorded))
      run.advance(by: 9, on: solved, showsProgress: false)
      return run.losses
    }
    #expect(run(false) == run(true))
  }

  /// Running statistics go on; layers that draw are called.
  @Test(arguments: [0, 0.3])
  func layersThatChangeHaveTheSameBits(dropped: Double) {
    struct Net: Layer {
      var first: Dense
      var norm = BatchNorm(6)
      var drop: Dropout
      var last: Dense
      func callAsFunction(_ x: Tensor) -> Tensor { last(drop(relu(norm(first(x))))) }
    }
    func run(_ recorded: Bool) -> TrainingRun<FullyAmortized<Net>> {
      var generator = Generator(seed: 2)
      let net = Net(
        first: Dense(3, 6, from: &generator), drop: Dropout(dropped),
        last: Dense(6, 3, from: &generator))
      var run = TrainingRun(
        FullyAmortized(net),
        options: TrainingOptions(batch: 5, averaging: Averaging(), heldOut: 0, recorded: recorded))
      run.advance(by: 9, on: bowl, showsProgress: false)
      return run
    }
    let (plain, fast) = (run(false), run(true))
    #expect(plain.losses == fast.losses)
    let states = zip(plain.model.namedState, fast.model.namedState)
    #expect(states.allSatisfy { $0.value == $1.value })
    #expect(plain.model.namedState.count == fast.model.namedState.count)
  }

  @Test(arguments: [false, true])
  func learnedOptimizersHaveTheSameBits(isStochastic: Bool) {
    let problem = isStochastic ? noisy : bowl
    func run(_ recorded: Bool) -> LearnedOptimizerTraining {
      var training = LearnedOptimizerTraining(
        rule(3), batch: 4, unroll: 3, horizon: 9, recorded: recorded)
      training.advance(by: 8, on: problem, showsProgress: false)
      return training
    }
    let (plain, fast) = (run(false), run(true))
    #expect(plain.losses == fast.losses)
    #expect(zip(plain.rule.parameters, fast.rule.parameters).allSatisfy { $0 == $1 })
  }

  /// The optimizer records its rule; a copy goes on by itself.
  @Test func optimizersMoveAsTheirRule() {
    let rule = rule(4)
    var optimizer = LearnedOptimizer(rule)
    var model = [Tensor([1.0, -2.0]), Tensor([[0.5], [3.0]])]
    var (points, states) = (model, model.map { rule.emptyMemory($0) })
    var copy = (optimizer: optimizer, model: model)
    for step in 0..<6 {
      optimizer.update(&model, along: model)
      for i in points.indices {
        points[i] = points[i] + rule.move(along: points[i], &states[i])
        #expect(points[i] == model[i])
      }
      if step == 3 { copy = (optimizer, model) }
      if step > 3 {
        copy.optimizer.update(&copy.model, along: copy.model)
        #expect(copy.model == model)
      }
    }
  }
}
