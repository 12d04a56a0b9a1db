/// The beginning and, if it is long, the end of a text; cut between Unicode scalars, since a
/// single character can be of any length.
struct ElidedText {
  private let head: Substring
  private let tail: Substring
  private let hiddenBytes: Int

  init(_ text: some StringProtocol, isInner: Bool) {
    let text = Substring(text)
    let limit = isInner ? TextTree.Limit.innerText : TextTree.Limit.text
    guard text.utf8.count > limit else {
      (head, tail, hiddenBytes) = (text, "", 0)
      return
    }
    let scalars = text.unicodeScalars
    let headEnd = scalars.index(
      scalars.startIndex, offsetBy: limit / 2, limitedBy: scalars.endIndex)
    let tailStart = scalars.index(
      scalars.endIndex, offsetBy: -limit / 4, limitedBy: scalars.startIndex)
    guard let headEnd, let tailStart, headEnd < tailStart else {
      (head, tail, hiddenBytes) = (text, "", 0)
      return
    }
    head = text[..<headEnd]
    tail = text[tailStart...]
    hiddenBytes = text[headEnd..<tailStart].utf8.count
  }

  /// Without quotes, as it is.
  var plain: String { joined { String($0) } }

  /// In quotes, with escapes for what cannot be seen.
  var quoted: String { joined { $0.debugDescription } }

  /// Without quotes, with escapes for what cannot be seen, for the cells of tables.
  var escaped: String {
    joined { text in
      var result = ""
      for scalar in text.unicodeScalars {
        let isControl = scalar.value < 0x20 || scalar.value == 0x7F
        result += isControl ? scalar.escaped(asASCII: false) : String(scalar)
      }
      return result
    }
  }

  private func joined(_ text: (Substring) -> String) -> String {
    guard hiddenBytes > 0 else { return text(head) }
    return "\(text(head)) … \(groupedDigits(hiddenBytes)) more bytes … \(text(tail))"
  }
}
