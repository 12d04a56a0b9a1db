/// Which names the cells so far have defined, and where each is found.
///
/// Each cell is a module of its own. A new cell imports, one by one, exactly the names that its
/// text mentions, from the modules that declared them last. So a redefinition hides what it
/// replaces, whatever its type or signature; names of statements that never ran are not found;
/// and the cost of a cell does not grow with the number of cells before it.
struct SessionNames: Sendable {
  struct Entry: Sendable, Hashable {
    var module: String
    var cellID: String?
    var declaration: CellDeclaration
  }

  struct ExtensionEntry: Sendable, Hashable {
    var module: String
    var cellID: String?
    var declaration: CellExtension
  }

  struct Member: Hashable {
    var type: String
    var signature: String
  }

  /// Live entries by name; more than one only for overloaded functions.
  private(set) var entries: [String: [Entry]] = [:]
  /// Declarations of operators and precedence groups by name.
  ///
  /// Each cell that mentions one repeats the newest, because imports of several are ambiguous to
  /// the compiler.
  private(set) var operatorDeclarations: [String: [CellDeclaration]] = [:]
  private(set) var extensions: [ExtensionEntry] = []
  private(set) var members: [Member: String] = [:]
  /// Import declarations of all cells, in order, each once.
  private(set) var imports: [String] = []
  /// Every module of the session.
  private(set) var modules: Set<String> = []
  /// Names that were declared but never got a value, with the reason.
  private(set) var unset: [String: String] = [:]

  /// Types that a later cell declared anew, as `Cell3.Point`.
  private(set) var shadowedTypes: Set<String> = []

  /// Adds what a cell declares.
  ///
  /// - Parameters:
  ///   - completedSteps: How many of the cell's variable declarations were carried out; `nil` for
  ///     a cell that ran to its end.
  ///   - replaced: Functions whose implementation the cell exchanged in place.
  mutating func commit(
    _ declarations: CellDeclarations, module: String, cellID: String? = nil,
    cellName: String, completedSteps: Int? = nil, replaced: Set<String> = []
  ) {
    modules.insert(module)
    let missing = missingNames(in: declarations, completedSteps: completedSteps)
    for declaration in declarations.declarations {
      let name = declaration.name
      if missing.contains(name) {
        unset[name] = "'\(name)' was declared in \(cellName), which ended before it had a value"
        continue
      }
      unset[name] = nil
      if replaced.contains(declaration.signature), !declaration.signature.isEmpty {
        exchange(declaration, module: module)
        continue
      }
      let entry = Entry(module: module, cellID: cellID, declaration: declaration)
      if declaration.kind == .operator {
        operatorDeclarations[name, default: []].removeAll {
          $0.operatorKey == declaration.operatorKey
        }
        operatorDeclarations[name, default: []].append(declaration)
        continue
      }
      let kept = survivors(of: entry)
      for old in entries[name] ?? [] where old.declaration.isType && !kept.contains(old) {
        shadowedTypes.insert("\(old.module).\(name)")
      }
      entries[name] = kept + [entry]
    }
    for member in declarations.members where !replaced.contains(member.signature) {
      members[Member(type: member.type, signature: member.signature)] = module
    }
    let outdated = outdatedExtensions(by: declarations, cellID: cellID)
    extensions.removeAll { outdated.contains($0) }
    for `extension` in declarations.extensions {
      extensions.append(
        ExtensionEntry(module: module, cellID: cellID, declaration: `extension`))
    }
    for text in declarations.imports where !imports.contains(text) { imports.append(text) }
  }

  private mutating func exchange(_ declaration: CellDeclaration, module: String) {
    guard
      let place = entries[declaration.name]?.firstIndex(where: {
        $0.declaration.signature == declaration.signature
      })
    else { return }
    var declaration = declaration
    // It is still imported from where it was declared first.
    declaration.textModule = module
    entries[declaration.name]![place].declaration = declaration
  }

