extension Table {
  /// The table in aligned columns; `nil` when it is wider than `width`.
  func text(width limit: Int) -> String? {
    let hasTitles = columns.contains { !$0.title.isEmpty }
    var lines: [[String]?] = hasTitles ? [columns.map(\.title)] : []
    var notes: [String] = []
    for row in rows {
      switch row {
      case .cells(let cells): lines.append(cells.map(\.text))
      case .note(let text):
        lines.append(nil)
        notes.append(text)
      }
    }
    let widths = columns.indices.map { column in
      lines.compactMap { $0.map { TextColumns.count($0[column]) } }.max() ?? 0
    }
    let width = widths.reduce(0, +) + 2 * (widths.count - 1)
    guard width <= limit else { return nil }
    var rest = notes[...]
    let texts = lines.map { line -> String in
      guard let line else { return rest.removeFirst() }
      let cells = columns.indices.map {
        TextColumns.padded(
          line[$0], to: widths[$0], isRightAligned: columns[$0].alignment == .right)
      }
      return String(cells.joined(separator: "  ").reversed().drop { $0 == " " }.reversed())
    }
    let head = caption.isEmpty ? [] : [caption]
    let foot = footnotes.isEmpty ? [] : [""] + footnotes
    return (head + texts + foot).joined(separator: "\n")
  }
}
