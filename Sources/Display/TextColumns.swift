/// How many columns of a terminal text takes, for alignment and line breaks.
///
/// ```swift
/// TextColumns.count("naïve")  // 5
/// TextColumns.count("日本")    // 4
/// TextColumns.count("👩‍👩‍👧")      // 2
/// ```
///
/// Counting characters is wrong for East Asian text and emoji (two columns each), and counting
/// scalars is wrong for everything that combines. Fonts differ; this follows the wide and
/// full-width blocks of UAX #11.
package enum TextColumns {
  package static func count(_ text: some StringProtocol) -> Int {
    var bytes = 0
    for byte in text.utf8 {
      // "\r\n" is one character, but no text that is measured here holds line ends.
      guard byte < 0x80 else { return text.reduce(0) { $0 + columns(of: $1) } }
      bytes += 1
    }
    return bytes
  }

  /// `text` with spaces up to `width` columns, at the front or at the end.
  static func padded(_ text: String, to width: Int, isRightAligned: Bool = false) -> String {
    let padding = String(repeating: " ", count: max(0, width - count(text)))
    return isRightAligned ? padding + text : text + padding
  }

  /// `text` cut to `width` columns, the cut marked by "…".
  static func truncated(_ text: String, to width: Int) -> String {
    guard text.utf8.count > width, count(text) > width else { return text }
    var result = ""
    var used = 1
    for character in text {
      used += columns(of: character)
      guard used <= width else { break }
      result.append(character)
    }
    return result + "…"
  }

  private static func columns(of character: Character) -> Int {
    let scalars = character.unicodeScalars
    guard let first = scalars.first else { return 0 }
    if scalars.contains(where: { $0.value == 0xFE0F }) { return 2 }
    if first.properties.isEmojiPresentation || isWide(first.value) { return 2 }
    switch first.properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format: return 0
    default: return 1
    }
  }

  private static func isWide(_ scalar: UInt32) -> Bool {
    switch scalar {
    case ..<0x1100: false
    case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0x9FFF,
      0xA000...0xA4CF, 0xA960...0xA97F, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F,
      0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F900...0x1F9FF, 0x20000...0x3FFFD:
      true
    default: false
    }
  }
}

/// `9 980`: digits in groups of three, which stay readable in every language.
func groupedDigits(_ number: Int) -> String {
  let digits = Array(String(number.magnitude))
  var result = number < 0 ? "-" : ""
  for (index, digit) in digits.enumerated() {
    if index > 0, (digits.count - index).isMultiple(of: 3) { result.append(" ") }
    result.append(digit)
  }
  return result
}
