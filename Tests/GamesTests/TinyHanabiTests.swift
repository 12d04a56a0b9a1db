import Games
import Testing

@Suite struct TinyHanabiTests {
  private let game = TinyHanabi()

  /// Values by enumeration, as another program found them.
  @Test func safeMovesAreWorthEightAndAConventionTen() {
    #expect(game.value(.safe) == 8)
    for player in [0, 1] { #expect(game.value(game.bestResponse(of: player, to: .safe)) == 8) }
    let best = game.optimum()
    #expect(game.value(best) == 10 && best.first == [2, 0])
    #expect(game.valuesOfFirstPolicies().map(\.value) == [10, 9, 9, 9, 8, 7.5, 6.5, 5, 5])
  }

  @Test func fineTuningFindsTheConvention() {
    let values = (0..<20).map { game.value(game.fineTuned(.safe, seed: $0)) }
    #expect(values.count { $0 >= 9.9 } >= 10)
    let alone = [0, 1].map { game.value(game.fineTuned(.safe, players: [$0], seed: 1)) }
    #expect(alone == [8, 8])
  }
}
