import Planning
import Reinforcement
import Tensors
import Testing

@Suite struct FiniteSearchTests {
  private static let maze = PelletMaze(
    "P..\n.#.\n..G", pelletsAt: [2, 5, 6], chase: 0.3, horizon: 12)
  private static let process = maze.finiteMDP()
  /// All actions equally likely.
  private static let search = FiniteSearch(
    process,
    blueprint: FeaturePolicy(
      weight: Tensor.zeros([maze.observationDimension, 4]), bias: Tensor.zeros([4])),
    horizon: 12, features: maze.activeFeatures)

  private static var start: Int {
    var generator = Generator(seed: 1)
    return maze.stateNumbers(maze.reset(1, from: &generator))[0]
  }

  private func mean(_ games: [FiniteSearch.Game]) -> (mean: Double, error: Double) {
    let n = Double(games.count)
    let m = games.map(\.score).reduce(0, +) / n
    let v = games.map { ($0.score - m) * ($0.score - m) }.reduce(0, +) / (n - 1)
    return (m, (v / n).squareRoot())
  }

  @Test func featuresAreThoseOfObservations() {
    let maze = Self.maze
    var worlds = Worlds(maze, count: 40, seed: 2)
    var generator = Generator(seed: 3)
    for _ in 0..<4 {
      worlds.step(maze.actions.sample(40, from: &generator))
      let numbers = maze.stateNumbers(worlds.states)
      let seen = worlds.observations
      for row in 0..<40 where !worlds.ended[row] {
        let active = seen[row].doubles.enumerated().filter { $0.element == 1 }.map(\.offset)
        #expect(maze.activeFeatures(numbers[row]) == active)
      }
      worlds.restart()
    }
  }

  /// Followed steps have the probabilities of the process: the optimal policy's games have the value
  /// that dynamic programming gives, and the random policy's that of rollouts in the environment.
  @Test func gamesHaveTheProcessesChances() {
    let optimum = Self.process.finiteHorizon(steps: 12)
    var generator = Generator(seed: 5)
    var scores: [Double] = []
    for _ in 0..<8000 {
      var (state, score) = (Self.start as Int?, 0.0)
      for t in 0..<12 {
        guard let now = state else { break }
        let step = Self.process.follow(now, optimum.policy(at: t)[now], generator.uniform())
        score += step.reward
        state = step.next
      }
      scores.append(score)
    }
    let average = scores.reduce(0, +) / 8000
    let spread = scores.map { ($0 - average) * ($0 - average) }.reduce(0, +) / 8000
    let error = (spread / 8000).squareRoot()
    #expect(abs(average - optimum.values()[Self.start]) < 4 * error)

    let games = (0..<8000).map { Self.search.play(from: Self.start, by: .blueprint, seed: $0) }
    let states = Self.maze.reset(8000, from: &generator)
    let random =
      rollout(
        { states, t in
          var own = Generator(seed: 100 + t)
          return Self.maze.actions.sample(states.dim(0), from: &own)
        }, in: Self.maze, from: states, seed: 3
      ).returns.mean().item() as Double
    let found = mean(games)
    #expect(abs(found.mean - random) < 5 * found.error)
  }

  @Test func searchesGainOverABlueprintThatKnowsNothing() {
    let best = Self.process.finiteHorizon(steps: 12).values()[Self.start]
    let blueprint = mean(
      (0..<2000).map { Self.search.play(from: Self.start, by: .blueprint, seed: $0) })
    for method in [FiniteSearch.Method.fineTuning, .treeSearch] {
      let games = (0..<60).map {
        Self.search.play(from: Self.start, by: method, samples: 3000, seed: $0)
      }
      let found = mean(games)
      let error = (found.error * found.error + blueprint.error * blueprint.error).squareRoot()
      #expect(found.mean > blueprint.mean + 4 * error, "\(method) \(found) \(blueprint)")
      #expect(found.mean < best + 4 * found.error)
      // No more than the steps of one simulated game above what was allowed.
      #expect(games.allSatisfy { $0.samples >= $0.moves && $0.samples <= $0.moves * 3012 })
    }
  }

  @Test func probabilitiesAreASoftmaxOfSums() {
    let policy = FeaturePolicy(
      weight: Tensor([[0.5, -1, 0], [0.25, 2, -0.5]]), bias: Tensor([0.1, 0.2, 0.3]))
    let expected = softmax(Tensor([0.85, 1.2, -0.2], dtype: .float64)).doubles
    for (a, b) in zip(policy.probabilities([0, 1]), expected) { #expect(abs(a - b) < 1e-7) }
  }

  @Test func badInputIsNamed() async {
    await #expect(processExitsWith: .failure) {
      _ = FiniteSearchTests.search.play(
        from: FiniteSearchTests.start, by: .treeSearch, samples: 0, seed: 1)
    }
    await #expect(processExitsWith: .failure) {
      _ = FiniteSearchTests.search.play(from: -1, by: .blueprint, seed: 1)
    }
  }
}
