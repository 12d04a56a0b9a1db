extension Figure {
  /// The sentences that describe the figure.
  ///
  /// For example: "Figure “Losses”: x step from 0 to 500; y loss, log axis, from 0.03 to 1.9; line “loss” falls
  /// from 1.9 at 0 to 0.03 at 500."
  func description(of solution: FigureLayout.Solution) -> String {
    var text: String
    if let altText {
      text = altText
    } else {
      var parts: [String] = []
      for (index, plan) in solution.plans.enumerated().prefix(12) {
        parts.append(Figure.sentence(for: plan, number: solution.plans.count > 1 ? index + 1 : nil))
      }
      if solution.plans.count > 12 { parts.append("and \(solution.plans.count - 12) more plots") }
      let name = title.isEmpty ? "Figure" : "Figure “\(PlainText.of(title))”"
      let count = solution.plans.count
      let head = count > 1 ? "\(name) of \(count) plots" : name
      text = parts.isEmpty ? "\(head) without plots." : "\(head): \(parts.joined(separator: "; "))."
    }
    if !captionText.isEmpty { text += " \(PlainText.of(captionText))" }
    for note in solution.notes { text += " Note: \(note)." }
    for remark in solution.remarks {
      text += " \(remark.prefix(1).uppercased())\(remark.dropFirst())."
    }
    return text
  }

  private static func sentence(for plan: PanelPlan, number: Int?) -> String {
    var parts: [String] = []
    let title = plan.axes.title.isEmpty ? "" : " “\(PlainText.of(plan.axes.title))”"
    if plan.isSphere {
      parts.append("a map of the sphere")
    } else if plan.isSpatial {
      parts += [side(plan.x, "x"), side(plan.y, "y"), side(plan.z, "z")]
    } else if plan.isPolar {
      parts.append("polar axes")
      parts.append(side(plan.y, "distance"))
    } else if !plan.lowering.hidesAxes {
      parts.append(side(plan.x, "x"))
      parts.append(side(plan.y, "y"))
      if let right = plan.right { parts.append(side(right, "right axis")) }
    }
    let clauses = plan.lowering.clauses.prefix(8).map(\.text)
    let rest = plan.lowering.clauses.count - clauses.count
    parts += clauses
    if rest > 0 { parts.append("and \(rest) more marks") }
    let body = parts.joined(separator: ", ")
    guard let number else { return title.isEmpty ? body : "\(title.dropFirst()), \(body)" }
    return "plot \(number)\(title): \(body)"
  }

  private static func side(_ side: PanelPlan.Side, _ name: String) -> String {
    let label = side.axis.label.isEmpty ? "" : " (\(PlainText.of(side.axis.label)))"
    if case .categories(let names) = side.scale {
      return "\(name)\(label) with \(names.count) \(names.count == 1 ? "category" : "categories")"
    }
    let kind = side.scale.word.isEmpty ? "" : ", \(side.scale.word),"
    let largest = Double.greatestFiniteMagnitude
    let (low, high) = (
      side.scale.backward(side.low).clamped(to: -largest...largest),
      side.scale.backward(side.high).clamped(to: -largest...largest)
    )
    let number = Speech.numbers(low: low, high: high, isTime: side.scale == .time)
    return "\(name)\(label)\(kind) from \(number(low)) to \(number(high))"
  }
}
