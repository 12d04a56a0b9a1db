/// A rule-based policy with the conventions that human players begin with.
///
/// - The **chop** is the oldest card that no hint has touched; it is discarded next.
/// - The **focus** of a hint is the chop if it is touched for the first time, otherwise the newest card
///   that is, otherwise the newest touched card.
/// - A hint **calls** its focus: play it. But a hint of a rank above 1 whose focus is the chop **saves** it.
///
/// A player, in this order: keeps the partner from discarding a card that cannot be replaced; plays what
/// is known or called to be playable; calls the partner's playable cards; discards.
public struct HanabiConventions: HanabiPolicy {
  /// The cards of each player that are called, as bits.
  public struct Memory: Sendable, Hashable {
    var called: (UInt8, UInt8) = (0, 0)

    @inline(__always) subscript(player: Int) -> UInt8 {
      get { player == 0 ? called.0 : called.1 }
      set { if player == 0 { called.0 = newValue } else { called.1 = newValue } }
    }

    public static func == (a: Memory, b: Memory) -> Bool { a.called == b.called }
    public func hash(into hasher: inout Hasher) {
      hasher.combine(called.0)
      hasher.combine(called.1)
    }
  }

  /// The policy; it has no settings.
  public init() {}

  public var start: Memory { Memory() }

  public func note(_ action: HanabiAction, in game: HanabiGame, _ memory: inout Memory) {
    if action.isHint {
      let other = 1 - game.player
      if let slot = calledSlot(action, game) { memory[other] |= 1 << UInt8(slot) }
    } else {
      memory[game.player] = memory[game.player].removing(action.argument)
    }
  }

  /// The card that a hint asks the other player to play.
  @inline(__always) func calledSlot(_ action: HanabiAction, _ game: HanabiGame) -> Int? {
    let other = 1 - game.player
    let bits = game.matches(other, action.types)
    let fresh = bits & ~game.touched[other]
    let chop = Self.chop(game, other)
    if let chop, fresh >> UInt8(chop) & 1 == 1 {
      return action.index > 15 ? nil : chop
    }
    return 7 - (fresh != 0 ? fresh : bits).leadingZeroBitCount
  }

  @inline(__always) static func chop(_ game: HanabiGame, _ player: Int) -> Int? {
    let slot = (~game.touched[player]).trailingZeroBitCount
    return slot < Int(game.held[player]) ? slot : nil
  }

  public func move(_ view: HanabiView, _ memory: Memory) -> HanabiAction {
    let game = view.game
    let (me, other) = (game.player, 1 - game.player)
    let (playable, unseen) = (game.playable, view.unseenTypes)
    let partnerPlays = self.partnerPlays(game, memory, playable)
    let chop = Self.chop(game, other)
    let isUrgent =
      game.hintTokens > 0 && partnerPlays == 0 && game.hintTokens < game.hintLimit
      && chop.map { game.critical >> UInt32(game.cards[5 * other + $0]) & 1 == 1 } ?? false
    if isUrgent {
      if let call = bestCall(game, memory, playable) { return call }
      let rank = Int(game.cards[5 * other + (chop ?? 0)]) % 5
      if rank > 0 { return HanabiAction(index: 15 + rank) }
    }
    if let slot = ownPlay(game, memory[me], playable, unseen) { return .play(slot) }
    if game.hintTokens > 0, let call = bestCall(game, memory, playable) { return call }
    if game.hintTokens < game.hintLimit { return .discard(discardSlot(game, me, unseen)) }
    return harmlessHint(game, playable)
  }

  /// The partner's cards that the partner will rightly play.
  @inline(__always)
  private func partnerPlays(_ game: HanabiGame, _ memory: Memory, _ playable: UInt32) -> UInt8 {
    let other = 1 - game.player
    var bits: UInt8 = 0
    for slot in 0..<Int(game.held[other]) {
      let known = game.known[5 * other + slot] & game.unseen.kinds
      let isCalled = memory[other] >> UInt8(slot) & 1 == 1
      if known & ~playable == 0 || (isCalled && known & playable != 0) { bits |= 1 << UInt8(slot) }
    }
    return bits
  }

