import Tensors

/// A game of Hanabi under way, as a value of fixed size: a copy is a fork.
///
/// ```swift
/// var generator = Generator(seed: 1)
/// var game = try HanabiGame(.standard, deck: HanabiRules.standard.deck(from: &generator))
/// try game.move(.hint(rank: 1))
/// game.score      // 0
/// ```
///
/// - Complexity: a move takes some ten nanoseconds and allocates nothing.
public struct HanabiGame: Sendable {
  static let mostCards = 50

  // Kinds of cards are 5·colour + rank − 1, sets of them bits.
  var deck = InlineArray<50, UInt8>(repeating: 0)
  var cards = InlineArray<10, UInt8>(repeating: 0)
  /// What hints leave possible for each card, at 5·player + slot.
  var known = InlineArray<10, UInt32>(repeating: 0)
  /// Cards of each kind that nobody has played or discarded yet.
  var unseen = CardCounts()
  /// The kinds that can be played now.
  var playable: UInt32 = 0
  /// The kinds that can still bring a point: above their pile, with every rank between left.
  var useful: UInt32 = 0
  var piles = InlineArray<5, UInt8>(repeating: 0)
  var held = InlineArray<2, UInt8>(repeating: 0)
  /// Cards that a hint has touched, as bits.
  var touched = InlineArray<2, UInt8>(repeating: 0)
  var deckCount: UInt8
  var drawn: UInt8 = 0
  var turnsLeft: UInt8 = 255
  var handSize: UInt8
  var colours: UInt8
  var ranks: UInt8
  var hintLimit: UInt8
  var hintTokens: UInt8
  var livesLeft: UInt8
  var mover: UInt8 = 0
  var points: UInt8 = 0
  var finished = false
  var moveCount: UInt16 = 0

  @inline(__always) static func ofColour(_ colour: Int) -> UInt32 { 0b11111 << UInt32(5 * colour) }
  @inline(__always) static func ofRank(_ rank: Int) -> UInt32 {
    0b00001_00001_00001_00001_00001 << UInt32(rank)
  }

  /// A game before its first move.
  ///
  /// - Parameter deck: the first cards go to player 0, the next ones to player 1.
  /// - Throws: `HanabiError.inconsistentDeck` if these are not the cards of the rules.
  public init(_ rules: HanabiRules, deck list: [HanabiCard]) throws(HanabiError) {
    guard list.count == rules.deckSize else {
      throw .inconsistentDeck("a deck of \(list.count) cards instead of \(rules.deckSize)")
    }
    self.init(rules)
    for card in rules.cards { unseen.add(card.type) }
    var left = unseen
    for (place, card) in list.enumerated() {
      guard left.kinds >> UInt32(card.type) & 1 == 1 else {
        throw .inconsistentDeck("one \(card) too many, the card at place \(place)")
      }
      left.remove(card.type)
      deck[place] = card.type
    }
    deal(rules.allTypes)
    takeStock()
  }

  private init(_ rules: HanabiRules) {
    deckCount = UInt8(rules.deckSize)
    handSize = UInt8(rules.handSize)
    colours = UInt8(rules.colours)
    ranks = UInt8(rules.ranks)
    hintLimit = UInt8(rules.hints)
    hintTokens = UInt8(rules.hints)
    livesLeft = UInt8(rules.lives)
  }

  private mutating func deal(_ all: UInt32) {
    for player in 0..<2 {
      for slot in 0..<Int(handSize) {
        cards[5 * player + slot] = deck[Int(drawn)]
        known[5 * player + slot] = all
        drawn += 1
      }
      held[player] = handSize
    }
  }
}

// MARK: - What all can see

extension HanabiGame {
  /// Who moves: 0 or 1.
  public var player: Int { Int(mover) }
  /// Hint tokens that are left.
  public var hints: Int { Int(hintTokens) }
  /// Lives that are left.
  public var lives: Int { Int(livesLeft) }
  /// Whether nobody moves any more.
  public var isOver: Bool { finished }
  /// The cards on the piles; 0 once the last life is lost.
  public var score: Int { livesLeft == 0 ? 0 : Int(points) }
  /// Cards that nobody has drawn.
  public var cardsLeft: Int { Int(deckCount - drawn) }
  /// Moves so far.
  public var moves: Int { Int(moveCount) }
  /// The highest card on the pile of a colour, 0 for none.
  public func pile(_ colour: Int) -> Int { Int(piles[colour]) }
  /// A player's cards, the oldest first, which the player must not know.
  public func hand(of player: Int) -> [HanabiCard] {
    (0..<Int(held[player])).map { HanabiCard(type: cards[5 * player + $0]) }
  }

  /// Bits of the cards of a hand that belong to some kinds.
  @inline(__always) func matches(_ player: Int, _ types: UInt32) -> UInt8 {
    var bits: UInt8 = 0
    for slot in 0..<Int(held[player]) where types >> UInt32(cards[5 * player + slot]) & 1 == 1 {
      bits |= 1 << UInt8(slot)
    }
    return bits
  }
}

// MARK: - Moves

