import Foundation
import Games
import Tensors
import Testing

@Suite struct HanabiGameTests {
  private let rules = HanabiRules.standard

  /// Red, then what follows in the order of the rules.
  private func game(_ names: String) throws -> HanabiGame {
    var rest = rules.cards
    let first = names.split(separator: " ").compactMap { HanabiCard(String($0)) }
    for card in first { rest.remove(at: try #require(rest.firstIndex(of: card))) }
    return try HanabiGame(rules, deck: first + rest)
  }

  @Test func aPlayedCardContinuesItsColourOrCostsALife() throws {
    var game = try game("R1 R3 Y1 G1 W1 R2 Y1 Y2 G5 B1")
    try game.move(.play(0))
    #expect(game.score == 1 && game.pile(0) == 1 && game.lives == 3)
    // The drawn card goes to the end.
    #expect(game.hand(of: 0).map(\.description).prefix(4) == ["R3", "Y1", "G1", "W1"])
    try game.move(.play(0))
    #expect(game.pile(0) == 2)
    try game.move(.play(0))
    #expect(game.pile(0) == 3 && game.score == 3)
    try game.move(.play(2))
    #expect(game.lives == 2 && game.score == 3)
  }

  @Test func theThirdMistakeEndsTheGameWithoutAScore() throws {
    var game = try game("R1 R3 R4 R5 R4 G4 Y4 Y5 G5 B5")
    for slot in [0, 0, 0, 0] { try game.move(.play(slot)) }
    #expect(game.isOver && game.score == 0 && game.lives == 0)
    #expect(throws: HanabiError.self) { try game.move(.play(0)) }
  }

  @Test func hintsCostTokensAndTellWhatTheyTouch() throws {
    var game = try game("R1 R3 R4 R5 R4 G4 Y4 Y5 G5 B4")
    try game.move(.hint(rank: 4))
    #expect(game.hints == 7)
    let view = HanabiView(game)
    #expect(view.possible(0).cards.allSatisfy { $0.rank == 4 } && view.possible(0).count == 4)
    // Both R4 are in sight, so a card of rank 4 is of one of four colours; the others have no rank 4.
    #expect(view.possible(2).cards.allSatisfy { $0.rank != 4 })
    #expect(throws: HanabiError.self) { try game.move(.hint(colour: 1)) }
    try game.move(.hint(colour: 0))
    try game.move(.discard(0))
    #expect(game.hints == 7)
  }

  @Test func illegalMovesAreRefusedWithTheirReason() throws {
    var game = try game("R1 R3 R4 R5 R4 G4 Y4 Y5 G5 B4")
    #expect(!game.allows(.discard(0)))
    do {
      try game.move(.discard(0))
      Issue.record("discarded with all tokens there")
    } catch { #expect("\(error)".contains("all 8 hint tokens are there")) }
    do {
      try game.move(.hint(rank: 1))
      Issue.record("hinted nothing")
    } catch { #expect("\(error)".contains("hint rank 1: the other hand has no such card")) }
    do {
      try game.move(HanabiAction(index: 20))
      Issue.record("move 20")
    } catch { #expect("\(error)".contains("there are moves 0 to 19")) }
    #expect(game.moves == 0)
  }

  @Test func decksAreThoseOfTheRules() throws {
    var deck = rules.cards
    #expect(throws: HanabiError.self) { try HanabiGame(rules, deck: Array(deck.dropLast())) }
    deck[0] = deck[49]
    do {
      _ = try HanabiGame(rules, deck: deck)
      Issue.record("two B5")
    } catch { #expect("\(error)" == "HanabiGame: one B5 too many, the card at place 49") }
  }

  @Test func aCompletedColourReturnsAToken() throws {
    let small = HanabiRules(colours: 1, copies: [2, 1], handSize: 1, hints: 2, lives: 1)
    let deck = ["R1", "R2", "R1"].compactMap { HanabiCard($0) }
    var game = try HanabiGame(small, deck: deck)
    try game.move(.hint(rank: 2))
    try game.move(.hint(rank: 1))
    #expect(game.hints == 0)
    try game.move(.play(0))
    try game.move(.play(0))
    #expect(game.hints == 1 && game.isOver && game.score == 2)
  }

  @Test func eachPlayerMovesOnceMoreAfterTheLastCard() throws {
    let small = HanabiRules(colours: 2, copies: [2, 1], handSize: 1, hints: 3, lives: 3)
    let deck = ["R2", "R2", "R1", "R1", "Y1", "Y1"].compactMap { HanabiCard($0) }
    #expect(throws: HanabiError.self) { try HanabiGame(small, deck: deck) }
    let right = ["R2", "Y2", "R1", "R1", "Y1", "Y1"].compactMap { HanabiCard($0) }
    var game = try HanabiGame(small, deck: right)
    try game.move(.hint(rank: 2))
    for _ in 0..<2 { try game.move(.play(0)) }
    #expect(game.lives == 1 && game.cardsLeft == 2)
    try game.move(.play(0))
    #expect(game.cardsLeft == 1 && game.score == 1)
    try game.move(.hint(rank: 1))
    try game.move(.discard(0))
    #expect(game.cardsLeft == 0 && !game.isOver)
    try game.move(.hint(rank: 1))
    #expect(!game.isOver)
    try game.move(.play(0))
    #expect(game.isOver && game.score == 2)
  }

  /// Games that others recorded: `../shared/data/hanabi`, left out where it is not there.
  @Test func recordedGamesAreReproduced() throws {
    let packed = "/shared/data/hanabi/games.jsonl.gz"
    var folder = URL(fileURLWithPath: #filePath)
    while folder.path != "/",
      !FileManager.default.fileExists(atPath: folder.path + packed)
    { folder.deleteLastPathComponent() }
    let candidates = [folder.path + packed, "/work" + packed]
    guard let path = candidates.first(where: { FileManager.default.fileExists(atPath: $0) }) else {
      print("left out: ../shared/data/hanabi is not there")
      return
    }
    let unpack = Process()
    unpack.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    unpack.arguments = ["gzip", "-dc", path]
    let output = Pipe()
    unpack.standardOutput = output
    try unpack.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    var same = 0
    for line in text.split(separator: "\n") {
      let record = try JSONDecoder().decode(RecordedGame.self, from: Data(line.utf8))
      let deck = record.deck.split(separator: " ").compactMap { HanabiCard(String($0)) }
      var game = try HanabiGame(rules, deck: deck)
      for action in record.actions { try game.move(HanabiAction(index: action)) }
      if game.isOver, game.score == record.score { same += 1 }
    }
    #expect(same == 3000)
  }

  private struct RecordedGame: Decodable {
    var deck: String
    var actions: [Int]
    var score: Int
  }
}