  /// Types of earlier cells that are hidden once a cell with these declarations runs.
  func shadowedTypes(after cell: CellDeclarations) -> Set<String> {
    var types = shadowedTypes
    for declaration in cell.declarations where declaration.isType {
      for old in entries[declaration.name] ?? [] where old.declaration.isType {
        types.insert("\(old.module).\(declaration.name)")
      }
    }
    return types
  }

  /// Older entries of the same name that live on beside a new one.
  private func survivors(of entry: Entry) -> [Entry] {
    guard entry.declaration.kind == .func else { return [] }
    return (entries[entry.declaration.name] ?? []).filter { old in
      guard old.declaration.kind == .func else { return false }
      if old.module == entry.module { return true }
      if let id = entry.cellID, id == old.cellID { return false }
      return old.declaration.parameters != entry.declaration.parameters
    }
  }

  /// Names whose statement never ran, and the declarations that use them.
  private func missingNames(in cell: CellDeclarations, completedSteps: Int?) -> Set<String> {
    guard let completedSteps else { return [] }
    var missing = Set(cell.declarations.filter { $0.step > completedSteps }.map(\.name))
    while true {
      let dependents = cell.declarations.filter {
        !missing.contains($0.name) && $0.step == 0 && !$0.mentions.isDisjoint(with: missing)
      }
      if dependents.isEmpty || missing.isEmpty { return missing }
      missing.formUnion(dependents.map(\.name))
    }
  }

  /// The live function or computed variable that a new one with this text may replace in place:
  /// it has the same signature, and every type in it still means the same.
  func replaceable(_ function: CellDeclaration, redefining: Set<String>) -> Entry? {
    guard !function.signature.isEmpty, [.func, .var].contains(function.kind),
      let old = entries[function.name]?.first(where: {
        $0.declaration.signature == function.signature
      })
    else { return nil }
    for name in function.signatureMentions where name != function.name {
      if redefining.contains(name) { return nil }
      if let meaning = entries[name]?.last, isNewer(meaning.module, than: old.module) { return nil }
    }
    return old
  }

  private func isNewer(_ module: String, than other: String) -> Bool {
    (moduleOrder[module] ?? 0) > (moduleOrder[other] ?? 0)
  }

  private(set) var moduleOrder: [String: Int] = [:]

  mutating func note(module: String) {
    modules.insert(module)
    moduleOrder[module] = moduleOrder.count
  }

  /// The import declarations that a cell needs, names that it declares anew left out.
  ///
  /// - Parameters:
  ///   - exchanged: Signatures of functions that the cell replaces in place, so goes on using.
  ///   - unscoped: Modules to be imported whole.
  func importPlan(
    for cell: CellDeclarations, cellID: String? = nil, exchanged: Set<String> = [],
    unscoped: Set<String> = []
  ) -> [String] {
    let mentions = cell.mentions
    let declaring = Set(
      cell.declarations.filter { $0.kind != .func && !exchanged.contains($0.signature) }
        .map(\.name))
    let overriding = Set(
      cell.declarations.filter { $0.kind == .func && !exchanged.contains($0.signature) }
        .map { "\($0.name)(\($0.parameters))" })
    let declared = Set(cell.declarations.filter { $0.kind == .operator }.map(\.operatorKey))
    var plan: [String] = []
    var whole = unscoped
    for name in mentions.sorted() {
      if modules.contains(name) { whole.insert(name) }
      plan += repeatedOperators(name, declared: declared)
      for entry in entries[name] ?? [] {
        if isOperator(name) {
          // Operators cannot be imported one by one.
          if !overriding.contains("\(name)(\(entry.declaration.parameters))") {
            whole.insert(entry.module)
          }
          continue
        }
        switch entry.declaration.kind {
        case .operator: break
        case .macro: whole.insert(entry.module)
        case .func:
          if !overriding.contains("\(name)(\(entry.declaration.parameters))") {
            plan.append("@testable import func \(entry.module).\(quoted(name))")
          }
        case let kind:
          if !declaring.contains(name) {
            plan.append("@testable import \(kind.rawValue) \(entry.module).\(quoted(name))")
          }
        }
      }
    }
    let outdated = outdatedExtensions(by: cell, cellID: cellID)
    for entry in extensions
    where isWanted(entry.declaration, by: mentions) && !outdated.contains(entry) {
      plan.append("@testable import enum \(entry.module).\(entry.module)_")
    }
    return whole.sorted().map { "@testable import \($0)" } + Array(Set(plan)).sorted()
  }