extension HanabiGame {
  /// Whether a move is allowed.
  public func allows(_ action: HanabiAction) -> Bool { refusal(action) == nil }

  /// The moves that are allowed, in the order of their numbers.
  public var legalMoves: [HanabiAction] {
    (0..<20).map { HanabiAction(index: $0) }.filter { allows($0) }
  }

  /// Why a move is not allowed.
  func refusal(_ action: HanabiAction) -> String? {
    guard (0..<20).contains(action.index) else { return "there are moves 0 to 19" }
    if finished { return "the game is over" }
    if action.isHint {
      if hintTokens == 0 { return "no hint token is left" }
      if matches(1 - player, action.types) == 0 { return "the other hand has no such card" }
    } else {
      if action.argument >= Int(held[player]) { return "the hand has \(held[player]) cards" }
      if !action.isPlay, hintTokens == hintLimit { return "all \(hintLimit) hint tokens are there" }
    }
    return nil
  }

  /// Makes a move.
  ///
  /// - Throws: `HanabiError.illegalMove` if it is not allowed; the game is then unchanged.
  public mutating func move(_ action: HanabiAction) throws(HanabiError) {
    if let why = refusal(action) { throw .illegalMove(action, why) }
    apply(action)
  }

  /// Makes a move that is known to be allowed.
  mutating func apply(_ action: HanabiAction) {
    let me = player
    if action.isHint {
      hintTokens -= 1
      inform(1 - me, action.types)
    } else {
      let type = cards[5 * me + action.argument]
      unseen.remove(type)
      if action.isPlay { put(type) } else { hintTokens += 1 }
      takeStock()
      replace(me, action.argument)
    }
    moveCount += 1
    mover = 1 - mover
    if turnsLeft != 255 { turnsLeft -= 1 }
    if cardsLeft == 0, turnsLeft == 255 { turnsLeft = 2 }
    if livesLeft == 0 || turnsLeft == 0 || points == colours * ranks { finished = true }
  }

  @inline(__always) private mutating func inform(_ player: Int, _ types: UInt32) {
    let bits = matches(player, types)
    touched[player] |= bits
    for slot in 0..<Int(held[player]) {
      known[5 * player + slot] &= bits >> UInt8(slot) & 1 == 1 ? types : ~types
    }
  }

  @inline(__always) private mutating func put(_ type: UInt8) {
    let (colour, rank) = (Int(type / 5), type % 5)
    guard piles[colour] == rank else {
      livesLeft -= 1
      return
    }
    piles[colour] += 1
    points += 1
    if piles[colour] == ranks, hintTokens < hintLimit { hintTokens += 1 }
  }

  /// Finds anew which kinds can be played, now or later.
  @inline(__always) private mutating func takeStock() {
    (playable, useful) = (0, 0)
    let left = unseen.kinds
    for colour in 0..<Int(colours) {
      let above = Int(piles[colour])
      let first = UInt32(5 * colour + above)
      if above < ranks { playable |= 1 << first }
      // Ones from the pile on, as far as no rank is missing.
      let run = (~(left >> first)).trailingZeroBitCount
      useful |= ((1 << UInt32(min(run, Int(ranks) - above))) - 1) << first
    }
  }

  @inline(__always) private mutating func replace(_ player: Int, _ slot: Int) {
    let base = 5 * player
    let last = Int(held[player]) - 1
    for place in slot..<last {
      cards[base + place] = cards[base + place + 1]
      known[base + place] = known[base + place + 1]
    }
    touched[player] = touched[player].removing(slot)
    if drawn < deckCount {
      cards[base + last] = deck[Int(drawn)]
      known[base + last] = allTypes
      drawn += 1
    } else {
      held[player] -= 1
    }
  }

  @inline(__always) var allTypes: UInt32 {
    let ranksOfOne = (UInt32(1) << UInt32(ranks)) - 1
    var mask: UInt32 = 0
    for colour in 0..<Int(colours) { mask |= ranksOfOne << UInt32(5 * colour) }
    return mask
  }
}

/// Numbers of cards of each kind, at most 3, as two bits in two words.
struct CardCounts: Sendable, Hashable {
  var low: UInt32 = 0
  var high: UInt32 = 0

  /// The kinds of which there are cards.
  @inline(__always) var kinds: UInt32 { low | high }
  /// The kinds of which there is one card.
  @inline(__always) var singles: UInt32 { low & ~high }

  @inline(__always) func count(_ type: UInt8) -> Int {
    Int(low >> UInt32(type) & 1 + (high >> UInt32(type) & 1) * 2)
  }

  @inline(__always) mutating func add(_ type: UInt8) {
    let bit = UInt32(1) << UInt32(type)
    high ^= low & bit
    low ^= bit
  }

  @inline(__always) mutating func remove(_ type: UInt8) {
    let bit = UInt32(1) << UInt32(type)
    high ^= ~low & bit
    low ^= bit
  }
}

extension UInt8 {
  /// The bits without one of them, the higher ones moved down.
  @inline(__always) func removing(_ place: Int) -> UInt8 {
    let below = (UInt8(1) << UInt8(place)) - 1
    return (self & below) | (self >> 1 & ~below)
  }
}
