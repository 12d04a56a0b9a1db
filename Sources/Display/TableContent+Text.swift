extension TableContent {
  /// The table with aligned columns, two spaces apart; `nil` when it is wider than `width`.
  ///
  /// ```
  ///    name   age
  /// 0  Ada     36
  /// 1  Grace  nil
  /// ```
  func text(width: Int) -> String? {
    let hasHeadings = rows.contains {
      if case .cells(heading: _?, _) = $0 { true } else { false }
    }
    var lines: [[String]] = [(hasHeadings ? [""] : []) + columns]
    var notes: [Int: String] = [:]
    for row in rows {
      switch row {
      case .cells(let heading, let cells):
        lines.append((hasHeadings ? [heading ?? ""] : []) + cells.map(\.text))
      case .elision(let count): notes[lines.count] = "… \(groupedDigits(count)) more rows …"
      }
    }
    let widths = lines[0].indices.map { column in
      lines.map { TextColumns.count($0[column]) }.max() ?? 0
    }
    guard widths.reduce(0, +) + 2 * (widths.count - 1) <= width else { return nil }
    let isRight = lines[0].indices.map { column in
      hasHeadings ? column == 0 || isNumeric(column: column - 1) : isNumeric(column: column)
    }
    var texts = lines.map { line in
      let cells = line.indices.map {
        TextColumns.padded(line[$0], to: widths[$0], isRightAligned: isRight[$0])
      }
      let text = cells.joined(separator: "  ")
      return String(text.reversed().drop { $0 == " " }.reversed())
    }
    for (line, note) in notes { texts.insert(note, at: line) }
    return texts.joined(separator: "\n")
  }
}