  /// Extensions that a cell states anew with other signatures, which are out of sight from then
  /// on: two members that differ in their result alone would make each use ambiguous.
  func outdatedExtensions(by cell: CellDeclarations, cellID: String?) -> Set<ExtensionEntry> {
    Set(
      extensions.filter { old in
        // A conformance cannot be taken back.
        old.declaration.conformances.isEmpty
          && cell.extensions.contains { new in
            guard new.type == old.declaration.type else { return false }
            let signatures = old.declaration.signatures
            return signatures.contains { key, signature in
              new.signatures[key].map { $0 != signature } ?? false
            }
              && (signatures.keys.allSatisfy { new.signatures[$0] != nil }
                || cellID != nil && cellID == old.cellID)
          }
      })
  }

  private func repeatedOperators(_ name: String, declared: Set<String>) -> [String] {
    (operatorDeclarations[name] ?? []).filter { !declared.contains($0.operatorKey) }.flatMap {
      declaration in
      // An operator needs its precedence group.
      declaration.mentions.subtracting([name]).sorted().flatMap {
        repeatedOperators($0, declared: declared.union([declaration.operatorKey]))
      } + [declaration.signature]
    }
  }

  /// An extension matters to a cell that names one of its members, and always for conformances.
  private func isWanted(_ extension: CellExtension, by mentions: Set<String>) -> Bool {
    !`extension`.conformances.isEmpty || `extension`.memberNames.contains("*")
      || !`extension`.memberNames.isDisjoint(with: mentions)
  }

  /// Whether an earlier cell states that `type` conforms to `conformance`, both meaning now what
  /// they meant then.
  func states(_ type: String, conformsTo conformance: String, redefining: Set<String>) -> Bool {
    guard !redefining.contains(type), !redefining.contains(conformance) else { return false }
    return extensions.contains { entry in
      entry.declaration.type == type && entry.declaration.conformances.contains(conformance)
        && [type, conformance].allSatisfy { name in
          guard let meaning = entries[name]?.last else { return true }
          return !isNewer(meaning.module, than: entry.module)
        }
    }
  }

  /// Whether a member of `type` with this signature exists that a later cell may replace.
  func hasReplaceable(_ member: CellMember, redefining: Set<String>) -> Bool {
    guard !redefining.contains(member.type),
      let module = members[Member(type: member.type, signature: member.signature)]
    else { return false }
    if let meaning = entries[member.type]?.last { return !isNewer(meaning.module, than: module) }
    return true
  }
}

/// A name as source text: in backticks where it is a keyword.
func quoted(_ name: String) -> String {
  reservedWords.contains(name) || name.contains(" ") ? "`\(name)`" : name
}

func isOperator(_ name: String) -> Bool {
  guard let first = name.unicodeScalars.first else { return false }
  return !(first == "_" || first == "`" || first.properties.isXIDStart || first.value > 0x2FFFF)
    && !first.properties.isEmojiPresentation
}

private let reservedWords: Set<String> = [
  "as", "associatedtype", "break", "case", "catch", "class", "continue", "default", "defer",
  "deinit", "do", "else", "enum", "extension", "fallthrough", "false", "fileprivate", "for",
  "func", "guard", "if", "import", "in", "init", "inout", "internal", "is", "let", "nil",
  "operator", "precedencegroup", "private", "protocol", "public", "repeat", "rethrows", "return",
  "self", "Self", "static", "struct", "subscript", "super", "switch", "throw", "throws", "true",
  "try", "typealias", "var", "where", "while",
]
