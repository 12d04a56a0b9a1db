import Display

/// A text as it is compiled, and the way back to the cell's.
struct CompiledText {
  let text: String
  let headLength: Int
  let map: OffsetMap
  private let body: [UInt8]
  private let lines: LineTable

  init(_ edited: EditedText, head: String) {
    let (text, map) = edited.applied()
    self.text = head + text + "\n"
    self.map = map
    headLength = head.utf8.count
    body = Array(text.utf8)
    lines = LineTable(text)
  }

  /// The offset in the body of a line and a column, both from 1.
  func offset(line: Int, column: Int) -> Int? {
    lines.start(ofLine: line).map { $0 + max(0, column - 1) }
  }

  func isBlank(at offset: Int) -> Bool {
    offset >= body.count || body[offset] == UInt8(ascii: " ") || body[offset] == UInt8(ascii: "\n")
  }
}

/// Finds the places of the compiler's remarks in the cell as its reader wrote it.
struct DiagnosticPlaces {
  let cellName: String
  let script: CompiledText
  let library: CompiledText?
  let items: [CellSplitter.Item]

  func diagnostics(in answer: JSONValue) -> [CellDiagnostic] {
    var diagnostics: [CellDiagnostic] = []
    for value in answer["key.diagnostics"]?.arrayValue ?? [] {
      guard let diagnostic = diagnostic(value) else { continue }
      let isOurs = text(at: value).map { $0.0.map.isInserted($0.1) } ?? false
      if diagnostic.severity != .error, isOurs || diagnostic.offset == nil { continue }
      // All cells have one owner, so every extension may state what it likes.
      if diagnostic.identifier.contains("retroactive") { continue }
      if !diagnostics.contains(diagnostic) { diagnostics.append(diagnostic) }
    }
    if answer["key.value"]?.intValue != 0,
      !diagnostics.contains(where: { $0.severity == .error })
    {
      diagnostics.append(
        CellDiagnostic(
          severity: .error, message: "the compiler refused the cell without saying why",
          identifier: "unknown"))
    }
    return diagnostics
  }

  private func diagnostic(_ value: JSONValue) -> CellDiagnostic? {
    CellDiagnostic(
      value,
      place: { place in
        let file = place["key.filepath"]?.stringValue ?? ""
        guard file.hasSuffix("]") else { return .nowhere }
        let line = place["key.line"]?.intValue ?? 0
        let column = place["key.column"]?.intValue ?? 0
        if let (text, offset) = text(at: place) { return .cell(text.map.original(offset)) }
        return .other(CellDiagnostic.Place(cell: file, line: line, column: column))
      },
      original: { place, offset in
        guard let (text, _) = text(at: place), offset >= text.headLength else { return nil }
        return text.map.original(offset - text.headLength)
      })
  }

  /// Which of the two texts a place is in, and the offset in it: lines are shared, text is not.
  private func text(at place: JSONValue) -> (CompiledText, Int)? {
    guard place["key.filepath"]?.stringValue == cellName else { return nil }
    let line = place["key.line"]?.intValue ?? 0
    let column = place["key.column"]?.intValue ?? 0
    if let library, let offset = library.offset(line: line, column: column),
      !library.isBlank(at: offset)
    {
      let original = library.map.original(offset)
      let isThere = items.contains {
        $0.belongs == .library && $0.whole.lowerBound <= original && original <= $0.whole.upperBound
      }
      if isThere { return (library, offset) }
    }
    return script.offset(line: line, column: column).map { (script, $0) }
  }
}

/// Where the lines of a text begin.
struct LineTable {
  private let starts: [Int]

  init(_ text: String) {
    var starts = [0]
    for (offset, byte) in text.utf8.enumerated() where byte == UInt8(ascii: "\n") {
      starts.append(offset + 1)
    }
    self.starts = starts
  }

  func start(ofLine line: Int) -> Int? {
    starts.indices.contains(line - 1) ? starts[line - 1] : nil
  }

  /// The line and the column of a UTF-8 offset, from 1.
  func position(of offset: Int) -> (line: Int, column: Int) {
    var low = 0
    var high = starts.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if starts[middle] <= offset { low = middle } else { high = middle }
    }
    return (low + 1, offset - starts[low] + 1)
  }
}
