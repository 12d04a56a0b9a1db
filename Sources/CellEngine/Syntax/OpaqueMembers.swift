internal import SwiftSyntax

/// Lets later cells find members whose results are opaque, `var halves: some Sequence<Int>`.
///
/// The compiler reads the members of other files' types when somebody asks for one, and looks up
/// the opaque type of a variable, which says whose result it is, without asking. It reads those at
/// once that have operators, so such types and extensions get one that nobody can call.
final class OpaqueMembers: SyntaxVisitor {
  private(set) var edits: [EditedText.Edit] = []

  init(in cell: ParsedCell) {
    super.init(viewMode: .sourceAccurate)
    walk(cell.tree)
  }

  override func visit(_ node: MemberBlockSyntax) -> SyntaxVisitorContinueKind {
    let isProtocol = node.parent?.is(ProtocolDeclSyntax.self) ?? false
    if !isProtocol, node.members.contains(where: { isOpaque($0.decl) }) {
      edits.append(
        .init(offset: node.leftBrace.end, inserting: " static prefix func …!(_: Never) {};"))
    }
    return .visitChildren
  }

  override func visit(_ node: CodeBlockSyntax) -> SyntaxVisitorContinueKind { .skipChildren }
  override func visit(_ node: AccessorBlockSyntax) -> SyntaxVisitorContinueKind { .skipChildren }

  private func isOpaque(_ member: DeclSyntax) -> Bool {
    let results: [Syntax?]
    if let function = member.as(FunctionDeclSyntax.self) {
      results = [function.signature.returnClause.map(Syntax.init)]
    } else if let `subscript` = member.as(SubscriptDeclSyntax.self) {
      results = [Syntax(`subscript`.returnClause)]
    } else if let variable = member.as(VariableDeclSyntax.self) {
      results = variable.bindings.map { $0.typeAnnotation.map(Syntax.init) }
    } else {
      results = []
    }
    return results.compactMap { $0 }.contains { result in
      result.tokens(viewMode: .sourceAccurate).contains { $0.tokenKind == .keyword(.some) }
    }
  }
}
