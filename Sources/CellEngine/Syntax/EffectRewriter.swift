internal import SwiftSyntax

/// Finds what a cell's top level does asynchronously and wraps it in `_cellAwait`.
struct EffectRewriter {
  let edits: [EditedText.Edit]

  /// - Parameters:
  ///   - throwing: Where the initialisers of `async let` begin that throw unmarked.
  ///   - onMain: Where statements and initial values begin that use the main actor without `await`, as
  ///     a program's top level may.
  ///   - whole: Where statements begin that run on a task as a whole.
  init(
    in cell: ParsedCell, throwing: Set<Int> = [], onMain: Set<Int> = [], whole: Set<Int> = []
  ) {
    var edits: [EditedText.Edit] = []
    var constants: [AsyncConstant] = []
    for item in cell.items {
      if case .decl(let declaration) = item.item {
        guard let variable = declaration.as(VariableDeclSyntax.self) else { continue }
        if variable.modifiers.contains(where: { $0.name.text == "async" }) {
          let names = EffectRewriter.rewriteAsyncLet(variable, throwing, &edits)
          constants += names
          EffectRewriter.rewriteUses(of: names, in: cell, after: variable.end, &edits)
          continue
        }
        for binding in variable.bindings where binding.accessorBlock == nil {
          if let value = binding.initializer?.value, onMain.contains(value.start) {
            EffectRewriter.runOnMain(Syntax(value), &edits)
          } else {
            EffectRewriter.wrap(in: Syntax(binding), &edits)
          }
        }
        continue
      }
      if onMain.contains(item.start) {
        EffectRewriter.runOnMain(Syntax(item.item), &edits)
        continue
      }
      if case .stmt(let statement) = item.item, whole.contains(item.start) {
        // In a function, unlike in a closure, the compiler knows what a `do` may throw.
        let mark = EffectRewriter.containsTry(Syntax(statement))
        edits.append(
          .init(
            offset: statement.start,
            inserting: "do { func _cellPart() async \(mark ? "throws " : ""){ ", rank: -5))
        edits.append(
          .init(
            offset: statement.end, inserting: " }; \(mark ? "try " : "")_cellAwait(_cellPart) }",
            rank: 5))
      } else if case .stmt(let statement) = item.item, EffectRewriter.mustRunWhole(statement) {
        let isThrowing = EffectRewriter.containsTry(Syntax(statement))
        edits.append(
          .init(
            offset: statement.start,
            inserting: isThrowing ? "try _cellAwait({ " : "_cellAwait({ ", rank: -5))
        edits.append(.init(offset: statement.end, inserting: " })", rank: 5))
      } else {
        EffectRewriter.wrap(in: Syntax(item), &edits)
      }
    }
    if !constants.isEmpty {
      // Later cells find plain constants.
      let text = constants.map {
        "; let \($0.name.map(quoted) ?? "_") = try _cellAwait { try await \($0.value) }"
      }.joined()
      edits.append(.init(offset: cell.tree.statements.end, inserting: text, rank: 30))
    }
    self.edits = edits
  }

  // MARK: await

  private static func wrap(in node: Syntax, _ edits: inout [EditedText.Edit]) {
    let finder = AwaitFinder(viewMode: .sourceAccurate)
    finder.walk(node)
    for found in finder.found {
      // What may throw inside must be marked inside as well.
      let opening = found.isCoveredByTry ? "_cellAwait({ try " : "_cellAwait({ "
      edits.append(.init(offset: found.expression.start, inserting: opening, rank: 1))
      edits.append(.init(offset: found.end, inserting: " })", rank: -1))
    }
  }

  /// Loops over asynchronous sequences, and blocks with an `async let` of their own, run as a
  /// whole on the task pool.
  private static func mustRunWhole(_ statement: StmtSyntax) -> Bool {
    let finder = WholeFinder(viewMode: .sourceAccurate)
    finder.walk(statement)
    return finder.isFound
  }

  /// Statements with errors whose waits are wrapped one by one: a value that cannot be copied, for
  /// example, cannot go into the closure of such a wait.
  static func wholeStatements(_ diagnostics: [CellDiagnostic], in cell: ParsedCell) -> Set<Int> {
    let places = cell.items.filter { item in
      guard case .stmt(let statement) = item.item, !statement.is(GuardStmtSyntax.self) else {
        return false
      }
      let finder = AwaitFinder(viewMode: .sourceAccurate)
      finder.walk(statement)
      return !finder.found.isEmpty
        && diagnostics.contains { diagnostic in
          diagnostic.severity == .error
            && diagnostic.offset.map { (item.start...statement.end).contains($0) } ?? false
        }
    }
    return Set(places.map(\.start))
  }

  static func containsTry(_ node: Syntax) -> Bool {
    let finder = WholeFinder(viewMode: .sourceAccurate)
    finder.walk(node)
    return finder.containsTry
  }

  // MARK: The main actor

