import Reinforcement
import Testing

@Suite struct Riccati {
  /// A double integrator.
  private let system = LinearQuadratic(
    Tensor([[1.0, 0.1], [0, 1]], dtype: .float64), Tensor([[0.005], [0.1]], dtype: .float64),
    stateCost: Tensor([[1.0, 0], [0, 0.1]], dtype: .float64),
    actionCost: Tensor([[0.05]], dtype: .float64))

  /// By SciPy 1.17.1: linalg.solve_discrete_are(A, B, Q, R).
  @Test func stationaryGainIsSciPys() throws {
    let found = try RiccatiSolution(of: system)
    let expected = [
      7.921793822447428, 2.2416511771459713, 2.2416511771459713,
      1.7137072858624185, 3.7911229720472033, 3.0032494540102412,
    ]
    for (a, b) in zip(found.value.doubles + found.gain.doubles, expected) {
      #expect(Swift.abs(a - b) < 1e-8)
    }
  }

  @Test func valuesAreTheReturnsOfThePolicy() throws {
    let found = try RiccatiSolution(of: system, steps: 30)
    var generator = Generator(seed: 1)
    let start = system.reset(5, from: &generator)
    var (x, total) = (start, Tensor.zeros([5], dtype: .float64))
    for t in 0..<30 {
      let step = system.step(x, -matmul(x, found.gains[t].T))
      total = total + step.reward
      x = step.state
    }
    #expect(abs(total - found.values(start)).max().item() < 1e-10)
    // And iLQR, which knows nothing of Riccati, finds the same.
    let plan = IterativeLQR(horizon: 30).solve(system, from: start)
    #expect(abs(plan.returns - total).max().item() < 1e-8)
    #expect(abs(plan.gains[0, 0] + found.gain).max().item() < 1e-6)
    #expect(plan.iterations <= 4 && !plan.converged.contains(false))
  }

  @Test func noiseCostsWhatSimulationsSay() throws {
    let noisy = LinearQuadratic(
      system.transition, system.control, stateCost: system.stateCost,
      actionCost: system.actionCost, deviation: 0.1)
    let found = try RiccatiSolution(of: noisy, steps: 20, discount: 0.95)
    var generator = Generator(seed: 2)
    let count = 20_000
    let start = Tensor([[1.0, -1]], dtype: .float64).broadcast(to: [count, 2])
    var (x, total, weight) = (start, Tensor.zeros([count], dtype: .float64), 1.0)
    for t in 0..<20 {
      let noise = noisy.drawNoise(count, from: &generator)
      let step = noisy.step(x, -matmul(x, found.gains[t].T), noise)
      total = total + weight * step.reward
      (x, weight) = (step.state, weight * 0.95)
    }
    let mean = total.mean().item() as Double
    let error = total.std().item() / Double(count).squareRoot()
    #expect(Swift.abs(mean - found.values(start)[0].item()) < 4 * error)
  }

  @Test func whatCannotBeHeldIsRefused() {
    let free = LinearQuadratic(
      Tensor([[1.1]]), Tensor([[0.0]]), stateCost: Tensor([[1.0]]), actionCost: Tensor([[1.0]]))
    #expect(throws: ReferenceError.self) { try RiccatiSolution(of: free) }
  }
}

@Suite struct SwingUp {
  @Test func iterativeLQRSwingsUp() {
    let environment = CartPoleSwingUp()
    var generator = Generator(seed: 1)
    let states = environment.reset(20, from: &generator)
    let plan = IterativeLQR(horizon: 20, maximumIterations: 60, restarts: 2).solve(
      environment, from: states)
    // Rewards of the plan are those of its actions.
    var (x, total) = (states.cast(to: .float64), Tensor.zeros([20], dtype: .float64))
    for t in 0..<20 {
      let step = environment.step(x, plan.actions[0..., t])
      total = total + step.reward
      x = step.state
    }
    #expect(abs(total - plan.returns).max().item() < 1e-9)
    // Without force the pole hangs about: −7.7 on average. 10⁴ rollouts of the cross-entropy method
    // reach 9.0, 250 000 about 10.
    #expect(plan.returns.mean().item() > 8.5)
    #expect(abs(plan.actions).max().item() <= 100)
    // A maximum: no small change of the actions improves it.
    for seed in 0..<3 {
      var noise = Generator(seed: seed)
      let moved = clip(
        plan.actions + 0.1 * Tensor.normal(plan.actions.shape, dtype: .float64, from: &noise),
        -100, 100)
      let again = IterativeLQR(horizon: 20, maximumIterations: 0).solve(
        environment, from: states, actions: moved)
      let better = (again.returns .> plan.returns + 1e-4).cast(to: .float64).sum().item() as Double
      #expect(better <= 3)
    }
  }
}
