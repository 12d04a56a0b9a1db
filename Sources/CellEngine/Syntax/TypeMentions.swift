internal import SwiftSyntax

/// Finds where a text names top-level types, those left out that another declaration of the name
/// hides.
final class TypeMentions: SyntaxVisitor {
  private let names: Set<String>
  private var scopes: [Set<String>] = []
  private(set) var tokens: [TokenSyntax] = []

  init(names: Set<String>) {
    self.names = names
    super.init(viewMode: .sourceAccurate)
  }

  private func note(_ token: TokenSyntax) {
    let name = unquoted(token.text)
    if names.contains(name), !scopes.contains(where: { $0.contains(name) }) {
      tokens.append(token)
    }
  }

  override func visit(_ node: IdentifierTypeSyntax) -> SyntaxVisitorContinueKind {
    note(node.name)
    return .visitChildren
  }

  override func visit(_ node: DeclReferenceExprSyntax) -> SyntaxVisitorContinueKind {
    let isMember =
      node.parent?.as(MemberAccessExprSyntax.self)?.declName.id == node.id
      || node.parent?.is(KeyPathPropertyComponentSyntax.self) == true
    if !isMember { note(node.baseName) }
    return .visitChildren
  }

  // MARK: Declarations

  /// - Parameter members: Types inside, whose names mean something else there.
  private func enter(
    _ node: some SyntaxProtocol, _ name: TokenSyntax?, _ members: MemberBlockSyntax,
    _ generics: GenericParameterClauseSyntax?
  ) -> SyntaxVisitorContinueKind {
    if let name, node.isAtTopLevel { note(name) }
    let nested = members.members.compactMap { member -> String? in
      guard member.decl.isTypeDeclaration || member.decl.is(ProtocolDeclSyntax.self) else {
        return nil
      }
      return member.decl.asProtocol((any NamedDeclSyntax).self).map { unquoted($0.name.text) }
    }
    let parameters = generics?.parameters.map { unquoted($0.name.text) } ?? []
    scopes.append(Set(nested + parameters))
    return .visitChildren
  }

  override func visit(_ node: StructDeclSyntax) -> SyntaxVisitorContinueKind {
    enter(node, node.name, node.memberBlock, node.genericParameterClause)
  }
  override func visitPost(_ node: StructDeclSyntax) { scopes.removeLast() }

  override func visit(_ node: ClassDeclSyntax) -> SyntaxVisitorContinueKind {
    enter(node, node.name, node.memberBlock, node.genericParameterClause)
  }
  override func visitPost(_ node: ClassDeclSyntax) { scopes.removeLast() }

  override func visit(_ node: ActorDeclSyntax) -> SyntaxVisitorContinueKind {
    enter(node, node.name, node.memberBlock, node.genericParameterClause)
  }
  override func visitPost(_ node: ActorDeclSyntax) { scopes.removeLast() }

  override func visit(_ node: EnumDeclSyntax) -> SyntaxVisitorContinueKind {
    enter(node, node.name, node.memberBlock, node.genericParameterClause)
  }
  override func visitPost(_ node: EnumDeclSyntax) { scopes.removeLast() }

  override func visit(_ node: ProtocolDeclSyntax) -> SyntaxVisitorContinueKind {
    enter(node, node.name, node.memberBlock, nil)
  }
  override func visitPost(_ node: ProtocolDeclSyntax) { scopes.removeLast() }

  override func visit(_ node: ExtensionDeclSyntax) -> SyntaxVisitorContinueKind {
    enter(node, nil, node.memberBlock, nil)
  }
  override func visitPost(_ node: ExtensionDeclSyntax) { scopes.removeLast() }

  override func visit(_ node: TypeAliasDeclSyntax) -> SyntaxVisitorContinueKind {
    if node.isAtTopLevel { note(node.name) }
    return .visitChildren
  }
}

extension SyntaxProtocol {
  /// Whether this stands at the top level of a cell, an `#if` around it aside.
  var isAtTopLevel: Bool {
    var current = parent
    while let node = current {
      if node.is(CodeBlockSyntax.self) || node.is(MemberBlockSyntax.self)
        || node.is(ClosureExprSyntax.self)
      {
        return false
      }
      current = node.parent
    }
    return true
  }
}
