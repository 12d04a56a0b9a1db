internal import SwiftSyntax

/// Takes spans of earlier cells' variables from constants that stand before the statements: the
/// compiler lets a span of a variable live in the variable's own file alone.
///
/// `print(sum(x.span))` becomes `do { let _span0 = x; print(sum(_span0.span)) }`. The constant
/// shares its elements with the variable; nothing is copied. What changes a variable through a span
/// is given the variable: `_cellModify(&x) { _span0 in sort(&_span0.mutableSpan) }`.
struct BorrowedVariables {
  private(set) var edits: [EditedText.Edit] = []

  /// - Parameters:
  ///   - items: Where the statements begin.
  ///   - isKnown: Whether a name is that of an earlier cell's variable.
  init(in cell: ParsedCell, items: Set<Int>, isKnown: (String) -> Bool) {
    var count = 0
    for item in cell.items where items.contains(item.start) {
      let finder = SpanRoots(viewMode: .sourceAccurate)
      finder.walk(item)
      let changed = finder.changed.filter(isKnown).sorted()
      for variable in changed {
        modify(variable, in: item, as: "_span\(count)")
        count += 1
      }
      for root in finder.found where isKnown(unquoted(root.baseName.text)) {
        if changed.contains(unquoted(root.baseName.text)) { continue }
        guard let statement = innermostItem(around: Syntax(root)) else { continue }
        let name = "_span\(count)"
        count += 1
        edits.append(
          .init(offset: root.start, deleting: root.end - root.start, inserting: name))
        let constant = "let \(name) = \(root.baseName.text); "
        switch statement.item {
        case .decl(let declaration) where statement.id == item.id:
          // A global would keep the elements.
          guard let value = value(in: declaration, around: root) else { continue }
          let mark = EffectRewriter.containsTry(Syntax(value)) ? "try " : ""
          insert("\(mark){ \(constant)return ", " }()", around: Syntax(value))
        case _ where statement.id == item.id:
          insert("do { \(constant)", " }", around: Syntax(item.item))
        default:
          let ending = isReturned(statement) ? "return " : ""
          edits.append(.init(offset: statement.start, inserting: constant + ending, rank: -20))
        }
      }
    }
  }

  private mutating func modify(_ variable: String, in item: CodeBlockItemSyntax, as name: String) {
    var node = Syntax(item.item)
    var ending = " }"
    switch item.item {
    case .decl(let declaration):
      let bindings = declaration.as(VariableDeclSyntax.self)?.bindings
      let values = bindings?.compactMap(\.initializer?.value)
      // A span itself cannot be kept.
      guard let value = values?.first(where: { $0.mentions.contains(variable) }),
        !value.is(MemberAccessExprSyntax.self)
      else { return }
      node = Syntax(value)
    case .stmt: ending = "; return }"
    case .expr: break
    @unknown default: return
    }
    let finder = ReferenceFinder(name: variable)
    finder.walk(node)
    for token in finder.tokens {
      edits.append(
        .init(offset: token.start, deleting: token.end - token.start, inserting: name))
    }
    let mark = EffectRewriter.containsTry(node) ? "try " : ""
    insert("\(mark)_cellModify(&\(quoted(variable))) { \(name) in ", ending, around: node)
  }

  private mutating func insert(_ opening: String, _ closing: String, around node: Syntax) {
    edits.append(.init(offset: node.start, inserting: opening, rank: -20))
    edits.append(.init(offset: node.end, inserting: closing, rank: 15))
  }

  /// The statement that is carried out once for each time that the span is taken.
  private func innermostItem(around node: Syntax) -> CodeBlockItemSyntax? {
    var current = node.parent
    while let next = current {
      if let item = next.as(CodeBlockItemSyntax.self) {
        // Conditions are looked at again and again.
        let statement = item.item.as(StmtSyntax.self)
        let isLoop =
          statement?.is(WhileStmtSyntax.self) ?? false
          || statement?.is(RepeatStmtSyntax.self) ?? false
        return isLoop ? nil : item
      }
      current = next.parent
    }
    return nil
  }

  /// Whether this is the one expression of a closure or a function.
  private func isReturned(_ item: CodeBlockItemSyntax) -> Bool {
    guard case .expr = item.item, item.parent?.as(CodeBlockItemListSyntax.self)?.count == 1,
      let block = item.parent?.parent
    else { return false }
    let owner = block.is(CodeBlockSyntax.self) ? block.parent : block
    return [.closureExpr, .functionDecl, .accessorDecl, .accessorBlock].contains(owner?.kind)
  }

  private func value(in declaration: DeclSyntax, around node: some SyntaxProtocol) -> ExprSyntax? {
    declaration.as(VariableDeclSyntax.self)?.bindings.compactMap(\.initializer?.value)
      .first { ($0.start..<$0.end).contains(node.start) }
  }
}

/// Variables whose spans are taken.
private final class SpanRoots: SyntaxVisitor {
  /// Where spans to read are taken.
  private(set) var found: [DeclReferenceExprSyntax] = []
  /// Variables that are changed through spans.
  private(set) var changed: Set<String> = []

  override func visit(_ node: MemberAccessExprSyntax) -> SyntaxVisitorContinueKind {
    let isRead = ["span", "utf8Span", "bytes"].contains(node.declName.baseName.text)
    guard isRead || ["mutableSpan", "mutableBytes"].contains(node.declName.baseName.text) else {
      return .visitChildren
    }
    var base = node.base
    while let next = base {
      if let root = next.as(DeclReferenceExprSyntax.self) {
        if isRead { found.append(root) } else { changed.insert(unquoted(root.baseName.text)) }
        return .skipChildren
      }
      base =
        next.as(MemberAccessExprSyntax.self)?.base
        ?? next.as(SubscriptCallExprSyntax.self)?.calledExpression
    }
    return .visitChildren
  }
}
