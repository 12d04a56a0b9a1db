import Tensors

/// One player who searches at each move, in a Hanabi of any size, while the partner follows a blueprint
/// policy (SPARTA with one searcher, arXiv:1912.02318).
///
/// ```swift
/// var search = HanabiSearch(blueprint: HanabiConventions(), budget: 5000)
/// let end = search.play(game)
/// search.spent        // moves of rollouts
/// ```
///
/// Own hands are drawn from the posterior given the partner's moves, as the policy explains them; each
/// legal move is followed by rollouts of the blueprint on the same deals, half of the moves leave after
/// each of four rounds, and the best one is made if it is clearly better than the blueprint's.
public struct HanabiSearch<Blueprint: HanabiPolicy> {
  /// The policy of the partner and of the rollouts.
  public let blueprint: Blueprint
  /// Moves of rollouts that a decision may spend.
  public var budget: Int
  /// Standard errors by which another move must be better than the blueprint's.
  public var caution: Double
  /// Hands in the belief.
  public var hands = 200
  /// Moves of rollouts spent so far.
  public private(set) var spent = 0
  /// Policy moves spent on beliefs so far.
  public private(set) var checked = 0
  /// Decisions so far, those that left the blueprint, and those for which no hand was found.
  public private(set) var decisions = (all: 0, changed: 0, blind: 0)
  private var stream: RolloutStream

  /// A search by player 0.
  ///
  /// Stops the cell when the budget is not positive.
  public init(
    blueprint: Blueprint, budget: Int = 5000, caution: Double = 2, seed: Int = 0
  ) {
    guard budget > 0 else { stop("HanabiSearch: a budget of \(budget) moves") }
    self.blueprint = blueprint
    self.budget = budget
    self.caution = caution
    stream = RolloutStream(mixed(UInt64(bitPattern: Int64(seed)), 0x5EA2C4))
  }

  /// Plays a game with player 0 searching.
  @specialized(where Blueprint == HanabiConventions)
  public mutating func play(_ start: HanabiGame) -> HanabiGame {
    var (game, memory) = (start, blueprint.start)
    var belief = HandBelief(
      blueprint, player: 0, count: hands, handSize: Int(game.handSize))
    while !game.isOver {
      var action = blueprint.move(HanabiView(game), memory)
      if game.player == 0 {
        decisions.all += 1
        if belief.renew(game, &stream) {
          let better = decide(game, memory, belief.hands, usual: action)
          if better != action { decisions.changed += 1 }
          action = better
        } else {
          decisions.blind += 1
        }
      }
      belief.note(action, in: game, memory: memory, &stream)
      blueprint.note(action, in: game, &memory)
      game.apply(action)
    }
    checked += belief.checks
    return game
  }

  private mutating func decide(
    _ game: HanabiGame, _ memory: Blueprint.Memory, _ hands: [SIMD8<UInt8>], usual: HanabiAction
  ) -> HanabiAction {
    var active = game.legalMoves
    if active.count < 2 { return usual }
    var sums = [Double](repeating: 0, count: 20)
    var squares = sums
    var (deals, total) = (0.0, 0)
    for round in 0..<4 {
      let target = (round + 1) * budget / 4
      while total < target || deals < 2 {
        let dealt = deal(game, hands[stream.below(hands.count)])
        var scores = SIMD32<Double>(repeating: 0)
        for action in active {
          var (copy, memory) = (dealt, memory)
          blueprint.note(action, in: copy, &memory)
          copy.apply(action)
          blueprint._finish(&copy, &memory)
          total += copy.moves - game.moves
          scores[action.index] = Double(copy.score)
        }
        for action in active {
          let gain = scores[action.index] - scores[usual.index]
          sums[action.index] += gain
          squares[action.index] += gain * gain
        }
        deals += 1
      }
      let kept = max(2, active.count / 2)
      active = Array(active.sorted { sums[$0.index] > sums[$1.index] }.prefix(kept))
      if !active.contains(usual) { active.append(usual) }
    }
    spent += total
    let best = active.max { sums[$0.index] < sums[$1.index] } ?? usual
    let mean = sums[best.index] / deals
    let variance = max(squares[best.index] / deals - mean * mean, 0) / (deals - 1)
    return mean > 0 && mean > caution * variance.squareRoot() ? best : usual
  }

  /// The game with another own hand and the rest shuffled.
  private mutating func deal(_ game: HanabiGame, _ hand: SIMD8<UInt8>) -> HanabiGame {
    var copy = game
    for slot in 0..<Int(game.held[0]) { copy.cards[slot] = hand[slot] }
    copy.reshuffle(&stream)
    return copy
  }
}
