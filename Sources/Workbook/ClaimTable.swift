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
        self.reference = "\(figures.1) ± \(Wording.number(tolerance, digits: 2))\(unit)"
      case .atMost:
        figure = Wording.number(claim.figure) + unit
        self.reference = "at most \(Wording.number(reference))\(unit)"
      case .atLeast:
        figure = Wording.number(claim.figure) + unit
        self.reference = "at least \(Wording.number(reference))\(unit)"
      case .ratio(let range):
        figure = Wording.number(claim.figure) + unit
        self.reference = "\(Row.times(range)) \(Wording.number(reference))\(unit)"
      }
    }

    private static func times(_ range: ClosedRange<Double>) -> String {
      let (low, high) = (Wording.number(range.lowerBound), Wording.number(range.upperBound))
      if range.lowerBound == -.infinity { return "at most \(high) ×" }
      if range.upperBound == .infinity { return "at least \(low) ×" }
      return "\(low) to \(high) ×"
    }
  }

  let rows: [Row]

  init(claims: [Claim]) { rows = claims.map(Row.init) }

  static let headings = ["method", "figure", "reference", "source", ""]

  var html: String {
    let heads = zip(ClaimTable.headings, ["left", "right", "left", "left", "left"])
    var html = "<table>\n<thead><tr>"
    for (heading, side) in heads { html += "<th style=\"text-align: \(side)\">\(heading)</th>" }
    html += "</tr></thead>\n<tbody>\n"
    for row in rows {
      func cell(_ text: String, _ style: String = "text-align: left") -> String {
        "<td style=\"\(style)\">\(Wording.escaped(text))</td>"
      }
      html += "<tr>" + cell(row.method)
      html += cell(row.figure, "text-align: right; white-space: nowrap")
      html += cell(row.reference, "text-align: left; white-space: nowrap") + cell(row.source)
      html += cell(
        (row.holds ? "✓ " : "✗ ") + row.verdict,
        "text-align: left; white-space: nowrap; color: \(row.holds ? Wording.green : Wording.red)")
      html += "</tr>\n"
    }
    return html + "</tbody>\n</table>"
  }

  /// Aligned columns; sources stand below, since they are long.
  var text: String {
    let cells = rows.map { [$0.method, $0.figure, $0.reference, $0.verdict] }
    let widths = (0..<3).map { column in
      max(ClaimTable.headings[column].count, cells.map { $0[column].count }.max() ?? 0)
    }
    func line(_ parts: [String]) -> String {
      var text = ""
      for (column, part) in parts.enumerated() {
        let gap = String(
          repeating: " ", count: column < 3 ? max(0, widths[column] - part.count) : 0)
        text += column == 1 ? gap + part : part + gap
        if column < 3 { text += "  " }
      }
      return text
    }
    var lines = [line(["method", "figure", "reference", ""]).trimmed]
    for (row, parts) in zip(rows, cells) {
      lines.append(line(parts).trimmed)
      lines.append("  (\(row.source))")
    }
    return lines.joined(separator: "\n")
  }
}

extension String {
  fileprivate var trimmed: String { String(reversed().drop { $0 == " " }.reversed()) }
}
