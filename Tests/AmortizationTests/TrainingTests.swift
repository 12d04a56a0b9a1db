import Amortization
import Testing

private var sine: ParametricProblem {
  ParametricProblem(
    dimension: 1, contexts: .uniform(-3, 3), solution: { sin($0) / 1.1 }
  ) { y, x in square(y - sin(x)) + 0.1 * square(y) }
}

private func network(_ seed: Int = 1) -> FullyAmortized<MLP> {
  var generator = Generator(seed: seed)
  return FullyAmortized(MLP([1, 24, 1], activation: .tanh, from: &generator))
}

private func run(_ loss: Loss, _ options: TrainingOptions = TrainingOptions()) -> TrainingRun<
  FullyAmortized<MLP>
> {
  TrainingRun(
    network(), loss: loss, optimizer: Adam(learningRate: 1e-2), options: options)
}

/// Predicts whatever it is told to, whatever the context.
private struct Adversary: AmortizedModel {
  var prediction: Tensor
  func iterates(_ x: Tensor, on problem: ParametricProblem, noise: StepNoise) -> [Tensor] {
    [prediction.broadcast(to: [x.dim(0), prediction.size])]
  }
}

@Suite struct TrainingAndEvaluation {
  /// The mean of the blocks' mean losses is the batch's mean loss, and so are their gradients; the
  /// problem draws nothing, so that noise makes no difference.
  @Test func aBatchInBlocksTakesTheStepOfTheWholeBatch() {
    var (whole, parts) = (run(.objective), run(.objective, TrainingOptions(blocks: 8)))
    whole.advance(by: 20, on: sine, showsProgress: false)
    parts.advance(by: 20, on: sine, showsProgress: false)
    for (a, b) in zip(whole.losses, parts.losses) { #expect(abs(a - b) < 1e-5 * max(1, abs(a))) }
    for (a, b) in zip(whole.model.parameters, parts.model.parameters) {
      #expect(abs(a - b).max().item() < 1e-3)
    }
  }

  @Test func resumedTrainingIsBitForBitTheSame() {
    let cases: [(Loss, TrainingOptions)] = [
      (.objective, TrainingOptions()),
      (.objective, TrainingOptions(blocks: 4)),
      (.regression, TrainingOptions(contexts: .fixed(100), clip: 0.5)),
      (
        .policyGradient(.gaussian(deviation: 0.1)),
        TrainingOptions(schedule: .cosine(from: 0.01, to: 0, steps: 60), measureEvery: 20)
      ),
    ]
    for (loss, options) in cases {
      var whole = run(loss, options)
      whole.advance(by: 60, on: sine, showsProgress: false)
      var parts = run(loss, options)
      for steps in [7, 23, 30] {
        var copy = parts
        copy.advance(by: 3, on: sine, showsProgress: false)
        parts.advance(by: steps, on: sine, showsProgress: false)
      }
      #expect(whole.losses == parts.losses)
      #expect(whole.measurements == parts.measurements)
      let same = zip(whole.model.parameters, parts.model.parameters).allSatisfy { $0 == $1 }
      #expect(same)
      var other = TrainingRun(
        network(), loss: loss, optimizer: Adam(learningRate: 1e-2),
        options: TrainingOptions(seed: 1))
      other.advance(by: 60, on: sine, showsProgress: false)
      #expect(other.losses != whole.losses)
    }
  }

  @Test func everyLossLearnsTheSine() {
    let losses: [(Loss, Double)] = [
      (.objective, 5e-3), (.regression, 5e-3),
      (.combination([(1, .objective), (1, .regression)]), 5e-3),
      (.policyGradient(.gaussian(deviation: 0.1)), 2e-2),
    ]
    let x = sine.sampleContexts(200, seed: 99)
    for (loss, limit) in losses {
      var training = run(loss)
      training.advance(by: 1000, on: sine, showsProgress: false)
      let gap = (sine(training.model(x, on: sine), x) - sine(sine.groundTruth(x), x)).mean()
      #expect(gap.item() < limit, "\(loss.name): \(gap.item())")
      #expect(
        training.measurements.last!.heldOutObjective < training.measurements[0].heldOutObjective)
    }
  }

  /// The talk's example: of f = (y² − x²)² with labels ±x at random, regression learns 0, where
  /// E f = E x⁴ = 6.2, and the objective learns a solution.
  @Test func regressionAveragesSolutionsAndTheObjectiveChoosesOne() {
    let problem = ParametricProblem(
      dimension: 1, contexts: .uniform(1, 2),
      solution: { x in
        var generator = Generator(seed: 5)
        return x
          * (2 * Tensor.bernoulli(x.zerosLike() + 0.5, from: &generator).cast(to: .float32) - 1)
      }
    ) { y, x in square(square(y) - square(x)) }
    let options = TrainingOptions(batch: 256)
    let x = problem.sampleContexts(2000, seed: 7)
    var regression = TrainingRun(
      network(), loss: .regression, optimizer: Adam(learningRate: 3e-3),
      options: TrainingOptions(batch: 256, contexts: .fixed(4096)))
    regression.advance(by: 800, on: problem, showsProgress: false)
    #expect(abs(problem(regression.model(x, on: problem), x).mean().item() - 6.2) < 0.4)
    var objective = TrainingRun(
      network(), loss: .objective, optimizer: Adam(learningRate: 1e-2),
      options: options)
    objective.advance(by: 1500, on: problem, showsProgress: false)
    #expect(problem(objective.model(x, on: problem), x).mean().item() < 1e-2)
  }

