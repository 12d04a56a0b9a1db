import Amortization
import Testing

/// f = (y − x + 3ε)² with one ε for all rows and times: its expectation at y = x is 9, and whoever
/// knows ε reaches 0.
private var noisy: ParametricProblem {
  ParametricProblem(dimension: 1, contexts: .normal(), dtype: .float64) {
    (y: Tensor, x: Tensor, noise: Generator) -> Tensor in
    var generator = noise
    return square(y - x + 3 * Tensor.normal([y.dim(0), 1], dtype: .float64, from: &generator))
  }
}

/// One gradient step of size ½, which solves f for the noise that it sees.
private var oneStep: SemiAmortized<LearnedPoint, GradientUpdate> {
  SemiAmortized(
    start: LearnedPoint(Tensor.zeros([1], dtype: .float64)), update: GradientUpdate(stepSize: 0.5),
    steps: 1)
}

/// E f of a point that has solved f under other noise: Var(3ε − 3ε′) = 18.
private let truth = 18.0

private func isTrue(_ objective: Double, count: Int) -> Bool {
  // f/18 is χ² with one degree of freedom, of variance 2.
  Swift.abs(objective / truth - 1) < 5 * (2 / Double(count)).squareRoot()
}

@Suite struct StepsAndScores {
  @Test func oneSeedGivesThemDifferentNumbers() {
    for seed in 0..<20 {
      let (step, score) = (StepNoise(seed: seed), ScoreNoise(seed: seed))
      let generators = [
        step.generator, score.generator, step.stream(0).generator, score.stream(0).generator,
        step.stream(1).generator, Generator(seed: seed),
      ]
      #expect(Set(generators).count == generators.count)
      #expect(step == StepNoise(seed: seed) && score == ScoreNoise(seed: seed))
    }
  }

  @Test func aTrainingMeasuresWhatItsStepsHaveNotSeen() {
    var run = TrainingRun(
      oneStep, optimizer: SGD(learningRate: 0),
      options: TrainingOptions(batch: 4000, heldOut: 4000, measureEvery: 1))
    run.advance(by: 3, on: noisy, showsProgress: false)
    for measured in run.measurements {
      #expect(isTrue(measured.heldOutObjective, count: 4000), "\(measured)")
    }
    for loss in run.losses { #expect(isTrue(loss, count: 4000), "\(loss)") }
  }

  @Test func anEvaluationScoresWhatStepsHaveNotSeen() {
    // The best possible objective is 9, of the solution that is given.
    var problem = noisy
    problem.solution = { $0 }
    let solver = GradientDescent(stepSize: .constant(0.5), maximumIterations: 5)
    let row = evaluate(oneStep, on: problem, against: solver, count: 4000).rows[0]
    // Rows are compared with the best of three points, each under one draw.
    #expect(row.gap > 9, "\(row.gap)")
    // The solver, too, is judged by what its steps have not seen: its start is better.
    #expect(row.equivalentIterations != 1)
  }

  @Test func aSafeguardIsNotFooledByFittedNoise() {
    // Predictions fit the steps' noise; the solver's start y = x is the best there is.
    var problem = noisy
    problem.start = { $0 }
    let x = problem.sampleContexts(4000, seed: 1)
    let refused = Safeguard(oneStep).starts(problem, x).isPredicted.count { !$0 }
    // Under other noise y = x, of objective 9χ², beats 18χ² more often than not.
    #expect(refused > 2000, "\(refused)")
  }
}

@Suite struct TrainingTrains {
  /// A network whose first layer forgets almost everything while it is trained.
  private struct Forgetful: AmortizedModel {
    var dropout = Dropout(0.999)
    var dense: Dense
    func iterates(_ x: Tensor, on problem: ParametricProblem, noise: StepNoise) -> [Tensor] {
      [dense(dropout(x))]
    }
  }

  private struct Normalized: AmortizedModel {
    var norm = BatchNorm(1)
    var dense: Dense
    func iterates(_ x: Tensor, on problem: ParametricProblem, noise: StepNoise) -> [Tensor] {
      [dense(norm(x))]
    }
  }

  private func problem(mean: Double) -> ParametricProblem {
    ParametricProblem(dimension: 1, contexts: .normal(mean: mean)) { y, x in
      square(y - x).sum(axis: -1)
    }
  }

