internal import _CVectorKernels
import Reinforcement
import Tensors

extension FiniteSearch {
  /// Climbs the mean return of rollouts from a state: REINFORCE with the mean return to go of the batch
  /// at each step as its baseline, and Adam.
  ///
  /// - Returns: simulated steps.
  func tune(
    _ policy: inout FeaturePolicy, from state: Int, steps: Int, samples: Int,
    _ generator: inout Generator
  ) -> Int {
    let count = policy.weights.count
    var first = [Double](repeating: 0, count: count)
    var second = first
    var (spent, updates) = (0, 0)
    while spent < samples {
      var rollouts: [Rollout] = []
      for _ in 0..<batch where spent < samples {
        let rollout = simulated(policy, from: state, steps: steps, &generator)
        spent += rollout.states.count
        rollouts.append(rollout)
      }
      guard rollouts.count > 1 else { break }
      updates += 1
      let heat = entropy * max(0, 1 - Double(spent) / Double(samples))
      let slope = gradient(policy, rollouts, heat)
      let (a, b) = (1 - power(0.9, updates), 1 - power(0.99, updates))
      for i in 0..<count where slope[i] != 0 || first[i] != 0 {
        first[i] = 0.9 * first[i] + 0.1 * slope[i]
        second[i] = 0.99 * second[i] + 0.01 * slope[i] * slope[i]
        let size = (second[i] / b).squareRoot() + 1e-8
        policy.weights[i] += learningRate * first[i] / a / size
      }
    }
    return spent
  }

  /// States, actions and what was still to come of one simulated game.
  private struct Rollout {
    var states: [Int] = []
    var actions: [Int] = []
    var toGo: [Double] = []
  }

  private func simulated(
    _ policy: FeaturePolicy, from state: Int, steps: Int, _ generator: inout Generator
  ) -> Rollout {
    var (found, now) = (Rollout(), state)
    var odds = [Double](repeating: 0, count: process.actions)
    for _ in 0..<steps {
      policy.probabilities(features(now), into: &odds)
      let action = drawn(odds, generator.uniform())
      let step = process.follow(now, action, generator.uniform())
      found.states.append(now)
      found.actions.append(action)
      found.toGo.append(step.reward)
      guard let next = step.next else { break }
      now = next
    }
    for t in found.toGo.indices.dropLast().reversed() { found.toGo[t] += found.toGo[t + 1] }
    return found
  }

  /// Mean of A·∇ log π + τ·∇H(π) over all steps, A in units of its deviation.
  private func gradient(_ policy: FeaturePolicy, _ rollouts: [Rollout], _ heat: Double) -> [Double]
  {
    let longest = rollouts.map(\.toGo.count).max()!
    // A rollout that has ended has nothing to come, and counts.
    let baseline = (0..<longest).map { t in
      rollouts.reduce(0.0) { $0 + (t < $1.toGo.count ? $1.toGo[t] : 0) } / Double(rollouts.count)
    }
    let advantages = rollouts.map { zip($0.toGo, baseline).map { $0 - $1 } }
    let all = Double(advantages.reduce(0) { $0 + $1.count })
    let squares = advantages.reduce(0.0) { $1.reduce($0) { $0 + $1 * $1 } }
    // Where nothing can be gained, only the entropy pulls.
    let unit = max((squares / all).squareRoot(), 1e-6)
    var slope = [Double](repeating: 0, count: policy.weights.count)
    var odds = [Double](repeating: 0, count: policy.actions)
    for (rollout, gains) in zip(rollouts, advantages) {
      for t in gains.indices {
        let active = features(rollout.states[t])
        policy.probabilities(active, into: &odds)
        let entropy = heat == 0 ? 0 : -odds.reduce(0) { $0 + $1 * vk_stable_log(max($1, 1e-12)) }
        for action in 0..<policy.actions {
          var push = gains[t] / unit * ((action == rollout.actions[t] ? 1 : 0) - odds[action])
          if heat > 0 {
            push -= heat * odds[action] * (vk_stable_log(max(odds[action], 1e-12)) + entropy)
          }
          for feature in active where feature >= 0 {
            slope[feature * policy.actions + action] += push / all
          }
          slope[policy.features * policy.actions + action] += push / all
        }
      }
    }
    return slope
  }

  private func power(_ base: Double, _ exponent: Int) -> Double {
    (0..<exponent).reduce(1.0) { value, _ in value * base }
  }
}
