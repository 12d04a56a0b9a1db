// Matrices, stacks, braces and colours.
extension MathSetter {
  private func em(_ size: Double, _ level: Int) -> Double {
    size * (level == 0 ? 1 : level == 1 ? 0.72 : 0.56)
  }

  /// Cells in columns as wide as their widest cell, centred about the axis of the formula.
  func matrix(_ rows: [[MathNode]], _ isLeftAligned: Bool, size: Double, level: Int) -> Label {
    let em = em(size, level)
    let inner = rows.count > 1 ? max(level, 0) : level
    let cells = rows.map { row in row.map { label(for: $0, size: size * 0.94, level: inner) } }
    let count = cells.map(\.count).max() ?? 0
    let widths = (0..<count).map { column in
      cells.map { column < $0.count ? $0[column].width : 0 }.max() ?? 0
    }
    var baselines: [Double] = []
    var y = 0.0
    for (index, row) in cells.enumerated() {
      let ascent = max(row.map(\.ascent).max() ?? 0, 0.66 * em)
      if index > 0 { y += ascent + 0.26 * em }
      baselines.append(y)
      y += max(row.map(\.descent).max() ?? 0, 0.18 * em)
    }
    let top = max(cells.first?.map(\.ascent).max() ?? 0, 0.66 * em)
    // The middle of the block lies on the axis.
    let shift = -0.27 * em - (y - top) / 2
    var result = Label()
    for (row, baseline) in zip(cells, baselines) {
      var x = 0.08 * em
      for (column, cell) in row.enumerated() {
        let room = isLeftAligned ? 0 : (widths[column] - cell.width) / 2
        result.add(cell, x: x + room, y: baseline + shift)
        x += widths[column] + 0.72 * em
      }
    }
    result.width = widths.reduce(0, +) + 0.72 * em * Double(max(0, count - 1)) + 0.16 * em
    return result
  }

  func stack(_ top: MathNode, _ bottom: MathNode, size: Double, level: Int) -> Label {
    let em = em(size, level)
    let inner = level == 0 ? 0 : min(level + 1, 2)
    let (upper, lower) = (
      label(for: top, size: size * 0.86, level: inner),
      label(for: bottom, size: size * 0.86, level: inner)
    )
    let width = max(upper.width, lower.width)
    var result = Label()
    result.add(upper, x: (width - upper.width) / 2, y: -(0.27 + 0.16) * em - upper.descent)
    result.add(
      lower, x: (width - lower.width) / 2, y: -0.27 * em + 0.16 * em + max(lower.ascent, 0.4 * em))
    result.width = width
    return result
  }

  /// A drawn brace as wide as its formula; scripts then stand at its tip.
  func brace(_ body: MathNode, _ isAbove: Bool, size: Double, level: Int) -> Label {
    let em = em(size, level)
    let inner = label(for: body, size: size, level: level)
    var result = Label()
    result.add(inner, x: 0, y: 0)
    result.width = inner.width
    let (height, gap) = (0.2 * em, 0.1 * em)
    let edge = isAbove ? -(inner.ascent + gap) : inner.descent + gap
    let direction = isAbove ? -1.0 : 1
    let (half, curl) = (inner.width / 2, min(0.2 * em, inner.width / 5))
    // Two curls that meet in a tip.
    var points: [Point] = []
    for step in 0...8 {
      let t = Double(step) / 8 * .pi / 2
      points.append(
        Point(curl - curl * cosine(t), edge + direction * height / 2 * sine(t)))
    }
    for step in 0...8 {
      let t = Double(step) / 8 * .pi / 2
      points.append(
        Point(
          half - curl + curl * sine(t),
          edge + direction * (height / 2 + height / 2 * (1 - cosine(t)))))
    }
    let mirrored = points.reversed().map { Point(inner.width - $0.x, $0.y) }
    result.lines.append(Label.Line(points: points + mirrored, width: max(0.055 * em, 0.6)))
    if isAbove {
      result.ascent = max(result.ascent, -edge + height)
    } else {
      result.descent = max(result.descent, edge + height)
    }
    return result
  }

  func colored(_ name: String, _ body: MathNode, size: Double, level: Int) -> Label {
    var result = label(for: body, size: size, level: level)
    let color = Color(name)
    if case .unknown = color.source {
      result.problems.append("“\(name)” in a formula is not a colour")
      return result
    }
    let ink = color.resolved(in: typesetter.isDark ? .dark : .light)
    for index in result.runs.indices { result.runs[index].color = result.runs[index].color ?? ink }
    for index in result.lines.indices {
      result.lines[index].color = result.lines[index].color ?? ink
    }
    return result
  }
}
