// %%
// The pellet maze: fine-tuning before each move and tree search against further training of the
// blueprint, by samples. SEEDS is the number of blueprints, FIRST the first one.
import Foundation
func setting(_ name: String, _ usual: Int) -> Int {
  ProcessInfo.processInfo.environment[name].flatMap(Int.init) ?? usual
}
let first = setting("FIRST", 1)
let maze = PelletMaze.small
let process = maze.finiteMDP()
var generator = Generator(seed: 1)
let origin = maze.stateNumbers(maze.reset(1, from: &generator))[0]
func digits(_ x: Double) -> String { String(format: "%.2f", x) }
func row(_ seed: Int, _ name: String, _ samples: Int?, _ games: [FiniteSearch.Game], _ spent: Int) {
  let n = Double(games.count)
  let mean = games.map(\.score).reduce(0, +) / n
  let squares = games.map { ($0.score - mean) * ($0.score - mean) }.reduce(0, +)
  let error = (squares / n / (n - 1)).squareRoot()
  let each = samples.map { "\($0)" } ?? ""
  print("| \(seed) | \(name) | \(each) | \(spent) | \(digits(mean)) ± \(digits(error)) |")
}
print("| | optimum | | | \(digits(process.finiteHorizon(steps: 50).values()[origin])) |")
// %%
for seed in first..<(first + setting("SEEDS", 3)) {
  var own = Generator(seed: seed)
  var options = PPOOptions()
  options.seed = seed
  (options.worlds, options.steps, options.epochs, options.batch) = (32, 64, 4, 512)
  (options.entropy, options.learningRate) = (0.01, 1e-2)
  let width = maze.observationDimension
  var ppo = PPO(
    CategoricalPolicy(Dense(width, 4, from: &own)),
    value: MLP([width, 64, 1], activation: .tanh, from: &own), in: maze, options: options)
  func player() -> FiniteSearch {
    var player = FiniteSearch(
      process, blueprint: FeaturePolicy(ppo.policy.network), horizon: 50,
      features: maze.activeFeatures)
    player.entropy = 1
    return player
  }
  func play(_ player: FiniteSearch, _ method: FiniteSearch.Method, _ samples: Int, _ count: Int)
    -> [FiniteSearch.Game]
  { (0..<count).map { player.play(from: origin, by: method, samples: samples, seed: 1000 + $0) } }
  let (blueprint, whole) = (80, 240)
  for _ in 0..<4 {
    ppo.advance(iterations: blueprint / 4, of: whole, showsProgress: false)
    row(seed, "PPO after \(ppo.steps) steps", nil, play(player(), .blueprint, 0, 4000), 0)
  }
  let fixed = player()
  for samples in [500, 1000, 2000, 4000, 8000] {
    for method in [FiniteSearch.Method.fineTuning, .treeSearch] {
      var own = fixed
      if method == .treeSearch { own.depth = 12 }
      let games = play(own, method, samples, 40)
      let spent = games.map(\.samples).reduce(0, +) / games.count
      row(seed, method == .fineTuning ? "fine-tuning" : "tree search", samples, games, spent)
    }
  }
  let before = ppo.steps
  for _ in 0..<4 {
    ppo.advance(iterations: (whole - blueprint) / 4, of: whole, showsProgress: false)
    row(
      seed, "PPO, trained further", nil, play(player(), .blueprint, 0, 4000), ppo.steps - before)
  }
}
