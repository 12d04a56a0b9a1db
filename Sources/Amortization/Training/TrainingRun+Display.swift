import Display

extension TrainingRun: CustomStringConvertible, Displayable {
  /// What was trained and how far it came.
  private var headline: String {
    let name = "\(M.self)"
    guard step > 0 else { return "Training of \(name) by the loss '\(loss.name)': no step taken" }
    return "Training of \(name) by the loss '\(loss.name)': \(step) steps, "
      + "last loss \(rounded(losses.last ?? .nan))"
  }

  /// At most ten measurements, spread evenly, the last among them.
  private var shownMeasurements: [TrainingMeasurement] {
    let limit = 10
    guard measurements.count > limit else { return measurements }
    return (1...limit).map { measurements[$0 * measurements.count / limit - 1] }
  }

  private var columns: [String] { ["step", "loss", "objective on \(heldOutName)"] }

  private var rows: [[String]] {
    shownMeasurements.map { ["\($0.step)", rounded($0.loss), rounded($0.heldOutObjective)] }
  }

  public var description: String {
    let table = rows.isEmpty ? [] : [columns] + rows
    let widths = columns.indices.map { column in table.map { $0[column].count }.max() ?? 0 }
    let lines = table.map { row in
      zip(row, widths).map { String(repeating: " ", count: $1 - $0.count) + $0 }
        .joined(separator: "  ")
    }
    return ([headline] + lines).joined(separator: "\n")
  }

  public var mimeBundle: MimeBundle {
    guard !rows.isEmpty else { return MimeBundle(text: description) }
    func line(_ cells: [String], _ tag: String) -> String {
      "<tr>" + cells.map { "<\(tag) style=\"text-align: right\">\($0)</\(tag)>" }.joined()
        + "</tr>\n"
    }
    let caption = headline.map { ["<": "&lt;", ">": "&gt;", "&": "&amp;"][$0] ?? String($0) }
      .joined()
    let html =
      "<table class=\"tex2jax_ignore mathjax_ignore\">\n<caption>\(caption)</caption>\n<thead>"
      + line(columns, "th") + "</thead>\n<tbody>\n" + rows.map { line($0, "td") }.joined()
      + "</tbody>\n</table>"
    return MimeBundle(text: description, html: html)
  }
}
