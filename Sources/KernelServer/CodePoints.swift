/// Positions in cells: Jupyter counts Unicode code points, the engine UTF-8 bytes.
package enum CodePoints {
  /// The UTF-8 offset of code point `position` of `text`, clamped to the text.
  package static func utf8Offset(ofCodePoint position: Int, in text: String) -> Int {
    guard position > 0 else { return 0 }
    var remaining = position
    var offset = 0
    for byte in text.utf8 {
      // Every byte but a continuation byte begins a code point.
      if byte & 0xC0 != 0x80 {
        if remaining == 0 { return offset }
        remaining -= 1
      }
      offset += 1
    }
    return offset
  }

  /// The number of code points that begin before UTF-8 offset `offset` of `text`.
  package static func codePoint(ofUTF8Offset offset: Int, in text: String) -> Int {
    text.utf8.prefix(max(0, offset)).count { $0 & 0xC0 != 0x80 }
  }
}
