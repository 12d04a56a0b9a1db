/// Where in Swift text the start of a line is, for a reader that goes through it line by line.
///
/// It reads no more Swift than it must: string literals with their delimiters and interpolations,
/// comments and brackets. Regular expression literals are taken for operators.
struct ReadingPlace {
  /// What the reading position is inside of, innermost last.
  private enum Place {
    case comment
    case string(hashes: Int, isMultiline: Bool)
    /// `\(`…`)` in a string, and other brackets.
    case bracket(UInt8, isInterpolation: Bool)
  }

  private var places: [Place] = []
  /// Whether the next line goes on with what the last one began.
  private var isContinued = false
  /// The code of the line that is read, without strings and comments.
  private var code: [UInt8] = []

  /// Whether the next line begins inside a multi-line string or a comment.
  var isProtected: Bool {
    switch places.last {
    case .comment, .string, .bracket(_, isInterpolation: true): true
    case .bracket, nil: false
    }
  }

  /// Whether the next line begins inside of braces.
  var isInBraces: Bool {
    if case .bracket(UInt8(ascii: "{"), isInterpolation: false)? = places.last { return true }
    return false
  }

  /// Whether a statement of the top level may begin with the next line.
  var mayBeginStatement: Bool { places.isEmpty && !isContinued }

  mutating func read(_ line: String) {
    code = []
    read(Array(line.utf8))
    // Strings of one line end with it, whether they are closed or not.
    let open = places.firstIndex {
      if case .string(_, isMultiline: false) = $0 { true } else { false }
    }
    if let open { places.removeSubrange(open...) }
    isContinued = isContinued && isBlank || endsInOperator
  }

  private var isBlank: Bool { code.allSatisfy { $0 == UInt8(ascii: " ") || $0 == 9 || $0 == 13 } }

  /// Whether the line ends in an operator with white space before it, in `=`, `,` or `:`.
  private var endsInOperator: Bool {
    let text = String(decoding: code, as: UTF8.self).trimming(while: \.isWhitespace)
    guard let last = text.last else { return false }
    if ",=:".contains(last) { return true }
    let sign = text.reversed().prefix { "+-*/%<>&|^~?!.".contains($0) }
    let before = text.dropLast(sign.count).last
    return !sign.isEmpty && (before == nil || before == " ")
  }

  private mutating func read(_ line: [UInt8]) {
    var rest = line[...]
    while let byte = rest.first {
      switch places.last {
      case .comment: readComment(&rest)
      case .string(let hashes, let isMultiline): readString(&rest, hashes, isMultiline)
      case .bracket, nil:
        if rest.starts(with: "//".utf8) { return }
        if rest.starts(with: "/*".utf8) {
          places.append(.comment)
          rest = rest.dropFirst(2)
        } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "#") {
          code.append(byte)
          openString(&rest)
        } else {
          code.append(byte)
          readBracket(byte)
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
      places.append(.bracket(UInt8(ascii: "("), isInterpolation: true))
      rest = rest.dropFirst(hashes + 2)
    } else if rest.starts(with: ("\\" + delimiter).utf8) {
      rest = rest.dropFirst(hashes + 2)
    } else {
      rest = rest.dropFirst()
    }
  }

  private mutating func readBracket(_ byte: UInt8) {
    switch byte {
    case UInt8(ascii: "("), UInt8(ascii: "["), UInt8(ascii: "{"):
      places.append(.bracket(byte, isInterpolation: isInInterpolation))
    case UInt8(ascii: ")"), UInt8(ascii: "]"), UInt8(ascii: "}"):
      if case .bracket? = places.last { places.removeLast() }
    default: break
    }
  }

  /// Brackets inside of an interpolation are part of it.
  private var isInInterpolation: Bool {
    if case .bracket(_, isInterpolation: true)? = places.last { return true }
    return false
  }
}
