import Display
import Foundation

extension CellCompiler {
  // MARK: What the compiler is asked about

  var assistanceFile: String { "\(configuration.folder)/assistance/main.swift" }
  private var assistanceEarlier: String { "\(configuration.folder)/assistance/earlier.swift" }

  var assistanceArguments: [String] { commonArguments() + [assistanceFile, assistanceEarlier] }

  /// Modules that stand for the session's own text.
  var assistanceModules: Set<String> { [SymbolTable.module] }

  /// A declaration of the session as its cell has it.
  func sessionText(of name: String, module: String?) -> String? {
    guard module.map(assistanceModules.contains) ?? true else { return nil }
    return session.entry(named: TypeVersion.stripped(name))?.text
  }

  /// The cell as it is, behind the imports that it would be compiled with; earlier cells are in a
  /// file of their own, which is written anew.
  func assistanceText(_ source: String) -> (text: String, shift: Int) {
    let outline = DeclarationCollector.outline(of: ParsedCell(source))
    let plan = CellPlan(outline, in: session, cellID: nil)
    let earlier = EarlierCells(module: session, plan: plan, variables: outline.variables)
    try? FileManager.default.createDirectory(
      atPath: "\(configuration.folder)/assistance", withIntermediateDirectories: true)
    let text = Data(
      earlier.text(imports: imports(with: outline.imports), isWhole: true).utf8)
    // The compiler reads a file again that was written again.
    if FileManager.default.contents(atPath: assistanceEarlier) != text {
      isAssistanceStale = true
      _ = FileManager.default.createFile(atPath: assistanceEarlier, contents: text)
    }
    let head = imports().joined(separator: ";") + "\n"
    return (head + source, head.utf8.count)
  }

  /// Names of earlier cells.
  func sessionItems(prefix: String) -> [Completions.Item] {
    let variables = session.variables.filter { $0.key.hasPrefix(prefix) }.map { name, live in
      Completions.Item(
        text: name, kind: "variable",
        signature: TypeVersion.stripped(live.variable.type.map { "\(name): \($0)" } ?? ""))
    }
    let declarations = session.live.keys.filter {
      $0.hasPrefix(prefix) && !isOperator($0) && !$0.hasPrefix("operator ")
    }.flatMap { name in
      session.declarations(named: name).filter { $0.kind != .extension }.map {
        Completions.Item(
          text: name, kind: CellCompiler.kind(of: $0.kind), signature: $0.heading)
      }
    }
    return (variables + declarations).sorted { $0.text < $1.text }
  }

  private static func kind(of kind: Declaration.Kind) -> String {
    switch kind {
    case .var: "variable"
    case .func: "function"
    default: kind.rawValue
    }
  }

  // MARK: Names

  /// The names that cells defined, for `%who`.
  var nameList: JSONValue {
    let rows = session.entries.map { entry -> JSONValue in
      let line = entry.text.split(separator: "\n").first.map(String.init) ?? ""
      var row: JSONValue = [
        "name": .string(entry.name), "kind": .string(entry.kind),
        "declaration": .string(line.count > 60 ? line.prefix(59) + "…" : line),
        "cell": .string(entry.cellName),
      ]
      if let type = session.variables[entry.name]?.variable.type, type != Variable.sameAsInitializer
      {
        // Names of modules say little to a reader.
        row["type"] = .string(
          TypeVersion.stripped(type).replacing(/\b(?:Swift|Tensors|Session|Foundation)\./, with: "")
        )
      }
      return row
    }
    return ["type": "names", "names": .array(rows)]
  }

  // MARK: Explanations

