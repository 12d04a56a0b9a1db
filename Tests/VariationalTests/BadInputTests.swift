import Amortization
import Foundation
import Networks
import Tensors
import Testing
import Variational

/// What stops, and whether the message names the value, the row and the mend.
@Suite struct BadInputTests {
  @Test func dataOutsideOfALikelihoodsSupport() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let model = LatentVariableModel(Dense(2, 3), likelihood: .bernoulli, latents: 2)
      let x = Tensor([[0.0, 1, 0.5], [0.2, 255, 1]])
      let problem = ParametricProblem.evidenceBound(
        of: model, posterior: GaussianPosterior(2), contexts: .rows(x, heldOut: 0))
      _ = problem(Tensor.zeros([2, 4]), x)
    }
    let words = lastWords(result)
    #expect(words.contains("255.0 in row 1, column 1"), "\(words)")
    #expect(words.contains("[0.0, 1.0]: scale them"), "\(words)")
  }

  @Test func decodersOfAnotherWidth() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let model = LatentVariableModel(Dense(2, 4), likelihood: .bernoulli, latents: 2)
      let problem = ParametricProblem.evidenceBound(
        of: model, posterior: GaussianPosterior(2), contexts: .rows(Tensor.zeros([3, 5])))
      _ = problem(Tensor.zeros([3, 4]), Tensor.zeros([3, 5]))
    }
    #expect(lastWords(result).contains("data [3, 5], but the decoder gave [3, 4]"))
  }

  @Test func evidenceOfDataOutsideOfTheSupport() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      var generator = Generator(seed: 1)
      let model = LatentVariableModel(
        Dense(2, 4, from: &generator), likelihood: .bernoulli, latents: 2)
      _ = model.logEvidence(
        Tensor.full([3, 4], 7.0), Tensor.zeros([3, 4]), posterior: GaussianPosterior(2), samples: 3,
        from: &generator)
    }
    #expect(lastWords(result).contains("Bernoulli likelihood: 7.0 in row 0, column 0"))
  }

  @Test func boxesWithoutAnEnd() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Simulator(
        parameters: 1, data: 1, support: .box(0, .infinity),
        prior: { n, _ in Tensor.ones([n, 1]) }, program: { theta, _ in theta })
    }
    #expect(lastWords(result).contains("a box from 0.0 to inf; its ends are finite"))
  }

  @Test func priorsThatDrawInfinity() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let simulator = Simulator(
        parameters: 1, data: 1, support: .positive,
        prior: { n, _ in Tensor.full([n, 1], Double.infinity) }, program: { theta, _ in 1 / theta })
      var generator = Generator(seed: 1)
      _ = simulator.draw(2, from: &generator)
    }
    #expect(lastWords(result).contains("the prior drew [inf] in row 0"))
  }

  @Test(arguments: [[0.0], [1, 2]])
  func posteriorsOfWhatIsNoData(data: [Double]) async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      [data] in
      let simulator = Simulator(
        parameters: 1, data: 1, prior: { n, g in Tensor.normal([n, 1], from: &g) },
        program: { theta, _ in theta })
      var generator = Generator(seed: 1)
      let posterior = AmortizedPosterior(
        MLP([1, 8, 8], from: &generator),
        FlowPosterior(of: simulator, features: 8, from: &generator), of: simulator)
      _ = posterior.sample(3, given: Tensor(data) / Tensor(data), from: &generator)
    }
    #expect(lastWords(result).contains("the simulator's are 1 finite numbers"))
  }

  @Test func simulatorsThatGiveNaN() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let simulator = Simulator(
        parameters: 1, data: 2,
        prior: { n, _ in Tensor.arange(n).cast(to: .float64).reshaped([n, 1]) - 2 },
        program: { theta, _ in concatenate([theta, sqrt(theta)], axis: 1) })
      var generator = Generator(seed: 1)
      _ = simulator.draw(5, from: &generator)
    }
    let words = lastWords(result)
    #expect(words.contains("for parameters [-2.0] in row 0"), "\(words)")
    #expect(words.contains("narrow the prior"), "\(words)")
  }

  @Test func simulatorsThatGiveAWrongShape() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let simulator = Simulator(
        parameters: 1, data: 2, prior: { n, _ in Tensor.zeros([n, 1]) },
        program: { theta, _ in theta })
      var generator = Generator(seed: 1)
      _ = simulator.draw(5, from: &generator)
    }
    #expect(lastWords(result).contains("the program gave shape [5, 1], not [5, 2]"))
  }

  @Test func priorsThatLeaveTheirSupport() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let simulator = Simulator(
        parameters: 1, data: 1, support: .box(-1, 1),
        prior: { n, generator in 3 * Tensor.normal([n, 1], from: &generator) },
        program: { theta, _ in theta })
      var generator = Generator(seed: 1)
      _ = simulator.draw(50, from: &generator)
    }
    let words = lastWords(result)
    #expect(words.contains("row ") && words.contains("box(-1.0, 1.0)"), "\(words)")
    #expect(words.contains("give the support that it has"), "\(words)")
  }

  @Test func correctionsWithoutAFormula() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let simulator = Simulator(
        parameters: 1, data: 1, prior: { n, _ in Tensor.zeros([n, 1]) },
        program: { theta, _ in theta })
      var generator = Generator(seed: 1)
      let posterior = AmortizedPosterior(
        Dense(1, 4), FlowPosterior(of: simulator, features: 4, from: &generator), of: simulator)
      _ = posterior.corrected(5, given: Tensor([0.5]), on: simulator, from: &generator)
    }
    #expect(lastWords(result).contains("give it a logJoint:"))
  }

  @Test func weightsThatAreAllZero() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let simulator = Simulator(
        parameters: 1, data: 1,
        logJoint: { theta, _ in Tensor.full([theta.dim(0)], -Double.infinity) },
        prior: { n, _ in Tensor.zeros([n, 1]) }, program: { theta, _ in theta })
      var generator = Generator(seed: 1)
      let posterior = AmortizedPosterior(
        Dense(1, 4), FlowPosterior(of: simulator, features: 4, from: &generator), of: simulator)
      _ = posterior.corrected(5, given: Tensor([0.5]), on: simulator, from: &generator)
    }
    #expect(lastWords(result).contains("none of 5 draws"))
  }

  @Test func comparisonsOfDifferentSpaces() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = TwoSampleTest(Tensor.zeros([50, 2]), Tensor.zeros([50, 3]))
    }
    #expect(lastWords(result).contains("shapes [50, 2] and [50, 3]"))
  }

  @Test func flowsWithFeaturesOfAnotherWidth() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      var generator = Generator(seed: 1)
      let flow = ConditionalFlow(2, features: 3, from: &generator)
      _ = flow.logDensity(Tensor.zeros([5, 2]), Tensor.zeros([5, 4]))
    }
    #expect(lastWords(result).contains("[n, 2] and [n, 3] are needed"))
  }

  /// A training whose loss leaves the numbers stops before the step, and says what to change.
  @Test func trainingsThatDiverge() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let simulator = Simulator.twoMoons
      var generator = Generator(seed: 1)
      let start = AmortizedPosterior(
        MLP([2, 16, 8], from: &generator),
        FlowPosterior(of: simulator, features: 8, maps: 1, bins: 0, hidden: [8], from: &generator),
        of: simulator)
      var run = TrainingRun(start, optimizer: SGD(learningRate: 1e12))
      run.advance(by: 200, on: { $0.problem(of: simulator) }, showsProgress: false)
    }
    let words = lastWords(result)
    #expect(words.contains("which was not taken; take a smaller"), "\(words)")
  }
}
