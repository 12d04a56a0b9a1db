import Tensors

/// Planning at decision time in a Hanabi with one card in each hand, on top of a blueprint policy.
///
/// ```swift
/// var search = OneCardSearch(rules, blueprint: HanabiConventions(), method: .search, players: .both)
/// search.play(game).score
/// ```
///
/// What a search may know is kept apart from the game: a lone searcher knows the partner's card and
/// which own cards agree with the partner's moves, since the partner follows the blueprint. When both
/// search, each decides from common knowledge for **every** card that the partner might hold, with
/// random numbers that are common knowledge too, so that the partner can tell what the move means.
///
/// Sources: SPARTA (arXiv:1912.02318) and RL search (arXiv:2109.15316).
public struct OneCardSearch<Blueprint: HanabiPolicy> {
  /// How a decision is improved.
  public enum Method: Sendable, Hashable {
    /// Not at all: the blueprint moves.
    case blueprint
    /// The first move with the best mean over rollouts of the blueprint (SPARTA).
    case search
    /// The blueprint, fine-tuned by policy gradients from the current belief on (RL search).
    case fineTuning
  }

  /// Who searches.
  public enum Players: Sendable, Hashable {
    /// Player 0; the other follows the blueprint.
    case one
    /// Both, from common knowledge.
    case both
  }

  /// The rules of the games.
  public let rules: HanabiRules
  /// The policy that is improved, and that rollouts follow.
  public let blueprint: Blueprint
  /// How decisions are improved.
  public let method: Method
  /// Who searches.
  public let players: Players
  /// Moves of rollouts that a decision may spend.
  public var budget: Int
  /// Standard errors by which another first move must be better than the blueprint's.
  public var caution = 1.0
  /// The step size α of fine-tuning.
  public var rate = 1.0
  /// The share of moves by which fine-tuning first strays from the blueprint.
  public var exploration = 0.3
  /// Moves that are fine-tuned, the first included; from there on the blueprint plays.
  public var horizon = 4
  /// Decides all random numbers.
  public let seed: Int
  /// Moves that all searches have spent so far.
  public internal(set) var spent = 0

  /// Decisions already made: the same public state has the same decision.
  var decisions: [UInt64: Decision] = [:]

  /// A search.
  ///
  /// Stops the cell when hands have more than one card, or the budget is not positive.
  public init(
    _ rules: HanabiRules, blueprint: Blueprint, method: Method, players: Players = .both,
    budget: Int = 10_000, seed: Int = 0
  ) {
    guard rules.handSize == 1 else {
      stop("OneCardSearch: \(rules.handSize) cards in a hand; HanabiSearch plays such games")
    }
    guard budget > 0 else { stop("OneCardSearch: a budget of \(budget) moves") }
    self.rules = rules
    self.blueprint = blueprint
    self.method = method
    self.players = players
    self.budget = budget
    self.seed = seed
  }

  /// What was decided in a public state: a move for each kind of card that the partner may hold.
  struct Decision {
    var moves: [UInt8: Commitment]
    /// Preferences for moves from here on, by history and partner's card.
    var table: [UInt64: SIMD4<Double>] = [:]
  }

  /// A game with what is known about it.
  struct Situation {
    var game: HanabiGame
    var memory: Blueprint.Memory
    var knowledge: CommonKnowledge
    /// A number for the public history.
    var history: UInt64
    /// The decision before this one, whose preferences are inherited.
    var table: [UInt64: SIMD4<Double>] = [:]
  }

  /// Plays a game.
  @specialized(where Blueprint == HanabiConventions)
  public mutating func play(_ game: HanabiGame) -> HanabiGame {
    var now = Situation(
      game: game, memory: blueprint.start, knowledge: CommonKnowledge(game), history: 1)
    while !now.game.isOver { advance(&now) }
    return now.game
  }

  private mutating func advance(_ now: inout Situation) {
    let game = now.game
    let kind = game.partnerKind
    let searches = method != .blueprint && (players == .both || game.player == 0)
    let decision = searches ? decide(now) : Decision(moves: blueprintMoves(now, kinds(now)))
    guard let choice = decision.moves[kind] else { stop("OneCardSearch: no move for \(kind)") }
    let action = choice.action(kind)
    now.history = mixed(now.history, game.publicEvent(action))
    now.knowledge = now.knowledge.after(
      choice, kind: kind, in: game, moves: decision.moves, rules)
    if searches { now.table = decision.table }
    blueprint.note(action, in: game, &now.memory)
    now.game.apply(action)
  }

  /// The kinds for which a decision is made: all that the partner may hold if both search, otherwise
  /// the one that is seen and, for the blueprint's moves, those that might have been.
  private func kinds(_ now: Situation) -> [UInt8] {
    if now.knowledge.other == 0 { return [CommonKnowledge.none] }
    return (0..<25).filter { now.knowledge.other >> UInt32($0) & 1 == 1 }.map { UInt8($0) }
  }

