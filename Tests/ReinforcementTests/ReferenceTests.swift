import Reinforcement
import Testing

@Suite struct FiniteProcesses {
  /// A walk on five cells that pays 1 at the right end: V(s) = γ^(4 − s) by hand.
  @Test func valueIterationByHand() {
    var (next, reward) = ([[[Int]]](), [[Double]]())
    for s in 0..<5 {
      next.append([[max(s - 1, 0)], [s == 4 ? -1 : s + 1]])
      reward.append([0, s == 4 ? 1 : 0])
    }
    let chances = Tensor.ones([5, 2, 1])
    let process = FiniteMDP(
      next: Tensor(next), probability: chances, reward: Tensor(reward, dtype: .float64))
    let optimum = process.valueIteration(discount: 0.9)
    for s in 0..<5 {
      #expect(Swift.abs(optimum.values()[s] - (0..<(4 - s)).reduce(1.0) { a, _ in a * 0.9 }) < 1e-9)
    }
    #expect(optimum.policy() == [1, 1, 1, 1, 1])
    #expect(Swift.abs(optimum.qValues(0)[0] - 0.9 * optimum.values()[0]) < 1e-9)
    #expect(process.finiteHorizon(steps: 3).values() == [0, 0, 1, 1, 1])
    #expect(process.values(of: [0, 0, 0, 0, 1], discount: 1, steps: 9) == [0, 0, 0, 0, 1])
  }

  @Test func mazeIsWhatItsSimulationsSay() {
    let maze = PelletMaze("P..\n.#.\n..G", pelletsAt: [2, 5, 6], chase: 0.3, horizon: 12)
    let process = maze.finiteMDP()
    #expect(process.states == 8 * 8 * 8)
    let optimum = process.finiteHorizon(steps: 12)
    var generator = Generator(seed: 1)
    let starts = maze.reset(20_000, from: &generator)
    let expected = optimum.values()[maze.stateNumbers(starts[0..<1])[0]]
    let best = rollout(
      { states, t in
        let policy = optimum.policy(at: t)
        return Tensor(maze.stateNumbers(states).map { policy[$0] })
      }, in: maze, from: starts, seed: 3
    ).returns
    let error = best.std().item() / 20_000.0.squareRoot()
    #expect(Swift.abs(best.mean().item() - expected) < 4 * error)
    // And nobody does better: the random policy is far below.
    let random = rollout(
      { states, t in
        var own = Generator(seed: 100 + t)
        return maze.actions.sample(states.dim(0), from: &own)
      }, in: maze, from: starts, seed: 3)
    #expect(random.returns.mean().item() < expected - 0.5)
  }
}

@Suite struct Grids {
  /// A program of its own (201×161 points, 21 torques, bilinear, NumPy) had −140.2 ± 1.7 on 2000
  /// starts.
  @Test func pendulumsOptimum() {
    let program = GridProgram.pendulum(angles: 101, speeds: 81, torques: 15)
    let optimum = program.finiteHorizon(steps: 200)
    var generator = Generator(seed: 5)
    let starts = Pendulum().reset(400, from: &generator)
    let returns = rollout(optimum.policy, in: Pendulum(), from: starts).returns
    let predicted = optimum.values(starts)
    // The grid's own promise holds within its resolution.
    #expect(Swift.abs((returns - predicted.cast(to: .float32)).mean().item() as Double) < 3)
    let mean = returns.mean().item() as Double
    #expect(mean > -155 && mean < -130, "\(mean)")
    // Q of the best action is the value.
    let some = starts[0..<50]
    let best = optimum.qTable(some).max(axis: 1)
    // At the grid's kinks both differ.
    #expect(abs(best - optimum.values(some)).mean().item() < 1)
  }

  @Test func valuesAreExactWhereTheyAreLinear() {
    // x′ = x + u on a line, reward x: with u = 1 at each step the value is linear in x.
    let line = LinearWalk()
    let program = GridProgram(
      line, axes: [GridAxis(0, 100, count: 21)],
      actions: Tensor([[-1.0], [0.0], [1.0]], dtype: .float64))
    let found = program.finiteHorizon(steps: 4)
    let x = Tensor([[3.3], [17.0]], dtype: .float64)
    // Σ (x + t) for t = 0…3.
    #expect(abs(found.values(x) - (4.0 * x[0..., 0] + 6.0)).max().item() < 1e-4)
    #expect(found.action(x) == Tensor([[1.0], [1.0]], dtype: .float64))
    let forever = program.stationary(discount: 0.5)
    // Σ γᵗ(x + t) = x/(1 − γ) + γ/(1 − γ)².
    #expect(abs(forever.values(x) - (2.0 * x[0..., 0] + 2.0)).max().item() < 1e-3)
  }
}

private struct LinearWalk: Environment {
  let name = "LinearWalk"
  let stateDimension = 1
  let actions = ActionSpace.box(low: -1, high: 1)
  let horizon: Int? = 4
  func reset(_ count: Int, from generator: inout Generator) -> Tensor {
    Tensor.uniform([count, 1], from: &generator)
  }
  func step(_ state: Tensor, _ action: Tensor, _ noise: Tensor) -> Transition {
    Transition(state + action, reward: state[0..., 0])
  }
}
