internal import SwiftSyntax

/// Turns the text of a cell into the text that is compiled.
///
/// All changes are insertions on the same line:
/// - the value of the last expression is handed to `_cellShow`;
/// - `_cellStep(n)` after each variable says how far the cell came;
/// - outermost `await` expressions go through `_cellAwait`, because a script with a top-level
///   `await` would end in `exit(0)` and tie its variables to the main actor;
/// - functions and methods that an earlier cell defined with the same signature are replaced in
///   place, so that earlier callers use the new text;
/// - `let x = x + 1` takes the `x` of an earlier cell.
struct CellRewriter {
  struct Options: Sendable {
    /// Exchange functions in place instead of shadowing them.
    var replacesFunctions = true
    /// Hand the last expression's value to the display.
    var showsResult = true
    /// Places of `async let` initialisers that throw without saying `try`, as they may.
    var throwingInitializers: Set<Int> = []
  }

  struct Result {
    var text: EditedText
    /// Signatures of functions and members that are exchanged in place.
    var replaced: Set<String> = []
    /// Modules that must be imported whole.
    var wholeModules: Set<String> = []
    var showsResult = false
  }

  private let cell: ParsedCell
  private let declarations: CellDeclarations
  private let names: SessionNames
  private let module: String
  private let options: Options
  private var result: Result
  private var step = 0
  private let redefined: Set<String>

  static func rewrite(
    _ cell: ParsedCell, declarations: CellDeclarations, names: SessionNames, module: String,
    options: Options
  ) -> Result {
    var rewriter = CellRewriter(
      cell: cell, declarations: declarations, names: names, module: module, options: options)
    rewriter.run()
    return rewriter.result
  }

  private init(
    cell: ParsedCell, declarations: CellDeclarations, names: SessionNames, module: String,
    options: Options
  ) {
    self.cell = cell
    self.declarations = declarations
    self.names = names
    self.module = module
    self.options = options
    result = Result(text: EditedText(cell.source))
    redefined = Set(
      declarations.declarations.filter { $0.kind != .func && $0.kind != .var }.map(\.name))
  }

  private mutating func run() {
    let items = cell.items
    takeEarlierValues(items)
    for item in items {
      if case .decl(let declaration) = item.item { rewrite(declaration) }
      if let statement = item.guardStatement { rewrite(statement) }
    }
    let effects = EffectRewriter(in: cell, throwing: options.throwingInitializers)
    for edit in effects.edits { result.text.add(edit) }
    shareEverything()
    if options.showsResult { showLastValue() }
  }

  /// Cells are files to the compiler but one program to their reader: what is private in one is
  /// used in the next.
  private mutating func shareEverything() {
    let finder = PrivateFinder(viewMode: .sourceAccurate)
    finder.walk(cell.tree)
    for modifier in finder.found {
      result.text.replace(modifier.start..<modifier.end, with: "")
    }
  }

  // MARK: The value of the last expression

  private mutating func showLastValue() {
    guard let last = cell.tree.statements.last else { return }
    showValue(of: last)
  }

  private mutating func showValue(of item: CodeBlockItemSyntax) {
    if let conditional = item.item.as(IfConfigDeclSyntax.self) {
      for clause in BuildConditions.candidates(in: conditional) {
        if case .statements(let statements)? = clause.elements, let last = statements.last {
          showValue(of: last)
        }
      }
      return
    }
    guard item.semicolon == nil else { return }
    switch item.item {
    case .expr(let expression) where isValue(expression):
      result.text.insert("_cellShow(", at: expression.start, rank: -10)
      result.text.insert(")", at: expression.end, rank: 10)
    case .expr, .stmt:
      guard item.item.isChoiceWithValue else { return }
      // Such an expression may stand only where a closure returns it.
      let isThrowing = EffectRewriter.containsTry(Syntax(item.item))
      result.text.insert(
        "\(isThrowing ? "try " : "")_cellShowChoice({ ", at: item.start, rank: -10)
      result.text.insert(" })", at: item.item.end, rank: 10)
    default: return
    }
    result.showsResult = true
  }

