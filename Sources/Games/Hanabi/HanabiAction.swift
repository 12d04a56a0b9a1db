/// A move in Hanabi.
///
/// Numbered as in the Hanabi Learning Environment's two-player form: 0–4 discard, 5–9 play, 10–14 hint
/// a colour, 15–19 hint a rank.
public struct HanabiAction: Sendable, Hashable, CustomStringConvertible {
  /// 0…19.
  public let index: Int

  /// The move of a number, which a game may still refuse.
  public init(index: Int) { self.index = index }

  /// Discards a card of the hand, the oldest being 0.
  public static func discard(_ slot: Int) -> HanabiAction { HanabiAction(index: slot) }
  /// Plays a card of the hand, the oldest being 0.
  public static func play(_ slot: Int) -> HanabiAction { HanabiAction(index: 5 + slot) }
  /// Tells the other player all cards of a colour, from 0.
  public static func hint(colour: Int) -> HanabiAction { HanabiAction(index: 10 + colour) }
  /// Tells the other player all cards of a rank, from 1.
  public static func hint(rank: Int) -> HanabiAction { HanabiAction(index: 14 + rank) }

  /// Whether it tells something.
  public var isHint: Bool { index >= 10 }
  /// Whether it plays a card.
  public var isPlay: Bool { index >= 5 && index < 10 }
  /// The card's place in the hand, the colour, or the rank less 1.
  var argument: Int { index % 5 }

  /// The kinds of cards that a hint is about.
  var types: UInt32 { index < 15 ? HanabiGame.ofColour(argument) : HanabiGame.ofRank(argument) }

  public var description: String {
    switch index {
    case 0..<5: "discard card \(argument)"
    case 5..<10: "play card \(argument)"
    case 10..<15: "hint colour \(HanabiCard.letters[argument])"
    case 15..<20: "hint rank \(argument + 1)"
    default: "move \(index)"
    }
  }
}

/// Why a game refused a deck or a move.
public enum HanabiError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The deck is not that of the rules.
  case inconsistentDeck(String)
  /// The move is not allowed now.
  case illegalMove(HanabiAction, String)

  public var description: String {
    switch self {
    case .inconsistentDeck(let why): "HanabiGame: \(why)"
    case .illegalMove(let action, let why): "HanabiGame: \(action): \(why)"
    }
  }
}
