// %%
// PILCO swings up a cart-pole and holds it, for several seeds. SEEDS is how many, FIRST the first one.
import Foundation
func setting(_ name: String, _ usual: Int) -> Int {
  ProcessInfo.processInfo.environment[name].flatMap(Int.init) ?? usual
}
let cart = CartPoleSwingUp(horizon: nil)
let steps = 60
@Sendable func loss(_ o: Tensor, _ u: Tensor) -> Tensor {
  let x = o[0..., 0]
  let distance = square(x) + 2 * (1 - o[0..., 2])
  return 1 - exp(-0.5 * distance) + 0.02 * square(x)
}
@Sendable func hanging(_ count: Int, _ generator: inout Generator) -> Tensor {
  let noise = Tensor.normal([count, 4], dtype: .float64, from: &generator)
  return Tensor([0, 0, Double.pi, 0], dtype: .float64) + 0.05 * noise
}
func processTime() -> Double {
  var t = timespec()
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t)
  return Double(t.tv_sec) + 1e-9 * Double(t.tv_nsec)
}
func digits(_ x: Double, _ n: Int = 2) -> String { String(format: "%.\(n)f", x) }
/// The pole is within 18° of upright and the cart within a metre, all through the last second.
func holds(_ trial: PILCO<CartPoleSwingUp>.Trial) -> Bool {
  let last = trial.states[(steps - 20)...]
  return (cos(last[0..., 2]) .> 0.95).all() && (abs(last[0..., 0]) .< 1).all()
}
// %%
for seed in setting("FIRST", 1)..<(setting("FIRST", 1) + setting("SEEDS", 3)) {
  var generator = Generator(seed: seed)
  let bumps = RadialBasis(
    bumps: 50, around: [0, 0, 0, 0, 0], spreads: [1, 2, 1, 1, 5], from: &generator)
  var search = PILCO(
    cart, policy: DeterministicPolicy(bumps, low: -10, high: 10), steps: steps, particles: 32,
    capacity: 120, iterations: setting("ITERATIONS", 100), restarts: setting("RESTARTS", 3),
    seed: seed, start: hanging, loss: loss)
  let begin = processTime()
  search.tryOut()
  var heights: [String] = []
  for _ in 2...8 {
    search.learn()
    let trial = search.tryOut()
    heights.append(digits(cos(trial.states[(steps - 20)..., 2]).min().item()))
    let progress = "seed \(seed): \(heights.joined(separator: " ")), loss \(trial.loss)\n"
    FileHandle.standardError.write(Data(progress.utf8))
  }
  let cpu = processTime() - begin
  let first = search.trials.indices.first { holds(search.trials[$0]) }
  // Ten seconds from starts that were not tried out.
  let fresh = (0..<20).map { _ in search.act(from: hanging(1, &generator), steps: 200) }
  let kept = fresh.count { (cos($0.states[60..., 2]) .> 0.95).all() }
  var usage = rusage()
  getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
  print(
    "| \(seed) | \(heights.joined(separator: " ")) | \(first.map { "\($0 + 1)" } ?? "none") |",
    "\(first.map { digits(Double($0 + 1) * 0.05 * Double(steps), 0) } ?? "–") |",
    "\(holds(search.trials[7]) ? "yes" : "no") | \(kept) of 20 | \(digits(cpu, 0)) |",
    "\(usage.ru_maxrss / 1024) |")
}
