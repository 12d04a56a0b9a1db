import Amortization
import Planning
import Reinforcement
import Tensors
import Testing

/// A system that is wrong in one way.
private struct Faulty: Environment {
  enum Fault: Sendable { case none, shape, divergence, someDivergence, bounds, choices, noise }
  let fault: Fault
  let name = "Faulty"
  let stateDimension = 2
  let horizon: Int? = nil
  var noiseDimension: Int { fault == .noise ? 1 : 0 }

  var actions: ActionSpace {
    switch fault {
    case .bounds: .box(low: 2, high: -2)
    case .choices: .choices(3)
    default: .box(low: -1, high: 1)
    }
  }

  func reset(_ count: Int, from generator: inout Generator) -> Tensor {
    Tensor.normal([count, 2], from: &generator)
  }

  func step(_ state: Tensor, _ action: Tensor, _ noise: Tensor) -> Transition {
    let next = state + 0.1 * action
    let reward = -square(next).sum(axis: 1)
    switch fault {
    case .shape: return Transition(next, reward: reward.expandedDims(axis: 1))
    case .divergence: return Transition(next * Double.infinity, reward: reward * Double.nan)
    case .someDivergence:
      return Transition(next, reward: which(action[0..., 0] .> 0, Double.nan, reward))
    default: return Transition(next, reward: reward)
    }
  }
}

@Suite struct BadPlanningInput {
  private static let pendulum = Pendulum()
  private static let state = Tensor([[2.0, 0.5]])

  private static func plan(_ solver: some Solver, _ fault: Faulty.Fault = .none) {
    _ = solver.solve(.control(Faulty(fault: fault), horizon: 5), state)
  }

  private func words(_ result: ExitTest.Result?) -> String {
    String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
  }

  @Test func horizonsAndPopulations() async {
    var result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = ParametricProblem.control(BadPlanningInput.pendulum, horizon: 0)
    }
    #expect(words(result).contains("control: a horizon of 0 steps"))
    result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      BadPlanningInput.plan(CrossEntropyMethod(samples: 0, elites: 5))
    }
    #expect(words(result).contains("5 elites of 0 samples"))
    result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      BadPlanningInput.plan(CrossEntropyMethod(samples: 10, elites: 11))
    }
    #expect(words(result).contains("11 elites of 10 samples"))
    result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      BadPlanningInput.plan(PathIntegral(samples: 0))
    }
    #expect(words(result).contains("PathIntegral: 0 samples"))
    result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = RolloutCounter(rollouts: 0)
    }
    #expect(words(result).contains("0 rollouts"))
  }

  @Test func systemsThatCannotBePlannedIn() async {
    var result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      BadPlanningInput.plan(CrossEntropyMethod(), .bounds)
    }
    #expect(words(result).contains("between 2.0 and -2.0; bounds are crossed"))
    result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      BadPlanningInput.plan(CrossEntropyMethod(), .choices)
    }
    #expect(words(result).contains("Faulty has choices"))
    result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      BadPlanningInput.plan(CrossEntropyMethod(), .noise)
    }
    #expect(words(result).contains("steps of Faulty draw random numbers"))
  }

  @Test func modelsThatAnswerWrongly() async {
    var result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      BadPlanningInput.plan(CrossEntropyMethod(), .shape)
    }
    #expect(words(result).contains("rewards [1, 1] of states [1, 2]"))
    result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      BadPlanningInput.plan(CrossEntropyMethod(), .divergence)
    }
    #expect(words(result).contains("all 1 rollouts of 5 steps in Faulty left the finite numbers"))
  }

  /// Half of the actions lose the rollout: the planner keeps to the others.
  @Test func lostRolloutsAreTheWorst() {
    let problem = ParametricProblem.control(Faulty(fault: .someDivergence), horizon: 3)
    let found = CrossEntropyMethod(samples: 80, elites: 8, deviation: 0.5, maximumIterations: 12)
      .solve(problem, Self.state, from: Tensor([[-0.5, -0.5, -0.5]]))
    #expect(isFinite(found.values).all() && (found.solution .<= 0).all())
    let idle = -problem(Tensor([[-0.5, -0.5, -0.5]]), Self.state).item()
    #expect(-found.values.item() > idle)
  }
}

@Suite struct Budgets {
  private let cart = CartPoleSwingUp(horizon: nil)
  private let planner = CrossEntropyMethod(
    samples: 50, elites: 5, deviation: 50, maximumIterations: 30, tolerance: 0)

  @Test func aPlannerStopsAtItsBudgetWithTheBestThatItSaw() {
    let counter = RolloutCounter(rollouts: 600)
    let problem = ParametricProblem.control(cart, horizon: 10, counter: counter)
    let x = problem.sampleContexts(2, seed: 1)
    let noise = StepNoise(seed: 3)
    let found = planner.within(counter).solve(problem, x, noise: noise)
    // The start, and 51 rollouts for each of two states in an iteration: five fit, a sixth does not.
    #expect(counter.rollouts == 2 + 5 * 102 && counter.steps == 10 * counter.rollouts)
    #expect(found.status == [.iterationLimit, .iterationLimit] && found.iterations == [5, 5])
    #expect(found.advice.contains("its budget of 600 rollouts (512 rollouts, 5120 steps)"))
    // The same as without a budget for so many iterations, but the best of them.
    let free = planner.limited(to: 5).solve(
      .control(cart, horizon: 10), x, noise: noise)
    let best = free.valueHistory.min(axis: 0)
    #expect(abs(found.values.cast(to: .float64) - best).max().item() < 1e-5)
    #expect(abs(problem(found.solution, x) - found.values).max().item() < 1e-4)
  }

  @Test func stepsAndTimeAreLimitsToo() {
    for counter in [RolloutCounter(steps: 1500), RolloutCounter(time: .nanoseconds(1))] {
      let problem = ParametricProblem.control(cart, horizon: 10, counter: counter)
      let x = problem.sampleContexts(1, seed: 1)
      let found = planner.within(counter).solve(problem, x)
      #expect(found.status == [.iterationLimit] && counter.steps <= 1500)
      #expect(isFinite(found.values).all())
    }
  }

  @Test func aBudgetThatIsLargeEnoughChangesNothing() {
    let counter = RolloutCounter(rollouts: 1_000_000)
    let problem = ParametricProblem.control(cart, horizon: 6, counter: counter)
    let x = problem.sampleContexts(3, seed: 1)
    let found = planner.within(counter).solve(problem, x)
    let free = planner.solve(problem, x)
    #expect(found.solution == free.solution && found.advice == free.advice)
  }

  /// The budget of a whole run: when it is spent, plans are what is left of the last one.
  @Test func recedingHorizonsShareABudget() {
    let counter = RolloutCounter(rollouts: 2000)
    let controller = RecedingHorizon(Pendulum(), horizon: 10, solver: planner.within(counter))
    let run = controller.run(from: Tensor([[2.0, 0.0]]), steps: 20, counter: counter)
    #expect(run.counter === counter && run.actions.dim(1) == 20)
    // Starts of plans are evaluated even when nothing is left, and one first iteration began before.
    #expect(counter.rollouts > 1900 && counter.rollouts <= 2000 + 51 + 20)
  }
}
