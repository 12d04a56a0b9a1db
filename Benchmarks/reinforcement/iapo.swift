// Iterative amortized policies beside SAC on the pendulum: regret against dynamic programming from
// 1000 fixed starts, at equal steps of the environment and at equal gradients of Q. A line for each
// seed as soon as it is known. FIRST and SEEDS name the seeds.
import Foundation

let variables = ProcessInfo.processInfo.environment
let first = Int(variables["FIRST"] ?? "0")!
let seeds = Int(variables["SEEDS"] ?? "10")!
let wanted = variables["AGENT"] ?? "all"
let program = GridProgram.pendulum()
let exact = program.finiteHorizon(steps: 200)
let trial = PolicyTrial(Pendulum(), starts: 1000, seed: 7, optimum: exact.policy)
let marks = [1500, 2000, 3000, 4000, 5000]

/// A line for each seed and number of steps, for `table.py`.
func score<A: OffPolicyAgent>(
  _ name: String, updates: Int, gradients: Int, _ make: (Int) -> A
) {
  for seed in first..<(first + seeds) {
    var run = OffPolicyRun(
      make(seed), in: Pendulum(),
      options: OffPolicyOptions(updatesPerStep: updates, rewardScale: 0.125, seed: seed))
    let start = Double(clock())
    for steps in marks {
      run.advance(by: steps - run.steps, showsProgress: false)
      let regret = String(format: "%.2f", trial.regret(of: run.agent.action))
      let spent = (steps - 500) * updates * gradients
      let time = String(format: "%.1f", (Double(clock()) - start) / 1e6)
      print("iapo\t\(name)\t\(steps)\t\(spent)\t\(seed)\t\(regret)\t\(time)")
      fflush(nil)
    }
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
