// PPO on gymnasium's CartPole-v1 over ten seeds: mean return over 200 fixed starts of 500 steps; and on
// the pendulum with its time limit taken rightly and wrongly.
import Foundation

func short(_ x: Double) -> String { String(format: "%.1f", x) }
let trial = PolicyTrial(CartPole(), starts: 200, seed: 9)
var (returns, seconds) = ([Double](), [Double]())
for seed in 0..<10 {
  var generator = Generator(seed: seed)
  var options = PPOOptions()
  options.seed = seed
  let start = Double(clock())
  var ppo = PPO(
    CategoricalPolicy(MLP([4, 64, 64, 2], activation: .tanh, from: &generator)),
    value: MLP([4, 64, 64, 1], activation: .tanh, from: &generator), in: CartPole(),
    options: options)
  ppo.advance(iterations: 50, of: 50, showsProgress: false)
  seconds.append((Double(clock()) - start) / 1e6)
  returns.append(trial.returns(of: ppo.policy.action).mean().item())
}
print(
  "| PPO, CartPole-v1, \(50 * 128 * 16) steps |", returns.map(short).joined(separator: " "), "|",
  returns.count { $0 >= 475 }, "of 10 at 475 or more |", short(seconds.sorted()[5]), "|")
// %%
let program = GridProgram.pendulum()
let swing = PolicyTrial(
  Pendulum(), starts: 1000, seed: 7, optimum: program.finiteHorizon(steps: 200).policy)
for (rule, name) in [
  (TruncationRule.bootstraps, "limits truncate"), (.asTermination, "limits end"),
] {
  var (regrets, spent) = ([Double](), [Double]())
  for seed in 0..<10 {
    var generator = Generator(seed: seed)
    var options = PPOOptions()
    (options.learningRate, options.discount, options.rewardScale) = (2.5e-3, 0.95, 0.1)
    (options.truncation, options.seed) = (rule, seed)
    let start = Double(clock())
    var ppo = PPO(
      GaussianPolicy(MLP([3, 64, 64, 1], activation: .tanh, from: &generator), actions: 1),
      value: MLP([3, 64, 64, 1], activation: .tanh, from: &generator), in: Pendulum(),
      options: options)
    ppo.advance(iterations: 50, of: 50, showsProgress: false)
    spent.append((Double(clock()) - start) / 1e6)
    regrets.append(swing.regret(of: ppo.policy.action))
  }
  let interval = bootstrapInterval(regrets)
  print(
    "| PPO, Pendulum-v1, \(50 * 128 * 16) steps, \(name): regret |",
    regrets.map(short).joined(separator: " "), "| interquartile mean",
    short(interquartileMean(regrets)),
    "(\(short(interval.lowerBound)) … \(short(interval.upperBound))) |",
    short(spent.sorted()[5]), "|")
}
