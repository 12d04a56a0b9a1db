import Display
internal import SwiftParser
internal import SwiftParserDiagnostics
internal import SwiftSyntax

/// Whether a text is a whole cell, as the parser sees it.
///
/// A text is incomplete when all that the parser misses is missing at its end; whatever is wrong
/// before its end no further line mends.
package enum CompletenessCheck {
  package static func check(_ source: String) -> Completeness {
    let text = source.trimmingSuffix { $0.isWhitespace }
    guard !text.isEmpty else { return .complete }
    if let directive = try? Directive.parse(source) {
      if directive.pieces.isEmpty { return .incomplete(indent: "") }
      return directive.isWholeCell ? .complete : check(directive.body)
    }
    let cell = ParsedCell(String(text))
    if hasOpenComment(cell) || hasOpenMultilineString(cell) {
      let depth = openBrackets(in: cell)?.count ?? 0
      return .incomplete(indent: indent(hasOpenComment(cell) ? max(1, depth) : depth))
    }
    guard let open = openBrackets(in: cell) else { return .invalid }
    guard !hasOpenLiteral(cell) else { return .invalid }
    if !open.isEmpty {
      // What is wrong inside of the brackets shows once they are closed.
      let closed = ParsedCell(text + "\n" + open.reversed().joined())
      let isWrong = hasErrors(closed, before: text.utf8.count)
      return isWrong ? .invalid : .incomplete(indent: indent(open.count))
    }
    guard cell.tree.hasError else {
      return lacksBody(cell) ? .incomplete(indent: "") : .complete
    }
    if isLabel(cell) { return .incomplete(indent: "") }
    return hasErrors(cell, before: end(of: cell)) ? .invalid : .incomplete(indent: "")
  }

  private static func indent(_ depth: Int) -> String { String(repeating: "  ", count: depth) }

  private static func end(of cell: ParsedCell) -> Int {
    cell.tree.lastToken(viewMode: .sourceAccurate)?.previousToken(viewMode: .sourceAccurate)?.end
      ?? 0
  }

  private static func hasErrors(_ cell: ParsedCell, before end: Int) -> Bool {
    guard cell.tree.hasError else { return false }
    return ParseDiagnosticsGenerator.diagnostics(for: cell.tree).contains {
      $0.position.utf8Offset < end
    }
  }

  /// What would close the brackets that are open at the end; `nil` when one is closed that was
  /// never opened.
  private static func openBrackets(in cell: ParsedCell) -> [String]? {
    var open: [String] = []
    for token in cell.tree.tokens(viewMode: .sourceAccurate) {
      switch token.tokenKind {
      case .leftBrace: open.append("}")
      case .leftParen: open.append(")")
      case .leftSquare: open.append("]")
      case .rightBrace, .rightParen, .rightSquare:
        guard open.popLast() != nil else { return nil }
      default: break
      }
    }
    return open
  }

  private static func hasOpenComment(_ cell: ParsedCell) -> Bool {
    guard let last = cell.tree.lastToken(viewMode: .sourceAccurate) else { return false }
    let before = last.previousToken(viewMode: .sourceAccurate)
    let trivia = (before.map { Array($0.trailingTrivia) } ?? []) + Array(last.leadingTrivia)
    return trivia.contains { piece in
      guard case .blockComment(let text) = piece else { return false }
      return text.matches(of: /\/\*/).count > text.matches(of: /\*\//).count
    }
  }

  private static func hasOpenMultilineString(_ cell: ParsedCell) -> Bool {
    openStrings(in: cell).contains { $0.openingQuote.tokenKind == .multilineStringQuote }
  }

  /// A string of one line cannot go on in the next one, nor can a number without digits.
  private static func hasOpenLiteral(_ cell: ParsedCell) -> Bool {
    guard openStrings(in: cell).isEmpty else { return true }
    let last = cell.tree.lastToken(viewMode: .sourceAccurate)?
      .previousToken(viewMode: .sourceAccurate)
    switch last?.tokenKind {
    case .integerLiteral, .floatLiteral: return last?.hasError ?? false
    default: return false
    }
  }

  private static func openStrings(in cell: ParsedCell) -> [StringLiteralExprSyntax] {
    final class Finder: SyntaxVisitor {
      var found: [StringLiteralExprSyntax] = []
      override func visit(_ node: StringLiteralExprSyntax) -> SyntaxVisitorContinueKind {
        if node.closingQuote.isMissing { found.append(node) }
        return .visitChildren
      }
    }
    let finder = Finder(viewMode: .sourceAccurate)
    finder.walk(cell.tree)
    return finder.found
  }

  /// `outer:`, whose loop is still to come.
  private static func isLabel(_ cell: ParsedCell) -> Bool {
    let last = cell.tree.lastToken(viewMode: .sourceAccurate)?
      .previousToken(viewMode: .sourceAccurate)
    guard last?.tokenKind == .colon,
      case .identifier? =
        last?.previousToken(viewMode: .sourceAccurate)?.tokenKind
    else { return false }
    return last?.parent?.is(UnexpectedNodesSyntax.self) ?? false
  }

  /// The head of a function, which the parser takes for a requirement of a protocol.
  private static func lacksBody(_ cell: ParsedCell) -> Bool {
    guard let last = cell.tree.statements.last, last.semicolon == nil,
      case .decl(let declaration) = last.item
    else { return false }
    if let function = declaration.as(FunctionDeclSyntax.self) {
      // Some attributes name the place of the body.
      return function.body == nil && !function.attributes.contains { $0.folded.hasPrefix("@ _") }
    }
    if let initializer = declaration.as(InitializerDeclSyntax.self) {
      return initializer.body == nil
    }
    return declaration.as(SubscriptDeclSyntax.self).map { $0.accessorBlock == nil } ?? false
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
