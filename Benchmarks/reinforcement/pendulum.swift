// Actor-critics on gymnasium's pendulum: paired regret against dynamic programming from 1000 fixed
// starts, 64-64 networks, over SEEDS seeds. The settings were chosen with other seeds and other
// starts. AGENT picks one of sac, td3, ddpg, svg0.
import Foundation

let variables = ProcessInfo.processInfo.environment
let seeds = Int(variables["SEEDS"] ?? "10")!
let wanted = variables["AGENT"] ?? "sac"
let program = GridProgram.pendulum()
let exact = program.finiteHorizon(steps: 200)
let trial = PolicyTrial(Pendulum(), starts: 1000, seed: 7, optimum: exact.policy)
if let path = variables["STARTS"] {
  try saveNPZ(["starts": trial.starts, "optimum": trial.optimum!], path)
}
// %%
let scale = [1.0, 1.0, 0.125]
func median(_ values: [Double]) -> Double {
  let sorted = values.sorted()
  return 0.5 * (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2])
}
func short(_ x: Double) -> String { String(format: "%.1f", x) }

func score<A: OffPolicyAgent>(_ name: String, updates: Int, _ make: (Int) -> A) {
  var (half, full, seconds) = ([Double](), [Double](), [Double]())
  for seed in 0..<seeds {
    var run = OffPolicyRun(
      make(seed), in: Pendulum(),
      options: OffPolicyOptions(updatesPerStep: updates, rewardScale: 0.125, seed: seed))
    let start = Double(clock())
    run.advance(by: 5000, showsProgress: false)
    seconds.append((Double(clock()) - start) / 1e6)
    half.append(trial.regret(of: run.agent.action))
    run.advance(by: 5000, showsProgress: false)
    full.append(trial.regret(of: run.agent.action))
  }
  for (steps, regrets) in [(5000, half), (10_000, full)] {
    let interval = bootstrapInterval(regrets)
    print(
      "|", name, "|", steps, "|", short(median(regrets)), "|", short(interquartileMean(regrets)),
      "(\(short(interval.lowerBound)) … \(short(interval.upperBound)))", "|",
      regrets.map(short).joined(separator: " "), "|", regrets.count { $0 <= 10 }, "of",
      "\(seeds)", "|", steps == 5000 ? short(median(seconds)) : "", "|")
  }
}
// %%
var twin = TD3.Options()
(twin.observationScale, twin.learningRate) = (scale, 1.5e-3)
(twin.discount, twin.exploration) = (0.99, 0.2)
twin.schedule = .cosine(from: 2e-3, to: 1e-4, steps: 20_000)
var single = TD3.Options()
(single.observationScale, single.learningRate) = (scale, 1.5e-3)
(single.discount, single.exploration) = (0.98, 0.2)
(single.critics, single.delay, single.smoothing) = (1, 1, 0)
var soft = SAC.Options()
(soft.observationScale, soft.learningRate, soft.discount) = (scale, 1.5e-3, 0.99)
soft.activation = .silu
twin.activation = .silu
single.activation = .silu
switch wanted {
case "sac": score("SAC", updates: 2) { SAC(for: Pendulum(), options: soft, seed: $0) }
case "td3": score("TD3", updates: 2) { TD3(for: Pendulum(), options: twin, seed: $0) }
case "ddpg": score("DDPG", updates: 2) { TD3(for: Pendulum(), options: single, seed: $0) }
default: score("SVG(0)", updates: 2) { SAC.svg0(for: Pendulum(), options: soft, seed: $0) }
}
