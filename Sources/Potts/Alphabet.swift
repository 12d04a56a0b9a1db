/// The letters that a sequence is made of, and what a gap is.
///
/// Letters are numbered from 0; the gap (and, unless such sequences are dropped, a letter that
/// stands for several, such as X) has the number after the last letter.
public struct Alphabet: Sendable, Hashable {
  /// The letters, in the order of their numbers.
  public let letters: [Character]

  /// Whether the gap is a state of its own.
  ///
  /// Otherwise it is a letter that is missing: it neither
  /// is predicted nor influences its neighbours.
  public let gapIsState: Bool

  /// How many states a site has.
  public var states: Int { letters.count + (gapIsState ? 1 : 0) }

  /// The number of the gap.
  public var gap: UInt8 { UInt8(letters.count) }

  /// An alphabet of upper-case ASCII letters.
  ///
  /// - Precondition: 1 to 26 different letters.
  public init(_ letters: String, gapIsState: Bool = false) {
    self.letters = Array(letters)
    self.gapIsState = gapIsState
    precondition(
      !letters.isEmpty && Set(letters).count == letters.count
        && letters.allSatisfy { $0.isASCII && $0.isUppercase },
      "an alphabet has different upper-case letters, not \"\(letters)\"")
  }

  /// The twenty amino acids; gaps are missing.
  public static let protein = Alphabet("ACDEFGHIKLMNPQRSTVWY")

  /// The twenty amino acids and the gap as a twenty-first state.
  public static let proteinWithGap = Alphabet("ACDEFGHIKLMNPQRSTVWY", gapIsState: true)

  /// The four bases of DNA.
  public static let dna = Alphabet("ACGT")

  /// The four bases of RNA.
  public static let rna = Alphabet("ACGU")

  /// The letter of a number; a dash for the gap.
  public func letter(_ number: UInt8) -> Character {
    Int(number) < letters.count ? letters[Int(number)] : "-"
  }

  /// The number of a letter, if the alphabet has it.
  public func number(_ letter: Character) -> UInt8? {
    if letter == "-" || letter == "." { return gap }
    return letters.firstIndex(of: letter).map { UInt8($0) }
  }
}