  /// Assignments, and control flow in the place of an expression, have no value to show.
  private func isValue(_ expression: ExprSyntax) -> Bool {
    if let sequence = expression.as(SequenceExprSyntax.self) {
      return !sequence.elements.contains { $0.is(AssignmentExprSyntax.self) }
    }
    if let effect = expression.as(TryExprSyntax.self) { return isValue(effect.expression) }
    if let effect = expression.as(AwaitExprSyntax.self) { return isValue(effect.expression) }
    return !expression.is(IfExprSyntax.self) && !expression.is(SwitchExprSyntax.self)
      && !expression.is(MacroExpansionExprSyntax.self)
      || expression.is(MacroExpansionExprSyntax.self)
  }

  // MARK: Declarations

  private mutating func rewrite(_ declaration: DeclSyntax) {
    if let variable = declaration.as(VariableDeclSyntax.self) {
      step += 1
      replace(variable)
      result.text.insert(";_cellStep(\(step))", at: variable.end, rank: 20)
    } else if let function = declaration.as(FunctionDeclSyntax.self) {
      replace(function)
    } else if let `extension` = declaration.as(ExtensionDeclSyntax.self) {
      replaceMembers(of: `extension`)
    }
  }

  /// `let x = x + 1`: the `x` on the right is that of an earlier cell, as is every `x` of the top
  /// level before its declaration.
  private mutating func takeEarlierValues(_ items: [CodeBlockItemSyntax]) {
    let variables = items.compactMap { item -> VariableDeclSyntax? in
      guard case .decl(let declaration) = item.item else { return nil }
      return declaration.as(VariableDeclSyntax.self)
    }
    var pending: [String: String] = [:]
    let bound =
      variables.flatMap(\.bindings).flatMap { boundNames(of: $0.pattern) }
      + items.compactMap(\.guardStatement).flatMap(GuardRewriter.bindings).map(\.name)
    for name in bound { pending[name] = names.entries[name]?.last?.module }
    for item in items where !pending.isEmpty {
      if let statement = item.guardStatement {
        takeEarlierValues(statement, &pending)
        continue
      }
      guard case .decl(let declaration) = item.item else {
        takeEarlierValues(Syntax(item), pending)
        continue
      }
      for binding in declaration.as(VariableDeclSyntax.self)?.bindings ?? [] {
        if let initializer = binding.initializer {
          takeEarlierValues(Syntax(initializer), pending)
        }
        for name in boundNames(of: binding.pattern) { pending[name] = nil }
      }
    }
  }

  private mutating func takeEarlierValues(
    _ statement: GuardStmtSyntax, _ pending: inout [String: String]
  ) {
    takeEarlierValues(Syntax(statement.body), pending)
    let bound = Set(GuardRewriter.bindings(in: statement).map(\.name))
    for condition in statement.conditions {
      let value =
        condition.condition.as(OptionalBindingConditionSyntax.self)?.initializer.map(Syntax.init)
        ?? condition.condition.as(MatchingPatternConditionSyntax.self).map {
          Syntax($0.initializer)
        }
        ?? Syntax(condition)
      // What an earlier condition binds is meant in a later one.
      let isFirst = condition.id == statement.conditions.first?.id
      takeEarlierValues(value, isFirst ? pending : pending.filter { !bound.contains($0.key) })
    }
    for name in bound { pending[name] = nil }
  }

  /// - Parameter modules: Where each name was declared.
  private mutating func takeEarlierValues(_ node: Syntax, _ modules: [String: String]) {
    let local = boundNames(in: node)
    for (name, module) in modules where !local.contains(name) {
      let finder = ReferenceFinder(name: name)
      finder.walk(node)
      for token in finder.tokens {
        result.text.insert("\(module).", at: token.start, rank: 5)
        result.wholeModules.insert(module)
      }
    }
  }

  private mutating func rewrite(_ statement: GuardStmtSyntax) {
    let bindings = GuardRewriter.bindings(in: statement)
    guard !bindings.isEmpty else { return }
    let earlier = bindings.filter(\.isShorthand).compactMap { binding in
      names.entries[binding.name]?.last.map { (binding.name, $0.module) }
    }
    let modules = Dictionary(earlier) { first, _ in first }
    result.wholeModules.formUnion(modules.values)
    for edit in GuardRewriter(statement, modules: modules).edits { result.text.add(edit) }
    step += 1
    result.text.insert(";_cellStep(\(step))", at: statement.end, rank: 20)
  }

