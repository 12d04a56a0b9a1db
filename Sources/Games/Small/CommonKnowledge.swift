/// What both players know about a Hanabi with one card in each hand.
///
/// All but the two cards in hand is public. Where policies are deterministic and known, a move tells
/// which cards the mover can have seen, so common knowledge is a set of kinds for each hand: given it,
/// the deal is uniform over what is left (the common-information approach, arXiv:1209.1695).
struct CommonKnowledge: Hashable {
  var unseen: CardCounts
  var piles: InlineArray<5, UInt8>
  var points: UInt8
  var hints: UInt8
  var lives: UInt8
  var mover: UInt8
  var turnsLeft: UInt8
  /// Kinds that each player's card may be of; empty for no card.
  var mine: UInt32
  var other: UInt32

  static func == (a: Self, b: Self) -> Bool { a.words == b.words }
  func hash(into hasher: inout Hasher) {
    hasher.combine(words.x)
    hasher.combine(words.y)
    hasher.combine(words.z)
    hasher.combine(words.w)
  }

  private var words: SIMD4<UInt64> {
    var pile: UInt64 = 0
    for colour in 0..<5 { pile = pile << 4 | UInt64(piles[colour]) }
    let small =
      UInt64(hints) << 32 | UInt64(lives) << 24 | UInt64(mover) << 16 | UInt64(turnsLeft) << 8
    return SIMD4(
      UInt64(unseen.low) << 32 | UInt64(unseen.high), pile, small,
      UInt64(mine) << 32 | UInt64(other))
  }

  /// Before the first move.
  init(_ game: HanabiGame) {
    unseen = game.unseen
    piles = game.piles
    points = game.points
    hints = game.hintTokens
    lives = game.livesLeft
    mover = game.mover
    turnsLeft = game.turnsLeft
    mine = game.unseen.kinds
    other = game.unseen.kinds
  }

  /// Cards in the deck, given how many are in hands.
  var deckCount: Int {
    unseen.low.nonzeroBitCount + 2 * unseen.high.nonzeroBitCount - (mine == 0 ? 0 : 1)
      - (other == 0 ? 0 : 1)
  }

  /// Ways to deal the two hands.
  @inline(__always) func ways(_ own: UInt8, _ seen: UInt8) -> Int {
    unseen.count(own) * (unseen.count(seen) - (own == seen ? 1 : 0))
  }

  /// After a hint that was given for one of these kinds.
  func hinted(_ seen: UInt32) -> CommonKnowledge {
    var next = self
    next.hints -= 1
    next.other = seen
    next.pass()
    return next
  }

  /// After the mover's card was played or discarded, which was done for one of these kinds.
  func left(
    _ own: UInt8, plays: Bool, seen: UInt32, ranks: UInt8, limit: UInt8
  ) -> CommonKnowledge {
    var next = self
    let deck = deckCount
    next.unseen.remove(own)
    if !plays {
      next.hints += 1
    } else if piles[Int(own / 5)] == own % 5 {
      next.piles[Int(own / 5)] += 1
      next.points += 1
      if next.piles[Int(own / 5)] == ranks, hints < limit { next.hints += 1 }
    } else {
      next.lives -= 1
    }
    next.other = seen & next.unseen.kinds
    next.mine = deck > 0 ? next.unseen.kinds : 0
    if deck == 1 { next.turnsLeft = 3 }
    next.pass()
    return next
  }

  private mutating func pass() {
    (mine, other) = (other, mine)
    mover = 1 - mover
    if turnsLeft != 255 { turnsLeft -= 1 }
  }

  /// Both sets without kinds of which no copy can be there.
  var isOver: Bool { lives == 0 || turnsLeft == 0 }
  var score: Double { lives == 0 ? 0 : Double(points) }
}
