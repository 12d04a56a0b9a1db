import Display
import Foundation

extension CellCompiler {
  /// Names that fit at UTF-8 offset `offset` of a cell's text: those of the session first.
  func completions(in source: String, at offset: Int) -> Completions {
    let bytes = Array(source.utf8)
    let offset = min(max(0, offset), bytes.count)
    var start = offset
    while start > 0, CellCompiler.isIdentifier(bytes[start - 1]) { start -= 1 }
    let prefix = String(decoding: bytes[start..<offset], as: UTF8.self)
    if isModuleName(before: bytes[..<start]) {
      let names = importableModules.filter { $0.hasPrefix(prefix) }
      return Completions(
        items: names.map { .init(text: $0, kind: "module") }, replacing: start..<offset)
    }
    let isMember = start > 0 && bytes[start - 1] == UInt8(ascii: ".")
    let own = isMember ? [] : sessionItems(prefix: prefix)
    let (text, shift) = assistanceText(source)
    let found = candidates(in: text, at: start + shift, filter: prefix).compactMap {
      CellCompiler.item(from: $0)
    }.filter {
      $0.text.hasPrefix(prefix) && !$0.text.hasPrefix("_cell")
        && ($0.text.first != "_" || prefix.hasPrefix("_"))
    }
    // Front ends show a name once, however many overloads it has.
    var seen: Set<String> = []
    return Completions(
      items: (own + found).filter { seen.insert($0.text).inserted }, replacing: start..<offset)
  }

  /// How many names one answer has at most; a reader looks at a screenful.
  private static let limit = 400

  /// What the compiler offers at an offset of an assisted text, best first.
  ///
  /// Its filter is fuzzy.
  ///
  /// - Parameter limit: 0 for no limit.
  func candidates(
    in text: String, at offset: Int, filter: String, limit: Int = CellCompiler.limit
  ) -> [JSONValue] {
    freshen()
    let place: [(String, SourceKit.Argument)] = [
      ("key.name", .string("Completion.swift")), ("key.sourcefile", .string(assistanceFile)),
      ("key.offset", .integer(offset)),
    ]
    let options: [(String, SourceKit.Argument)] = [
      ("key.codecomplete.filtertext", .string(filter)),
      ("key.codecomplete.requestlimit", .integer(limit)),
      // What other modules declare counts as unlikely until a letter is typed.
      ("key.codecomplete.hidelowpriority", .integer(0)),
      ("key.codecomplete.hideunderscores", .integer(filter.hasPrefix("_") ? 0 : 2)),
    ]
    let answer = try? sourceKit.send(
      "codecomplete.open",
      place + [
        ("key.sourcetext", .string(text)), ("key.compilerargs", .strings(assistanceArguments)),
        ("key.codecomplete.options", .dictionary(options)),
      ])
    _ = try? sourceKit.send("codecomplete.close", place)
    return answer?["key.results"]?.arrayValue ?? []
  }

  /// Lets the compiler look at modules and files again that changed since it last did.
  private func freshen() {
    guard isAssistanceStale else { return }
    isAssistanceStale = false
    _ = try? sourceKit.send("dependency_updated", [])
  }

  /// What completion offers in an empty cell, beyond keywords.
  func readRuntimeNames() -> [String] {
    let (text, shift) = assistanceText("")
    let items = candidates(in: text, at: shift, filter: "", limit: 0).compactMap {
      CellCompiler.item(from: $0)
    }
    return items.filter { $0.kind != "keyword" && !$0.text.hasPrefix("_") }.map(\.text)
  }

  // MARK: Items

  private static func item(from value: JSONValue) -> Completions.Item? {
    guard let text = value["key.sourcetext"]?.stringValue, let name = value["key.name"]?.stringValue
    else { return nil }
    let kind = value["key.kind"]?.stringValue ?? ""
    // Placeholders (`<#Int#>`) are for editors that step through them.
    let inserted = text.contains("<#") ? String(name.prefix { $0 != "(" && $0 != ":" }) : text
    guard !inserted.isEmpty else { return nil }
    let description = value["key.description"]?.stringValue ?? name
    let type = value["key.typename"]?.stringValue ?? ""
    return Completions.Item(
      text: inserted, kind: readableKind(kind),
      signature: type.isEmpty || type == "Void" ? description : "\(description) -> \(type)")
  }

  static func readableKind(_ kind: String) -> String {
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

  // MARK: Modules

  /// Whether a text ends where a module's name is expected: behind `import`.
  private func isModuleName(before text: ArraySlice<UInt8>) -> Bool {
    let lineStart = text.lastIndex { "\n;".utf8.contains($0) }.map { $0 + 1 } ?? text.startIndex
    let line = String(decoding: text[lineStart...], as: UTF8.self)
    return line.wholeMatch(of: /\s*(?:@\w+\s+|public\s+|internal\s+)*import\s+/) != nil
  }

  /// Modules of the toolchain, of packages and of the runtime.
  private var importableModules: [String] {
    let folders = [configuration.toolchain.libraries, configuration.runtimeModules] + searchPaths
    var names: Set<String> = ["Swift"]
    for folder in folders {
      for file in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
      where file.hasSuffix(".swiftmodule") {
        names.insert(String(file.dropLast(".swiftmodule".count)))
      }
    }
    let hidden = ["CellSupport", "CellEngine", "KernelServer", "JupyterWire", "AnsatzCommand"]
    return names.filter { !$0.hasPrefix("_") && !hidden.contains($0) && !$0.hasSuffix("Tests") }
      .sorted()
  }
}
