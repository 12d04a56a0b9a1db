import Games
import Tensors
import Testing

@Suite struct SmallHanabiTests {
  /// All orders of a deck, each once.
  static func decks(_ cards: [HanabiCard]) -> [[HanabiCard]] {
    if cards.isEmpty { return [[]] }
    return Set(cards).sorted { "\($0)" < "\($1)" }.flatMap { first in
      var rest = cards
      rest.remove(at: rest.firstIndex(of: first)!)
      return decks(rest).map { [first] + $0 }
    }
  }

  static func mean(_ rules: HanabiRules, _ play: (HanabiGame) -> HanabiGame) throws -> Double {
    var (sum, n) = (0.0, 0.0)
    for deck in decks(rules.cards) {
      // Decks that differ in equal cards are one; each has the same number of orders.
      sum += Double(play(try HanabiGame(rules, deck: deck)).score)
      n += 1
    }
    return sum / n
  }

  /// The recursion's value is what the engine pays over all decks, and bounds every other policy.
  @Test(arguments: [
    HanabiRules(colours: 2, copies: [2, 1], handSize: 1, hints: 2, lives: 1),
    HanabiRules(colours: 2, copies: [2, 1], handSize: 1, hints: 8, lives: 1),
    HanabiRules(colours: 1, copies: [2, 1, 1], handSize: 1, hints: 2, lives: 2),
    HanabiRules(colours: 2, copies: [1, 1, 1], handSize: 1, hints: 2, lives: 2),
  ])
  func theOptimumIsWhatItsPolicyEarns(_ rules: HanabiRules) throws {
    let optimum = HanabiOptimum(rules)
    let earned = try Self.mean(rules) { optimum.play($0) }
    #expect(abs(earned - optimum.value) < 1e-9)
    #expect(try Self.mean(rules) { HanabiConventions().play($0) } < optimum.value)
    #expect(optimum.value <= Double(rules.bestScore))
  }

  /// One colour, ranks 1 and 2, no hints and one life, solved by hand.
  ///
  /// R1 R1 R2 comes in three orders. Nothing can be told, and discarding is not allowed while all (zero) tokens are there, so
  /// players play: R1 R1 R2 loses at the second move, R1 R2 R1 brings 2, R2 R1 R1 loses at once.
  @Test func aGameByHand() throws {
    let rules = HanabiRules(colours: 1, copies: [2, 1], handSize: 1, hints: 0, lives: 1)
    #expect(abs(HanabiOptimum(rules).value - 2.0 / 3) < 1e-12)
  }

  @Test func moreTokensAreNeverWorse() {
    let values = [0, 1, 2, 3].map {
      HanabiOptimum(HanabiRules(colours: 2, copies: [2, 1], handSize: 1, hints: $0, lives: 1)).value
    }
    #expect(values == values.sorted() && values[0] < values[1])
  }

  @Test func searchStandsBetweenBlueprintAndOptimum() throws {
    let rules = HanabiRules(colours: 2, copies: [2, 1], handSize: 1, hints: 8, lives: 2)
    let blueprint = HanabiConventions()
    let usual = try Self.mean(rules) { blueprint.play($0) }
    var scores: [Double] = []
    for players in [OneCardSearch<HanabiConventions>.Players.one, .both] {
      var search = OneCardSearch(
        rules, blueprint: blueprint, method: .search, players: players, budget: 4000, seed: 3)
      scores.append(try Self.mean(rules) { search.play($0) })
      #expect(search.spent > 0)
    }
    #expect(usual < scores[0] && scores[0] < scores[1])
    #expect(scores[1] <= HanabiOptimum(rules).value + 1e-9)
  }

  @Test func aSearchRepeats() throws {
    let rules = HanabiRules(colours: 2, copies: [2, 1], handSize: 1, hints: 2, lives: 2)
    var generator = Generator(seed: 4)
    let games = try (0..<40).map { _ in
      try HanabiGame(rules, deck: rules.deck(from: &generator))
    }
    func scores() -> [Int] {
      var search = OneCardSearch(
        rules, blueprint: HanabiConventions(), method: .fineTuning, players: .both, budget: 1000,
        seed: 7)
      return games.map { search.play($0).score }
    }
    #expect(scores() == scores())
  }
}
