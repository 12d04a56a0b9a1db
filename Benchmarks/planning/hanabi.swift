// %%
import Foundation
func processTime() -> Double {
  var t = timespec()
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t)
  return Double(t.tv_sec) + 1e-9 * Double(t.tv_nsec)
}
func digits(_ x: Double, _ n: Int = 2) -> String { String(format: "%.\(n)f", x) }
func row(_ what: String, _ figure: String) { print("| \(what) | \(figure) |") }
func summary(_ values: [Double]) -> (mean: Double, error: Double) {
  let n = Double(values.count)
  let m = values.reduce(0, +) / n
  let variance = values.map { ($0 - m) * ($0 - m) }.reduce(0, +) / max(1, n - 1)
  return (m, (variance / n).squareRoot())
}
func text(_ values: [Double]) -> String {
  let (m, e) = summary(values)
  return "\(digits(m, 3)) ± \(digits(e, 3))"
}
// %%
// The blueprint acting in full games.
var generator = Generator(seed: 2026)
let decks = (0..<20_000).map { _ in HanabiRules.standard.deck(from: &generator) }
let starts = try decks.map { try HanabiGame(.standard, deck: $0) }
var best = 0.0
var ends: [HanabiGame] = []
for _ in 0..<5 {
  let begin = processTime()
  ends = starts.map { HanabiConventions().play($0) }
  best = max(best, Double(ends.map(\.moves).reduce(0, +)) / (processTime() - begin))
}
row(
  "moves/s with the conventions acting, best of 5 runs of 20 000 games", "\(digits(best / 1e6)) M")
row("score of the conventions, 20 000 games", text(ends.map { Double($0.score) }))
// %%
// One searcher in full games, on the same decks.
let count = Int(ProcessInfo.processInfo.environment["GAMES"] ?? "") ?? 500
let budget = Int(ProcessInfo.processInfo.environment["BUDGET"] ?? "") ?? 10_000
var search = HanabiSearch(blueprint: HanabiConventions(), budget: budget, seed: 1)
let begin = processTime()
let searched = starts.prefix(count).map { Double(search.play($0).score) }
let cost = processTime() - begin
let usual = ends.prefix(count).map { Double($0.score) }
row("conventions, the first \(count) decks", text(usual))
row("one searcher, \(budget) moves a decision, the same decks", text(searched))
row("gain, paired", text(zip(searched, usual).map { $0 - $1 }))
row(
  "games of 25 points, without and with search",
  "\(usual.count { $0 == 25 }) and \(searched.count { $0 == 25 })")
row(
  "simulated moves; policy moves for beliefs; CPU time",
  "\(digits(Double(search.spent) / 1e6, 0)) M; \(digits(Double(search.checked) / 1e6, 0)) M; \(digits(cost, 0)) s"
)
row(
  "decisions; other than the blueprint's; without a hand that agrees",
  "\(search.decisions.all); \(search.decisions.changed); \(search.decisions.blind)")
// %%
// A Hanabi that is solved: all 720 decks, so that only the searches' seeds differ.
func orders(_ cards: [HanabiCard]) -> [[HanabiCard]] {
  cards.isEmpty
    ? [[]]
    : cards.indices.flatMap { i in
      var rest = cards
      let first = rest.remove(at: i)
      return orders(rest).map { [first] + $0 }
    }
}
typealias Search = OneCardSearch<HanabiConventions>
let ways: [(String, Search.Method, Search.Players)] = [
  ("blueprint", .blueprint, .both), ("SPARTA, one", .search, .one),
  ("SPARTA, both", .search, .both),
  ("RL search, one", .fineTuning, .one), ("RL search, both", .fineTuning, .both),
]
for hints in [8, 2] {
  let rules = HanabiRules(colours: 2, copies: [1, 1, 1], handSize: 1, hints: hints, lives: 2)
  let games = try orders(rules.cards).map { try HanabiGame(rules, deck: $0) }
  for (name, method, players) in ways {
    let means = (0..<(method == .blueprint ? 1 : 5)).map { seed in
      var search = Search(
        rules, blueprint: HanabiConventions(), method: method, players: players, budget: 10_000,
        seed: seed)
      return games.map { Double(search.play($0).score) }.reduce(0, +) / 720
    }
    let figure = method == .blueprint ? digits(means[0], 3) : text(means)
    row("2 colours × 3 ranks, one card in hand, \(hints) tokens: \(name)", figure)
  }
  row(
    "2 colours × 3 ranks, one card in hand, \(hints) tokens: optimum",
    digits(HanabiOptimum(rules).value, 3))
}
