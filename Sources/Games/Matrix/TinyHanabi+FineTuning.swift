import Tensors

extension TinyHanabi {
  /// Fine-tunes a joint policy from the root by policy gradients (RL search, arXiv:2109.15316).
  ///
  /// Moves are softmax choices that begin near the policy. Each episode deals cards, draws moves, and
  /// steps along (pay-off − baseline)·∇log π + τ·∇H(π), with a temperature τ that falls to 0. Without
  /// it most learners stay at the safe moves, where no player gains alone.
  ///
  /// - Parameters:
  ///   - players: those that learn; the others keep to the policy.
  ///   - exploration: the share of moves that stray from the policy at first.
  ///   - temperature: τ at the start.
  ///   - rate: the step size α.
  /// - Returns: the most probable moves after the training, or the old policy where that is better.
  public func fineTuned(
    _ policy: JointPolicy, players: Set<Int> = [0, 1], episodes: Int = 5000,
    exploration: Double = 0.6, temperature: Double = 4, rate: Double = 0.1, seed: Int = 0
  ) -> JointPolicy {
    guard episodes > 0, exploration > 0, exploration < 1 else {
      stop("TinyHanabi.fineTuned: \(episodes) episodes with exploration \(exploration)")
    }
    var stream = RolloutStream(mixed(UInt64(bitPattern: Int64(seed)), 0x71A4))
    let favour = logarithm((1 - exploration) / (exploration / 2))
    func choices(_ usual: [Int]) -> [SoftChoice] {
      usual.map { SoftChoice($0, favour: favour, baseline: value(policy)) }
    }
    var (first, second) = (choices(policy.first), choices(policy.second))

    for episode in 0..<episodes {
      let heat = temperature * (1 - Double(episode) / Double(episodes))
      let cards = (stream.below(2), stream.below(2))
      let move = players.contains(0) ? first[cards.0].draw(&stream) : policy.first[cards.0]
      let row = 3 * cards.1 + move
      let answer = players.contains(1) ? second[row].draw(&stream) : policy.second[row]
      let score = payoff(cards: cards, moves: (move, answer))
      if players.contains(0) { first[cards.0].learn(move, score, rate, heat) }
      if players.contains(1) { second[row].learn(answer, score, rate, heat) }
    }
    let tuned = JointPolicy(
      first: players.contains(0) ? first.map(\.best) : policy.first,
      second: players.contains(1) ? second.map(\.best) : policy.second)
    return value(tuned) > value(policy) ? tuned : policy
  }
}

/// A softmax choice among three moves that learns from scores.
private struct SoftChoice {
  var preferences: [Double]
  var baseline: Double

  init(_ usual: Int, favour: Double, baseline: Double) {
    preferences = (0..<3).map { $0 == usual ? favour : 0 }
    self.baseline = baseline
  }

  var odds: [Double] {
    let highest = preferences.max()!
    let weights = preferences.map { exponential($0 - highest) }
    let total = weights.reduce(0, +)
    return weights.map { $0 / total }
  }

  var best: Int { preferences.firstIndex(of: preferences.max()!)! }

  func draw(_ stream: inout RolloutStream) -> Int {
    let (odds, u) = (self.odds, stream.unit())
    return u < odds[0] ? 0 : u < odds[0] + odds[1] ? 1 : 2
  }

  /// A step of REINFORCE with an entropy bonus.
  mutating func learn(_ move: Int, _ score: Double, _ rate: Double, _ heat: Double) {
    let odds = self.odds
    let logs = odds.map { logarithm(max($0, 1e-12)) }
    let entropy = -zip(odds, logs).reduce(0) { $0 + $1.0 * $1.1 }
    let advantage = score - baseline
    baseline += 0.05 * advantage
    for each in 0..<3 {
      let slope = (each == move ? 1 : 0) - odds[each]
      preferences[each] +=
        rate * (advantage * slope - heat * odds[each] * (logs[each] + entropy))
    }
  }
}