  private static func runOnMain(_ node: Syntax, _ edits: inout [EditedText.Edit]) {
    let opening = containsTry(node) ? "try _cellOnMain({ " : "_cellOnMain({ "
    edits.append(.init(offset: node.start, inserting: opening, rank: -5))
    edits.append(.init(offset: node.end, inserting: " })", rank: 5))
  }

  /// The statements and initial values in which the compiler found uses of the main actor.
  static func usesOfMain(_ diagnostics: [CellDiagnostic], in cell: ParsedCell) -> Set<Int> {
    let offsets = diagnostics.filter { $0.severity == .error && $0.isUseOfMain }
      .compactMap(\.offset)
    func isMeant(_ node: some SyntaxProtocol) -> Bool {
      offsets.contains { (node.start..<node.end).contains($0) }
    }
    var places: Set<Int> = []
    for item in cell.items where isMeant(item) {
      if case .decl(let declaration) = item.item {
        let bindings = declaration.as(VariableDeclSyntax.self)?.bindings
        let values = bindings?.compactMap(\.initializer?.value) ?? []
        places.formUnion(values.filter(isMeant).map(\.start))
      } else if item.guardStatement == nil {
        places.insert(item.start)
      }
    }
    return places
  }

  // MARK: async let

  /// What an `async let` binds, and the task's value that it is or is a part of.
  struct AsyncConstant {
    /// `nil` for what is only waited for.
    var name: String?
    var value: String
  }

  /// The names in a pattern, with the ways to them from a whole value.
  private static func parts(of pattern: PatternSyntax, at path: String) -> [AsyncConstant] {
    if let identifier = pattern.as(IdentifierPatternSyntax.self)?.identifier {
      return [AsyncConstant(name: unquoted(identifier.text), value: path)]
    }
    return pattern.as(TuplePatternSyntax.self)?.elements.enumerated().flatMap { index, element in
      parts(of: element.pattern, at: "\(path).\(index)")
    } ?? []
  }

  private static func rewriteAsyncLet(
    _ variable: VariableDeclSyntax, _ throwing: Set<Int>, _ edits: inout [EditedText.Edit]
  ) -> [AsyncConstant] {
    guard
      let modifier = variable.modifiers.first(where: { $0.name.text == "async" })
    else { return [] }
    var names: [AsyncConstant] = []
    edits.append(
      .init(offset: modifier.start, deleting: modifier.end - modifier.start, inserting: ""))
    for binding in variable.bindings {
      guard let initializer = binding.initializer else { continue }
      let pattern = binding.pattern
      let task =
        pattern.as(IdentifierPatternSyntax.self).map { "_async_\(unquoted($0.identifier.text))" }
        ?? "_async_\(pattern.start)"
      let constants = parts(of: pattern, at: "\(task).value")
      names += constants.isEmpty ? [AsyncConstant(value: "\(task).value")] : constants
      edits.append(
        .init(
          offset: pattern.start, deleting: pattern.end - pattern.start, inserting: task))
      let value = initializer.value
      let isThrowing = containsTry(Syntax(value)) || throwing.contains(value.start)
      let type = binding.typeAnnotation?.type.trimmedDescription
      if let annotation = binding.typeAnnotation {
        edits.append(
          .init(
            offset: annotation.start, deleting: annotation.end - annotation.start, inserting: ""))
      }
      let arrow = type.map { "() async \(isThrowing ? "throws " : "")-> \($0) in " } ?? ""
      // An initialiser of `async let` needs neither `try` nor `await`, a closure both.
      var (marks, core) = (isThrowing ? "try " : "", value)
      if let tried = value.as(TryExprSyntax.self) {
        marks = "try" + (tried.questionOrExclamationMark?.text ?? "") + " "
        core = tried.expression
      }
      if let awaited = core.as(AwaitExprSyntax.self) { core = awaited.expression }
      edits.append(
        .init(
          offset: value.start, deleting: core.start - value.start,
          inserting: "Task { \(arrow)\(marks)await ", rank: 1))
      edits.append(.init(offset: value.end, inserting: " }", rank: -1))
    }
    return names
  }

  /// The initialisers of `async let` that the compiler found to throw.
  static func throwingInitializers(_ diagnostics: [CellDiagnostic], in cell: ParsedCell)
    -> Set<Int>
  {
    var places: Set<Int> = []
    for item in cell.items {
      guard case .decl(let declaration) = item.item,
        let variable = declaration.as(VariableDeclSyntax.self),
        variable.modifiers.contains(where: { $0.name.text == "async" })
      else { continue }
      for value in variable.bindings.compactMap(\.initializer?.value) {
        let isThrowing = diagnostics.contains { diagnostic in
          diagnostic.severity == .error && diagnostic.message.contains("throw")
            && diagnostic.offset.map { (value.start..<value.end).contains($0) } ?? false
        }
        if isThrowing { places.insert(value.start) }
      }
    }
    return places
  }