  @Test func dropoutDropsInTrainingAndNotInMeasurement() {
    var generator = Generator(seed: 1)
    var dense = Dense(1, 1, from: &generator)
    dense.weight = Tensor([[1.0]])
    var run = TrainingRun(
      Forgetful(dense: dense), optimizer: SGD(learningRate: 0),
      options: TrainingOptions(measureEvery: 5))
    run.advance(by: 5, on: problem(mean: 0), showsProgress: false)
    #expect(run.measurements[0].heldOutObjective < 1e-10)
    #expect(run.losses.allSatisfy { $0 > 0.3 })
  }

  @Test func droppedElementsAreAFunctionOfSeedAndStep() {
    var generator = Generator(seed: 1)
    let model = Forgetful(dropout: Dropout(0.5), dense: Dense(1, 1, from: &generator))
    var whole = TrainingRun(model)
    whole.advance(by: 20, on: problem(mean: 0), showsProgress: false)
    var parts = TrainingRun(model)
    parts.advance(by: 7, on: problem(mean: 0), showsProgress: false)
    _ = splitSharedGenerator()
    parts.advance(by: 13, on: problem(mean: 0), showsProgress: false)
    #expect(whole.losses == parts.losses)
  }

  @Test func batchStatisticsAreLearnedAndBelongToACopy() throws {
    var generator = Generator(seed: 2)
    var run = TrainingRun(
      Normalized(dense: Dense(1, 1, from: &generator)), optimizer: Adam(learningRate: 1e-2))
    run.advance(by: 1, on: problem(mean: 100), showsProgress: false)
    let early = run
    run.advance(by: 99, on: problem(mean: 100), showsProgress: false)
    // 1 − 0.9¹ and 1 − 0.9¹⁰⁰ of the mean.
    #expect(Swift.abs(early.model.norm.statistics.mean.item() - 10) < 1)
    #expect(Swift.abs(run.model.norm.statistics.mean.item() - 100) < 1)
    #expect(Swift.abs(run.model.norm.statistics.variance.item() - 1) < 0.5)

    let path = "/tmp/ansatz-test-\(generator.next()).safetensors"
    try run.model.save(path)
    var loaded = early.model
    try loaded.load(path)
    #expect(loaded.norm.statistics.mean == run.model.norm.statistics.mean)
    #expect(loaded.norm.statistics.variance == run.model.norm.statistics.variance)
    let x = Tensor([[99.0], [101.0]])
    #expect(loaded(x, on: problem(mean: 100)) == run.model(x, on: problem(mean: 100)))
  }
}

@Suite struct HeldOutRows {
  @Test func rowsOfDataAreNeverOnBothSides() {
    var generator = Generator(seed: 3)
    let data = Tensor.normal([300, 2], dtype: .float64, from: &generator)
    // Every row twice: equal rows are one piece of data.
    let contexts = Contexts.rows(concatenate([data, data]), heldOut: 0.2)
    func keys(_ rows: Tensor) -> Set<[Double]> {
      Set((0..<rows.dim(0)).map { rows[$0].doubles })
    }
    let training = keys(contexts.sample(20_000, seed: 1))
    let unseen = contexts.sampleHeldOut(10_000, from: &generator)
    #expect(unseen.dim(0) == 120 && keys(unseen).count == 60)
    #expect(training.count == 240 && training.isDisjoint(with: keys(unseen)))
    #expect(contexts.source == .rows(training: 480, heldOut: 120))
    let few = contexts.sampleHeldOut(50, from: &generator)
    #expect(few.dim(0) == 50 && keys(few).isSubset(of: keys(unseen)))
  }

  @Test func anEvaluationSaysWhatItUsed() {
    var generator = Generator(seed: 4)
    let data = Tensor.normal([100, 1], from: &generator)
    func name(_ contexts: Contexts) -> String {
      let problem = ParametricProblem(dimension: 1, contexts: contexts) { y, x in square(y - x) }
      let model = FullyAmortized(Dense(1, 1, from: &generator))
      return evaluate(model, on: problem, against: LBFGS()).rows[0].contexts
    }
    #expect(name(.rows(data)) == "10 of 10 held-out rows")
    #expect(name(.rows(data, heldOut: 0)) == "training rows")
    #expect(name(.rows(data, heldOut: data[..<7])) == "7 of 7 held-out rows")
    #expect(name(.normal()) == "fresh contexts")
  }

