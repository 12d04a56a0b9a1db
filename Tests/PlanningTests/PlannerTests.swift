import Amortization
import Networks
import Planning
import Reinforcement
import Tensors
import Testing

@Suite struct PlannerTests {
  private let cart = CartPoleSwingUp(horizon: nil)

  /// The objective by single steps, and its slope by finite differences in double precision.
  @Test func theObjectiveIsTheReturnWithItsSignTurned() {
    var problem = ParametricProblem.control(cart, horizon: 7)
    let x = problem.sampleContexts(5, seed: 1)
    var generator = Generator(seed: 2)
    let y = Tensor.uniform([5, 7], low: -90, high: 90, from: &generator)
    var (state, total) = (x, Tensor.zeros([5]))
    for t in 0..<7 {
      let next = cart.step(state, y[0..., t..<(t + 1)])
      total = total + next.reward
      state = next.state
    }
    #expect(abs(problem(y, x) + total).max().item() < 2e-4)
    problem.dtype = .float64
    let (xd, yd) = (x.cast(to: .float64), y.cast(to: .float64))
    let slope = problem.gradient(yd, xd)
    for i in [0, 3, 6] {
      let unit = Tensor((0..<7).map { $0 == i ? 1e-4 : 0.0 }, dtype: .float64)
      let difference = (problem(yd + unit, xd) - problem(yd - unit, xd)) / 2e-4
      #expect(abs(slope[0..., i] - difference).max().item() < 1e-5)
    }
  }

  @Test func oneCounterCountsWhatPlannersSpend() {
    let counter = RolloutCounter()
    let problem = ParametricProblem.control(cart, horizon: 5, counter: counter)
    let x = problem.sampleContexts(3, seed: 1)
    _ = problem(Tensor.zeros([3, 5]), x)
    #expect(counter.rollouts == 3 && counter.steps == 15)
    counter.reset()
    _ = PathIntegral(samples: 10, deviation: 20, maximumIterations: 4).solve(problem, x)
    // The start, and ten samples and their mean in each of four iterations.
    #expect(counter.rollouts == 3 * (1 + 4 * 11))
  }

  /// The soft top-k at temperature 0 is the hard one.
  @Test func theDifferentiableMethodAtZeroTemperatureIsTheCrossEntropyMethod() {
    let problem = ParametricProblem.control(cart, horizon: 10)
    let x = problem.sampleContexts(4, seed: 3)
    let noise = StepNoise(seed: 5)
    let hard = CrossEntropyMethod(
      samples: 60, elites: 6, deviation: 50, maximumIterations: 5, tolerance: 0
    ).solve(problem, x, noise: noise).solution
    let soft = SemiAmortized(
      start: LearnedPoint(Tensor.zeros([10])),
      update: CrossEntropyUpdate(samples: 60, elites: 6, deviation: 50, temperature: 0), steps: 5)
    #expect(abs(soft(x, on: problem, noise: noise) - hard).max().item() < 1e-2)
  }

  /// min |y − x|² over a box: the weighted mean goes to the nearest point.
  @Test func pathIntegralsFindAQuadraticsMinimum() {
    let problem = ParametricProblem(
      dimension: 3, contexts: .uniform(-2, 2, dimension: 3), domain: .box(-1, 1)
    ) { y, x in square(y - x).sum(axis: 1) }
    let x = problem.sampleContexts(6, seed: 4)
    let found = PathIntegral(
      samples: 400, deviation: 0.2, temperature: 0.02, maximumIterations: 40
    ).solve(problem, x)
    #expect(abs(found.solution - clip(x, -1, 1)).max().item() < 0.15)
  }

  /// On a linear system with a quadratic cost, the first action of an unconstrained plan by the
  /// regulator is the Riccati controller's; a sampled plan comes near its return.
  @Test func plannersComeNearTheRegulator() {
    let problem = ParametricProblem.control(cart, horizon: 12)
    let x = problem.sampleContexts(6, seed: 8)
    let best = IterativeLQR(horizon: 12, restarts: 4).solve(cart, from: x).returns.mean().item()
    let sampled = CrossEntropyMethod(
      samples: 400, elites: 20, deviation: 60, maximumIterations: 15, tolerance: 0
    ).solve(problem, x)
    let reached = -sampled.values.mean().item()
    let idle = -problem(Tensor.zeros([6, 12]), x).mean().item()
    #expect(reached > idle + 1)
    #expect(best > reached - 0.5)
  }

  @Test func warmStartsMakeReplanningCheap() {
    let pendulum = Pendulum()
    var generator = Generator(seed: 9)
    let states = pendulum.reset(12, from: &generator)
    let solver = CrossEntropyMethod(
      samples: 40, elites: 5, deviation: 1, maximumIterations: 2, tolerance: 0)
    func mean(_ warm: Bool) -> Double {
      let controller = RecedingHorizon(pendulum, horizon: 15, solver: solver, warmStarts: warm)
      let run = controller.run(from: states, steps: 60, seed: 1)
      #expect(run.actions.shape == [12, 60, 1] && run.states.dim(1) == 61)
      #expect(run.counter.rollouts > 0)
      return run.returns.mean().item()
    }
    #expect(mean(true) > mean(false))
  }

  @Test func aPolicySearchStartsAtItsPolicy() {
    let start = Tensor([0.5, -1.0, 0.2, 0.3, 0.1, 0.0])
    let problem = ParametricProblem.policySearch(
      cart, horizon: 6, width: 5, start: start, features: { $0 })
    let x = problem.sampleContexts(4, seed: 1)
    #expect(problem.startingPoints(x).shape == [4, 6])
    var (state, total) = (x, Tensor.zeros([4]))
    for _ in 0..<6 {
      let push = 100 * tanh((cart.observe(state) * start[0..<5]).sum(axis: 1) + start[5])
      let next = cart.step(state, push.expandedDims(axis: 1))
      total = total + next.reward
      state = next.state
    }
    #expect(abs(problem(problem.startingPoints(x), x) + total).max().item() < 1e-3)
  }
}
