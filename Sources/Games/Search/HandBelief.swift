/// What a player may hold: hands drawn from the posterior given the whole course of a game, when the
/// partner follows a known policy.
///
/// A hand h has the probability of its deal from the cards out of sight, times 1 if the policy would
/// have made every move of the partner with h in sight, otherwise 0. Hands that survive a move are kept;
/// when few do, new ones are drawn by rejection and by Gibbs steps that leave the posterior as it is.
struct HandBelief<Policy: HanabiPolicy> {
  /// A hand, by slots.
  typealias Hand = SIMD8<UInt8>

  /// A move of the partner, with what was known.
  struct Event {
    var game: HanabiGame
    var memory: Policy.Memory
    var action: HanabiAction
    /// The number of each own card at that time, in the order of drawing.
    var cards: Hand
  }

  let policy: Policy
  let player: Int
  /// Hands that are wanted.
  let count: Int
  var hands: [Hand] = []
  private var events: [Event] = []
  private var cards: Hand
  private var next: UInt8
  /// Policy moves that the belief has cost.
  private(set) var checks = 0

  init(_ policy: Policy, player: Int, count: Int, handSize: Int) {
    self.policy = policy
    self.player = player
    self.count = count
    cards = Hand(repeating: 255)
    for slot in 0..<handSize { cards[slot] = UInt8(slot) }
    next = UInt8(handSize)
  }

  /// Takes note of a move, before it is made.
  mutating func note(
    _ action: HanabiAction, in game: HanabiGame, memory: Policy.Memory,
    _ stream: inout RolloutStream
  ) {
    if game.player == player {
      if action.isHint { return }
      forget(action.argument, game)
    } else {
      let event = Event(game: game, memory: memory, action: action, cards: cards)
      events.append(event)
      // A card that the partner draws makes hands with its like rarer; all are drawn anew then.
      hands = action.isHint ? hands.filter { agrees($0, with: event) } : []
    }
  }

  /// A card has left the hand and another one may have come.
  private mutating func forget(_ slot: Int, _ game: HanabiGame) {
    let last = Int(game.held[player]) - 1
    for place in slot..<last { cards[place] = cards[place + 1] }
    cards[last] = 255
    if game.cardsLeft > 0 {
      cards[last] = next
      next += 1
    }
    // The card that left has shown itself; drawing anew is simpler than following each hand.
    hands = []
  }

  /// Whether the policy would have made a move of the partner with a hand in sight.
  private mutating func agrees(_ hand: Hand, with event: Event) -> Bool {
    var game = event.game
    for slot in 0..<5 where cards[slot] != 255 {
      for then in 0..<5 where event.cards[then] == cards[slot] {
        game.cards[5 * player + then] = hand[slot]
      }
    }
    checks += 1
    return policy.move(HanabiView(game), event.memory) == event.action
  }

  private mutating func agrees(_ hand: Hand) -> Bool {
    // The latest move is the most particular one.
    for event in events.reversed() where !agrees(hand, with: event) { return false }
    return true
  }

  /// Brings the belief up to a game in which the player is to move.
  ///
  /// - Returns: whether there are hands.
  mutating func renew(_ game: HanabiGame, _ stream: inout RolloutStream) -> Bool {
    let held = Int(game.held[player])
    var left = game.unseen
    for slot in 0..<Int(game.held[1 - player]) { left.remove(game.cards[5 * (1 - player) + slot]) }
    let known = (0..<held).map { game.known[5 * player + $0] }
    hands = hands.filter { hand in
      var rest = left
      for slot in 0..<held {
        guard (rest.kinds & known[slot]) >> UInt32(hand[slot]) & 1 == 1 else { return false }
        rest.remove(hand[slot])
      }
      return true
    }
    if hands.count >= count / 2 { return true }
    var tries = 0
    while hands.count < count, tries < 40 * count {
      tries += 1
      if let hand = dealt(left, known, held, &stream), agrees(hand) { hands.append(hand) }
    }
    if hands.isEmpty { return false }
    let survivors = hands.count
    while hands.count < count {
      var hand = hands[stream.below(survivors)]
      for _ in 0..<held + 3 { step(&hand, left, known, held, &stream) }
      hands.append(hand)
    }
    return true
  }

  /// A hand from the cards out of sight that agrees with the hints; all such deals are equally likely.
  private func dealt(
    _ left: CardCounts, _ known: [UInt32], _ held: Int, _ stream: inout RolloutStream
  ) -> Hand? {
    var (rest, hand, weight) = (left, Hand(repeating: 255), 1.0)
    for slot in 0..<held {
      let (card, ways) = draw(rest, known[slot], &stream)
      guard let card else { return nil }
      // Slots with many possible cards must not be more likely for what earlier slots took.
      let most = draw(left, known[slot])
      weight *= Double(ways) / Double(most)
      hand[slot] = card
      rest.remove(card)
    }
    return stream.unit() < weight ? hand : nil
  }

  private func draw(_ counts: CardCounts, _ mask: UInt32) -> Int {
    let (low, high) = (counts.low & mask, counts.high & mask)
    return low.nonzeroBitCount + 2 * high.nonzeroBitCount
  }

  private func draw(
    _ counts: CardCounts, _ mask: UInt32, _ stream: inout RolloutStream
  ) -> (UInt8?, Int) {
    let total = draw(counts, mask)
    guard total > 0 else { return (nil, 0) }
    var (kinds, place) = (counts.kinds & mask, stream.below(total))
    while true {
      let type = UInt8(kinds.trailingZeroBitCount)
      place -= counts.count(type)
      if place < 0 { return (type, total) }
      kinds &= kinds - 1
    }
  }

  /// A Gibbs step: one card anew, or two cards exchanged.
  private mutating func step(
    _ hand: inout Hand, _ left: CardCounts, _ known: [UInt32], _ held: Int,
    _ stream: inout RolloutStream
  ) {
    var other = hand
    if held > 1, stream.below(4) == 0 {
      let (a, b) = (stream.below(held), stream.below(held))
      (other[a], other[b]) = (hand[b], hand[a])
      guard known[a] >> UInt32(other[a]) & 1 == 1, known[b] >> UInt32(other[b]) & 1 == 1 else {
        return
      }
    } else {
      let slot = stream.below(held)
      var rest = left
      for each in 0..<held where each != slot { rest.remove(hand[each]) }
      guard let card = draw(rest, known[slot], &stream).0 else { return }
      other[slot] = card
    }
    if other != hand, agrees(other) { hand = other }
  }
}