  @Test func trainingDoesNotSeeWhatIsHeldOut() {
    // Training rows are −1, held-out rows 1; a constant prediction learns −1.
    let rows = Contexts.rows(-Tensor.ones([50, 1]), heldOut: Tensor.ones([5, 1]))
    let problem = ParametricProblem(dimension: 1, contexts: rows) { y, x in square(y - x) }
    let model = SemiAmortized(
      start: LearnedPoint(Tensor([0.0])), update: GradientUpdate(stepSize: 0), steps: 0)
    var run = TrainingRun(model, optimizer: SGD(learningRate: 0.4))
    run.advance(by: 100, on: problem, showsProgress: false)
    #expect(Swift.abs(run.losses[99]) < 1e-10)
    #expect(Swift.abs(run.measurements[0].heldOutObjective - 4) < 1e-5)
    #expect(run.description.contains("objective on 5 of 5 held-out rows"))
  }
}

@Suite struct RunsAreValues {
  /// The objective has a critic in it that changes while the run goes on.
  @Test func copiesOfARunDoNotShareAChangingCritic() {
    func policyProblem(_ critic: Double) -> ParametricProblem {
      ParametricProblem(dimension: 1, contexts: .normal()) { y, x in square(y - critic * x) }
    }
    var generator = Generator(seed: 5)
    var run = TrainingRun(FullyAmortized(Dense(1, 1, from: &generator)))
    run.advance(by: 10, on: policyProblem(1), showsProgress: false)
    var copy = run
    run.advance(by: 10, on: policyProblem(-1), showsProgress: false)
    copy.advance(by: 10, on: policyProblem(1), showsProgress: false)
    var alone = TrainingRun(run.loss.name == "objective" ? startModel() : run.model)
    alone.advance(by: 20, on: policyProblem(1), showsProgress: false)
    #expect(copy.losses == alone.losses && copy.losses != run.losses)
  }

  private func startModel() -> FullyAmortized<Dense> {
    var generator = Generator(seed: 5)
    return FullyAmortized(Dense(1, 1, from: &generator))
  }

  @Test(arguments: [0, 1, 2, 3])
  func aRunIsResumedFromAFileBitForBit(_ kind: Int) throws {
    let problem = ParametricProblem(
      dimension: 1, contexts: .uniform(-3, 3), solution: { sin($0) }
    ) { y, x in square(y - sin(x)) }
    let optimizers: [any Optimizer] = [
      Adam(learningRate: 1e-2, weightDecay: 0.1), SGD(learningRate: 0.01, momentum: 0.9),
      RMSProp(learningRate: 1e-3), Adam(),
    ]
    let options = [
      TrainingOptions(clip: 0.1, averaging: Averaging(decay: 0.9, every: 3), measureEvery: 7),
      TrainingOptions(contexts: .fixed(50), measureEvery: 10), TrainingOptions(seed: 9),
      TrainingOptions(schedule: .cosine(from: 0.01, to: 0, steps: 40), heldOut: 0),
    ]
    let losses: [Loss] = [.objective, .regression, .objective, .objective]
    func fresh() -> TrainingRun<FullyAmortized<Sequential>> {
      var generator = Generator(seed: 6)
      let network = Sequential(
        Dense(1, 8, from: &generator), BatchNorm(8), Dropout(0.2), Dense(8, 1, from: &generator))
      return TrainingRun(
        FullyAmortized(network), loss: losses[kind], optimizer: optimizers[kind],
        options: options[kind])
    }
    var whole = fresh()
    whole.advance(by: 40, on: problem, showsProgress: false)
    var part = fresh()
    part.advance(by: 17, on: problem, showsProgress: false)
    let path = "/tmp/ansatz-run-\(kind)-\(splitSharedGenerator().hashValue).safetensors"
    try part.save(path)
    var resumed = fresh()
    try resumed.load(path)
    #expect(resumed.step == 17 && resumed.losses == part.losses)
    resumed.advance(by: 23, on: problem, showsProgress: false)
    #expect(resumed.losses == whole.losses)
    #expect(resumed.measurements == whole.measurements)
    let states = (resumed.model.namedState, whole.model.namedState)
    #expect(zip(states.0, states.1).allSatisfy { $0.value == $1.value })
    #expect(resumed.average?.parameters == whole.average?.parameters)

    // A run with other settings refuses the file.
    var other = TrainingRun(
      fresh().model, loss: losses[kind], optimizer: optimizers[kind],
      options: TrainingOptions(seed: 77))
    #expect(throws: TensorFileError.self) { try other.load(path) }
    #expect(other.step == 0)
  }
}
