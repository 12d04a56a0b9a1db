internal import SwiftSyntax

/// Turns the text of a cell into the two texts that are compiled.
///
/// The *library* holds types, extensions, functions and operators; the *script* variables and
/// statements. Each keeps the lines of the cell and has blanks for what is in the other. All
/// changes are on the same line:
/// - the value of the last expression is handed to `_cellShow`;
/// - `_cellStep(n)` after each variable says how far the cell came;
/// - outermost `await` expressions go through `_cellAwait`, because a script with a top-level
///   `await` would end in `exit(0)` and tie its variables to the main actor;
/// - a variable of an earlier cell that is declared anew is given its new value;
/// - a type of an earlier cell that is declared anew is told apart from it by its name.
struct CellRewriter {
  struct Options: Sendable {
    /// Hand the last expression's value to the display.
    var showsResult = true
    /// Places of `async let` initialisers that throw without saying `try`, as they may.
    var throwingInitializers: Set<Int> = []
    /// Places of statements and initial values that run on the main actor.
    var onMain: Set<Int> = []
    /// Places of statements that run on a task as a whole, not only what they wait for.
    var whole: Set<Int> = []
    /// Where statements begin that use spans of earlier cells' variables.
    var borrowing: Set<Int> = []
    /// Variables whose new values have another type than the earlier ones.
    var fresh: Set<String> = []
  }

  struct Result {
    var library: EditedText
    var script: EditedText
    var showsResult = false
    /// Variables that are given new values where they are.
    var assigned: Set<String> = []
    /// Variables of earlier cells that the cell declares with storage of their own.
    var older: Set<String> = []
    /// Whether there is anything in the library.
    var hasLibrary = false
  }

  private let cell: ParsedCell
  private let outline: CellOutline
  private let plan: CellPlan
  private let module: SessionModule
  private let options: Options
  private var text: EditedText
  private var assigned: Set<String> = []
  private var showsResult = false
  private var step = 0
  /// Variables that the cell declares more than once.
  private let repeated: Set<String>

  static func rewrite(
    _ cell: ParsedCell, outline: CellOutline, plan: CellPlan, module: SessionModule,
    options: Options
  ) -> Result {
    var rewriter = CellRewriter(
      cell: cell, outline: outline, plan: plan, module: module, options: options,
      text: EditedText(cell.source))
    rewriter.run()
    return rewriter.split()
  }

  /// The text as it is, all of it a script.
  static func plain(_ cell: ParsedCell) -> Result {
    Result(library: EditedText(cell.source), script: EditedText(cell.source))
  }

  private init(
    cell: ParsedCell, outline: CellOutline, plan: CellPlan, module: SessionModule,
    options: Options, text: EditedText
  ) {
    self.cell = cell
    self.outline = outline
    self.plan = plan
    self.module = module
    self.options = options
    self.text = text
    var counts: [String: Int] = [:]
    for variable in outline.variables { counts[variable.name, default: 0] += 1 }
    repeated = Set(counts.filter { $0.value > 1 }.keys)
  }

  private mutating func run() {
    findAssigned()
    for edit in OlderValues(of: olderNames, in: cell).edits { text.add(edit) }
    for item in cell.items {
      if case .decl(let declaration) = item.item,
        let variable = declaration.as(VariableDeclSyntax.self), !variable.isComputed
      {
        rewrite(variable, in: item)
      }
      if let statement = item.guardStatement { rewrite(statement, in: item) }
    }
    let effects = EffectRewriter(
      in: cell, throwing: options.throwingInitializers, onMain: options.onMain,
      whole: options.whole)
    for edit in effects.edits { text.add(edit) }
    let borrowed = BorrowedVariables(in: cell, items: options.borrowing, isKnown: isLive)
    for edit in borrowed.edits { text.add(edit) }
    shareEverything()
    writeColumns()
    renameTypes()
    rewriteExtensions()
    if options.showsResult { showLastValue() }
  }

  /// Cells are files to the compiler but one program to their reader: what is private in one is
  /// used in the next.
  private mutating func shareEverything() {
    let finder = PrivateFinder(viewMode: .sourceAccurate)
    finder.walk(cell.tree)
    for modifier in finder.found {
      let range = modifier.start..<modifier.end
      text.replace(range, with: String(repeating: " ", count: range.count))
    }
  }

  /// `#column` counts what was inserted before it, so the number is written in its place.
  private mutating func writeColumns() {
    let finder = ColumnFinder(viewMode: .sourceAccurate)
    finder.walk(cell.tree)
    guard !finder.found.isEmpty else { return }
    let lines = LineTable(cell.source)
    for node in finder.found {
      text.replace(node.start..<node.end, with: "\(lines.position(of: node.start).column)")
    }
  }

  // MARK: Two texts

