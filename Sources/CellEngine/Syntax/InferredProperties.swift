internal import SwiftSyntax

/// Finds properties whose types are those of their initial values.
///
/// Later cells must not infer them anew: what the value mentions may mean something else by then,
/// and the type would have another layout.
struct InferredProperties {
  struct Property {
    /// `Outer.Inner.n`.
    var path: String
    /// Where the type belongs, as a UTF-8 offset in the cell.
    var offset: Int
  }

  let properties: [Property]

  init(in cell: ParsedCell) {
    let finder = PropertyFinder(viewMode: .sourceAccurate)
    finder.walk(cell.tree)
    properties = finder.found
  }

  /// Insertions of the types that symbols tell.
  func edits(knowing types: [String: String]) -> [EditedText.Edit] {
    properties.compactMap { property in
      types[property.path].map { .init(offset: property.offset, inserting: ": \($0)", rank: 3) }
    }
  }
}

private final class PropertyFinder: SyntaxVisitor {
  private(set) var found: [InferredProperties.Property] = []
  private var path: [String] = []
  /// Types in generic ones are not written in symbols as they are in the source.
  private var genericDepth = 0

  private func enter(_ name: String, _ generics: GenericParameterClauseSyntax?)
    -> SyntaxVisitorContinueKind
  {
    path.append(name)
    if generics != nil || genericDepth > 0 { genericDepth += 1 }
    return .visitChildren
  }

  private func leave() {
    path.removeLast()
    genericDepth = max(0, genericDepth - 1)
  }

  override func visit(_ node: StructDeclSyntax) -> SyntaxVisitorContinueKind {
    enter(unquoted(node.name.text), node.genericParameterClause)
  }
  override func visitPost(_ node: StructDeclSyntax) { leave() }

  override func visit(_ node: ClassDeclSyntax) -> SyntaxVisitorContinueKind {
    enter(unquoted(node.name.text), node.genericParameterClause)
  }
  override func visitPost(_ node: ClassDeclSyntax) { leave() }

  override func visit(_ node: ActorDeclSyntax) -> SyntaxVisitorContinueKind {
    enter(unquoted(node.name.text), node.genericParameterClause)
  }
  override func visitPost(_ node: ActorDeclSyntax) { leave() }

  override func visit(_ node: EnumDeclSyntax) -> SyntaxVisitorContinueKind {
    enter(unquoted(node.name.text), node.genericParameterClause)
  }
  override func visitPost(_ node: EnumDeclSyntax) { leave() }

  override func visit(_ node: ExtensionDeclSyntax) -> SyntaxVisitorContinueKind {
    enter(node.extendedType.trimmedDescription, nil)
  }
  override func visitPost(_ node: ExtensionDeclSyntax) { leave() }

  override func visit(_ node: CodeBlockSyntax) -> SyntaxVisitorContinueKind { .skipChildren }
  override func visit(_ node: ClosureExprSyntax) -> SyntaxVisitorContinueKind { .skipChildren }

  override func visit(_ node: VariableDeclSyntax) -> SyntaxVisitorContinueKind {
    guard !path.isEmpty, genericDepth == 0, node.attributes.isEmpty else { return .skipChildren }
    for binding in node.bindings
    where binding.typeAnnotation == nil && binding.initializer != nil {
      guard let pattern = binding.pattern.as(IdentifierPatternSyntax.self) else { continue }
      let name = (path + [unquoted(pattern.identifier.text)]).joined(separator: ".")
      found.append(.init(path: name, offset: pattern.identifier.end))
    }
    return .skipChildren
  }
}
