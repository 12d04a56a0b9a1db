/// How many points lie in each cell of a honeycomb, as colours.
///
/// ```swift
/// Hexbins(x, y, columns: 40)
/// Hexbins(x, y, log: true)
/// ```
public struct Hexbins: ElementaryMark {
  var x: PlotValues
  var y: PlotValues
  /// Cells along the horizontal axis.
  public var columns: Int
  /// The colours of numbers.
  public var colors: ColorMap
  /// What the legend or the colour bar calls it.
  public var label: String
  /// Whether equal ratios are equal steps of colour.
  public var isLogarithmic: Bool

  /// The mark of these data.
  public init(
    _ x: some PlotData, _ y: some PlotData, columns: Int = 30, colors: ColorMap = .viridis,
    label: String = "count", log: Bool = false
  ) {
    (self.x, self.y) = (x.plotValues, y.plotValues)
    (self.columns, self.colors, self.label, isLogarithmic) = (columns, colors, label, log)
  }

  private struct Cell: Hashable { var column, row: Int }

  func lower(into lowering: inout Lowering) {
    let name = "honeycomb"
    let (xs, ys) = lowering.pairs(x, y, mark: name)
    lowering.noteGaps([xs, ys], mark: name)
    let (alongX, alongY) = (Extent.of(xs), Extent.of(ys))
    guard !alongX.isEmpty, !alongY.isEmpty else {
      lowering.note("\(name): there are no finite points to count")
      return
    }
    let count = columns.clamped(1, 400)
    func step(_ extent: Extent, _ parts: Double) -> Double {
      let span = extent.high - extent.low
      return span > 0 && span.isFinite ? span / parts : max(abs(extent.low) * 0.1, 1)
    }
    let width = step(alongX, Double(count))
    // Rows of regular hexagons on a plot that is half as wide again as high.
    let height = step(alongY, max(1, (Double(count) / 1.5).rounded()))
    var counts: [Cell: Int] = [:]
    for (x, y) in zip(xs, ys) where x.isFinite && y.isFinite {
      let (u, v) = ((x - alongX.low) / width, (y - alongY.low) / height)
      // The nearer of the centres of the two lattices that make a honeycomb.
      let (a, b) = (u.rounded(), v.rounded())
      let (c, d) = (u.rounded(.down) + 0.5, v.rounded(.down) + 0.5)
      let first = (u - a) * (u - a) + 3 * (v - b) * (v - b)
      let second = (u - c) * (u - c) + 3 * (v - d) * (v - d)
      let cell =
        first <= second
        ? Cell(column: Int(2 * a), row: Int(2 * b))
        : Cell(column: Int(2 * c), row: Int(2 * d))
      counts[cell, default: 0] += 1
    }
    let cells = counts.sorted { ($0.key.row, $0.key.column) < ($1.key.row, $1.key.column) }
    let most = cells.map(\.value).max() ?? 1
    let scale = lowering.colorScale(
      colors, extent: .of([isLogarithmic ? 1 : 0, Double(most)]), fixed: nil, log: isLogarithmic,
      label: label, mark: name)
    lowering.colorScales.append(scale)
    let third = 1.0 / 3
    let corners: [(Double, Double)] = [
      (0.5, third / 2), (0, third), (-0.5, third / 2), (-0.5, -third / 2), (0, -third),
      (0.5, -third / 2),
    ]
    var rings: [Int: [Layer.Ring]] = [:]
    var (spanX, spanY) = (Extent(), Extent())
    for (cell, count) in cells {
      let x = alongX.low + Double(cell.column) / 2 * width
      let y = alongY.low + Double(cell.row) / 2 * height
      let ring = Layer.Ring(
        xs: corners.map { x + $0.0 * width }, ys: corners.map { y + $0.1 * height })
      spanX.add(ring.xs)
      spanY.add(ring.ys)
      rings[count, default: []].append(ring)
    }
    for (count, group) in rings.sorted(by: { $0.key < $1.key }) {
      let color = scale.color(of: Double(count))
      // A hairline of the cell's own colour closes the seams.
      lowering.add(
        .area(group, fill: color, stroke: Stroke(color, width: 0.5)), x: spanX, y: spanY)
    }
    lowering.say(
      "honeycomb of \(xs.count) points in \(cells.count) cells, at most \(most) in one")
  }
}
