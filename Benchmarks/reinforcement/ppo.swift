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
