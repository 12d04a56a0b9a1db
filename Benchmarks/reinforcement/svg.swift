// Value gradients through a learned model beside SAC on the pendulum: the steps of the environment after
// which the regret against dynamic programming, from 1000 fixed starts, is at most 25 and stays so. A
// line for each seed and mark. FIRST and SEEDS name the seeds, AGENT one of svg, sac, and UPDATES the
// updates of a step.
import Foundation

let variables = ProcessInfo.processInfo.environment
func number(_ name: String, _ standard: Int) -> Int {
  variables[name].flatMap(Int.init) ?? standard
}
let (first, seeds) = (number("FIRST", 0), number("SEEDS", 10))
let wanted = variables["AGENT"] ?? "svg"
let updates = number("UPDATES", 4)
let last = number("STEPS", 3000)
let exact = GridProgram.pendulum().finiteHorizon(steps: 200)
let trial = PolicyTrial(Pendulum(), starts: 1000, seed: 7, optimum: exact.policy)

func score<A: OffPolicyAgent>(_ make: (Int) -> A) {
  for seed in first..<(first + seeds) {
    let agent = make(seed)
    let name = agent.name
    var run = OffPolicyRun(
      agent, in: Pendulum(),
      options: OffPolicyOptions(
        randomSteps: number("RANDOM", 200), updatesPerStep: updates, rewardScale: 0.125, seed: seed)
    )
    let start = Double(clock())
    while run.steps < last {
      run.advance(by: 100, showsProgress: false)
      if run.steps <= number("RANDOM", 200) { continue }
      let regret = String(format: "%.2f", trial.regret(of: run.agent.action))
      let time = String(format: "%.1f", (Double(clock()) - start) / 1e6)
      print("svg\t\(name), \(updates) updates a step\t\(run.steps)\t\(seed)\t\(regret)\t\(time)")
      fflush(nil)
    }
  }
}
// %%
let scale = [1.0, 1.0, 0.125]
if wanted == "svg" {
  var options = SVG.Options()
  (options.observationScale, options.steps) = (scale, number("H", 3))
  (options.exploration, options.averaging) = (0.2, 0.01)
  score { SVG(for: Pendulum(), options: options, seed: $0) }
} else {
  var options = SAC.Options()
  (options.observationScale, options.learningRate, options.discount) = (scale, 1.5e-3, 0.99)
  score { SAC(for: Pendulum(), options: options, seed: $0) }
}