  private mutating func replace(_ function: FunctionDeclSyntax) {
    guard options.replacesFunctions, let body = function.body else { return }
    let signature = FunctionSignature(function)
    guard
      let declaration = declarations.declarations.first(where: {
        $0.kind == .func && $0.start == function.start
      }),
      let old = names.replaceable(declaration, redefining: redefined),
      let stub = replacement(of: function, signature)
    else { return }
    result.wholeModules.insert(old.module)
    exchange(function, body.end, stub)
    result.replaced.insert(signature.text)
  }

  /// A computed variable at top level.
  private mutating func replace(_ variable: VariableDeclSyntax) {
    guard options.replacesFunctions,
      let declaration = declarations.declarations.first(where: {
        $0.kind == .var && $0.start == variable.start
      }),
      let old = names.replaceable(declaration, redefining: redefined)
    else { return }
    result.wholeModules.insert(old.module)
    exchange(variable)
    result.replaced.insert(declaration.signature)
  }

  private mutating func exchange(_ property: VariableDeclSyntax) {
    guard let pattern = property.bindings.first?.pattern.as(IdentifierPatternSyntax.self)
    else { return }
    let name = pattern.identifier
    result.text.insert("@_dynamicReplacement(for: \(name.text)) ", at: property.start)
    result.text.replace(name.start..<name.end, with: implementationName(name.text))
  }

  private mutating func replaceMembers(of extension: ExtensionDeclSyntax) {
    guard options.replacesFunctions else { return }
    let type = `extension`.extendedType.folded
    dropStatedConformances(of: `extension`, type)
    for member in `extension`.memberBlock.members {
      guard let replaceable = ReplaceableMember(member.decl),
        names.hasReplaceable(
          CellMember(type: type, name: replaceable.name, signature: replaceable.signature),
          redefining: redefined)
      else { continue }
      if let method = member.decl.as(FunctionDeclSyntax.self), let body = method.body,
        let stub = replacement(of: method, FunctionSignature(method))
      {
        exchange(method, body.end, stub)
      } else if let property = member.decl.as(VariableDeclSyntax.self) {
        exchange(property)
      } else if member.decl.isTypeDeclaration {
        // The same text again: it is there already, and a second one would be ambiguous.
        let lines = member.decl.description.filter { $0 == "\n" }
        let leading = member.decl.leadingTrivia.description.filter { $0 == "\n" }
        let trailing = member.decl.trailingTrivia.description.filter { $0 == "\n" }
        result.text.replace(
          member.start..<member.end,
          with: String(lines.dropFirst(leading.count + trailing.count)))
      } else if !replaceByLabel(member.decl, replaceable.name) {
        continue
      }
      result.replaced.insert(replaceable.signature)
    }
  }

  /// Initialisers and subscripts have no name to change; another label tells the new one apart.
  private mutating func replaceByLabel(_ declaration: DeclSyntax, _ name: String) -> Bool {
    let initializer = declaration.as(InitializerDeclSyntax.self)
    let parameters =
      initializer?.signature.parameterClause.parameters
      ?? declaration.as(SubscriptDeclSyntax.self)?.parameterClause.parameters
    guard let parameters, let first = parameters.first else { return false }
    let labels = parameters.map { parameter in
      // Parameters of a subscript have no label unless they have two names.
      (initializer == nil && parameter.secondName == nil ? "_" : parameter.firstName.text) + ":"
    }
    let label = "_\(module)_" + (first.firstName.text == "_" ? "" : unquoted(first.firstName.text))
    if first.secondName == nil {
      result.text.insert(label + " ", at: first.firstName.start)
    } else {
      result.text.replace(first.firstName.start..<first.firstName.end, with: label)
    }
    result.text.insert(
      "@_dynamicReplacement(for: \(name)(\(labels.joined()))) ", at: declaration.start)
    return true
  }

