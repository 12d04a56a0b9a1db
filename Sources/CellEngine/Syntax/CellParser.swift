internal import SwiftParser
internal import SwiftSyntax

/// A parsed cell.
struct ParsedCell {
  let source: String
  let tree: SourceFileSyntax

  init(_ source: String) {
    self.source = source
    // Bare slash regular expressions are on, as they are in the compiler.
    var parser = Parser(source, swiftVersion: .v6)
    tree = SourceFileSyntax.parse(from: &parser)
  }

  /// Top-level items, those of the taken branches of `#if` included.
  var items: [CodeBlockItemSyntax] {
    tree.statements.flatMap { ParsedCell.flattened($0) }
  }

  /// Whether a warning only says that the last value, which a semicolon hides, goes unused.
  func isHidden(_ warning: CellDiagnostic) -> Bool {
    guard warning.message.hasSuffix("is unused"), let last = tree.statements.last,
      last.semicolon != nil, let offset = warning.offset
    else { return false }
    return (last.start..<last.end).contains(offset)
  }

  private static func flattened(_ item: CodeBlockItemSyntax) -> [CodeBlockItemSyntax] {
    guard let conditional = item.item.as(IfConfigDeclSyntax.self) else { return [item] }
    return BuildConditions.candidates(in: conditional).flatMap { clause -> [CodeBlockItemSyntax] in
      guard case .statements(let statements)? = clause.elements else { return [] }
      return statements.flatMap { flattened($0) }
    }
  }
}

extension CodeBlockItemSyntax {
  var guardStatement: GuardStmtSyntax? {
    guard case .stmt(let statement) = item else { return nil }
    return statement.as(GuardStmtSyntax.self)
  }
}

extension SyntaxProtocol {
  /// UTF-8 offset of the first token.
  var start: Int { positionAfterSkippingLeadingTrivia.utf8Offset }
  /// UTF-8 offset behind the last token.
  var end: Int { endPositionBeforeTrailingTrivia.utf8Offset }

  /// The text on one line, comments left out.
  var folded: String {
    tokens(viewMode: .sourceAccurate).map(\.text).joined(separator: " ")
  }

  /// The identifiers and operators in the text, backticks taken off.
  var mentions: Set<String> {
    var names: Set<String> = []
    for token in tokens(viewMode: .sourceAccurate) {
      switch token.tokenKind {
      case .identifier(let name): names.insert(unquoted(name))
      case .binaryOperator(let name), .prefixOperator(let name), .postfixOperator(let name):
        names.insert(name)
      case .dollarIdentifier(let name): names.insert(String(name.dropFirst()))
      default: break
      }
    }
    return names
  }
}
