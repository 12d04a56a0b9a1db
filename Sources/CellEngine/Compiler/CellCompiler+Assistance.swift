import Display
import Foundation

extension CellCompiler {
  // MARK: Completion

  func completions(in source: String, at offset: Int) -> Completions {
    let bytes = Array(source.utf8)
    let offset = min(max(0, offset), bytes.count)
    var start = offset
    while start > 0, CellCompiler.isIdentifier(bytes[start - 1]) { start -= 1 }
    let prefix = String(decoding: bytes[start..<offset], as: UTF8.self)
    let isMember = start > 0 && bytes[start - 1] == UInt8(ascii: ".")
    var items = isMember ? [] : sessionItems(prefix: prefix)
    let known = Set(items.map(\.text))
    let (text, shift) = assistanceText(source)
    let answer = try? sourceKit.send(
      "codecomplete",
      [
        ("key.name", .string("Completion.swift")),
        ("key.sourcefile", .string(assistanceFile)), ("key.sourcetext", .string(text)),
        ("key.offset", .integer(start + shift)),
        (
          "key.compilerargs",
          .strings(commonArguments() + [assistanceFile, assistanceEarlier])
        ),
      ])
    let found = (answer?["key.results"]?.arrayValue ?? []).compactMap {
      CellCompiler.item(from: $0)
    }.filter {
      $0.text.hasPrefix(prefix) && !known.contains($0.text) && !$0.text.hasPrefix("_cell")
        && ($0.text.first != "_" || prefix.hasPrefix("_"))
    }
    // Front ends show a name once, however many overloads it has.
    var seen: Set<String> = []
    items += found.filter { seen.insert($0.text).inserted }
    return Completions(items: items, replacing: start..<offset)
  }

  private var assistanceFile: String { "\(configuration.folder)/assistance/main.swift" }
  private var assistanceEarlier: String { "\(configuration.folder)/assistance/earlier.swift" }

  /// The cell as it is, behind the imports that it would be compiled with; earlier cells are in a
  /// file of their own, which is written anew.
  private func assistanceText(_ source: String) -> (text: String, shift: Int) {
    let outline = DeclarationCollector.outline(of: ParsedCell(source))
    let plan = CellPlan(outline, in: session, cellID: nil)
    let earlier = EarlierCells(module: session, plan: plan, variables: outline.variables)
    try? FileManager.default.createDirectory(
      atPath: "\(configuration.folder)/assistance", withIntermediateDirectories: true)
    _ = FileManager.default.createFile(
      atPath: assistanceEarlier,
      contents: Data(
        earlier.text(imports: imports(with: outline.imports), isWhole: true).utf8))
    let head = imports().joined(separator: ";") + "\n"
    return (head + source, head.utf8.count)
  }

  /// Names of earlier cells.
  private func sessionItems(prefix: String) -> [Completions.Item] {
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

  private static func item(from value: JSONValue) -> Completions.Item? {
    guard let text = value["key.sourcetext"]?.stringValue, let name = value["key.name"]?.stringValue
    else { return nil }
    let kind = value["key.kind"]?.stringValue ?? ""
    // Placeholders (`<#Int#>`) are for editors that step through them.
    let inserted = text.contains("<#") ? String(name.prefix { $0 != "(" }) : text
    let description = value["key.description"]?.stringValue ?? name
    let type = value["key.typename"]?.stringValue ?? ""
    return Completions.Item(
      text: inserted, kind: readableKind(kind),
      signature: type.isEmpty || type == "Void" ? description : "\(description) -> \(type)")
  }

  private static func readableKind(_ kind: String) -> String {
    let parts = kind.split(separator: ".")
    if kind.contains("keyword") { return "keyword" }
    if kind.contains("function.method") { return "method" }
    if kind.contains("function.free") { return "function" }
    if kind.contains("function.constructor") { return "constructor" }
    if kind.contains("function.operator") { return "operator" }
    if kind.contains("enumelement") { return "case" }
    if kind.contains("var.instance") || kind.contains("var.static") || kind.contains("var.class") {
      return "property"
    }
    if kind.contains("decl.var") { return "variable" }
    if kind.contains("module") { return "module" }
    if kind.contains("macro") { return "macro" }
    return parts.last.map(String.init) ?? "statement"
  }

  static func isIdentifier(_ byte: UInt8) -> Bool {
    byte >= 0x80 || byte == UInt8(ascii: "_") || UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte
      || UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte
      || UInt8(ascii: "A")...UInt8(ascii: "Z") ~= byte
  }

  // MARK: Inspection

  func inspection(of source: String, at offset: Int, isDetailed: Bool) -> Inspection? {
    let bytes = Array(source.utf8)
    var place = min(max(0, offset), bytes.count)
    // The cursor stands behind a name as often as in it.
    if place == bytes.count || !CellCompiler.isIdentifier(bytes[place]), place > 0 { place -= 1 }
    guard bytes.indices.contains(place), CellCompiler.isIdentifier(bytes[place]) else { return nil }
    while place > 0, CellCompiler.isIdentifier(bytes[place - 1]) { place -= 1 }
    let (text, shift) = assistanceText(source)
    // This request reads the file, whatever text comes with it.
    guard
      FileManager.default.createFile(atPath: assistanceFile, contents: Data(text.utf8)),
      let answer = try? sourceKit.send(
        "cursorinfo",
        [
          ("key.sourcefile", .string(assistanceFile)), ("key.offset", .integer(place + shift)),
          (
            "key.compilerargs",
            .strings(commonArguments() + [assistanceFile, assistanceEarlier])
          ),
        ]), let name = answer["key.name"]?.stringValue
    else { return nil }
    let declaration = CellCompiler.plain(answer["key.annotated_decl"]?.stringValue ?? name)
    let comment = answer["key.doc_comment"]?.stringValue ?? ""
    let module = answer["key.modulename"]?.stringValue
    let base = String(name.prefix { $0 != "(" })
    let isOurs = module == nil || module == SymbolTable.module
    let entry = isOurs ? session.entry(named: TypeVersion.stripped(base)) : nil
    return Inspection(
      declaration: TypeVersion.stripped(declaration), documentation: comment,
      module: isOurs ? entry?.cellName ?? "this cell" : module,
      source: isDetailed ? entry?.text : nil)
  }

  /// Text without its XML marks.
  private static func plain(_ xml: String) -> String {
    xml.replacing(/<[^>]*>/, with: "").replacing("&lt;", with: "<").replacing("&gt;", with: ">")
      .replacing("&quot;", with: "\"").replacing("&apos;", with: "'").replacing("&amp;", with: "&")
  }

  // MARK: Names

  /// The names that cells defined, for `%who`.
  var nameList: JSONValue {
    let rows = session.entries.map { entry -> JSONValue in
      let line = entry.text.split(separator: "\n").first.map(String.init) ?? ""
      return [
        "name": .string(entry.name), "kind": .string(entry.kind),
        "declaration": .string(line.count > 60 ? line.prefix(59) + "…" : line),
        "cell": .string(entry.cellName),
      ]
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
