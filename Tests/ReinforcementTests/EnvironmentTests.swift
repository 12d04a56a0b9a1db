import Foundation
import Reinforcement
import Testing

/// Transitions that gymnasium 1.2 computed; written by `make_reference.py`.
///
/// A larger file can be named by the variable `ANSATZ_GYMNASIUM`.
private let reference: [String: Tensor] = {
  let beside = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("Data/gymnasium.npz").path
  return try! loadNPZ(ProcessInfo.processInfo.environment["ANSATZ_GYMNASIUM"] ?? beside)
}()

private let classic: [any Environment] = [
  Pendulum(), CartPole(), Acrobot(), MountainCarContinuous(), CartPoleSwingUp(),
]

private func largest(_ x: Tensor) -> Double { abs(x).max().item() }

@Suite struct Environments {
  @Test(arguments: ["Pendulum", "CartPole", "Acrobot", "MountainCarContinuous"])
  func transitionsAreGymnasiums(_ name: String) throws {
    let environment = classic.first { $0.name.split(separator: "-")[0] == name }!
    func part(_ key: String) throws -> Tensor { try #require(reference["\(name).\(key)"]) }
    var action = try part("action")
    if case .box = environment.actions { action = action.expandedDims(axis: 1) }
    let found = environment.step(try part("state"), action)
    // The mountain car keeps its state in float32 there.
    #expect(largest(found.state - (try part("next"))) < 1e-6)
    #expect(largest(environment.observe(found.state) - (try part("seen"))) < 2e-6)
    #expect(largest(found.reward - (try part("reward"))) < 1e-6)
    #expect(largest(found.terminated.cast(to: .float64) - (try part("terminated"))) == 0)
    let share = (try part("terminated")).mean().item() as Double
    #expect(name == "Pendulum" ? share == 0 : share > 0.02 && share < 0.9)
  }

  @Test(arguments: classic.indices) func numbersAndTensorsAgree(_ index: Int) {
    func agree<E: Environment>(_ environment: E) {
      var generator = Generator(seed: 3)
      var worlds = Worlds(environment, count: 200, seed: 1)
      for _ in 0..<8 {
        let actions = environment.actions.sample(200, from: &generator)
        let expected = environment.step(worlds.states, actions)
        let step = worlds.step(actions)
        let scale = 1 + largest(expected.state)
        #expect(largest(step.next - expected.state) < 2e-6 * scale)
        #expect(largest(step.rewards - expected.reward) < 2e-5)
        #expect(step.terminated == expected.terminated)
        worlds.restart()
      }
    }
    agree(classic[index])
  }

  @Test(arguments: classic.indices) func aPathDoesNotDependOnItsNeighbours(_ index: Int) {
    func agree<E: Environment>(_ environment: E) {
      var generator = Generator(seed: 6)
      var many = Worlds(environment, count: 7, seed: 2)
      var alone = (0..<7).map { Worlds(environment, from: many.states[$0..<($0 + 1)]) }
      for _ in 0..<20 {
        let actions = environment.actions.sample(7, from: &generator)
        let step = many.step(actions)
        for i in 0..<7 {
          let one = alone[i].step(actions[i..<(i + 1)])
          #expect(one.next == step.next[i..<(i + 1)])
          #expect(one.rewards == step.rewards[i..<(i + 1)])
          #expect(one.terminated == step.terminated[i..<(i + 1)])
        }
        if many.ended.contains(true) { break }
      }
    }
    agree(classic[index])
  }

  @Test(arguments: classic.indices) func derivativesAgreeWithDifferences(_ index: Int) {
    let environment = classic[index]
    var generator = Generator(seed: 5)
    let d = environment.stateDimension
    let n = 12
    let z =
      Tensor.uniform([n, d + 1], low: -0.9, high: 0.9, dtype: .float64, from: &generator)
      * (environment.name.hasPrefix("Mountain") ? 0.05 : 1)
    let isChoice = if case .choices = environment.actions { true } else { false }
    func total(_ z: Tensor) -> Tensor {
      let action = isChoice ? z[0..., d] : z[0..., d...]
      let next = environment.step(z[0..., 0..<d], action)
      return next.reward.sum() + (next.state * Tensor.arange(d).cast(to: .float64)).sum()
    }
    let slope = gradient(at: z) { total($0) }
    for row in [0, 5] {
      for column in 0...d {
        var step = Tensor.zeros([n, d + 1], dtype: .float64)
        step[row, column] .= 1e-5
        let difference = (total(z + step) - total(z - step)).item() / 2e-5
        let found = slope[row, column].item() as Double
        #expect(Swift.abs(found - difference) < 1e-5 * (1 + Swift.abs(difference)))
      }
    }
  }

  @Test func sinesAreThoseOfTheLibrary() {
    // Through the pendulum at gravity 2/3 and full precision: θ̇′ = 0.05·sin θ.
    var rod = Pendulum()
    rod.gravity = 2.0 / 3
    for angle in stride(from: -30.0, through: 30, by: 0.37) {
      var world = Worlds(rod, from: Tensor([[Float(angle), 0]]))
      let speed = world.step(Tensor([[0.0]])).next[0, 1].item() as Double
      #expect(Swift.abs(speed - 0.05 * Foundation.sin(Double(Float(angle)))) < 4e-9)
    }
  }

  @Test func timeLimitsTruncateAndNothingIsRestartedUnasked() {
    var world = World(Pendulum(), seed: 1)
    for t in 1...200 {
      let (_, outcome) = world.step(Tensor([0.0]))
      if t < 200 {
        guard case .continues = outcome else { return #expect(Bool(false), "ended at \(t)") }
      } else if case .truncated(let final) = outcome {
        #expect(final == world.observation && world.age == 200)
      } else {
        Issue.record("step 200 gave \(outcome)")
      }
    }
    world.restart()
    #expect(world.age == 0)
    var poles = Worlds(CartPole(), count: 64, seed: 2)
    var ended = 0
    for _ in 0..<60 {
      let step = poles.step(Tensor.ones([64], dtype: .int32))
      let over = step.terminated.booleans
      #expect(poles.ended == over && !step.truncated.contains(true))
      #expect(poles.states == step.next)
      ended += over.count { $0 }
      poles.restart()
      #expect(!poles.ended.contains(true))
    }
    // Pushed to one side a pole falls after 8 to 11 steps.
    #expect((64 * 4...64 * 8).contains(ended))
  }

  @Test func runsAreTheStepsTheyStandFor() {
    var generator = Generator(seed: 4)
    let actions = CartPole().actions.sample(50 * 3, from: &generator).reshaped([50, 3])
    var (fast, slow) = (
      Worlds(CartPole(), count: 3, seed: 7), Worlds(CartPole(), count: 3, seed: 7)
    )
    let result = fast.run(steps: 20, actions: actions)
    var total = [0.0, 0, 0]
    for t in 0..<20 {
      for (i, reward) in slow.step(actions[t]).rewards.doubles.enumerated() { total[i] += reward }
      slow.restart()
    }
    #expect(result.rewards == total)
    if result.ends == 0 { #expect(fast.states == slow.states) }
  }

  /// Limits end episodes in a run as in single steps, also in the middle of a block, and one step
  /// after the other gives the bits of a run.
  @Test func runsEndWhereStepsDo() {
    var generator = Generator(seed: 9)
    let actions = Acrobot().actions.sample(620 * 5, from: &generator).reshaped([620, 5])
    var (fast, slow) = (Worlds(Acrobot(), count: 5, seed: 7), Worlds(Acrobot(), count: 5, seed: 7))
    var ends = 0
    var total = [Double](repeating: 0, count: 5)
    var before = slow.states
    for t in 0..<499 {
      let step = slow.step(actions[t])
      for (i, reward) in step.rewards.doubles.enumerated() { total[i] += reward }
      ends += slow.ended.count { $0 }
      guard ends == 0 else { break }
      before = slow.states
    }
    let steps = ends == 0 ? 499 : slow.ages[0] - 1
    let result = fast.run(steps: steps, actions: actions[0..<steps])
    #expect(fast.states == before && result.ends == 0)
    #expect(fast.ages == [Int](repeating: steps, count: 5))
    let rest = fast.run(steps: 620 - steps, actions: actions[steps..<620])
    #expect(rest.ends >= 5 && fast.ages.allSatisfy { (0..<500).contains($0) })
  }

  @Test func quietCartPoleSwingUpFalls() {
    // θ = 0.1 grows without force, and the reward is that of the state before the step.
    let environment = CartPoleSwingUp()
    let state = Tensor([[0.5, 0, 0.1, 0]], dtype: .float64)
    let step = environment.step(state, Tensor([[10.0]], dtype: .float64))
    #expect(Swift.abs(step.reward.item() - (Foundation.cos(0.1) - 0.025 - 1e-3)) < 1e-12)
    let temporary = 10 / 1.1
    let turning =
      (9.8 * Foundation.sin(0.1) - Foundation.cos(0.1) * temporary)
      / (0.5 * (4.0 / 3 - 0.1 * Foundation.pow(Foundation.cos(0.1), 2) / 1.1))
    #expect(Swift.abs(step.state[0, 3].item() - 0.05 * turning) < 1e-12)
    #expect(step.state[0, 0].item() == 0.5)
  }
}

@Suite struct Mazes {
  private let maze = PelletMaze("P..\n.#.\n..G", chase: 0.3)

  @Test func cellsAndPellets() {
    #expect(maze.places == [0, 1, 2, 3, 5, 6, 7, 8])
    #expect(maze.player == 0 && maze.ghosts == [7] && maze.pellets == [1, 2, 3, 4, 5, 6, 7])
    #expect(maze.stateDimension == 9 && maze.observationDimension == 23)
    #expect(PelletMaze.small.pellets.count == 8 && PelletMaze.small.size.rows == 7)
  }

  @Test func stepsByHand() {
    var generator = Generator(seed: 1)
    let start = maze.reset(1, from: &generator)
    // Right: a pellet; the ghost at the corner hunts upwards or leftwards, never stays.
    let right = maze.step(start, Tensor([1]), Tensor([[0.1]]))
    #expect(right.reward.item() == 1 && right.state[0, 0].item() == 1)
    #expect([4, 6].contains(right.state[0, 1].item(as: Int.self)))
    #expect(right.state[0, 2].item() == 0 && right.state[0, 3].item() == 1)
    #expect(!right.terminated.booleans[0])
    // Up: a wall, nothing to eat.
    let up = maze.step(start, Tensor([0]), Tensor([[0.9]]))
    #expect(up.reward.item() == 0 && up.state[0, 0].item() == 0)
    // Into each other: they change places and the player is caught.
    var face = start
    face[0, 0] .= 2.0
    face[0, 1] .= 4.0
    let caught = maze.step(face, Tensor([2]), Tensor([[0.1]]))
    #expect(caught.terminated.booleans[0])
  }

  @Test func numbersAndTensorsAgree() {
    var generator = Generator(seed: 9)
    for world in [maze, PelletMaze.small] {
      var worlds = Worlds(world, count: 300, seed: 3)
      var (ends, eaten) = (0, 0.0)
      for _ in 0..<30 {
        let actions = world.actions.sample(300, from: &generator)
        var other = worlds.generator
        let noise = world.drawNoise(300, from: &other)
        let expected = world.step(worlds.states, actions, noise)
        let step = worlds.step(actions)
        #expect(step.next == expected.state && step.rewards == expected.reward)
        #expect(step.terminated == expected.terminated)
        ends += step.terminated.booleans.count { $0 }
        eaten += step.rewards.sum().item()
        worlds.restart()
      }
      #expect(ends > 5 && eaten > 300, "\(ends) ends, \(eaten) pellets")
    }
  }

  @Test func ghostsGoEverywhereEquallyOften() {
    var generator = Generator(seed: 2)
    let wild = PelletMaze("P..\n.#.\n..G")
    let start = wild.reset(6000, from: &generator)
    let noise = wild.drawNoise(6000, from: &generator)
    let next = wild.step(start, Tensor.zeros([6000], dtype: .int32), noise)
    let up = (next.state[0..., 1] .== 4.0).cast(to: .float64).mean().item() as Double
    #expect(Swift.abs(up - 0.5) < 0.03)
  }
}

@Suite struct BrickGames {
  private func board(
    _ x: Float, _ y: Float, _ dx: Float, _ dy: Float, paddle: Float, gone: [Int] = []
  ) -> Tensor {
    let bricks = (0..<30).map { gone.contains($0) ? Float(0) : 1 }
    return Tensor([x, y, dx, dy, paddle] + bricks, shape: [1, 35])
  }

  @Test func stepsByHand() {
    let game = Bricks()
    func after(_ state: Tensor, _ action: Int) -> (ball: [Float], reward: Double, ends: Bool) {
      let next = game.step(state, Tensor([action]))
      return (Array(next.state.floats[0..<5]), next.reward.item(), next.terminated.booleans[0])
    }
    // It falls; the paddle goes left, and not off the board.
    #expect(after(board(3, 4, 1, 1, paddle: 0), 0) == ([4, 5, 1, 1, 0], 0, false))
    // At the side it keeps its column.
    #expect(after(board(9, 5, 1, 1, paddle: 4), 2) == ([9, 6, -1, 1, 5], 0, false))
    // A brick of row 3 is taken from row 4; where it is missing, the ball goes on.
    #expect(after(board(2, 4, 1, -1, paddle: 4), 1) == ([3, 4, 1, 1, 4], 1, false))
    #expect(after(board(2, 4, 1, -1, paddle: 4, gone: [23]), 1) == ([3, 3, 1, -1, 4], 0, false))
    // At the top.
    #expect(after(board(2, 0, 1, -1, paddle: 4), 1) == ([3, 0, 1, 1, 4], 0, false))
    // Caught, and missed.
    #expect(after(board(4, 8, 1, 1, paddle: 4), 2) == ([5, 8, 1, -1, 5], 0, false))
    #expect(after(board(4, 8, 1, 1, paddle: 4), 1) == ([5, 9, 1, 1, 4], 0, true))
    // The last brick brings all back.
    let last = board(2, 4, 1, -1, paddle: 4, gone: (0..<30).filter { $0 != 23 })
    #expect(game.step(last, Tensor([1])).state[0, 5...].sum().item() == 30)
    let seen = game.observe(board(9, 5, 1, -1, paddle: 4))
    #expect(seen.shape == [1, 62] && seen.sum().item() == 33)
    #expect(seen[0, 9].item() == 1 && seen[0, 15].item() == 1 && seen[0, 24].item() == 1)
  }

  @Test func numbersAndTensorsAgree() {
    var generator = Generator(seed: 9)
    var worlds = Worlds(Bricks(), count: 300, seed: 3)
    var (ends, hits) = (0, 0.0)
    for _ in 0..<80 {
      let actions = worlds.environment.actions.sample(300, from: &generator)
      let expected = worlds.environment.step(worlds.states, actions)
      let step = worlds.step(actions)
      #expect(step.next == expected.state && step.rewards == expected.reward)
      #expect(step.terminated == expected.terminated)
      ends += step.terminated.booleans.count { $0 }
      hits += step.rewards.sum().item()
      worlds.restart()
    }
    #expect(ends > 1000 && hits > 300, "\(ends) ends, \(hits) bricks")
  }

  /// Whoever stays under the ball never loses: every game can be played to its time limit.
  @Test func stayingUnderTheBallIsEnough() {
    var worlds = Worlds(Bricks(), count: 20, seed: 4)
    var total = 0.0
    for t in 1...1000 {
      let (x, dx) = (worlds.states[0..., 0], worlds.states[0..., 2])
      let aim = which((x + dx .< 0.0) .| (x + dx .> 9.0), x, x + dx)
      let way = clip(aim - worlds.states[0..., 4], -1, 1) + 1
      let step = worlds.step(way.cast(to: .int32))
      total += step.rewards.sum().item()
      #expect(!step.terminated.booleans.contains(true))
      #expect(step.truncated.allSatisfy { $0 == (t == 1000) })
    }
    #expect(total / 20 > 50)
  }
}
