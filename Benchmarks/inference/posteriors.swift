// Amortized posteriors over three seeds, judged by the references of the benchmark of simulation-based
// inference; posteriors.py writes REFERENCES, judges DRAWS by another classifier, and makes the table.
import Foundation

let variables = ProcessInfo.processInfo.environment
let file = try loadNPZ(variables["REFERENCES"] ?? "references.npz")
let seeds = Int(variables["SEEDS"] ?? "3") ?? 3
let observations = 3
let clock = ContinuousClock()
func seconds(_ d: Duration) -> Double {
  Double(d.components.seconds) + 1e-18 * Double(d.components.attoseconds)
}
func line(_ fields: Any...) { print("=\t" + fields.map { "\($0)" }.joined(separator: "\t")) }
var kept: [String: Tensor] = [:]
// %%
func trained(_ simulator: Simulator, _ m: Int, _ steps: Int, _ maps: Int, _ width: Int, seed: Int)
  -> (AmortizedPosterior<MLP, FlowPosterior>, Double)
{
  var g = Generator(seed: 100 + seed)
  let start = AmortizedPosterior(
    MLP([m, 128, 128, 48], from: &g),
    FlowPosterior(
      of: simulator, features: 48, maps: maps, bins: 8, hidden: [width, width], from: &g),
    of: simulator)
  let options = TrainingOptions(
    batch: 256, schedule: .cosine(from: 2e-3, to: 1e-5, steps: steps), clip: 5, heldOut: 0,
    seed: seed)
  var run = TrainingRun(start, options: options)
  let time = clock.measure {
    run.advance(by: steps, on: { $0.problem(of: simulator) }, showsProgress: false)
  }
  return (run.model, seconds(time))
}
// %%
for seed in 0..<seeds {
  let moons = Simulator.twoMoons
  let (model, time) = trained(moons, 2, 5000, 3, 64, seed: seed)
  line("two moons", "training, s", seed, "", time)
  var g = Generator(seed: seed)
  for k in 1...observations {
    let draws = model.sample(10_000, given: file["two_moons_x\(k)"]!.cast(to: .float32), from: &g)
    line("two moons", "C2ST", seed, k, TwoSampleTest(draws, file["two_moons_\(k)"]!).accuracy)
    if seed == 0 { kept["two_moons_\(k)"] = draws }
  }
  let found = model.calibration(on: moons, simulations: 1000)
  line(
    "two moons", "largest distance of ranks / band", seed, "",
    (found.distances + [found.coverageDistance]).max()! / found.band())
  line("two moons", "variance / prior's", seed, "", found.sharpness.max()!)
}
// %%
for seed in 0..<seeds {
  let hard = Simulator.slcp
  let (model, time) = trained(hard, 8, 4000, 4, 80, seed: seed)
  line("SLCP", "training, s", seed, "", time)
  var g = Generator(seed: seed)
  for k in 1...observations {
    let x = file["slcp_x\(k)"]!.cast(to: .float32)
    let reference = file["slcp_\(k)"]!
    let draws = model.sample(10_000, given: x, from: &g)
    line("SLCP", "C2ST", seed, k, TwoSampleTest(draws, reference).accuracy)
    let weighted = model.corrected(100_000, given: x, on: hard, from: &g)
    line("SLCP", "effective draws of 100 000", seed, k, weighted.effectiveCount)
    let mended = weighted.resampled(10_000, from: &g)
    line("SLCP", "C2ST, corrected", seed, k, TwoSampleTest(mended, reference).accuracy)
    if seed == 0 { (kept["slcp_\(k)"], kept["mended_\(k)"]) = (draws, mended) }
  }
  let found = model.calibration(on: hard, simulations: 1000)
  line(
    "SLCP", "largest distance of ranks / band", seed, "",
    (found.distances + [found.coverageDistance]).max()! / found.band())
  line("SLCP", "variance / prior's", seed, "", found.sharpness.max()!)
}
try saveNPZ(kept, variables["DRAWS"] ?? "draws.npz")
