internal import SwiftSyntax

/// Reads what a cell declares off its tree.
struct DeclarationCollector {
  private(set) var result = CellOutline()
  private var step = 0

  static func outline(of cell: ParsedCell) -> CellOutline {
    var collector = DeclarationCollector()
    collector.result.mentions = cell.tree.mentions
    for item in cell.items { collector.collect(item) }
    return collector.result
  }

  private mutating func collect(_ item: CodeBlockItemSyntax) {
    if let statement = item.guardStatement { collect(statement) }
    guard case .decl(let declaration) = item.item else {
      result.captured.formUnion(ClosureNames.names(in: Syntax(item)))
      return
    }
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
      addOperator(declaration.cast(OperatorDeclSyntax.self).name, declaration)
    case .precedenceGroupDecl:
      addOperator(declaration.cast(PrecedenceGroupDeclSyntax.self).name, declaration)
    case .typeAliasDecl:
      add(declaration.cast(TypeAliasDeclSyntax.self).name, .typealias, declaration)
    case .protocolDecl:
      let type = declaration.cast(ProtocolDeclSyntax.self)
      addType(type.name, .protocol, declaration, type.memberBlock, type.inheritanceClause)
    case .structDecl:
      let type = declaration.cast(StructDeclSyntax.self)
      addType(type.name, .struct, declaration, type.memberBlock, type.inheritanceClause)
    case .classDecl:
      let type = declaration.cast(ClassDeclSyntax.self)
      addType(type.name, .class, declaration, type.memberBlock, type.inheritanceClause)
    case .actorDecl:
      let type = declaration.cast(ActorDeclSyntax.self)
      addType(type.name, .class, declaration, type.memberBlock, type.inheritanceClause)
    case .enumDecl:
      let type = declaration.cast(EnumDeclSyntax.self)
      addType(type.name, .enum, declaration, type.memberBlock, type.inheritanceClause)
    default: break
    }
  }

  private mutating func add(
    _ name: TokenSyntax, _ kind: Declaration.Kind, _ declaration: DeclSyntax
  ) {
    let range = declaration.start..<declaration.end
    result.declarations.append(
      Declaration(
        name: unquoted(name.text), kind: kind, text: declaration.folded,
        mentions: FreeNames.names(in: declaration), range: range, place: range))
  }

  private mutating func addOperator(_ name: TokenSyntax, _ declaration: DeclSyntax) {
    add(name, .operator, declaration)
    // A second declaration of the same operator would repeat this much.
    let key = declaration.folded.prefix { $0 != ":" && $0 != "{" }
    result.declarations[result.declarations.count - 1].key = key.trimmingSuffix { $0 == " " } + ""
  }

  private mutating func addType(
    _ name: TokenSyntax, _ kind: Declaration.Kind, _ declaration: DeclSyntax,
    _ members: MemberBlockSyntax, _ inheritance: InheritanceClauseSyntax?
  ) {
    add(name, kind, declaration)
    let last = result.declarations.count - 1
    // Requirements have no code that could be exchanged.
    if kind != .protocol {
      result.declarations[last].members = DeclarationCollector.members(of: members)
    }
    result.declarations[last].conformances =
      inheritance?.inheritedTypes.map(\.type.folded) ?? []
  }

  private static func members(of block: MemberBlockSyntax) -> [Declaration.Member] {
    block.members.compactMap { member in
      guard let replaceable = ReplaceableMember(member.decl) else { return nil }
      return Declaration.Member(
        name: replaceable.name, key: replaceable.key, result: replaceable.result,
        range: member.start..<member.end)
    }
  }

  private mutating func collect(_ variable: VariableDeclSyntax) {
    let isComputed = variable.bindings.allSatisfy { binding in
      binding.initializer == nil && binding.accessorBlock.map(isComputedBlock) ?? false
    }
    if isComputed {
      for binding in variable.bindings {
        guard let pattern = binding.pattern.as(IdentifierPatternSyntax.self) else { continue }
        add(pattern.identifier, .var, DeclSyntax(variable))
        let type = binding.typeAnnotation?.type.folded ?? ""
        result.declarations[result.declarations.count - 1].key = type
        result.declarations[result.declarations.count - 1].heading =
          "var \(pattern.identifier.text): \(type)"
      }
      return
    }
    step += 1
    result.captured.formUnion(ClosureNames.names(in: Syntax(variable)))
    for binding in variable.bindings {
      for identifier in boundIdentifiers(of: binding.pattern) {
        var entry = Variable(
          name: unquoted(identifier.text),
          isConstant: variable.bindingSpecifier.tokenKind == .keyword(.let),
          hasObservers: binding.accessorBlock != nil,
          modifiers: (variable.attributes.map(\.trimmedDescription)
            + variable.modifiers.map(\.trimmedDescription).filter {
              !["async", "public", "internal", "private", "fileprivate", "open"].contains($0)
            }).joined(separator: " "),
          step: getsValueLater(variable, binding) ? .max : step,
          place: identifier.start..<identifier.end, declaration: variable.start..<variable.end,
          mentions: variable.mentions)
        entry.isSetLater = binding.initializer == nil && binding.accessorBlock == nil
        entry.isUnwrapped =
          binding.typeAnnotation?.type.is(ImplicitlyUnwrappedOptionalTypeSyntax.self) ?? false
        entry.initializer = binding.initializer.flatMap { initializer in
          path(to: identifier, in: binding.pattern).map { path in
            let value = initializer.value.trimmedDescription
            return path.isEmpty ? value : "(\(value))\(path)"
          }
        }
        result.variables.append(entry)
      }
    }
  }

  private mutating func collect(_ statement: GuardStmtSyntax) {
    let bindings = GuardRewriter.bindings(in: statement)
    if !bindings.isEmpty { step += 1 }
    for binding in bindings {
      result.variables.append(
        Variable(
          name: binding.name, isConstant: !binding.isVariable, step: step,
          place: binding.identifier.start..<binding.identifier.end,
          declaration: statement.start..<statement.end, mentions: statement.mentions))
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
    add(function.name, .func, DeclSyntax(function))
    let last = result.declarations.count - 1
    let signature = FunctionSignature(function)
    result.declarations[last].key = signature.parameters
    result.declarations[last].result = signature.result
    result.declarations[last].heading = function.with(\.body, nil).trimmedDescription
      .split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }

  private mutating func collect(_ extension: ExtensionDeclSyntax) {
    let range = `extension`.start..<`extension`.end
    result.declarations.append(
      Declaration(
        name: `extension`.extendedType.folded, kind: .extension,
        key: `extension`.genericWhereClause?.folded ?? "", text: `extension`.folded,
        mentions: FreeNames.names(in: `extension`), range: range, place: range,
        members: DeclarationCollector.members(of: `extension`.memberBlock),
        conformances: `extension`.inheritanceClause?.inheritedTypes.map(\.type.folded) ?? []))
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

/// The way from a value to the part of it that a name in a pattern of tuples binds: `.1.0`.
private func path(to identifier: TokenSyntax, in pattern: PatternSyntax) -> String? {
  if let name = pattern.as(IdentifierPatternSyntax.self) {
    return name.identifier.id == identifier.id ? "" : nil
  }
  guard let tuple = pattern.as(TuplePatternSyntax.self) else { return nil }
  for (index, element) in tuple.elements.enumerated() {
    guard let rest = path(to: identifier, in: element.pattern) else { continue }
    return tuple.elements.count == 1 ? rest : ".\(index)\(rest)"
  }
  return nil
}

/// The names that a pattern binds.
func boundIdentifiers(of pattern: some PatternSyntaxProtocol) -> [TokenSyntax] {
  boundIdentifiers(in: Syntax(pattern))
}

/// The names that patterns anywhere in a text bind.
func boundIdentifiers(in node: Syntax) -> [TokenSyntax] {
  let finder = PatternNames(viewMode: .sourceAccurate)
  finder.walk(node)
  return finder.identifiers
}

private final class PatternNames: SyntaxVisitor {
  private(set) var identifiers: [TokenSyntax] = []

  override func visit(_ node: IdentifierPatternSyntax) -> SyntaxVisitorContinueKind {
    identifiers.append(node.identifier)
    return .skipChildren
  }
}

/// The names that closures mention.
private final class ClosureNames: SyntaxVisitor {
  private var names: Set<String> = []

  static func names(in node: Syntax) -> Set<String> {
    let finder = ClosureNames(viewMode: .sourceAccurate)
    finder.walk(node)
    return finder.names
  }

  override func visit(_ node: ClosureExprSyntax) -> SyntaxVisitorContinueKind {
    names.formUnion(node.mentions)
    return .skipChildren
  }

  override func visit(_ node: FunctionDeclSyntax) -> SyntaxVisitorContinueKind {
    names.formUnion(node.mentions)
    return .skipChildren
  }
}
