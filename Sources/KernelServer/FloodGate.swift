/// The streams of a cell.
package enum StreamName: String, Sendable { case stdout, stderr }

/// Lets a cell's text through until it is a flood; then keeps the end and counts the rest.
///
/// A loop that prints 10⁸ lines makes a page that no browser can show. The first megabyte passes
/// at once; after it, 4 KB a second keep passing, so that the progress line of a long training run
/// never freezes; what exceeds both is held back, and its last lines are shown when there is
/// room and when the cell ends.
package struct FloodGate: Sendable {
  package struct Chunk: Sendable, Hashable {
    package var stream: StreamName
    package var text: String

    package init(_ stream: StreamName, _ text: String) {
      self.stream = stream
      self.text = text
    }
  }

  /// Bytes that pass at once.
  package static let burst = 1 << 20
  /// Bytes that pass in a second, in the long run.
  package static let rate = 4096.0
  /// Bytes of the end that are shown while a flood goes on.
  package static let glimpse = 16 << 10
  /// Bytes of the end that are shown when the cell ends.
  package static let tail = 64 << 10

  private var allowance = Double(burst)
  private var updated = 0.0
  private var held: [Chunk] = []
  private var heldBytes = 0
  private var droppedBytes = 0
  private var droppedLines = 0

  package init() {}

  /// Whether text waits for ``release(at:isFinal:)``.
  package var isHolding: Bool { heldBytes > 0 || droppedBytes > 0 }

  /// What of `chunk`, which arrives at second `now`, passes.
  package mutating func admit(_ chunk: Chunk, at now: Double) -> [Chunk] {
    refill(now)
    let size = chunk.text.utf8.count
    if !isHolding && size <= Int(allowance) {
      allowance -= Double(size)
      return [chunk]
    }
    guard !isHolding else {
      hold(chunk)
      return []
    }
    let (head, rest) = Self.split(chunk.text, before: Int(allowance))
    allowance = 0
    hold(Chunk(chunk.stream, rest))
    let note = "\n[output limit reached: glimpses follow, and its end when the cell ends]\n"
    return head.isEmpty ? [Chunk(chunk.stream, note)] : [Chunk(chunk.stream, head + note)]
  }

  /// What of the held text may be shown at second `now`; all that is kept of it when `isFinal`.
  package mutating func release(at now: Double, isFinal: Bool) -> [Chunk] {
    guard isHolding else { return [] }
    refill(now)
    let room = isFinal ? Self.tail : Self.glimpse
    guard isFinal || Int(allowance) >= min(room, heldBytes + droppedBytes) else { return [] }
    while heldBytes > room, let first = held.first {
      let excess = heldBytes - room
      let size = first.text.utf8.count
      let (lost, kept) =
        size <= excess ? (first.text, "") : Self.split(first.text, after: excess)
      drop(lost)
      heldBytes -= lost.utf8.count
      if kept.isEmpty { held.removeFirst() } else { held[0].text = kept }
      if lost.isEmpty { break }
    }
    var released = held
    if droppedBytes > 0 {
      let stream = held.first?.stream ?? .stdout
      released.insert(Chunk(stream, "[… \(Self.amount(droppedLines, droppedBytes)) …]\n"), at: 0)
    }
    allowance = max(0, allowance - Double(heldBytes))
    held = []
    heldBytes = 0
    droppedBytes = 0
    droppedLines = 0
    return released
  }

  private mutating func refill(_ now: Double) {
    allowance = min(Double(Self.burst), allowance + max(0, now - updated) * Self.rate)
    updated = now
  }

  private mutating func hold(_ chunk: Chunk) {
    held.append(chunk)
    heldBytes += chunk.text.utf8.count
    while let first = held.first, heldBytes - first.text.utf8.count >= Self.tail {
      drop(first.text)
      heldBytes -= first.text.utf8.count
      held.removeFirst()
    }
  }

  private mutating func drop(_ text: String) {
    droppedBytes += text.utf8.count
    droppedLines += text.utf8.count { $0 == UInt8(ascii: "\n") }
  }

  private static func amount(_ lines: Int, _ bytes: Int) -> String {
    let megabytes = (Double(bytes) / 1e5).rounded() / 10
    let size = bytes < 1_000_000 ? "\(bytes) bytes" : "\(megabytes) MB"
    return "\(lines) \(lines == 1 ? "line" : "lines") left out, \(size)"
  }

  /// Splits at the last line's end at or before byte `limit`, else between two characters.
  private static func split(_ text: String, before limit: Int) -> (String, String) {
    let utf8 = text.utf8
    let end = utf8.index(utf8.startIndex, offsetBy: min(limit, utf8.count))
    let cut =
      utf8[..<end].lastIndex(of: UInt8(ascii: "\n")).map(utf8.index(after:))
      ?? boundary(atOrAfter: end, in: text)
    return (String(text[..<cut]), String(text[cut...]))
  }

  /// Splits at the first line's end at or after byte `limit`, else between two characters.
  private static func split(_ text: String, after limit: Int) -> (String, String) {
    let utf8 = text.utf8
    let start = utf8.index(utf8.startIndex, offsetBy: min(limit, utf8.count))
    let nearby = utf8[start...].prefix(4096)
    let cut =
      nearby.firstIndex(of: UInt8(ascii: "\n")).map(utf8.index(after:))
      ?? boundary(atOrAfter: start, in: text)
    return (String(text[..<cut]), String(text[cut...]))
  }

  private static func boundary(atOrAfter index: String.Index, in text: String) -> String.Index {
    var cut = index
    while cut < text.endIndex, text.utf8[cut] & 0xC0 == 0x80 { cut = text.utf8.index(after: cut) }
    return cut
  }
}
