import Tensors

/// How the end of an episode by its time limit is treated.
public enum TruncationRule: Sendable, Hashable {
  /// Rightly: what would have followed still has a value.
  case bootstraps
  /// As if the dynamics had ended the episode, which is wrong: values then depend on a clock that no
  /// observation shows. It is here to be shown.
  case asTermination
}

/// Steps of many worlds in order, with the critic's values: what advantages are computed from.
///
/// - Shapes: everything `[steps, worlds]`.
public struct RolloutBuffer: Sendable {
  /// Rewards of the steps.
  public var rewards: Tensor
  /// V of what was seen before each step.
  public var values: Tensor
  /// V of what followed each step, in the same episode.
  public var nextValues: Tensor
  /// 1 where the dynamics ended the episode.
  public var terminated: Tensor
  /// 1 where the time limit did.
  public var truncated: Tensor

  /// Steps with their values.
  public init(
    rewards: Tensor, values: Tensor, nextValues: Tensor, terminated: Tensor, truncated: Tensor
  ) {
    for x in [values, nextValues, terminated, truncated] where x.shape != rewards.shape {
      fatalError("RolloutBuffer: shapes \(rewards.shape) and \(x.shape); [steps, worlds] of all")
    }
    self.rewards = rewards
    self.values = values
    self.nextValues = nextValues
    self.terminated = terminated
    self.truncated = truncated
  }

  /// Generalized advantages Σ (γλ)ᵏ δ (Schulman and others, 2016, arXiv:1506.02438), and the returns
  /// that values should have: advantages + values.
  ///
  /// With δ = r + γ·V(next) − V: V(next) counts unless the dynamics ended the episode, and the sum
  /// stops at every end.
  public func advantages(
    discount: Double, lambda: Double, truncation: TruncationRule = .bootstraps
  ) -> (advantages: Tensor, returns: Tensor) {
    let (steps, worlds) = (rewards.dim(0), rewards.dim(1))
    let (r, v, n) = (rewards.doubles, values.doubles, nextValues.doubles)
    let (over, late) = (terminated.doubles, truncated.doubles)
    var found = [Double](repeating: 0, count: steps * worlds)
    for w in 0..<worlds {
      var carried = 0.0
      for t in (0..<steps).reversed() {
        let i = t * worlds + w
        let isEnd = over[i] != 0 || late[i] != 0
        let counts = truncation == .bootstraps ? over[i] == 0 : !isEnd
        let delta = r[i] + (counts ? discount * n[i] : 0) - v[i]
        carried = delta + (isEnd ? 0 : discount * lambda * carried)
        found[i] = carried
      }
    }
    let advantages = Tensor(found, shape: [steps, worlds], dtype: rewards.dtype)
    return (advantages, advantages + values)
  }
}
