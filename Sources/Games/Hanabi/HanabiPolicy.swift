/// How to play Hanabi: a move for each view, with a memory of what both players have seen.
///
/// The memory is a function of the public moves alone, so one value serves both players, and anyone can
/// follow what the other's policy would have done with other cards. Policies are deterministic: that
/// is what makes a move a message.
public protocol HanabiPolicy: Sendable {
  /// What is remembered of the game's public course.
  associatedtype Memory: Sendable
  /// The memory before the first move.
  var start: Memory { get }
  /// The move in a view.
  func move(_ view: HanabiView, _ memory: Memory) -> HanabiAction
  /// Takes note of a move.
  ///
  /// - Parameter game: before the move. Of the cards, only those may matter that the move touches.
  func note(_ action: HanabiAction, in game: HanabiGame, _ memory: inout Memory)
}

extension HanabiPolicy {
  /// Plays a game to its end with both players following the policy.
  ///
  /// - Returns: the game at its end.
  @specialized(where Self == HanabiConventions)
  public func finish(_ game: HanabiGame, _ memory: Memory) -> HanabiGame {
    var (game, memory) = (game, memory)
    _finish(&game, &memory)
    return game
  }

  /// Plays a game from its start with both players following the policy.
  @specialized(where Self == HanabiConventions)
  public func play(_ game: HanabiGame) -> HanabiGame { finish(game, start) }

  @inline(__always)
  func _finish(_ game: inout HanabiGame, _ memory: inout Memory) {
    while !game.finished {
      let action = move(HanabiView(game), memory)
      note(action, in: game, &memory)
      game.apply(action)
    }
  }
}