  private func split() -> Result {
    let scanner = CellSplitter(cell)
    var result = Result(library: EditedText(cell.source), script: EditedText(cell.source))
    result.showsResult = showsResult
    result.assigned = assigned
    result.older = olderNames
    let kept = Set(plan.kept.map { outline.declarations[$0].place })
    var items = scanner.items
    for index in items.indices where kept.contains(items[index].range) {
      items[index].belongs = .nowhere
    }
    result.hasLibrary = items.contains { $0.belongs == .library }
    result.script = CellSplitter.keep(.script, of: items, in: text)
    result.library = CellSplitter.keep(.library, of: items, in: text)
    return result
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
      text.insert("_cellShow(", at: expression.start, rank: -10)
      text.insert(lineBreak(after: expression) + ")", at: expression.end, rank: 10)
    case .expr, .stmt:
      guard item.item.isChoiceWithValue else { return }
      // Such an expression may stand only where a closure returns it.
      let isThrowing = EffectRewriter.containsTry(Syntax(item.item))
      text.insert("\(isThrowing ? "try " : "")_cellShowChoice({ ", at: item.start, rank: -10)
      text.insert(" })", at: item.item.end, rank: 10)
    default: return
    }
    showsResult = true
  }

  /// Nothing may follow an `#endif` on its line; the last line of a cell may be followed by others.
  private func lineBreak(after node: some SyntaxProtocol) -> String {
    node.lastToken(viewMode: .sourceAccurate)?.tokenKind == .poundEndif ? "\n" : ""
  }

  /// Assignments, and control flow in the place of an expression, have no value to show.
  private func isValue(_ expression: ExprSyntax) -> Bool {
    if let sequence = expression.as(SequenceExprSyntax.self) {
      return !sequence.elements.contains { $0.is(AssignmentExprSyntax.self) }
    }
    if let effect = expression.as(TryExprSyntax.self) { return isValue(effect.expression) }
    if let effect = expression.as(AwaitExprSyntax.self) { return isValue(effect.expression) }
    return !expression.is(IfExprSyntax.self) && !expression.is(SwitchExprSyntax.self)
  }

  // MARK: Variables

  private mutating func rewrite(_ variable: VariableDeclSyntax, in item: CodeBlockItemSyntax) {
    step += 1
    var ending = ";_cellStep(\(step))"
    let assignment = assignment(of: variable)
    if let assignment {
      for edit in assignment.edits { text.add(edit) }
      ending = assignment.ending + ending
    } else {
      for name in variable.bindings.flatMap({ boundIdentifiers(of: $0.pattern) }).map(\.text)
      where isReleased(unquoted(name)) {
        ending += ";_cellRelease(&\(Standin.older(name)))"
      }
    }
    append(ending, to: variable, in: item)
  }

  private func assignment(of variable: VariableDeclSyntax) -> VariableAssignment? {
    VariableAssignment(variable) { name in
      isLive(name) && !options.fresh.contains(name)
        && !repeated.contains(name)
    }
  }

  /// Whether an earlier cell's variable of this name can be reached.
  private func isLive(_ name: String) -> Bool {
    module.variables[name]?.variable.type != nil && !plan.lost.contains(name)
  }

  /// Finds the variables that are given new values where they are.
  private mutating func findAssigned() {
    for item in cell.items {
      if case .decl(let declaration) = item.item,
        let variable = declaration.as(VariableDeclSyntax.self), !variable.isComputed,
        let assignment = assignment(of: variable)
      {
        assigned.formUnion(assignment.names)
      }
      if let statement = item.guardStatement {
        let names = GuardRewriter.bindings(in: statement).map(\.name)
        assigned.formUnion(names.filter { isLive($0) && !options.fresh.contains($0) })
      }
    }
  }

  /// Variables of earlier cells that are declared anew, and whose older values can be named.
  private var olderNames: Set<String> {
    Set(outline.variables.map(\.name).filter { isLive($0) && !assigned.contains($0) })
  }

  /// Whether nobody can see the older value of a variable that gets another type.
  private func isReleased(_ name: String) -> Bool {
    olderNames.contains(name) && module.holders(of: name).isEmpty
  }

  /// Adds text behind a statement, on its line where that is possible.
  private mutating func append(
    _ ending: String, to node: some SyntaxProtocol, in item: CodeBlockItemSyntax
  ) {
    guard !lineBreak(after: node).isEmpty else {
      text.insert(ending, at: node.end, rank: 20)
      return
    }
    let next = node.lastToken(viewMode: .sourceAccurate)?.nextToken(viewMode: .sourceAccurate)
    if let next, next.tokenKind != .endOfFile {
      text.insert(ending.drop { $0 == ";" } + ";", at: next.start, rank: -30)
    } else {
      text.insert("\n" + ending.drop { $0 == ";" }, at: node.end, rank: 20)
    }
  }

  private mutating func rewrite(_ statement: GuardStmtSyntax, in item: CodeBlockItemSyntax) {
    let bindings = GuardRewriter.bindings(in: statement)
    guard !bindings.isEmpty else { return }
    let rewriter = GuardRewriter(statement, assigned: assigned, older: olderNames)
    for edit in rewriter.edits { text.add(edit) }
    step += 1
    text.insert(";_cellStep(\(step))", at: statement.end, rank: 20)
  }

  // MARK: Types and extensions

  private mutating func renameTypes() {
    var versions = module.versions
    versions.merge(plan.versions) { _, new in new }
    guard !versions.isEmpty else { return }
    let finder = TypeMentions(names: Set(versions.keys))
    finder.walk(cell.tree)
    for token in finder.tokens {
      let name = unquoted(token.text)
      text.replace(token.start..<token.end, with: TypeVersion.name(token.text, versions[name]!))
    }
  }

  private mutating func rewriteExtensions() {
    for item in cell.items {
      guard case .decl(let declaration) = item.item,
        let `extension` = declaration.as(ExtensionDeclSyntax.self),
        let index = outline.declarations.firstIndex(where: {
          $0.place == `extension`.start..<`extension`.end
        }), !plan.kept.contains(index)
      else { continue }
      dropConformances(plan.statedConformances[index] ?? [], of: `extension`)
      synthesizeMembers(of: `extension`, outline.declarations[index])
      for member in `extension`.memberBlock.members {
        guard plan.exchanged[index]?.contains(member.start..<member.end) == true else { continue }
        exchange(member.decl)
      }
    }
  }

  /// A conformance may be stated once in a module; its witnesses are replaced instead.
  private mutating func dropConformances(
    _ stated: Set<String>, of extension: ExtensionDeclSyntax
  ) {
    guard !stated.isEmpty, let clause = `extension`.inheritanceClause else { return }
    let kept = clause.inheritedTypes.filter { !stated.contains($0.type.folded) }
    let result = kept.isEmpty ? "" : ": " + kept.map(\.type.folded).joined(separator: ", ")
    let lines = clause.trimmedDescription.filter { $0 == "\n" }
    text.replace(clause.start..<clause.end, with: result + lines)
  }

  /// What the compiler would write into an extension in the file of its type.
  private mutating func synthesizeMembers(
    of extension: ExtensionDeclSyntax, _ declaration: Declaration
  ) {
    guard !declaration.conformances.isEmpty, plan.versions[declaration.name] == nil,
      let type = module.type(named: declaration.name)
    else { return }
    let others = module.places(of: declaration.name).map { module[$0] }
    func implied(_ stated: [String]) -> ImpliedConformances {
      ImpliedConformances(of: stated) { name in
        module.places(of: name).map { module[$0] } + outline.declarations.filter { $0.name == name }
      }
    }
    let (own, known) = (implied(declaration.conformances), implied(others.flatMap(\.conformances)))
    if own.names.contains("Sendable"), let types = `extension`.inheritanceClause?.inheritedTypes {
      let stated = types.first { $0.type.folded == "Sendable" }
      if let stated {
        text.insert("@unchecked ", at: stated.type.start)
      } else if let last = types.last, !known.names.contains("Sendable") {
        text.insert(", @unchecked Sendable", at: last.type.end)
      }
    }
    let members = (others + [declaration]).flatMap(\.members).map { member in
      member.name == "init" ? member.key.contains("from") ? "init(from:)" : "init" : member.name
    }
    let synthesized = SynthesizedMembers(
      type: type, conformances: own.names, known: known.names,
      written: own.provided.union(members))
    if let synthesized {
      let block = `extension`.memberBlock
      let isOpen = block.members.last.map { $0.semicolon == nil } ?? false
      let members = (isOpen ? ";" : "") + synthesized.text
      if !synthesized.text.isEmpty { text.insert(members, at: block.rightBrace.start, rank: 10) }
    }
  }

  /// Exchanges a member of a class, which must stay in its table of methods.
  private mutating func exchange(_ declaration: DeclSyntax) {
    let prefix = "_cell\(module.cells.count)_"
    if let method = declaration.as(FunctionDeclSyntax.self), !isOperator(method.name.text) {
      text.insert(
        "@_dynamicReplacement(for: \(FunctionSignature(method).reference)) ",
        at: declaration.start)
      text.insert(prefix, at: method.name.start, rank: 5)
    } else if let property = declaration.as(VariableDeclSyntax.self),
      let name = property.bindings.first?.pattern.as(IdentifierPatternSyntax.self)?.identifier
    {
      text.insert("@_dynamicReplacement(for: \(name.text)) ", at: declaration.start)
      text.insert(prefix, at: name.start, rank: 5)
    }
  }
}

extension VariableDeclSyntax {
  var isComputed: Bool {
    bindings.allSatisfy {
      $0.initializer == nil && $0.accessorBlock.map(isComputedBlock) ?? false
    }
  }
}

extension DeclModifierSyntax {
  var isForOperators: Bool { ["prefix", "postfix"].contains(name.text) }
  var isPrivate: Bool { ["private", "fileprivate"].contains(name.text) }
}

/// Finds `#column`, that of default arguments, which is the caller's, left out.
private final class ColumnFinder: SyntaxVisitor {
  private(set) var found: [MacroExpansionExprSyntax] = []

  override func visit(_ node: MacroExpansionExprSyntax) -> SyntaxVisitorContinueKind {
    let isDefault = node.parent?.parent?.is(FunctionParameterSyntax.self) ?? false
    if node.macroName.text == "column", !isDefault { found.append(node) }
    return .visitChildren
  }
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
