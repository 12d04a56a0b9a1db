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
/// (or `%%`, for the whole cell) at the start of a line, or a `!` followed by what is no Swift or
/// names a program where a statement may begin, or a lone `?name` or `name?`.
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
  ///
  /// - Parameter declared: names that earlier cells declare; `!name` of one of them is Swift.
  package static func parse(
    _ source: String, declared: @autoclosure () -> Set<String> = []
  ) throws(CellFailure) -> Directive? {
    // Nearly every cell: nothing that could begin a directive.
    guard source.utf8.contains(where: { "%!?".utf8.contains($0) }) else { return nil }
    let lines = source.split(omittingEmptySubsequences: false) {
      $0 == "\n" || $0 == "\r\n" || $0 == "\r"
    }.map(String.init)
    guard let first = lines.firstIndex(where: { !$0.allSatisfy(\.isWhitespace) }) else {
      return nil
    }
    if let inspected = inspectedName(lines, first) {
      return Directive(pieces: [
        .directive(DirectiveLine(word: .inspect, argument: inspected, line: first + 1))
      ])
    }
    var directive = Directive(pieces: [])
    let mayNameProgram = lines.contains { $0.drop { $0 == " " }.hasPrefix("!") }
    var cutter = PieceCutter(lines: lines, declared: mayNameProgram ? declared() : [])
    var line = first
    while line < lines.count, let word = cellWord(lines[line]) {
      switch word.name {
      case "time": directive.isTimed = true
      case "optimize": directive.isOptimized = true
      default:
        throw CellFailure(
          name: "UnknownDirective",
          message: "%%\(word.name) is no directive for a cell; there are %%time and %%optimize")
      }
      // `%%time f()` on one line: the rest of the line belongs to the cell.
      if !word.rest.allSatisfy(\.isWhitespace) {
        cutter.lines[line] = word.rest
        break
      }
      line += 1
    }
    let isForCell = directive.isTimed || directive.isOptimized
    try cutter.cut(from: line)
    guard isForCell || !cutter.isAllSwift else { return nil }
    directive.pieces = cutter.pieces
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
    let isName = name.allSatisfy { $0.isLetter || $0.isNumber || "_.`()[]:".contains($0) }
    return !name.isEmpty && isName ? String(name) : nil
  }

  private static func cellWord(_ line: String) -> (name: String, rest: String)? {
    guard line.hasPrefix("%%") else { return nil }
    let word = line.dropFirst(2).prefix { $0.isLetter }
    guard !word.isEmpty else { return nil }
    return (String(word), String(line.dropFirst(2 + word.count)))
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

}

extension StringProtocol {
  func trimming(while predicate: (Character) -> Bool) -> SubSequence {
    drop(while: predicate).trimmingSuffix(while: predicate)
  }
}
