import Tensors

/// A game of two moves in which the first one is also a message: OpenSpiel's `tiny_hanabi`.
///
/// Each player holds one of two cards and sees the own card only. Player 1 moves, player 2 sees the
/// move and moves. The pay-off, for both, depends on both cards and both moves. The safe move 1 of
/// both brings 8; a convention that tells player 1's card by the move brings 10.
public struct TinyHanabi: Sendable {
  /// What is paid for cards (c₁, c₂) and moves (a₁, a₂), at `((2·c₁ + c₂)·3 + a₁)·3 + a₂`.
  public var payoffs: [Double]

  /// A game with these pay-offs.
  ///
  /// Stops the cell when there are not 36 of them.
  public init(payoffs: [Double] = TinyHanabi.openSpiel) {
    guard payoffs.count == 36, payoffs.allSatisfy(\.isFinite) else {
      stop("TinyHanabi: \(payoffs.count) pay-offs; 2 · 2 · 3 · 3 finite ones are needed")
    }
    self.payoffs = payoffs
  }

  /// The pay-offs of OpenSpiel's game.
  public static let openSpiel: [Double] = [
    10, 0, 0, 4, 8, 4, 10, 0, 0,
    0, 0, 10, 4, 8, 4, 0, 0, 10,
    0, 0, 10, 4, 8, 4, 0, 0, 0,
    10, 0, 0, 4, 8, 4, 10, 0, 0,
  ]

  /// A deterministic policy of each player.
  public struct JointPolicy: Sendable, Hashable {
    /// Player 1's move for each card.
    public var first: [Int]
    /// Player 2's move for each own card and move seen, at 3·card + move.
    public var second: [Int]

    /// A pair of policies: two moves, and six.
    public init(first: [Int], second: [Int]) {
      guard first.count == 2, second.count == 6,
        (first + second).allSatisfy({ (0..<3).contains($0) })
      else { stop("TinyHanabi: policies \(first) and \(second); 2 and 6 moves 0…2 are needed") }
      (self.first, self.second) = (first, second)
    }

    /// Both always play the safe move.
    public static let safe = JointPolicy(first: [1, 1], second: [1, 1, 1, 1, 1, 1])
  }

  /// What is paid.
  public func payoff(cards: (Int, Int), moves: (Int, Int)) -> Double {
    payoffs[((2 * cards.0 + cards.1) * 3 + moves.0) * 3 + moves.1]
  }

  /// The expected pay-off of a joint policy; the four deals are equally likely.
  public func value(_ policy: JointPolicy) -> Double {
    var sum = 0.0
    for first in 0..<2 {
      for second in 0..<2 {
        let move = policy.first[first]
        sum += payoff(cards: (first, second), moves: (move, policy.second[3 * second + move]))
      }
    }
    return sum / 4
  }

  /// The best that one player can do while the other keeps to a policy.
  ///
  /// - Parameter searcher: 0 or 1.
  /// - Complexity: enumerates the 9 or 729 policies of that player.
  public func bestResponse(of searcher: Int, to policy: JointPolicy) -> JointPolicy {
    guard searcher == 0 || searcher == 1 else { stop("TinyHanabi: player \(searcher), not 0 or 1") }
    let all =
      searcher == 0
      ? Self.words(2).map { JointPolicy(first: $0, second: policy.second) }
      : Self.words(6).map { JointPolicy(first: policy.first, second: $0) }
    return best(of: [policy] + all)
  }

  /// The best joint policy, by enumeration of all 9 · 729.
  public func optimum() -> JointPolicy {
    best(
      of: Self.words(2).flatMap { first in
        Self.words(6).map { JointPolicy(first: first, second: $0) }
      })
  }

  /// For each policy of player 1, the value with player 2's best answer, the best first.
  public func valuesOfFirstPolicies() -> [(first: [Int], value: Double)] {
    let values = Self.words(2).map { first in
      let start = JointPolicy(first: first, second: JointPolicy.safe.second)
      return (first: first, value: value(bestResponse(of: 1, to: start)))
    }
    return values.sorted { $0.value > $1.value }
  }

  /// The first of the best ones.
  private func best(of policies: [JointPolicy]) -> JointPolicy {
    var (best, highest) = (policies[0], value(policies[0]))
    for policy in policies.dropFirst() where value(policy) > highest + 1e-12 {
      (best, highest) = (policy, value(policy))
    }
    return best
  }

  /// All lists of `count` moves.
  private static func words(_ count: Int) -> [[Int]] {
    (0..<count).reduce([[]]) { lists, _ in lists.flatMap { list in (0..<3).map { list + [$0] } } }
  }
}
