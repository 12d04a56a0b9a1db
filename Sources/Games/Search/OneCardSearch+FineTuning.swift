/// RL search: the blueprint, fine-tuned by policy gradients from the current belief.
extension OneCardSearch {
  /// Trains preferences for all moves from here on, and decides by them where they are better.
  mutating func fineTuned(
    _ now: Situation, _ kinds: [UInt8], _ fallback: [UInt8: Commitment],
    _ stream: inout RolloutStream
  ) -> Decision {
    var trial = Trial(table: now.table)
    // A fifth of the moves is kept to see whether the training was worth it.
    let training = budget * 4 / 5
    var moves = 0
    while moves < training {
      guard let kind = drawn(now, kinds, &stream), let dealt = deal(now, kind, &stream) else {
        break
      }
      moves += learn(from: dealt, now, &trial, &stream)
    }
    spent += moves
    var tuned: [UInt8: Commitment] = [:]
    for kind in kinds {
      tuned[kind] = best(trial, now.history, now.game, now.memory, kind)
    }
    let gain = advantage(now, kinds, trial, &stream)
    guard gain > 0 else { return Decision(moves: fallback, table: now.table) }
    return Decision(moves: tuned, table: trial.table)
  }

  /// Preferences and estimated scores of the moves, by history and partner's card.
  struct Trial {
    var table: [UInt64: SIMD4<Double>]
    var estimates: [UInt64: (values: SIMD4<Double>, counts: SIMD4<Double>)] = [:]
  }

  /// A kind for the partner's card, as often as it is dealt.
  private func drawn(_ now: Situation, _ kinds: [UInt8], _ stream: inout RolloutStream) -> UInt8? {
    if kinds.count == 1 { return kinds[0] }
    let mine = now.knowledge.mine
    let ways = kinds.map { kind in
      var total = 0
      for own in 0..<25 where mine >> UInt32(own) & 1 == 1 {
        total += now.knowledge.ways(UInt8(own), kind)
      }
      return total
    }
    let total = ways.reduce(0, +)
    guard total > 0 else { return nil }
    var place = stream.below(total)
    for (kind, count) in zip(kinds, ways) {
      place -= count
      if place < 0 { return kind }
    }
    return nil
  }

  /// One episode, and a step along its policy gradient.
  private func learn(
    from dealt: HanabiGame, _ now: Situation, _ trial: inout Trial, _ stream: inout RolloutStream
  ) -> Int {
    var (game, memory, history) = (dealt, now.memory, now.history)
    let (searcher, last) = (game.player, dealt.moves + horizon)
    var steps: [(key: UInt64, choice: Int, probabilities: SIMD4<Double>)] = []
    while !game.isOver {
      let kind = game.partnerKind
      var action = HanabiAction.play(0)
      if game.moves < last, players == .both || game.player == searcher {
        let key = mixed(history, UInt64(kind) &+ 7)
        let preferences =
          trial.table[key] ?? usualPreferences(game, blueprint.move(HanabiView(game), memory), kind)
        let probabilities = Self.softmax(preferences)
        var (u, choice) = (stream.unit(), 3)
        for place in 0..<4 {
          u -= probabilities[place]
          if u < 0 {
            choice = place
            break
          }
        }
        while probabilities[choice] == 0 { choice = (choice + 1) % 4 }
        if trial.table[key] == nil { trial.table[key] = preferences }
        steps.append((key, choice, probabilities))
        action = Commitment.allCases[choice].action(kind)
      } else {
        action = blueprint.move(HanabiView(game), memory)
      }
      history = mixed(history, game.publicEvent(action))
      blueprint.note(action, in: game, &memory)
      game.apply(action)
    }
    let score = Double(game.score)
    for (key, choice, probabilities) in steps {
      // The gradient over all moves with estimates of their values has less noise than the score
      // of the one that was made.
      var estimate = trial.estimates[key] ?? (SIMD4(repeating: score), .zero)
      estimate.counts[choice] += 1
      let share = max(1 / estimate.counts[choice], 0.02)
      estimate.values[choice] += share * (score - estimate.values[choice])
      trial.estimates[key] = estimate
      let mean = (probabilities * estimate.values).sum()
      let slope = probabilities * (estimate.values - mean)
      let seen = SIMD4<Double>(repeating: 0).replacing(with: 1, where: estimate.counts .> 0)
      trial.table[key]! += rate * slope * seen
    }
    return game.moves - dealt.moves
  }

  /// Preferences of a policy that mostly follows the blueprint.
  private func usualPreferences(
    _ game: HanabiGame, _ usual: HanabiAction, _ kind: UInt8
  ) -> SIMD4<Double> {
    var preferences = SIMD4<Double>(repeating: -.infinity)
    var legal = 0.0
    for (place, choice) in Commitment.allCases.enumerated()
    where game.allows(choice.action(kind == CommonKnowledge.none ? 0 : kind)) {
      preferences[place] = 0
      legal += 1
    }
    let place = Commitment.allCases.firstIndex(of: Commitment(usual))!
    if legal > 1 {
      preferences[place] = logarithm((1 - exploration) * (legal - 1) / exploration)
    }
    return preferences
  }

  static func softmax(_ preferences: SIMD4<Double>) -> SIMD4<Double> {
    let highest = preferences.max()
    var weights = SIMD4<Double>(repeating: 0)
    for place in 0..<4 { weights[place] = exponential(preferences[place] - highest) }
    return weights / weights.sum()
  }

  /// The preferred move; where nothing was learned, the blueprint's.
  private func best(
    _ trial: Trial, _ history: UInt64, _ game: HanabiGame, _ memory: Blueprint.Memory,
    _ kind: UInt8
  ) -> Commitment {
    guard let preferences = trial.table[mixed(history, UInt64(kind) &+ 7)] else {
      return blueprintMove(game, memory, kind)
    }
    let place = (0..<4).max { preferences[$0] < preferences[$1] }!
    return Commitment.allCases[place]
  }

  /// What the preferred moves gain over the blueprint, on the same deals.
  private mutating func advantage(
    _ now: Situation, _ kinds: [UInt8], _ trial: Trial, _ stream: inout RolloutStream
  ) -> Double {
    var (gain, moves, deals) = (0.0, 0, 0)
    while moves < budget / 5 || deals < 2 {
      guard let kind = drawn(now, kinds, &stream), let dealt = deal(now, kind, &stream) else {
        break
      }
      var (game, memory, history) = (dealt, now.memory, now.history)
      let (searcher, last) = (game.player, dealt.moves + horizon)
      while !game.isOver {
        let seen = game.partnerKind
        let follows = game.moves < last && (players == .both || game.player == searcher)
        let action =
          follows
          ? best(trial, history, game, memory, seen).action(seen)
          : blueprint.move(HanabiView(game), memory)
        history = mixed(history, game.publicEvent(action))
        blueprint.note(action, in: game, &memory)
        game.apply(action)
      }
      let usual = blueprint.finish(dealt, now.memory)
      moves += game.moves + usual.moves - 2 * dealt.moves
      gain += Double(game.score) - Double(usual.score)
      deals += 1
    }
    spent += moves
    return gain
  }
}
