import Display

/// The table “method → figure → reference → holds”.
struct ClaimTable {
  struct Row {
    let method: String
    let figure: String
    let reference: String
    let source: String
    let holds: Bool

    var verdict: String { holds ? "holds" : "does not hold" }

    init(_ claim: Claim) {
      let unit = claim.unit.isEmpty ? "" : " \(claim.unit)"
      let reference = claim.comparison.reference
      method = claim.method
      source = claim.source.description
      holds = claim.holds
      switch claim.comparison.relation {
      case .equals(let tolerance):
        let figures = Wording.pair(claim.figure, reference, tolerance: tolerance)
        figure = figures.0 + unit
        self.reference = "\(figures.1) ± \(shortNumber(tolerance, digits: 2))\(unit)"
      case .atMost:
        figure = shortNumber(claim.figure) + unit
        self.reference = "at most \(shortNumber(reference))\(unit)"
      case .atLeast:
        figure = shortNumber(claim.figure) + unit
        self.reference = "at least \(shortNumber(reference))\(unit)"
      case .ratio(let range):
        figure = shortNumber(claim.figure) + unit
        self.reference = "\(Row.times(range)) \(shortNumber(reference))\(unit)"
      }
    }

    private static func times(_ range: ClosedRange<Double>) -> String {
      let (low, high) = (shortNumber(range.lowerBound), shortNumber(range.upperBound))
      if range.lowerBound == -.infinity { return "at most \(high) ×" }
      if range.upperBound == .infinity { return "at least \(low) ×" }
      return "\(low) to \(high) ×"
    }
  }

  let rows: [Row]

  init(claims: [Claim]) { rows = claims.map(Row.init) }

  private static let columns: [Table.Column] = [
    .left("method"), .right("figure"), .left("reference"),
  ]

  private static func verdict(of row: Row, mark: Bool) -> Table.Cell {
    let text = mark ? (row.holds ? "✓ " : "✗ ") + row.verdict : row.verdict
    return Table.Cell(text, emphasis: row.holds ? .good : .bad)
  }

  var mimeBundle: MimeBundle {
    var page = Table(ClaimTable.columns + [.left("source"), .left("")])
    // Sources stand below their rows in plain text, since they are long.
    var plain = Table(ClaimTable.columns + [.left("")])
    for row in rows {
      let cells = [row.method, row.figure, row.reference].map { Table.Cell($0) }
      page.add(cells + [.init(row.source), ClaimTable.verdict(of: row, mark: true)])
      plain.add(cells + [ClaimTable.verdict(of: row, mark: false)])
      plain.addNote("  (\(row.source))")
    }
    var bundle = page.mimeBundle
    bundle["text/plain"] = .text(plain.description)
    return bundle
  }
}
