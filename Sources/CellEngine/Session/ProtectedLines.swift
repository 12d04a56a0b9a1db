/// Lines that begin inside a multi-line string or a comment, where nothing is a directive.
///
/// It reads no more Swift than it must: string literals with their delimiters and interpolations,
/// and comments. Regular expression literals are taken for operators.
struct ProtectedLines {
  private var lines: Set<Int> = []

  /// What the reading position is inside of, innermost last.
  private enum Place {
    case comment
    case string(hashes: Int, isMultiline: Bool)
    /// `\(`…`)`, with the number of parentheses open in it.
    case interpolation(depth: Int)
  }

  private var places: [Place] = []

  init(_ lines: [String]) {
    for (index, line) in lines.enumerated() {
      if !places.isEmpty { self.lines.insert(index) }
      read(Array(line.utf8))
      // Strings of one line end with it, whether they are closed or not.
      let open = places.firstIndex {
        if case .string(_, isMultiline: false) = $0 { true } else { false }
      }
      if let open { places.removeSubrange(open...) }
    }
  }

  func contains(_ line: Int) -> Bool { lines.contains(line) }

  private mutating func read(_ line: [UInt8]) {
    var rest = line[...]
    while let byte = rest.first {
      switch places.last {
      case .comment: readComment(&rest)
      case .string(let hashes, let isMultiline): readString(&rest, hashes, isMultiline)
      case .interpolation, nil:
        if rest.starts(with: "//".utf8) { return }
        if rest.starts(with: "/*".utf8) {
          places.append(.comment)
          rest = rest.dropFirst(2)
        } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "#") {
          openString(&rest)
        } else {
          countParenthesis(byte)
          rest = rest.dropFirst()
        }
      }
    }
  }

  private mutating func readComment(_ rest: inout ArraySlice<UInt8>) {
    if rest.starts(with: "/*".utf8) {
      places.append(.comment)
      rest = rest.dropFirst(2)
    } else if rest.starts(with: "*/".utf8) {
      places.removeLast()
      rest = rest.dropFirst(2)
    } else {
      rest = rest.dropFirst()
    }
  }

  private mutating func openString(_ rest: inout ArraySlice<UInt8>) {
    let hashes = rest.prefix { $0 == UInt8(ascii: "#") }.count
    rest = rest.dropFirst(hashes)
    if rest.starts(with: "\"\"\"".utf8) {
      places.append(.string(hashes: hashes, isMultiline: true))
      rest = rest.dropFirst(3)
    } else if rest.first == UInt8(ascii: "\"") {
      places.append(.string(hashes: hashes, isMultiline: false))
      rest = rest.dropFirst()
    }
  }

  private mutating func readString(
    _ rest: inout ArraySlice<UInt8>, _ hashes: Int, _ isMultiline: Bool
  ) {
    let delimiter = String(repeating: "#", count: hashes)
    let end = (isMultiline ? "\"\"\"" : "\"") + delimiter
    if rest.starts(with: end.utf8) {
      places.removeLast()
      rest = rest.dropFirst(end.utf8.count)
    } else if rest.starts(with: ("\\" + delimiter + "(").utf8) {
      places.append(.interpolation(depth: 0))
      rest = rest.dropFirst(hashes + 2)
    } else if rest.starts(with: ("\\" + delimiter).utf8) {
      rest = rest.dropFirst(hashes + 2)
    } else {
      rest = rest.dropFirst()
    }
  }

  private mutating func countParenthesis(_ byte: UInt8) {
    guard case .interpolation(let depth)? = places.last else { return }
    switch byte {
    case UInt8(ascii: "("): places[places.count - 1] = .interpolation(depth: depth + 1)
    case UInt8(ascii: ")"):
      places.removeLast()
      if depth > 0 { places.append(.interpolation(depth: depth - 1)) }
    default: break
    }
  }
}
