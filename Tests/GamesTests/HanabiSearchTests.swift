import Games
import Tensors
import Testing

@Suite struct HanabiSearchTests {
  @Test func theConventionsPlayWell() throws {
    var generator = Generator(seed: 5)
    let scores = try (0..<500).map { _ -> Int in
      let deck = HanabiRules.standard.deck(from: &generator)
      return HanabiConventions().play(try HanabiGame(.standard, deck: deck)).score
    }
    // 21.88 over 20 000 games; the standard error of 500 is 0.13.
    #expect(Double(scores.reduce(0, +)) / 500 > 21)
  }

  /// A policy that looked at its own cards would change with them.
  @Test func policiesSeeOnlyTheirView() throws {
    var generator = Generator(seed: 6)
    let policy = HanabiConventions()
    for _ in 0..<50 {
      let deck = HanabiRules.standard.deck(from: &generator)
      var other = deck
      // Player 0's hand is dealt from the rest instead.
      other[0..<5] = deck[20..<25]
      other[20..<25] = deck[0..<5]
      let first = HanabiView(try HanabiGame(.standard, deck: deck))
      let second = HanabiView(try HanabiGame(.standard, deck: other))
      #expect(policy.move(first, policy.start) == policy.move(second, policy.start))
    }
  }

  @Test func searchImprovesAWeakBlueprint() throws {
    var generator = Generator(seed: 7)
    var search = HanabiSearch(blueprint: Cautious(), budget: 600, seed: 1)
    var (usual, searched) = (0, 0)
    for _ in 0..<6 {
      let game = try HanabiGame(.standard, deck: HanabiRules.standard.deck(from: &generator))
      usual += Cautious().play(game).score
      searched += search.play(game).score
    }
    #expect(searched > usual + 6)
    #expect(search.decisions.changed > 0 && search.spent > 0)
  }
}

/// Plays what is certain, tells ranks, and otherwise discards.
private struct Cautious: HanabiPolicy {
  var start: Int { 0 }
  func note(_ action: HanabiAction, in game: HanabiGame, _ memory: inout Int) { memory += 1 }
  func move(_ view: HanabiView, _ memory: Int) -> HanabiAction {
    for slot in 0..<view.handCount where view.possible(slot).isSubset(of: view.playable) {
      return .play(slot)
    }
    for card in view.partnerHand where view.playable.contains(card) && view.hints > 0 {
      return memory % 2 == 0 ? .hint(rank: card.rank) : .hint(colour: card.colour)
    }
    return view.legalMoves[0]
  }
}
