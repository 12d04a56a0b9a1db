/// Takes the runner's ordered stream apart: texts of two streams, places of displays, ends of
/// cells.
///
/// The marks are described where they are written, in `_CCellRunner/Streams.c`.
package struct StreamSplitter {
  package enum Piece: Hashable {
    case text(String, isError: Bool, tag: Int)
    case display(Int)
    /// What was written to standard error until now belongs here.
    case errors
    case end(Int)
  }

  private let mark: [UInt8]
  private var rest: [UInt8] = []
  private var isError = false
  /// The cell whose text comes next.
  private(set) var tag = 0
  private var text = UTF8Accumulator()

  package init(mark: [UInt8]) { self.mark = mark }

  package mutating func split(_ bytes: some Collection<UInt8>) -> [Piece] {
    rest += bytes
    var pieces: [Piece] = []
    var position = 0
    while let found = nextMark(from: position) {
      add(rest[position..<found.start], to: &pieces)
      switch found.kind {
      case UInt8(ascii: "o"), UInt8(ascii: "e"):
        flush(to: &pieces)
        isError = found.kind == UInt8(ascii: "e")
        tag = found.number
      case UInt8(ascii: "d"):
        flush(to: &pieces)
        pieces.append(.display(found.number))
      case UInt8(ascii: "r"):
        flush(to: &pieces)
        pieces.append(.errors)
      default:
        flush(to: &pieces)
        pieces.append(.end(found.number))
      }
      position = found.end
    }
    // The beginning of a mark may be at the end.
    let keep = partialMark(from: position)
    add(rest[position..<rest.count - keep], to: &pieces)
    rest.removeFirst(rest.count - keep)
    return pieces
  }

  private mutating func add(_ bytes: ArraySlice<UInt8>, to pieces: inout [Piece]) {
    guard !bytes.isEmpty else { return }
    let string = text.append(bytes)
    if !string.isEmpty { pieces.append(.text(string, isError: isError, tag: tag)) }
  }

  private mutating func flush(to pieces: inout [Piece]) {
    let string = text.flush()
    if !string.isEmpty { pieces.append(.text(string, isError: isError, tag: tag)) }
  }

  private func nextMark(from position: Int) -> (start: Int, end: Int, kind: UInt8, number: Int)? {
    var start = position
    while let candidate = rest[start...].firstIndex(of: mark[0]) {
      if rest[candidate...].starts(with: mark) {
        let kindPlace = candidate + mark.count
        guard kindPlace < rest.count,
          let end = rest[kindPlace...].firstIndex(of: UInt8(ascii: ";"))
        else { return nil }
        let number = Int(String(decoding: rest[kindPlace + 1..<end], as: UTF8.self)) ?? 0
        return (candidate, end + 1, rest[kindPlace], number)
      }
      start = candidate + 1
    }
    return nil
  }

  /// How many bytes at the end may belong to a mark that is not complete.
  private func partialMark(from position: Int) -> Int {
    let longest = mark.count + 24
    let start = max(position, rest.count - longest)
    var place = start
    while let candidate = rest[place...].firstIndex(of: mark[0]) {
      let tail = rest[candidate...]
      if tail.count < mark.count ? mark.starts(with: tail) : tail.starts(with: mark) {
        return tail.count
      }
      place = candidate + 1
    }
    return 0
  }
}

/// Turns bytes into text, keeping an incomplete character for later.
struct UTF8Accumulator {
  private var rest: [UInt8] = []

  mutating func append(_ bytes: some Collection<UInt8>) -> String {
    rest += bytes
    let keep = incompleteTail
    let text = String(decoding: rest.dropLast(keep), as: UTF8.self)
    rest.removeFirst(rest.count - keep)
    return text
  }

  mutating func flush() -> String {
    let text = String(decoding: rest, as: UTF8.self)
    rest = []
    return text
  }

  private var incompleteTail: Int {
    for back in 1...3 where back <= rest.count {
      let byte = rest[rest.count - back]
      if byte & 0xC0 == 0x80 { continue }
      let length = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : byte >= 0xC0 ? 2 : 1
      return length > back ? back : 0
    }
    return 0
  }
}

/// Holds back what the runtime writes before a trap, which belongs into the traceback and not
/// into the output.
package struct LastWords {
  private var held = ""

  package init() {}

  package var isHolding: Bool { !held.isEmpty }

  private static let signs = [
    "Fatal error", "Could not cast value of type", "fatal error", "Object 0x",
    "Precondition failed", "Assertion failed", "Simultaneous accesses",
  ]

  /// Returns what may be shown at once.
  package mutating func filter(_ text: String) -> String {
    if isHolding {
      held += text
      return ""
    }
    var shown = ""
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false)[...]
    while let line = lines.first {
      if line.utf8.count < 100_000, LastWords.signs.contains(where: { line.contains($0) }) {
        held = lines.joined(separator: "\n")
        break
      }
      lines = lines.dropFirst()
      shown += line + (lines.isEmpty ? "" : "\n")
    }
    return shown
  }

  package mutating func take() -> String {
    defer { held = "" }
    return held
  }
}
