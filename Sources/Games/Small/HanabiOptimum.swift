import Tensors

/// The best that two players can reach in a Hanabi with one card in each hand, found exactly.
///
/// The players' joint policy is chosen from what both know: in each public state the mover commits to a
/// move for each card the partner may hold, and the move tells the partner which cards those are. That
/// makes the team one player in a game without secrets, which is solved by recursion
/// (doi:10.1109/TAC.2013.2239000).
///
/// ```swift
/// let rules = HanabiRules(colours: 2, copies: [2, 1], handSize: 1, hints: 2, lives: 1)
/// let optimum = HanabiOptimum(rules)
/// optimum.value
/// ```
///
/// - Complexity: public states times 3ᵏ for k kinds of cards: some seconds for 2 × 3.
public final class HanabiOptimum {
  /// The rules that are solved.
  public let rules: HanabiRules
  /// The expected score of the best joint policy.
  public private(set) var value = 0.0
  /// Public states that were visited.
  public var states: Int { values.count }

  private var values: [CommonKnowledge: Double] = [:]
  private let ranks: UInt8
  private let limit: UInt8
  private let best: UInt8

  /// Solves the game of these rules.
  ///
  /// Stops the cell when a hand has more than one card or there are more than six kinds.
  public init(_ rules: HanabiRules) {
    guard rules.handSize == 1, rules.allTypes.nonzeroBitCount <= 6 else {
      stop(
        "HanabiOptimum: \(rules.handSize) cards in a hand, \(rules.allTypes.nonzeroBitCount) kinds; "
          + "games of one card in a hand and at most 6 kinds are solved")
    }
    self.rules = rules
    (ranks, limit, best) = (UInt8(rules.ranks), UInt8(rules.hints), UInt8(rules.bestScore))
    value = solve(root)
  }

  private var root: CommonKnowledge {
    guard let game = try? HanabiGame(rules, deck: rules.cards) else { stop("HanabiOptimum: deck") }
    return CommonKnowledge(game)
  }

  /// The value of a public state.
  private func solve(_ state: CommonKnowledge) -> Double {
    if state.isOver || state.points == best { return state.score }
    if let known = values[state] { return known }
    let value = commitment(state).value
    values[state] = value
    return value
  }

  /// The best commitment in a public state: the move for each kind that the partner may hold.
  func commitment(_ state: CommonKnowledge) -> (value: Double, moves: [UInt8: Commitment]) {
    let seen = state.other == 0 ? [CommonKnowledge.none] : bits(state.other)
    let sets = 1 << seen.count
    var total = 0.0
    var tables: [(Commitment, [Double])] = []
    for choice in Commitment.allCases {
      guard let table = table(choice, state, seen) else { continue }
      tables.append((choice, table))
    }
    // Best division of each set of kinds among the first moves.
    var bestOf = tables[0].1
    var choices: [[Int]] = [Array(0..<sets)]
    for (_, gain) in tables.dropFirst() {
      var next = bestOf
      var part = [Int](repeating: 0, count: sets)
      for set in 1..<sets {
        var sub = set
        while sub > 0 {
          let value = bestOf[set & ~sub] + gain[sub]
          if value > next[set] { (next[set], part[set]) = (value, sub) }
          sub = (sub - 1) & set
        }
      }
      choices.append(part)
      bestOf = next
    }
    for own in bits(state.mine) { for kind in seen { total += weight(state, own, kind) } }
    var moves: [UInt8: Commitment] = [:]
    var set = sets - 1
    for index in tables.indices.reversed() {
      let part = index == 0 ? set : choices[index][set]
      for (place, kind) in seen.enumerated() where part >> place & 1 == 1 {
        moves[kind] = tables[index].0
      }
      set &= ~part
    }
    return (bestOf[sets - 1] / total, moves)
  }

