import Display

extension Claim: Displayable {
  /// The type under which programs find a list of claims among a cell's outputs.
  public static let mimeType = "application/vnd.ansatz.claims+json"

  /// One line: whether it holds, what was measured, what it should be, and who says so.
  public var mimeBundle: MimeBundle {
    let row = ClaimTable.Row(self)
    let (mark, colour) = holds ? ("✓", Wording.green) : ("✗", Wording.red)
    let text = "\(mark) \(method): \(row.figure), \(row.reference) (\(row.source))"
    let html = """
      <div style="border-left: 3px solid \(colour); padding: 0.1em 0.7em; margin: 0.2em 0">\
      <span style="color: \(colour)" aria-label="\(row.verdict)">\(mark)</span> \
      \(escapedHTML(method)): <strong>\(escapedHTML(row.figure))</strong>, \
      \(escapedHTML(row.reference)) <small>(\(escapedHTML(row.source)))</small></div>
      """
    var bundle = MimeBundle(text: text, html: html)
    bundle[Claim.mimeType] = .json([record(row)])
    return bundle
  }

  private func record(_ row: ClaimTable.Row) -> JSONValue {
    [
      "method": .string(method), "figure": Claim.json(figure), "shown": .string(row.figure),
      "reference": Claim.json(comparison.reference), "reference shown": .string(row.reference),
      "source": .string(row.source), "unit": .string(unit), "holds": .bool(holds),
      "margin": .string(comparison.margin(of: figure)),
    ]
  }

  /// JSON has no words for infinity and NaN.
  private static func json(_ value: Double) -> JSONValue {
    value.isFinite ? .number(value) : .string("\(value)")
  }
}

extension Claim.Comparison {
  /// How near a figure is to what would not hold any more.
  func margin(of figure: Double) -> String {
    switch relation {
    case .equals(let tolerance):
      let share = abs(figure - reference) / tolerance
      return figure == reference || !share.isFinite
        ? "" : "\(shortNumber(100 * share, digits: 2)) % of the tolerance"
    case .atMost, .atLeast:
      let ratio = figure / reference
      return ratio.isFinite ? "\(shortNumber(ratio, digits: 3)) × the bound" : ""
    case .ratio:
      let ratio = figure / reference
      return ratio.isFinite ? "\(shortNumber(ratio, digits: 3)) ×" : ""
    }
  }
}
