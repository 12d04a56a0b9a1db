// Environments, buffers, updates and lives: rates by wall time and by CPU time.
import Foundation

func processTime() -> Double {
  var t = timespec()
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t)
  return Double(t.tv_sec) + 1e-9 * Double(t.tv_nsec)
}
/// The best of several rounds: things per second of wall time, and of CPU time.
func rate(_ things: Int, rounds: Int = 5, _ body: () -> Void) -> (wall: Double, cpu: Double) {
  body()
  var best = (0.0, 0.0)
  for _ in 0..<rounds {
    let (begin, spent) = (ContinuousClock.now, processTime())
    body()
    let (wall, cpu) = ((ContinuousClock.now - begin) / .seconds(1), processTime() - spent)
    best = (max(best.0, Double(things) / wall), max(best.1, Double(things) / cpu))
  }
  return best
}
func row(
  _ what: String, _ unit: String, _ found: (wall: Double, cpu: Double), per scale: Double = 1
) {
  let digits = [found.wall, found.cpu].map { String(format: "%.4g", $0 / scale) }
  print("\(what)\tAnsatz\t\(digits[0])\t\(digits[1])\t\(unit)")
}
// %%
func environment<E: Environment>(_ e: E) {
  for (count, steps) in [(1, 1_000_000), (1024, 2000)] {
    var worlds = Worlds(e, count: count, seed: 1)
    row(
      "\(e.name), \(count) at once", "M steps/s",
      rate(count * steps) { _ = worlds.run(steps: steps) }, per: 1e6)
  }
}
environment(Pendulum())
environment(CartPole())
environment(Acrobot())
environment(MountainCarContinuous())
environment(PelletMaze.small)
environment(Bricks())
environment(Crossing())
// %%
var buffer = ReplayBuffer(capacity: 1_000_000, for: Pendulum())
let (seen, acts, zero) = (Tensor.zeros([1024, 3]), Tensor.zeros([1024, 1]), Tensor.zeros([1024]))
row(
  "buffer, adding 1024 transitions", "M/s",
  rate(1024 * 500) {
    for _ in 0..<500 { buffer.add(seen, acts, zero, next: seen, terminated: zero) }
  }, per: 1e6)
var generator = Generator(seed: 1)
row(
  "buffer, sampling 256 transitions", "M/s",
  rate(256 * 2000) {
    for _ in 0..<2000 { _ = buffer.sample(256, discount: 0.99, from: &generator) }
  }, per: 1e6)
// %%
struct Wide: Environment {
  let name = "17 observations, 6 actions"
  let stateDimension = 17
  let actions = ActionSpace.box(dimension: 6, low: -1, high: 1)
  let horizon: Int? = 1000
  func reset(_ count: Int, from generator: inout Generator) -> Tensor {
    Tensor.normal([count, 17], from: &generator)
  }
  func step(_ state: Tensor, _ action: Tensor, _ noise: Tensor) -> Transition {
    Transition(state, reward: state[0..., 0])
  }
}
var large = SAC.Options()
(large.hidden, large.activation, large.learningRate, large.averaging) = (
  [256, 256], .relu, 3e-4, 0.005
)
let batch = TransitionBatch(
  observations: Tensor.normal([256, 17], from: &generator),
  actions: Tensor.uniform([256, 6], low: -1, high: 1, from: &generator),
  rewards: Tensor.normal([256], from: &generator),
  next: Tensor.normal([256, 17], from: &generator), discounts: Tensor.full([256], 0.99))
var agent = SAC(for: Wide(), options: large)
let update = rate(50) { for _ in 0..<50 { agent.learn(from: batch) } }
row("SAC update, 256-256, batch 256, 17 + 6", "ms", (1e3 / update.wall, 1e3 / update.cpu))
// %%
func life(_ what: String, _ options: SAC.Options, batch: Int, random: Int, steps: Int) {
  var run = OffPolicyRun(
    SAC(for: Pendulum(), options: options), in: Pendulum(),
    options: OffPolicyOptions(randomSteps: random, batch: batch))
  run.advance(by: random + 50, showsProgress: false)
  row(what, "steps/s", rate(steps, rounds: 3) { run.advance(by: steps, showsProgress: false) })
}
life("SAC life, 256-256, batch 256", large, batch: 256, random: 300, steps: 200)
life("SAC life, 64-64, batch 128", SAC.Options(), batch: 128, random: 300, steps: 1000)
