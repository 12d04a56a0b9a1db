internal import SwiftSyntax

/// Reads what a cell declares off its tree.
struct DeclarationCollector {
  private(set) var result = CellDeclarations()
  private var step = 0

  static func declarations(of cell: ParsedCell) -> CellDeclarations {
    var collector = DeclarationCollector()
    collector.result.mentions = cell.tree.mentions
    for item in cell.items { collector.collect(item) }
    return collector.result
  }

  private mutating func collect(_ item: CodeBlockItemSyntax) {
    if let statement = item.guardStatement { collect(statement) }
    guard case .decl(let declaration) = item.item else { return }
    switch declaration.kind {
    case .importDecl:
      result.imports.append(declaration.folded.replacing(" . ", with: "."))
    case .variableDecl:
      collect(declaration.cast(VariableDeclSyntax.self))
    case .functionDecl:
      collect(declaration.cast(FunctionDeclSyntax.self))
    case .extensionDecl:
      collect(declaration.cast(ExtensionDeclSyntax.self))
    case .macroDecl:
      add(declaration.cast(MacroDeclSyntax.self).name, .macro, declaration)
    case .operatorDecl:
      add(declaration.cast(OperatorDeclSyntax.self).name, .operator, declaration)
      result.declarations[result.declarations.count - 1].signature = declaration.folded
    case .precedenceGroupDecl:
      add(declaration.cast(PrecedenceGroupDeclSyntax.self).name, .operator, declaration)
      result.declarations[result.declarations.count - 1].signature = declaration.folded
    case .typeAliasDecl:
      add(declaration.cast(TypeAliasDeclSyntax.self).name, .typealias, declaration)
    case .protocolDecl:
      add(declaration.cast(ProtocolDeclSyntax.self).name, .protocol, declaration)
    case .structDecl:
      let type = declaration.cast(StructDeclSyntax.self)
      addType(type.name, .struct, declaration, members: type.memberBlock)
    case .classDecl:
      let type = declaration.cast(ClassDeclSyntax.self)
      addType(type.name, .class, declaration, members: type.memberBlock)
    case .actorDecl:
      let type = declaration.cast(ActorDeclSyntax.self)
      addType(type.name, .class, declaration, members: type.memberBlock)
    case .enumDecl:
      let type = declaration.cast(EnumDeclSyntax.self)
      addType(type.name, .enum, declaration, members: type.memberBlock)
    default: break
    }
  }

  private mutating func add(
    _ name: TokenSyntax, _ kind: CellDeclaration.Kind, _ declaration: DeclSyntax
  ) {
    result.declarations.append(
      CellDeclaration(
        name: unquoted(name.text), kind: kind, mentions: declaration.mentions,
        start: declaration.start, end: declaration.end))
  }

  private mutating func addType(
    _ name: TokenSyntax, _ kind: CellDeclaration.Kind, _ declaration: DeclSyntax,
    members: MemberBlockSyntax
  ) {
    add(name, kind, declaration)
    for member in members.members {
      if let replaceable = ReplaceableMember(member.decl) {
        result.members.append(
          CellMember(
            type: unquoted(name.text), name: replaceable.name, signature: replaceable.signature))
      }
    }
  }

  private mutating func collect(_ variable: VariableDeclSyntax) {
    step += 1
    // A computed variable has its value from the start.
    let isComputed = variable.bindings.allSatisfy { binding in
      binding.initializer == nil && binding.accessorBlock.map(isComputedBlock) ?? false
    }
    for binding in variable.bindings {
      for name in boundNames(of: binding.pattern) {
        var declaration = CellDeclaration(
          name: name, kind: .var, mentions: variable.mentions, start: variable.start,
          end: variable.end)
        if isComputed, let whole = ReplaceableMember(DeclSyntax(variable)) {
          declaration.signature = whole.signature
          declaration.signatureMentions = binding.typeAnnotation?.mentions ?? []
        }
        declaration.step = isComputed ? 0 : getsValueLater(variable, binding) ? .max : step
        result.declarations.append(declaration)
      }
    }
  }

