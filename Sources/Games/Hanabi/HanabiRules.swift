import Tensors

/// The rules of a Hanabi for two players.
///
/// ```swift
/// HanabiRules.standard.deckSize      // 50
/// HanabiRules(colours: 2, copies: [2, 1], handSize: 1, hints: 2, lives: 1).bestScore    // 4
/// ```
///
/// Players see each other's cards, not their own. A move plays a card, discards one for a hint token,
/// or spends a token to tell the other all cards of a colour or rank, at least one. A played card must
/// continue its colour; otherwise a life is lost, and with the last one the score is 0. A completed
/// colour returns a token. Once the last card is drawn, each player moves once more.
public struct HanabiRules: Sendable, Hashable {
  /// Colours, at most 5.
  public let colours: Int
  /// How many of each colour there are of rank 1, 2, …; at most 5 ranks of at most 3 copies.
  public let copies: [Int]
  /// Cards in a hand, at most 5.
  public let handSize: Int
  /// Hint tokens at the start, which is also their limit.
  public let hints: Int
  /// Mistakes that end the game.
  public let lives: Int

  /// Rules with these numbers.
  ///
  /// Stops the cell when a number is out of its range.
  public init(colours: Int, copies: [Int], handSize: Int, hints: Int = 8, lives: Int = 3) {
    guard (1...5).contains(colours) else { stop("HanabiRules: \(colours) colours, not 1…5") }
    guard (1...5).contains(copies.count), copies.allSatisfy({ (1...3).contains($0) }) else {
      stop("HanabiRules: copies \(copies); 1 to 5 ranks with 1 to 3 copies are needed")
    }
    guard (1...5).contains(handSize) else {
      stop("HanabiRules: \(handSize) cards in a hand, not 1…5")
    }
    guard (0...100).contains(hints), (1...100).contains(lives) else {
      stop("HanabiRules: \(hints) hint tokens and \(lives) lives")
    }
    self.colours = colours
    self.copies = copies
    self.handSize = handSize
    self.hints = hints
    self.lives = lives
    guard deckSize <= HanabiGame.mostCards, deckSize > 2 * handSize else {
      stop("HanabiRules: a deck of \(deckSize) cards for two hands of \(handSize)")
    }
  }

  /// The full game: five colours of 3, 2, 2, 2 and 1 cards, five in a hand, eight hints, three lives.
  public static let standard = HanabiRules(colours: 5, copies: [3, 2, 2, 2, 1], handSize: 5)

  /// The highest rank.
  public var ranks: Int { copies.count }
  /// Cards in the deck.
  public var deckSize: Int { colours * copies.reduce(0, +) }
  /// The score of all colours completed.
  public var bestScore: Int { colours * ranks }

  /// All cards, in the order of colours and ranks.
  public var cards: [HanabiCard] {
    (0..<colours).flatMap { colour in
      copies.enumerated().flatMap { rank, count in
        Array(repeating: HanabiCard(colour: colour, rank: rank + 1), count: count)
      }
    }
  }

  /// A shuffled deck.
  public func deck(from generator: inout some RandomNumberGenerator) -> [HanabiCard] {
    cards.shuffled(using: &generator)
  }

  /// The different kinds of cards, as bits of a ``HanabiGame`` mask.
  var allTypes: UInt32 {
    var mask: UInt32 = 0
    for card in Set(cards) { mask |= 1 << UInt32(card.type) }
    return mask
  }
}

/// A card: a colour and a rank.
public struct HanabiCard: Sendable, Hashable, CustomStringConvertible {
  /// From 0: red, yellow, green, white, blue.
  public var colour: Int { Int(type) / 5 }
  /// From 1.
  public var rank: Int { Int(type) % 5 + 1 }
  /// 5·colour + rank − 1.
  let type: UInt8

  /// The card of a colour 0…4 and a rank 1…5.
  public init(colour: Int, rank: Int) {
    guard (0..<5).contains(colour), (1...5).contains(rank) else {
      stop("HanabiCard: colour \(colour) and rank \(rank); they go from 0 to 4 and from 1 to 5")
    }
    type = UInt8(5 * colour + rank - 1)
  }

  init(type: UInt8) { self.type = type }

  /// A card by its name, such as R1; `nil` for other texts.
  public init?(_ name: String) {
    let parts = Array(name)
    guard parts.count == 2, let colour = Self.letters.firstIndex(of: parts[0]),
      let rank = parts[1].wholeNumberValue, (1...5).contains(rank)
    else { return nil }
    self.init(colour: colour, rank: rank)
  }

  public var description: String { "\(Self.letters[colour])\(rank)" }

  static let letters: [Character] = ["R", "Y", "G", "W", "B"]
}
