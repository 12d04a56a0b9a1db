import Display
import Glibc

/// A line for the kernel instead of the compiler.
package struct DirectiveLine: Sendable, Hashable {
  package enum Word: String, Sendable, CaseIterable {
    case help, time, who, reset, load, cd, env, package, export, optimize
    case shell = "!"
    case inspect = "?"
  }

  package var word: Word
  package var argument: String
  /// The line's number in its cell, from 1.
  package var line: Int

  package init(word: Word, argument: String, line: Int) {
    self.word = word
    self.argument = argument
    self.line = line
  }
}

/// A cell with directives, cut into pieces that are carried out in order.
///
/// A directive never changes the meaning of valid Swift: it is a known word directly after `%`
/// (or `%%`, for the whole cell) at the start of a line, or a `!` followed by a program's name at
/// the start of a cell, or a lone `?name` or `name?`.
package struct Directive: Sendable, Hashable {
  package enum Piece: Sendable, Hashable {
    case directive(DirectiveLine)
    /// Swift text, with empty lines before it so that line numbers stay true.
    case swift(String)
  }

  /// What `%%` says of the whole cell.
  package var isTimed = false
  package var isOptimized = false
  package var pieces: [Piece]

  /// The Swift text of the cell.
  package var body: String {
    pieces.compactMap { if case .swift(let text) = $0 { text } else { nil } }
      .joined(separator: "\n")
  }

  package var isWholeCell: Bool {
    !pieces.contains { if case .swift = $0 { true } else { false } }
  }

  /// Reads a cell; `nil` when it has no directives.
  package static func parse(_ source: String) throws(CellFailure) -> Directive? {
    // Nearly every cell: nothing that could begin a directive.
    guard source.utf8.contains(where: { "%!?".utf8.contains($0) }) else { return nil }
    let lines = source.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    guard let first = lines.firstIndex(where: { !$0.allSatisfy(\.isWhitespace) }) else {
      return nil
    }
    if let inspected = inspectedName(lines, first) {
      return Directive(pieces: [
        .directive(DirectiveLine(word: .inspect, argument: inspected, line: first + 1))
      ])
    }
    var directive = Directive(pieces: [])
    var start = first
    while start < lines.count, let word = cellWord(lines[start]) {
      switch word.name {
      case "time": directive.isTimed = true
      case "optimize": directive.isOptimized = true
      default:
        throw CellFailure(
          name: "UnknownDirective",
          message: "%%\(word.name) is no directive for a cell; there are %%time and %%optimize")
      }
      // `%%time f()` on one line: the rest of the line belongs to the cell.
      if !word.rest.isEmpty { break }
      start += 1
    }
    let isForCell = directive.isTimed || directive.isOptimized
    let found = isForCell ? [] : directiveLines(lines, first: first)
    guard isForCell || !found.isEmpty else { return nil }
    var text = Array(repeating: "", count: lines.count)
    func flush() {
      if text.contains(where: { !$0.allSatisfy(\.isWhitespace) }) {
        while text.last?.isEmpty == true { text.removeLast() }
        directive.pieces.append(.swift(text.joined(separator: "\n")))
      }
      text = Array(repeating: "", count: lines.count)
    }
    for (index, line) in lines.enumerated() where index >= start || !isForCell {
      if let line = found.first(where: { $0.line == index + 1 }) {
        flush()
        if line.word == .time, !line.argument.isEmpty {
          directive.pieces.append(
            .directive(DirectiveLine(word: .time, argument: line.argument, line: index + 1)))
        } else {
          directive.pieces.append(.directive(line))
        }
      } else {
        text[index] = isForCell && index == start ? cellWord(line)?.rest ?? line : line
      }
    }
    flush()
    return directive
  }

  /// `?name` or `name?` alone in the cell.
  private static func inspectedName(_ lines: [String], _ first: Int) -> String? {
    let rest = lines[(first + 1)...]
    guard rest.allSatisfy({ $0.allSatisfy(\.isWhitespace) }) else { return nil }
    let line = lines[first].trimming(while: \.isWhitespace)
    let name: Substring
    if line.hasPrefix("?") {
      name = line.drop { $0 == "?" }.trimming(while: \.isWhitespace)
    } else if line.hasSuffix("?") {
      name = line.trimmingSuffix { $0 == "?" }
    } else {
      return nil
    }
    let isName = name.allSatisfy { $0.isLetter || $0.isNumber || "_.`()[]".contains($0) }
    return !name.isEmpty && isName ? String(name) : nil
  }

  private static func cellWord(_ line: String) -> (name: String, rest: String)? {
    guard line.hasPrefix("%%") else { return nil }
    let word = line.dropFirst(2).prefix { $0.isLetter }
    guard !word.isEmpty else { return nil }
    return (String(word), String(line.dropFirst(2 + word.count)))
  }

  private static func directiveLines(_ lines: [String], first: Int) -> [DirectiveLine] {
    var found: [DirectiveLine] = []
    let protected = ProtectedLines(lines)
    for (index, line) in lines.enumerated() where !protected.contains(index) {
      let text = line.drop { $0 == " " || $0 == "\t" }
      if index == first, text.hasPrefix("!"), isProgram(text.dropFirst()) {
        found.append(
          DirectiveLine(word: .shell, argument: String(text.dropFirst()), line: index + 1))
        continue
      }
      guard text.hasPrefix("%"), !text.hasPrefix("%%") else { continue }
      let name = text.dropFirst().prefix { $0.isLetter }
      let rest = text.dropFirst(1 + name.count)
      guard let word = DirectiveLine.Word(rawValue: String(name)),
        rest.isEmpty || rest.first == " "
      else { continue }
      found.append(
        DirectiveLine(
          word: word, argument: String(rest.trimming(while: \.isWhitespace)), line: index + 1))
    }
    // Several `!` lines may stand together at the start.
    if found.first?.word == .shell {
      for index in (first + 1)..<max(first + 1, lines.count) {
        let text = lines[index].drop { $0 == " " }
        guard text.hasPrefix("!"), isProgram(text.dropFirst()) else { break }
        found.append(
          DirectiveLine(word: .shell, argument: String(text.dropFirst()), line: index + 1))
      }
    }
    return found.sorted { $0.line < $1.line }
  }

  /// The word after `%` where the line at `offset` begins like a directive but is none.
  static func misspelt(at offset: Int, in source: String) -> String? {
    let bytes = Array(source.utf8)
    guard offset <= bytes.count else { return nil }
    let start = (bytes[..<offset].lastIndex(of: UInt8(ascii: "\n")) ?? -1) + 1
    let line = String(decoding: bytes[start...], as: UTF8.self).drop { $0 == " " || $0 == "\t" }
    guard line.first == "%" else { return nil }
    let word = line.drop { $0 == "%" }.prefix { $0.isLetter }
    return word.isEmpty ? nil : String(word)
  }

  /// Whether a command line begins with a program that exists: `!done` is Swift otherwise.
  private static func isProgram(_ text: some StringProtocol) -> Bool {
    let word = text.drop { $0 == " " }.prefix { !$0.isWhitespace && !";|&<>()".contains($0) }
    guard !word.isEmpty else { return false }
    if word.contains("/") { return access(String(word), X_OK) == 0 }
    if ["cd", "echo", "export", "set", "type", "ulimit", "umask"].contains(String(word)) {
      return true
    }
    let path = getenv("PATH").map { String(cString: $0) } ?? "/usr/bin:/bin"
    return path.split(separator: ":").contains { access("\($0)/\(word)", X_OK) == 0 }
  }

  // MARK: Completion

  /// Completions of a directive's word; `nil` where the text is Swift.
  package static func completions(in source: String, at offset: Int) -> Completions? {
    let bytes = Array(source.utf8.prefix(offset))
    let lineStart = (bytes.lastIndex(of: UInt8(ascii: "\n")) ?? -1) + 1
    let line = String(decoding: bytes[lineStart...], as: UTF8.self)
    guard line.hasPrefix("%"), line.drop(while: { $0 == "%" }).allSatisfy(\.isLetter) else {
      return nil
    }
    let words =
      line.hasPrefix("%%")
      ? ["%%optimize", "%%time"]
      : DirectiveLine.Word.allCases.filter { $0.rawValue.first!.isLetter && $0 != .optimize }
        .map { "%\($0.rawValue)" }.sorted() + ["%%optimize", "%%time"]
    return Completions(
      items: words.filter { $0.hasPrefix(line) }.map { .init(text: $0, kind: "directive") },
      replacing: lineStart..<offset)
  }
}

extension StringProtocol {
  func trimming(while predicate: (Character) -> Bool) -> SubSequence {
    drop(while: predicate).trimmingSuffix(while: predicate)
  }
}
