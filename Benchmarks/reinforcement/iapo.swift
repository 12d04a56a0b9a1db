// Iterative amortized policies beside SAC on the pendulum: regret against dynamic programming from
// 1000 fixed starts, at equal steps of the environment and at equal gradients of Q. FIRST and SEEDS
// name the seeds.
import Foundation

let variables = ProcessInfo.processInfo.environment
let first = Int(variables["FIRST"] ?? "0")!
let seeds = Int(variables["SEEDS"] ?? "10")!
let wanted = variables["AGENT"] ?? "all"
let program = GridProgram.pendulum()
let exact = program.finiteHorizon(steps: 200)
let trial = PolicyTrial(Pendulum(), starts: 1000, seed: 7, optimum: exact.policy)
let marks = [1500, 2000, 3000, 4000]
func short(_ x: Double) -> String { String(format: "%.1f", x) }

/// A row for each number of steps: regrets of all seeds.
func score<A: OffPolicyAgent>(
  _ name: String, updates: Int, gradients: Int, _ make: (Int) -> A
) {
  var regrets = marks.map { _ in [Double]() }
  for seed in first..<(first + seeds) {
    var run = OffPolicyRun(
      make(seed), in: Pendulum(),
      options: OffPolicyOptions(updatesPerStep: updates, rewardScale: 0.125, seed: seed))
    for (k, steps) in marks.enumerated() {
      run.advance(by: steps - run.steps, showsProgress: false)
      regrets[k].append(trial.regret(of: run.agent.action))
    }
  }
  for (steps, values) in zip(marks, regrets) {
    let sorted = values.sorted()
    let middle = 0.5 * (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2])
    let spent = (steps - 500) * updates * gradients
    print(
      "|", name, "|", steps, "|", spent, "|", short(middle), "|",
      short(interquartileMean(values)), "|", values.map(short).joined(separator: " "), "|")
  }
}
// %%
var soft = SAC.Options()
soft.observationScale = [1.0, 1.0, 0.125]
(soft.learningRate, soft.discount) = (1.5e-3, 0.99)
var steps = IAPO.Options()
(steps.soft, steps.iterations) = (soft, 2)
if wanted == "all" || wanted == "iapo" {
  score("IAPO(2), an update a step", updates: 1, gradients: 5) {
    IAPO(for: Pendulum(), options: steps, seed: $0)
  }
}
if wanted == "all" || wanted == "sac" {
  score("SAC, an update a step", updates: 1, gradients: 1) {
    SAC(for: Pendulum(), options: soft, seed: $0)
  }
}
if wanted == "all" || wanted == "sac5" {
  score("SAC, five updates a step", updates: 5, gradients: 1) {
    SAC(for: Pendulum(), options: soft, seed: $0)
  }
}