  @Test func imitationReproducesTheTeacher() {
    let problem = quadratic
    let model = SemiAmortized(
      start: LearnedPoint(Tensor.zeros([3], dtype: .float64)),
      update: GradientUpdate(learning: Tensor([0.01, 0.01], dtype: .float64)), steps: 2)
    var training = TrainingRun(
      model,
      loss: .imitation(of: GradientDescent(stepSize: .constant(0.07)), steps: 2),
      optimizer: Adam(learningRate: 5e-3))
    training.advance(by: 500, on: problem, showsProgress: false)
    let sizes = training.model.update.stepSize!
    #expect(abs(sizes - 0.07).max().item() < 2e-3)
  }

  /// A decoder that belongs to the model is trained with it: linear, so that y can be anything.
  @Test func problemsMayDependOnTheModel() {
    struct Joint: AmortizedModel {
      var encoder: Dense
      var decoder: Dense
      func iterates(_ x: Tensor, on problem: ParametricProblem, noise: StepNoise) -> [Tensor] {
        [encoder(x)]
      }
    }
    var generator = Generator(seed: 2)
    let joint = Joint(
      encoder: Dense(2, 1, from: &generator), decoder: Dense(1, 2, from: &generator))
    // Contexts on a line: one number is enough.
    let contexts = Contexts { count, generator in
      Tensor.normal([count, 1], from: &generator) * Tensor([[0.6, 0.8]])
    }
    var training = TrainingRun(joint, optimizer: Adam(learningRate: 1e-2))
    training.advance(
      by: 1000,
      on: { model in
        ParametricProblem(dimension: 1, contexts: contexts) { y, x in
          square(model.decoder(y) - x).sum(axis: -1)
        }
      }, showsProgress: false)
    #expect(training.measurements.last!.heldOutObjective < 1e-4)
  }

  @Test func safeguardedPredictionsNeverLose() {
    let problem = quadratic
    let x = problem.sampleContexts(20, seed: 3)
    let start = problem(problem.startingPoints(x), x)
    let cold = LBFGS().solve(problem, x)
    for bad in [Double.nan, .infinity, 1e30, -50] {
      let model = Adversary(prediction: Tensor([bad, 0, 1], dtype: .float64))
      let guarded = Safeguard(model)
      let (points, isPredicted) = guarded.starts(problem, x)
      #expect(!isPredicted.contains(true))
      #expect(points == problem.startingPoints(x))
      #expect((problem(guarded.predict(problem, x), x) - cold.values).max().item() <= 1e-12)
      let solved = guarded.solve(problem, x)
      #expect(solved.solution == cold.solution && solved.iterations == cold.iterations)
    }
    // A prediction that is good for some contexts only is used for those.
    let mixed = Safeguard(Adversary(prediction: Tensor([0.5, 0.5, 0.5], dtype: .float64)))
    let (_, used) = mixed.starts(problem, x)
    #expect(used.contains(true) && used.contains(false))
    #expect((problem(mixed.predict(problem, x), x) - start).max().item() <= 0)
  }

  @Test func predictionsOutsideOfTheDomainAreRefused() {
    let problem = ParametricProblem(
      dimension: 3, contexts: .normal(dimension: 3), domain: .simplex(), dtype: .float64
    ) { y, x in (x * y).sum(axis: -1) - 100 * y.sum(axis: -1) }
    let x = problem.sampleContexts(5, seed: 4)
    // Its objective is far below what any point of the simplex has.
    let cheat = Safeguard(
      Adversary(prediction: Tensor([9.0, 9.0, 9.0], dtype: .float64)), solver: GradientDescent())
    #expect(problem.domain.violation(cheat.predict(problem, x)).max().item() < 1e-9)
  }

  @Test func evaluationMeasuresWhatItSays() {
    let problem = quadratic
    // Halfway to the solution: a quarter of the start's gap.
    struct Halfway: AmortizedModel {
      func iterates(_ x: Tensor, on problem: ParametricProblem, noise: StepNoise) -> [Tensor] {
        [0.5 * x]
      }
    }
    let solver = GradientDescent(stepSize: .constant(0.05), tolerance: 1e-8)
    let report = evaluate(
      Halfway(), on: problem, against: solver, count: 50, shifted: .normal(std: 3, dimension: 3))
    #expect(report.rows.count == 2)
    for row in report.rows {
      #expect(abs(row.normalizedGap - 0.25) < 1e-6)
      #expect(row.refused == 0 && row.violation == 0)
      #expect(row.warmIterations < row.coldIterations)
    }
    #expect(report.rows[1].gap > 5 * report.rows[0].gap)
    // Iterations after which plain descent has a quarter of its gap, counted by hand.
    let x = problem.heldOutContexts(50, seed: 1_000_003)
    let values = solver.solve(problem, x).meanValues
    let expected = values.firstIndex { $0 <= 0.25 * values[0] }
    #expect(report.rows[0].equivalentIterations == expected)
    #expect(report.description.contains("worth iterations"))
    #expect(report.mimeBundle["text/html"] != nil)
  }
}