  private static func rewriteUses(
    of constants: [AsyncConstant], in cell: ParsedCell, after offset: Int,
    _ edits: inout [EditedText.Edit]
  ) {
    let values = Dictionary(
      constants.compactMap { constant in constant.name.map { ($0, constant.value) } }
    ) { $1 }
    let finder = AsyncUseFinder(names: Set(values.keys), after: offset)
    finder.walk(cell.tree)
    for use in finder.found {
      edits.append(
        .init(
          offset: use.start, deleting: use.end - use.start, inserting: values[use.name]!))
    }
  }
}

extension CellDiagnostic {
  /// Whether code of the main actor is used outside of it.
  fileprivate var isUseOfMain: Bool { message.contains("main actor-isolated") }
}

/// Code of nested functions, closures and types is not of the top level.
private class TopLevelVisitor: SyntaxVisitor {
  override func visit(_ node: ClosureExprSyntax) -> SyntaxVisitorContinueKind { .skipChildren }
  override func visit(_ node: FunctionDeclSyntax) -> SyntaxVisitorContinueKind { .skipChildren }
  override func visit(_ node: AccessorBlockSyntax) -> SyntaxVisitorContinueKind { .skipChildren }
  override func visit(_ node: StructDeclSyntax) -> SyntaxVisitorContinueKind { .skipChildren }
  override func visit(_ node: ClassDeclSyntax) -> SyntaxVisitorContinueKind { .skipChildren }
  override func visit(_ node: EnumDeclSyntax) -> SyntaxVisitorContinueKind { .skipChildren }
  override func visit(_ node: ActorDeclSyntax) -> SyntaxVisitorContinueKind { .skipChildren }
  override func visit(_ node: ExtensionDeclSyntax) -> SyntaxVisitorContinueKind { .skipChildren }
  override func visit(_ node: ProtocolDeclSyntax) -> SyntaxVisitorContinueKind { .skipChildren }
}

private final class AwaitFinder: TopLevelVisitor {
  struct Found {
    var expression: AwaitExprSyntax
    /// Where what `await` covers ends.
    var end: Int
    var isCoveredByTry: Bool
  }
  private(set) var found: [Found] = []

  /// In an operator expression, `try` and `await` cover everything to their right; the parser
  /// leaves such expressions flat, with the keyword on one operand.
  override func visit(_ node: AwaitExprSyntax) -> SyntaxVisitorContinueKind {
    if let last = found.last, node.start < last.end { return .skipChildren }
    var end = node.end
    var isCovered = node.expression.is(TryExprSyntax.self)
    var isOperand = true
    var current = Syntax(node)
    while let parent = current.parent, !parent.is(CodeBlockItemSyntax.self) {
      if parent.is(TryExprSyntax.self) { isCovered = true }
      if let elements = parent.as(ExprListSyntax.self),
        parent.parent?.is(SequenceExprSyntax.self) == true
      {
        if isOperand { end = parent.end }
        isCovered =
          isCovered
          || elements.contains { $0.start < current.start && $0.is(TryExprSyntax.self) }
      }
      if !parent.is(TryExprSyntax.self) { isOperand = false }
      current = parent
    }
    found.append(Found(expression: node, end: end, isCoveredByTry: isCovered))
    return .skipChildren
  }
}

private final class WholeFinder: TopLevelVisitor {
  private(set) var isFound = false
  private(set) var containsTry = false

  override func visit(_ node: ForStmtSyntax) -> SyntaxVisitorContinueKind {
    if node.awaitKeyword != nil { isFound = true }
    if node.tryKeyword != nil { containsTry = true }
    return .visitChildren
  }

  override func visit(_ node: VariableDeclSyntax) -> SyntaxVisitorContinueKind {
    if node.modifiers.contains(where: { $0.name.text == "async" }) { isFound = true }
    return .visitChildren
  }

  override func visit(_ node: TryExprSyntax) -> SyntaxVisitorContinueKind {
    if node.questionOrExclamationMark == nil { containsTry = true }
    return .visitChildren
  }

  override func visit(_ node: ThrowStmtSyntax) -> SyntaxVisitorContinueKind {
    containsTry = true
    return .visitChildren
  }
}

private final class AsyncUseFinder: SyntaxVisitor {
  let names: Set<String>
  let offset: Int
  private(set) var found: [(name: String, start: Int, end: Int)] = []

  init(names: Set<String>, after offset: Int) {
    self.names = names
    self.offset = offset
    super.init(viewMode: .sourceAccurate)
  }

  override func visit(_ node: DeclReferenceExprSyntax) -> SyntaxVisitorContinueKind {
    let name = unquoted(node.baseName.text)
    let isMember = node.parent?.as(MemberAccessExprSyntax.self)?.declName.id == node.id
    if node.start > offset, !isMember, names.contains(name) {
      found.append((name, node.start, node.end))
    }
    return .visitChildren
  }
}