  /// A conformance may be stated once in a session; its witnesses are replaced instead.
  private mutating func dropStatedConformances(
    of extension: ExtensionDeclSyntax, _ type: String
  ) {
    guard let clause = `extension`.inheritanceClause else { return }
    let inherited = Array(clause.inheritedTypes)
    let kept = inherited.filter {
      !names.states(type, conformsTo: $0.type.folded, redefining: redefined)
    }
    guard kept.count < inherited.count else { return }
    let text = kept.isEmpty ? "" : ": " + kept.map(\.type.folded).joined(separator: ", ")
    let lines = clause.trimmedDescription.filter { $0 == "\n" }
    result.text.replace(clause.start..<clause.end, with: text + lines)
  }

  private func implementationName(_ name: String) -> String {
    guard isOperator(name) else { return "_\(module)_\(unquoted(name))" }
    let codes = name.unicodeScalars.map { String($0.value, radix: 16) }
    return "_\(module)_operator\(codes.joined(separator: "_"))"
  }

  private mutating func exchange(_ function: FunctionDeclSyntax, _ end: Int, _ stub: String) {
    let name = function.name
    result.text.replace(name.start..<name.end, with: implementationName(name.text))
    for modifier in function.modifiers where modifier.isForOperators {
      result.text.replace(modifier.start..<modifier.end, with: "")
    }
    result.text.insert("; " + stub, at: end, rank: 15)
  }

  /// A function that takes the place of an earlier one and calls the new implementation.
  ///
  /// It is separate from it because a replacement that calls itself reaches the replaced text.
  private func replacement(of function: FunctionDeclSyntax, _ signature: FunctionSignature)
    -> String?
  {
    guard let forwarding = signature.forwarding else { return nil }
    let result = function.signature.returnClause?.type.folded ?? ""
    if result.hasPrefix("some ") || result.contains(" some ") { return nil }
    let effects = function.signature.effectSpecifiers
    let isThrowing = effects?.throwsClause != nil
    let call =
      (isThrowing ? "try " : "") + (effects?.asyncSpecifier != nil ? "await " : "")
      + implementationName(function.name.text) + forwarding
    var header = function.with(\.body, nil)
    header.name = .identifier("_\(implementationName(function.name.text))")
    header.modifiers = header.modifiers.filter { !$0.isForOperators && !$0.isPrivate }
    let isDiscardable = header.attributes.contains {
      $0.trimmedDescription == "@discardableResult"
    }
    return "@_dynamicReplacement(for: \(signature.reference)) \(header.folded) "
      + "{ \(isDiscardable && result.isEmpty ? "" : "return ")\(call) }"
  }
}

extension DeclModifierSyntax {
  /// A function with a name cannot be `prefix` or `postfix`.
  var isForOperators: Bool { ["prefix", "postfix"].contains(name.text) }
  var isPrivate: Bool { ["private", "fileprivate"].contains(name.text) }
}

private final class PrivateFinder: SyntaxVisitor {
  private(set) var found: [DeclModifierSyntax] = []

  override func visit(_ node: DeclModifierSyntax) -> SyntaxVisitorContinueKind {
    if node.isPrivate { found.append(node) }
    return .skipChildren
  }

  override func visit(_ node: CodeBlockSyntax) -> SyntaxVisitorContinueKind { .skipChildren }
}

/// Finds references to a name in an expression, those in nested scopes that declare it left out.
final class ReferenceFinder: SyntaxVisitor {
  let name: String
  private(set) var tokens: [TokenSyntax] = []

  init(name: String) {
    self.name = name
    super.init(viewMode: .sourceAccurate)
  }

  override func visit(_ node: DeclReferenceExprSyntax) -> SyntaxVisitorContinueKind {
    let isMember = node.parent?.as(MemberAccessExprSyntax.self)?.declName.id == node.id
    if !isMember, unquoted(node.baseName.text) == name { tokens.append(node.baseName) }
    return .visitChildren
  }

  override func visit(_ node: ClosureExprSyntax) -> SyntaxVisitorContinueKind {
    let parameters = node.signature?.parameterClause.map { Syntax($0).mentions } ?? []
    return parameters.contains(name) ? .skipChildren : .visitChildren
  }
}