  private mutating func collect(_ statement: GuardStmtSyntax) {
    let bindings = GuardRewriter.bindings(in: statement)
    if !bindings.isEmpty { step += 1 }
    for binding in bindings {
      var declaration = CellDeclaration(
        name: binding.name, kind: .var, mentions: statement.mentions, start: statement.start,
        end: statement.end)
      declaration.step = step
      result.declarations.append(declaration)
    }
  }

  /// `let n: Int` is set by a later statement, `async let` when the cell is over.
  private func getsValueLater(_ variable: VariableDeclSyntax, _ binding: PatternBindingSyntax)
    -> Bool
  {
    if variable.modifiers.contains(where: { $0.name.text == "async" }) { return true }
    guard binding.initializer == nil, binding.accessorBlock == nil else { return false }
    let isOptional = binding.typeAnnotation?.type.is(OptionalTypeSyntax.self) ?? false
    return !isOptional || variable.bindingSpecifier.tokenKind == .keyword(.let)
  }

  private mutating func collect(_ function: FunctionDeclSyntax) {
    let signature = FunctionSignature(function)
    var declaration = CellDeclaration(
      name: unquoted(function.name.text), kind: .func, signature: signature.text,
      parameters: signature.parameters, mentions: function.mentions,
      signatureMentions: signature.mentions, start: function.start, end: function.end)
    declaration.heading = function.with(\.body, nil).trimmedDescription
      .split(whereSeparator: \.isWhitespace).joined(separator: " ")
    result.declarations.append(declaration)
  }

  private mutating func collect(_ extension: ExtensionDeclSyntax) {
    let type = `extension`.extendedType.folded
    var names: Set<String> = []
    var signatures: [String: String] = [:]
    for member in `extension`.memberBlock.members {
      names.formUnion(memberNames(of: member.decl))
      if let replaceable = ReplaceableMember(member.decl) {
        result.members.append(
          CellMember(type: type, name: replaceable.name, signature: replaceable.signature))
        signatures[replaceable.key] = replaceable.signature
      }
    }
    result.extensions.append(
      CellExtension(
        type: type,
        conformances: `extension`.inheritanceClause?.inheritedTypes.map(\.type.folded) ?? [],
        memberNames: names, signatures: signatures, mentions: `extension`.mentions))
  }

  private func memberNames(of declaration: DeclSyntax) -> Set<String> {
    if let variable = declaration.as(VariableDeclSyntax.self) {
      return Set(variable.bindings.flatMap { boundNames(of: $0.pattern) })
    }
    if let named = declaration.asProtocol((any NamedDeclSyntax).self) {
      return [unquoted(named.name.text)]
    }
    // Initialisers and subscripts have no name to look for: always wanted.
    return ["*"]
  }
}

/// Whether accessors compute the value, rather than observe it.
func isComputedBlock(_ block: AccessorBlockSyntax) -> Bool {
  switch block.accessors {
  case .getter: true
  case .accessors(let list):
    !list.allSatisfy { ["willSet", "didSet"].contains($0.accessorSpecifier.text) }
  @unknown default: true
  }
}

/// The names that a pattern binds.
func boundNames(of pattern: some PatternSyntaxProtocol) -> [String] {
  PatternNames(viewMode: .sourceAccurate).names(in: Syntax(pattern))
}

/// The names that patterns anywhere in a text bind.
func boundNames(in node: Syntax) -> Set<String> {
  Set(PatternNames(viewMode: .sourceAccurate).names(in: node))
}

private final class PatternNames: SyntaxVisitor {
  private var names: [String] = []

  func names(in pattern: Syntax) -> [String] {
    walk(pattern)
    return names
  }

  override func visit(_ node: IdentifierPatternSyntax) -> SyntaxVisitorContinueKind {
    names.append(unquoted(node.identifier.text))
    return .skipChildren
  }
}
