/// Draws diagnostics: a headline, the line of code, carets under the place, notes and fix-its.
///
/// ```
/// error: cannot convert value of type 'String' to specified type 'Int'
///  --> Cell[3]:2:14
///   |
/// 2 | let n: Int = "three"
///   |              ^^^^^^^
/// ```
package struct DiagnosticRenderer {
  private let cellName: String
  private let lines: [Substring]
  private let table: LineTable
  private let source: String
  /// Texts of earlier cells, by their names.
  private let others: [String: String]

  package init(source: String, cellName: String, others: [String: String] = [:]) {
    self.source = source
    self.others = others
    self.cellName = cellName
    lines = source.split(separator: "\n", omittingEmptySubsequences: false)
    table = LineTable(source)
  }

  package func render(_ diagnostics: [CellDiagnostic]) -> [String] {
    diagnostics.flatMap { diagnostic in
      [headline(diagnostic)] + frame(diagnostic) + diagnostic.fixIts.compactMap(advice)
        + diagnostic.notes.flatMap { note in
          [headline(note)] + frame(note) + note.fixIts.compactMap(advice)
        }
    }
  }

  private func headline(_ diagnostic: CellDiagnostic) -> String {
    let message = ANSI.bold(diagnostic.message)
    switch diagnostic.severity {
    case .error: return ANSI.error("error: ") + message
    case .warning: return ANSI.warning("warning: ") + message
    case .note: return ANSI.note("note: ") + diagnostic.message
    }
  }

  /// The code at the diagnostic's place.
  private func frame(_ diagnostic: CellDiagnostic) -> [String] {
    if let place = diagnostic.elsewhere, let text = others[place.cell] {
      var found = diagnostic
      found.elsewhere = nil
      found.ranges = []
      found.offset = LineTable(text).start(ofLine: place.line).map {
        min($0 + place.column - 1, text.utf8.count)
      }
      return DiagnosticRenderer(source: text, cellName: place.cell).frame(found)
    }
    guard let offset = diagnostic.offset else { return [] }
    let (line, column) = table.position(of: offset)
    guard lines.indices.contains(line - 1) else { return [] }
    let start = offset - column + 1
    let length = lines[line - 1].utf8.count
    // Places on this line, in UTF-8 offsets from its start.
    var marks = [column - 1..<column]
    for range in diagnostic.ranges where range.lowerBound >= start {
      let low = range.lowerBound - start
      guard low <= length else { continue }
      marks.append(low..<max(low + 1, min(range.upperBound - start, length)))
    }
    return codeFrame(
      line: line, column: self.column(line: line, offset: column - 1) + 1,
      underline: underline(line: line, marks: marks), isError: diagnostic.severity == .error)
  }

  func codeFrame(line: Int, column: Int?, underline: String, isError: Bool) -> [String] {
    let number = String(line)
    let margin = String(repeating: " ", count: number.count)
    let text = lines.indices.contains(line - 1) ? String(lines[line - 1]) : ""
    let place = column.map { "\(cellName):\(line):\($0)" } ?? "\(cellName):\(line)"
    var frame = [
      ANSI.place("\(margin)--> ") + place,
      ANSI.place("\(margin) |"),
      ANSI.place("\(number) | ") + text.replacing("\t", with: "    "),
    ]
    if !underline.isEmpty {
      let coloured = isError ? ANSI.error(underline) : ANSI.warning(underline)
      frame.append(ANSI.place("\(margin) | ") + coloured)
    }
    return frame
  }

  /// The frame of a line without a place in it.
  func codeFrame(line: Int) -> [String] {
    codeFrame(line: line, column: nil, underline: "", isError: true)
  }

  /// Carets under the marked places, as wide as the characters above them are shown.
  private func underline(line: Int, marks: [Range<Int>]) -> String {
    var result = ""
    var offset = 0
    for character in lines[line - 1] {
      let count = character.utf8.count
      let isMarked = marks.contains { $0.overlaps(offset..<offset + count) }
      let width = character == "\t" ? 4 : DiagnosticRenderer.width(of: character)
      result += String(repeating: isMarked ? "^" : " ", count: width)
      offset += count
    }
    if marks.contains(where: { $0.lowerBound >= offset }) { result += "^" }
    while result.last == " " { result.removeLast() }
    return result
  }

  private func column(line: Int, offset: Int) -> Int {
    let text = lines[line - 1]
    let index = text.utf8.index(text.startIndex, offsetBy: offset, limitedBy: text.endIndex)
    return text.distance(from: text.startIndex, to: index ?? text.endIndex)
  }

  /// Terminal cells: East Asian wide characters and emoji take two.
  private static func width(of character: Character) -> Int {
    guard let scalar = character.unicodeScalars.first else { return 1 }
    switch scalar.value {
    case 0x1100...0x115F, 0x2E80...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F,
      0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F900...0x1F9FF, 0x20000...0x3FFFD:
      return 2
    default: return 1
    }
  }

  private func advice(_ fixIt: CellDiagnostic.FixIt) -> String? {
    let bytes = Array(source.utf8)
    guard fixIt.range.upperBound <= bytes.count else { return nil }
    let old = String(decoding: bytes[fixIt.range], as: UTF8.self)
    if old.isEmpty { return ANSI.fix("  fix: insert '\(fixIt.text)'") }
    if fixIt.text.isEmpty { return ANSI.fix("  fix: remove '\(old)'") }
    return ANSI.fix("  fix: replace '\(old)' with '\(fixIt.text)'")
  }
}