  /// Σ of deals times values if a move is made for the kinds of a set, by set; `nil` for no such move.
  private func table(
    _ choice: Commitment, _ state: CommonKnowledge, _ seen: [UInt8]
  ) -> [Double]? {
    let sets = 1 << seen.count
    switch choice {
    case .hintColour, .hintRank:
      guard state.hints > 0, state.other != 0 else { return nil }
      var known: [UInt32: Double] = [:]
      return (0..<sets).map { set in
        // Each colour or rank is a message of its own.
        var classes = [UInt32](repeating: 0, count: 5)
        for (place, kind) in seen.enumerated() where set >> place & 1 == 1 {
          classes[Int(choice == .hintColour ? kind / 5 : kind % 5)] |= 1 << UInt32(kind)
        }
        return classes.reduce(0) { sum, kinds in
          if kinds == 0 { return sum }
          if let value = known[kinds] { return sum + value }
          let ways = deals(state, kinds)
          let value = ways == 0 ? 0 : ways * solve(state.hinted(kinds))
          known[kinds] = value
          return sum + value
        }
      }
    case .play, .discard:
      guard choice == .play || state.hints < limit else { return nil }
      let own = bits(state.mine)
      return (0..<sets).map { set in
        if set == 0 { return 0 }
        var kinds: UInt32 = 0
        if state.other != 0 {
          for (place, kind) in seen.enumerated() where set >> place & 1 == 1 {
            kinds |= 1 << UInt32(kind)
          }
        }
        return own.reduce(0) { sum, card in
          var ways = 0.0
          for (place, kind) in seen.enumerated() where set >> place & 1 == 1 {
            ways += weight(state, card, kind)
          }
          if ways == 0 { return sum }
          // Kinds of which the mover held the last copy cannot be the partner's.
          var possible = kinds
          if kinds >> UInt32(card) & 1 == 1, state.unseen.count(card) == 1 {
            possible &= ~(1 << UInt32(card))
          }
          return sum
            + ways
            * solve(
              state.left(card, plays: choice == .play, seen: possible, ranks: ranks, limit: limit))
        }
      }
    }
  }

  private func deals(_ state: CommonKnowledge, _ kinds: UInt32) -> Double {
    var total = 0.0
    for own in bits(state.mine) { for kind in bits(kinds) { total += weight(state, own, kind) } }
    return total
  }

  private func weight(_ state: CommonKnowledge, _ own: UInt8, _ seen: UInt8) -> Double {
    seen == CommonKnowledge.none
      ? Double(state.unseen.count(own)) : Double(state.ways(own, seen))
  }

  private func bits(_ mask: UInt32) -> [UInt8] {
    (0..<25).filter { mask >> UInt32($0) & 1 == 1 }.map { UInt8($0) }
  }
}

/// What a player with one card can do; the partner's card says which colour or rank a hint names.
enum Commitment: CaseIterable {
  case play, discard, hintColour, hintRank

  /// The move, for a partner who holds a card of some kind.
  func action(_ kind: UInt8) -> HanabiAction {
    switch self {
    case .play: .play(0)
    case .discard: .discard(0)
    case .hintColour: .hint(colour: Int(kind / 5))
    case .hintRank: .hint(rank: Int(kind % 5) + 1)
    }
  }
}

extension CommonKnowledge {
  /// Stands for the card of an empty hand.
  static let none: UInt8 = 255
}

// MARK: - Playing

extension HanabiOptimum {
  /// Plays a game with both players following the best joint policy.
  public func play(_ game: HanabiGame) -> HanabiGame {
    var game = game
    var state = CommonKnowledge(game)
    while !game.isOver {
      let other = 1 - game.player
      let kind = game.held[other] == 0 ? CommonKnowledge.none : game.cards[5 * other]
      let moves = commitment(state).moves
      guard let choice = moves[kind] else { stop("HanabiOptimum: no move for kind \(kind)") }
      state = state.after(choice, kind: kind, in: game, moves: moves, rules)
      game.apply(choice.action(kind))
    }
    return game
  }
}

extension CommonKnowledge {
  /// After a move that a known commitment made.
  func after(
    _ choice: Commitment, kind: UInt8, in game: HanabiGame, moves: [UInt8: Commitment],
    _ rules: HanabiRules
  ) -> CommonKnowledge {
    var kinds: UInt32 = 0
    for (each, move) in moves where each != Self.none && move.action(each) == choice.action(kind) {
      kinds |= 1 << UInt32(each)
    }
    switch choice {
    case .hintColour, .hintRank: return hinted(kinds)
    case .play, .discard:
      let own = game.cards[5 * game.player]
      if unseen.count(own) == 1 { kinds &= ~(1 << UInt32(own)) }
      return left(
        own, plays: choice == .play, seen: kinds, ranks: UInt8(rules.ranks),
        limit: UInt8(rules.hints))
    }
  }
}
