/// A set of kinds of cards.
public struct HanabiCardSet: Sendable, Hashable {
  /// Bit 5·colour + rank − 1.
  var bits: UInt32

  /// Whether no kind is in it.
  public var isEmpty: Bool { bits == 0 }
  /// How many kinds are in it.
  public var count: Int { bits.nonzeroBitCount }
  /// Whether a card's kind is in it.
  public func contains(_ card: HanabiCard) -> Bool { bits >> UInt32(card.type) & 1 == 1 }
  /// Whether all its kinds are in another set.
  public func isSubset(of other: HanabiCardSet) -> Bool { bits & ~other.bits == 0 }
  /// The kinds in both.
  public func intersection(_ other: HanabiCardSet) -> HanabiCardSet {
    HanabiCardSet(bits: bits & other.bits)
  }
  /// One card of each kind.
  public var cards: [HanabiCard] {
    (0..<25).filter { bits >> UInt32($0) & 1 == 1 }.map { HanabiCard(type: UInt8($0)) }
  }
}

/// What the player to move sees of a game: all but the own cards and the deck.
public struct HanabiView: Sendable {
  let game: HanabiGame

  /// The view of the player to move.
  public init(_ game: HanabiGame) { self.game = game }

  /// The player whose view it is.
  public var player: Int { game.player }
  /// Hint tokens that are left.
  public var hints: Int { game.hints }
  /// Lives that are left.
  public var lives: Int { game.lives }
  /// Cards that nobody has drawn.
  public var cardsLeft: Int { game.cardsLeft }
  /// The highest card on the pile of a colour, 0 for none.
  public func pile(_ colour: Int) -> Int { game.pile(colour) }
  /// The other player's cards, the oldest first.
  public var partnerHand: [HanabiCard] { game.hand(of: 1 - player) }
  /// Cards in the own hand.
  public var handCount: Int { Int(game.held[player]) }
  /// The kinds of cards that can be played now.
  public var playable: HanabiCardSet { HanabiCardSet(bits: game.playable) }
  /// Whether a move is allowed.
  public func allows(_ action: HanabiAction) -> Bool { game.allows(action) }
  /// The moves that are allowed.
  public var legalMoves: [HanabiAction] { game.legalMoves }

  /// What an own card may be, from the hints and from the cards in sight.
  public func possible(_ slot: Int) -> HanabiCardSet {
    HanabiCardSet(bits: game.known[5 * player + slot] & unseenTypes)
  }

  /// What the other player may take a card for, from hints and from what both see.
  public func partnerPossible(_ slot: Int) -> HanabiCardSet {
    HanabiCardSet(bits: game.known[5 * (1 - player) + slot] & game.unseen.kinds)
  }

  /// Kinds of which a copy is neither played nor discarded nor in the other hand.
  @inline(__always) var unseenTypes: UInt32 {
    var left = game.unseen
    let base = 5 * (1 - player)
    for slot in 0..<Int(game.held[1 - player]) { left.remove(game.cards[base + slot]) }
    return left.kinds
  }
}

extension HanabiGame {
  /// Useful kinds of which one copy is left.
  @inline(__always) var critical: UInt32 { unseen.singles & useful }
}
