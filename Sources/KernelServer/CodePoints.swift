/// Positions in cells: the engine counts UTF-8 bytes; Jupyter counts Unicode code points, and some
/// of its clients UTF-16 units.
package enum CodePoints {
  /// What a client counts.
  package enum Unit: Sendable {
    /// As the protocol asks since its version 5.2.
    case codePoint
    /// As VS Code does, both in what it sends and in what it reads.
    case utf16
  }

  /// The UTF-8 offset of position `position` of `text`, clamped to the text.
  ///
  /// A position between the halves of a surrogate pair is taken for the one before it.
  package static func utf8Offset(
    ofCodePoint position: Int, in text: String, unit: Unit = .codePoint
  ) -> Int {
    guard position > 0 else { return 0 }
    var remaining = position
    var offset = 0
    for byte in text.utf8 {
      let width = width(of: byte, unit)
      if width > 0 {
        if remaining < width { return offset }
        remaining -= width
      }
      offset += 1
    }
    return offset
  }

  /// The number of units that begin before UTF-8 offset `offset` of `text`.
  package static func codePoint(
    ofUTF8Offset offset: Int, in text: String, unit: Unit = .codePoint
  ) -> Int {
    text.utf8.prefix(max(0, offset)).reduce(0) { $0 + width(of: $1, unit) }
  }

  /// The units of the code point that `byte` begins; none for a continuation byte.
  private static func width(of byte: UInt8, _ unit: Unit) -> Int {
    if byte & 0xC0 == 0x80 { return 0 }
    // Four bytes encode what UTF-16 needs two units for.
    return unit == .utf16 && byte >= 0xF0 ? 2 : 1
  }
}
