import Display
internal import SwiftParser
internal import SwiftSyntax

/// Whether a text is a whole cell, as the parser sees it.
package enum CompletenessCheck {
  package static func check(_ source: String) -> Completeness {
    let text = source.trimmingSuffix { $0.isWhitespace }
    guard !text.isEmpty else { return .complete }
    if let directive = try? Directive.parse(source) {
      return directive.isWholeCell ? .complete : check(directive.body)
    }
    let cell = ParsedCell(source)
    // Brackets, strings and comments that are open at the end can be closed by more text.
    if let depth = openDepth(in: cell, source: String(text)) {
      return .incomplete(indent: String(repeating: "  ", count: depth))
    }
    return cell.tree.hasError
      ? (endsOpen(cell, String(text)) ? .incomplete(indent: "") : .invalid)
      : .complete
  }

  /// How many brackets are open at the end; `nil` when none is, or when one is closed that was
  /// never opened.
  private static func openDepth(in cell: ParsedCell, source: String) -> Int? {
    var open: [String] = []
    for token in cell.tree.tokens(viewMode: .sourceAccurate) {
      switch token.tokenKind {
      case .leftBrace, .leftParen, .leftSquare: open.append(token.text)
      case .rightBrace, .rightParen, .rightSquare:
        guard open.popLast() != nil else { return nil }
      case .endOfFile:
        if hasOpenComment(token.leadingTrivia) { return max(1, open.count) }
      default: break
      }
      if hasOpenComment(token.leadingTrivia) || hasOpenComment(token.trailingTrivia) {
        return max(1, open.count)
      }
    }
    if hasOpenMultilineString(cell) { return open.count }
    return open.isEmpty ? nil : open.count
  }

  private static func hasOpenComment(_ trivia: Trivia) -> Bool {
    trivia.contains { piece in
      guard case .blockComment(let text) = piece else { return false }
      return text.matches(of: /\/\*/).count > text.matches(of: /\*\//).count
    }
  }

  private static func hasOpenMultilineString(_ cell: ParsedCell) -> Bool {
    final class Finder: SyntaxVisitor {
      var isOpen = false
      override func visit(_ node: StringLiteralExprSyntax) -> SyntaxVisitorContinueKind {
        if node.openingQuote.tokenKind == .multilineStringQuote, node.closingQuote.isMissing {
          isOpen = true
        }
        return .visitChildren
      }
    }
    let finder = Finder(viewMode: .sourceAccurate)
    finder.walk(cell.tree)
    return finder.isOpen
  }

  /// `let x =`, `a +`, `func f()` and the like go on on the next line.
  private static func endsOpen(_ cell: ParsedCell, _ source: String) -> Bool {
    guard
      let last = cell.tree.lastToken(viewMode: .sourceAccurate)?
        .previousToken(viewMode: .sourceAccurate)
    else { return false }
    switch last.tokenKind {
    case .binaryOperator, .equal, .comma, .arrow, .period, .colon, .prefixOperator: return true
    case .keyword: return true
    case .rightParen, .identifier:
      // The head of a declaration or of a loop whose body is still to come.
      let line = source.split(separator: "\n").last.map(String.init) ?? ""
      let first = line.split(separator: " ").first.map(String.init) ?? ""
      return [
        "func", "struct", "class", "enum", "actor", "protocol", "extension", "if", "for", "while",
        "guard", "switch", "init",
      ].contains(first)
    default: return false
    }
  }
}

extension TokenSyntax {
  var isMissing: Bool { presence == .missing }
}

extension Completeness {
  var encoded: JSONValue {
    switch self {
    case .complete: ["type": "complete"]
    case .incomplete(let indent): ["type": "incomplete", "indent": .string(indent)]
    case .invalid: ["type": "invalid"]
    }
  }

  init?(decoding value: JSONValue) {
    switch value["type"]?.stringValue {
    case "complete": self = .complete
    case "incomplete": self = .incomplete(indent: value["indent"]?.stringValue ?? "")
    case "invalid": self = .invalid
    default: return nil
    }
  }
}