  /// Adds what the compiler does not know: near names of earlier cells and of the runtime, and
  /// names that were declared but never got a value.
  func explained(_ diagnostic: CellDiagnostic, in job: Job) -> CellDiagnostic {
    if let offset = diagnostic.offset, let word = Directive.misspelt(at: offset, in: job.source) {
      var diagnostic = diagnostic
      let near = DirectiveLine.Word.allCases.map(\.rawValue)
        .filter { editDistance($0, word) <= max(1, word.count / 2) }
        .min { editDistance($0, word) < editDistance($1, word) }
      diagnostic.notes.append(
        CellDiagnostic(
          severity: .note,
          message: "'%\(word)' is no directive; "
            + (near.map { "did you mean '%\($0)'? " } ?? "") + "%help lists them",
          identifier: "unknown_directive"))
      return diagnostic
    }
    if let note = changedType(in: diagnostic) {
      var diagnostic = diagnostic
      diagnostic.notes.append(note)
      return diagnostic
    }
    if !session.unset.keys.contains(where: { diagnostic.message.contains("'\($0)'") }),
      let hint = hint(for: diagnostic, in: job.source)
    {
      var diagnostic = diagnostic
      diagnostic.notes.append(hint)
      return diagnostic
    }
    guard diagnostic.identifier.hasPrefix("cannot_find"),
      let quote = diagnostic.message.firstMatch(of: /'([^']+)'/)
    else { return diagnostic }
    var diagnostic = diagnostic
    let name = String(quote.1)
    if let reason = session.unset[name] {
      diagnostic.notes.append(CellDiagnostic(severity: .note, message: reason, identifier: "unset"))
      return diagnostic
    }
    guard diagnostic.fixIts.isEmpty, let near = nearest(to: name) else { return diagnostic }
    diagnostic.notes.append(
      CellDiagnostic(
        severity: .note, message: "did you mean '\(near)'?", identifier: "did_you_mean"))
    return diagnostic
  }

  /// Two types of one name look the same in a message.
  private func changedType(in diagnostic: CellDiagnostic) -> CellDiagnostic? {
    guard diagnostic.severity == .error else { return nil }
    for match in diagnostic.message.matches(of: /'([^']+)'/) {
      for word in match.1.split(whereSeparator: { !($0.isLetter || $0.isNumber || $0 == "_") }) {
        guard let (stale, newest) = session.cellsBefore(type: String(word)), !stale.isEmpty
        else { continue }
        let cells = stale.joined(separator: ", ")
        return CellDiagnostic(
          severity: .note,
          message: "'\(word)' was declared anew in \(newest); what \(cells) made still is of the"
            + " earlier type: run \(stale.count == 1 ? "that cell" : "those cells") again",
          identifier: "changed_type")
      }
    }
    return nil
  }

  private func nearest(to name: String) -> String? {
    let candidates = session.names + runtimeNames
    let limit = max(1, name.count / 3)
    return candidates.filter { $0 != name && abs($0.count - name.count) <= limit }
      .map { (name: $0, distance: editDistance($0.lowercased(), name.lowercased())) }
      .filter { $0.distance <= limit && $0.distance < name.count }
      .min { ($0.distance, $0.name) < ($1.distance, $1.name) }?.name
  }
}

/// The least number of insertions, deletions, replacements and swaps of neighbours that turn one
/// text into another (restricted Damerau–Levenshtein distance).
///
/// O(n·m).
package func editDistance(_ first: String, _ second: String) -> Int {
  let a = Array(first.unicodeScalars)
  let b = Array(second.unicodeScalars)
  var rows = [[Int]](repeating: [Int](repeating: 0, count: b.count + 1), count: a.count + 1)
  for i in 0...a.count { rows[i][0] = i }
  for j in 0...b.count { rows[0][j] = j }
  for i in 0..<a.count {
    for j in 0..<b.count {
      let change = a[i] == b[j] ? 0 : 1
      var best = min(rows[i][j + 1] + 1, rows[i + 1][j] + 1, rows[i][j] + change)
      if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] {
        best = min(best, rows[i - 1][j - 1] + 1)
      }
      rows[i + 1][j + 1] = best
    }
  }
  return rows[a.count][b.count]
}