  /// The own card to play, a known one before one that is called, low ranks first.
  @inline(__always)
  private func ownPlay(
    _ game: HanabiGame, _ called: UInt8, _ playable: UInt32, _ unseen: UInt32
  ) -> Int? {
    let me = game.player
    var best: (slot: Int, rank: Int)?
    for slot in 0..<Int(game.held[me]) {
      let possible = game.known[5 * me + slot] & unseen
      let isKnown = possible & ~playable == 0
      let isCalled = called >> UInt8(slot) & 1 == 1 && possible & playable != 0
      guard isKnown || (isCalled && game.livesLeft > 1) else { continue }
      let rank = (isKnown ? 0 : 10) + (possible & playable).trailingZeroBitCount % 5
      if best == nil || rank < best!.rank { best = (slot, rank) }
    }
    return best?.slot
  }

  /// The hint that makes most of the partner's cards playable for the partner, without a wrong call.
  @inline(__always)
  private func bestCall(_ game: HanabiGame, _ memory: Memory, _ playable: UInt32) -> HanabiAction? {
    let other = 1 - game.player
    let unseen = game.unseen.kinds
    let useful = game.useful
    let before = partnerPlays(game, memory, playable)
    var covered: UInt32 = 0
    for slot in 0..<Int(game.held[other]) where before >> UInt8(slot) & 1 == 1 {
      covered |= 1 << UInt32(game.cards[5 * other + slot])
    }
    var best: (action: HanabiAction, value: Int)?
    for index in 10..<20 {
      let action = HanabiAction(index: index)
      let types = action.types
      let bits = game.matches(other, types)
      if bits == 0 { continue }
      let called = calledSlot(action, game)
      var (value, seen) = (0, covered)
      for slot in 0..<Int(game.held[other]) {
        let type = game.cards[5 * other + slot]
        let isTouched = bits >> UInt8(slot) & 1 == 1
        let known = game.known[5 * other + slot] & unseen & (isTouched ? types : ~types)
        let plays = known & ~playable == 0 || (slot == called && known & playable != 0)
        if plays, before >> UInt8(slot) & 1 == 0 {
          // A wrong call costs a life, a second copy of a called card too.
          if (playable & ~seen) >> UInt32(type) & 1 == 0 {
            value = -1000
            break
          }
          seen |= 1 << UInt32(type)
          value += 10
        } else if isTouched, game.touched[other] >> UInt8(slot) & 1 == 0 {
          value += useful >> UInt32(type) & 1 == 1 ? 1 : -2
        }
      }
      if value >= 8, value > best?.value ?? 0 { best = (action, value) }
    }
    return best?.action
  }

  /// What to discard: a card known to be useless, otherwise the chop, otherwise the least useful one.
  @inline(__always)
  private func discardSlot(_ game: HanabiGame, _ me: Int, _ unseen: UInt32) -> Int {
    let useful = game.useful
    var best = (slot: 0, share: 2.0)
    for slot in 0..<Int(game.held[me]) {
      let possible = game.known[5 * me + slot] & unseen
      if possible & useful == 0 { return slot }
      let share =
        Double((possible & useful).nonzeroBitCount) / Double(max(1, possible.nonzeroBitCount))
        + Double((possible & game.critical).nonzeroBitCount)
        / Double(max(1, possible.nonzeroBitCount))
      if share < best.share { best = (slot, share) }
    }
    return Self.chop(game, me) ?? best.slot
  }

  /// A hint that calls no card which the partner would play in vain.
  @inline(__always)
  private func harmlessHint(_ game: HanabiGame, _ playable: UInt32) -> HanabiAction {
    let other = 1 - game.player
    var last = HanabiAction.play(0)
    for index in (10..<20).reversed() {
      let action = HanabiAction(index: index)
      guard game.matches(other, action.types) != 0 else { continue }
      last = action
      guard let slot = calledSlot(action, game) else { return action }
      let known = game.known[5 * other + slot] & game.unseen.kinds & action.types
      if known & playable == 0 { return action }
    }
    return last
  }
}
