/// A font by its role, not by its name: the theme and the machine decide which file is used.
package struct Font: Hashable, Sendable {
  package enum Face: String, Sendable { case text, math }

  package var size: Double
  package var face: Face = .text
  package var isBold = false
  package var isItalic = false

  init(size: Double, face: Face = .text, bold: Bool = false, italic: Bool = false) {
    self.size = size
    self.face = face
    isBold = bold
    isItalic = italic
  }
}

/// How much room a run of text takes, relative to its baseline's left end.
package struct TextExtent: Hashable, Sendable {
  /// How far the next run is to the right.
  package var advance: Double
  /// What is painted: may stick out of the advance.
  package var ink: Rect
  /// Height of the font's line above and below the baseline, the same for every text.
  package var ascent, descent: Double
  /// Characters that no font has.
  package var missing = 0
}

/// Tells how large texts are.
///
/// Layout asks it; tests replace it, so that their expectations do not
/// depend on the fonts of the machine.
package protocol TextMeasurer: Sendable {
  func measure(_ text: String, font: Font, families: [String]) -> TextExtent
  /// Whether the machine has a font with the mathematical alphabets (U+1D400…).
  var hasMathFont: Bool { get }
}

/// Pretends that every character is 0.56 em wide.
package struct FixedMeasurer: TextMeasurer {
  package init() {}
  package var hasMathFont: Bool { false }

  package func measure(_ text: String, font: Font, families: [String]) -> TextExtent {
    let width = 0.56 * font.size * Double(text.count)
    return TextExtent(
      advance: width,
      ink: Rect(x: 0, y: -0.72 * font.size, width: width, height: 0.92 * font.size),
      ascent: 0.92 * font.size, descent: 0.24 * font.size)
  }
}