  /// What the blueprint does for each kind.
  func blueprintMoves(_ now: Situation, _ kinds: [UInt8]) -> [UInt8: Commitment] {
    var moves: [UInt8: Commitment] = [:]
    for kind in kinds { moves[kind] = blueprintMove(now.game, now.memory, kind) }
    return moves
  }

  func blueprintMove(
    _ game: HanabiGame, _ memory: Blueprint.Memory, _ kind: UInt8
  ) -> Commitment {
    var game = game
    if kind != CommonKnowledge.none { game.cards[5 * (1 - game.player)] = kind }
    return Commitment(blueprint.move(HanabiView(game), memory))
  }

  private mutating func decide(_ now: Situation) -> Decision {
    // A lone searcher's own moves tell the partner, who follows the blueprint, nothing but their
    // public effect: the partner's knowledge plays no part, and only the card in sight matters.
    let own = now.game.partnerKind
    let key = players == .both ? now.history : mixed(now.history, UInt64(own) &+ 77)
    if let known = decisions[key] { return known }
    let all = players == .both ? kinds(now) : [own]
    var stream = RolloutStream(mixed(UInt64(bitPattern: Int64(seed)) &+ 1, key))
    let fallback = blueprintMoves(now, all)
    var decision = Decision(moves: fallback)
    if method == .search {
      for kind in all {
        decision.moves[kind] = searched(
          now, kind, fallback[kind]!, budget / all.count, &stream)
      }
    } else {
      decision = fineTuned(now, all, fallback, &stream)
    }
    decisions[key] = decision
    return decision
  }

  /// A deal that agrees with what is known, the partner holding a given kind.
  ///
  /// - Returns: `nil` if there is none.
  func deal(_ now: Situation, _ kind: UInt8, _ stream: inout RolloutStream) -> HanabiGame? {
    var game = now.game
    let (me, other) = (game.player, 1 - game.player)
    var left = game.unseen
    if kind != CommonKnowledge.none { left.remove(kind) }
    var (total, mask) = (0, now.knowledge.mine & left.kinds)
    var rest = mask
    while rest != 0 {
      total += left.count(UInt8(rest.trailingZeroBitCount))
      rest &= rest - 1
    }
    guard total > 0 else { return nil }
    var place = stream.below(total)
    while true {
      let type = UInt8(mask.trailingZeroBitCount)
      place -= left.count(type)
      if place < 0 {
        game.cards[5 * me] = type
        break
      }
      mask &= mask - 1
    }
    if kind != CommonKnowledge.none { game.cards[5 * other] = kind }
    game.reshuffle(&stream)
    return game
  }

  /// The move with the best mean over rollouts, if it is clearly better than the blueprint's.
  private mutating func searched(
    _ now: Situation, _ kind: UInt8, _ usual: Commitment, _ budget: Int,
    _ stream: inout RolloutStream
  ) -> Commitment {
    guard let first = deal(now, kind, &stream) else { return usual }
    let choices = Commitment.allCases.filter { first.allows($0.action(kind)) }
    if choices.count < 2 { return choices.first ?? usual }
    var gains = choices.map { _ in (sum: 0.0, squares: 0.0) }
    var (moves, deals) = (0, 0)
    while moves < budget || deals < 2 {
      guard let dealt = deal(now, kind, &stream) else { return usual }
      var scores = choices.map { _ in 0.0 }
      for (place, choice) in choices.enumerated() {
        let action = choice.action(kind)
        var (game, memory) = (dealt, now.memory)
        blueprint.note(action, in: game, &memory)
        game.apply(action)
        blueprint._finish(&game, &memory)
        moves += game.moves - dealt.moves
        scores[place] = Double(game.score)
      }
      let base = scores[choices.firstIndex(of: usual)!]
      for place in choices.indices {
        let gain = scores[place] - base
        gains[place].sum += gain
        gains[place].squares += gain * gain
      }
      deals += 1
    }
    spent += moves
    let n = Double(deals)
    let best = choices.indices.max { gains[$0].sum < gains[$1].sum }!
    let mean = gains[best].sum / n
    let error = (max(gains[best].squares / n - mean * mean, 0) / (n - 1)).squareRoot()
    return mean > caution * error && mean > 0 ? choices[best] : usual
  }
}

extension Commitment {
  /// What kind of move an action is.
  init(_ action: HanabiAction) {
    self =
      switch action.index {
      case 0..<5: .discard
      case 5..<10: .play
      case 10..<15: .hintColour
      default: .hintRank
      }
  }
}

extension HanabiGame {
  /// The kind of the partner's single card.
  var partnerKind: UInt8 { held[1 - player] == 0 ? CommonKnowledge.none : cards[5 * (1 - player)] }

  /// What all see of a move, as a number: the move and the card that it turns over.
  func publicEvent(_ action: HanabiAction) -> UInt64 {
    let card = action.isHint ? 31 : cards[5 * player + action.argument]
    return UInt64(action.index) << 8 | UInt64(card) | 1 << 20
  }
}
