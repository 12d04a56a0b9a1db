/// A table of texts as a plot of its own.
///
/// ```swift
/// Axes("Results") { TextTable([["Adam", "0.03"], ["Newton", "0.01"]], header: ["method", "gap"]) }
/// ```
public struct TextTable: ElementaryMark {
  /// The cells, row by row.
  public var rows: [[String]]
  /// The names of the columns; empty for none.
  public var header: [String]

  /// A table of these cells.
  public init(_ rows: [[String]], header: [String] = []) {
    (self.rows, self.header) = (rows, header)
  }

  func lower(into lowering: inout Lowering) {
    let all = (header.isEmpty ? [] : [header]) + rows
    let columns = all.map(\.count).max() ?? 0
    guard columns > 0 else {
      lowering.note("table: there are no cells to draw")
      return
    }
    if Set(all.map(\.count)).count > 1 {
      lowering.note("table: its rows have different numbers of cells; missing ones stay empty")
    }
    lowering.hidesAxes = true
    // Columns are as wide as their longest text asks for.
    let lengths = (0..<columns).map { column in
      Double(all.map { column < $0.count ? PlainText.of($0[column]).count : 0 }.max() ?? 0) + 2
    }
    let total = lengths.reduce(0, +)
    var edges = [0.0]
    for length in lengths { edges.append(edges[edges.count - 1] + length / total) }
    let height = Double(all.count)
    let (spanX, spanY) = (
      Extent.of([0, 1], hard: true), Extent.of([0, height], hard: true)
    )
    for (row, cells) in all.enumerated() {
      for (column, text) in cells.enumerated() {
        let isHeader = row == 0 && !header.isEmpty
        lowering.add(
          .text(
            Layer.PlacedText(
              text: text, x: (edges[column] + edges[column + 1]) / 2, y: height - Double(row) - 0.5,
              anchor: .center, offset: Point(0, 0), size: lowering.theme.textSize,
              color: isHeader ? lowering.theme.foreground : lowering.theme.foreground,
              cell: (width: edges[column + 1] - edges[column], height: 1))), x: spanX, y: spanY)
      }
    }
    let lines = [0, header.isEmpty ? 0 : 1, all.count].map { Double($0) }
    for line in Set(lines) {
      let place = height - line
      let isOuter = line == 0 || line == height
      lowering.add(
        .segments(
          [Layer.Segment(x0: 0, y0: place, x1: 1, y1: place)],
          Stroke(lowering.theme.foreground, width: isOuter ? 1.4 : 0.8)), x: spanX, y: spanY)
    }
    let words = rows.prefix(20).map { $0.map { PlainText.of($0) }.joined(separator: ", ") }
    let head =
      header.isEmpty ? "" : " of \(header.map { PlainText.of($0) }.joined(separator: ", "))"
    lowering.say("table\(head): \(words.joined(separator: "; "))")
  }
}
