/// How often values fall into intervals.
///
/// ```swift
/// Histogram(samples, bins: 40, density: true, label: "samples")
/// Histogram(waits, edges: [0, 1, 5, 30])
/// Histogram(incomes, spacing: .logarithmic)
/// Histogram(samples, cumulative: true, outline: true)
/// ```
///
/// Whole numbers get intervals of whole width with the numbers in their middle.
public struct Histogram: ElementaryMark {
  var values: PlotValues
  var weights: PlotValues?
  /// Number of intervals, for whole numbers at most this many; `nil`: by the rule of Freedman and
  /// Diaconis.
  public var bins: Int?
  /// Where the first interval begins and the last ends; `nil`: from the data.
  public var range: ClosedRange<Double>?
  var edges: PlotValues?
  /// How intervals are spread.
  public var spacing: BinSpacing
  /// Whether the area is 1, so that it compares with a probability density.
  public var isDensity: Bool
  /// Whether each height counts all values up to its interval; with `density`, their share.
  public var isCumulative: Bool
  /// What the legend or the colour bar calls it.
  public var label: String?
  /// The colour; `nil`: the theme's next.
  public var color: Color?
  /// From 0, invisible, to 1.
  public var opacity: Double
  /// Whether only the outline is drawn, for several in one plot.
  public var isOutline: Bool
  /// Whether intervals lie on the vertical axis.
  public var isHorizontal: Bool

  /// - Parameters:
  ///   - edges: where intervals meet, instead of `bins`; the last one holds its upper edge.
  public init(
    _ values: some PlotData, weights: (any PlotData)? = nil, bins: Int? = nil,
    range: ClosedRange<Double>? = nil, edges: (any PlotData)? = nil,
    spacing: BinSpacing = .linear, density: Bool = false, cumulative: Bool = false,
    label: String? = nil, color: Color? = nil, opacity: Double = 0.85, outline: Bool = false,
    horizontal: Bool = false
  ) {
    (self.values, self.weights) = (values.plotValues, weights?.plotValues)
    (self.bins, self.range, isDensity) = (bins, range, density)
    (self.edges, self.spacing, isCumulative) = (edges?.plotValues, spacing, cumulative)
    (self.label, self.color, self.opacity, isOutline) = (label, color, opacity, outline)
    isHorizontal = horizontal
  }

  func lower(into lowering: inout Lowering) {
    let name = Lowering.name("histogram", label)
    if let problem = values.problem { lowering.note("\(name): \(problem)") }
    let values = lowering.resolved(self.values, isX: !isHorizontal)
    guard
      let counts = Binning(
        values.elements, weights: weights?.elements, bins: bins, range: range,
        edges: edges?.elements, spacing: spacing)
    else {
      lowering.note("\(name): there are no finite values to count")
      return
    }
    lowering.noteGaps([values.elements], mark: name)
    if let weights, weights.elements.count != values.elements.count {
      lowering.note(
        "\(name): there are \(values.elements.count) values but \(weights.elements.count) weights; "
          + "values without one do not count")
    }
    if counts.outside > 0 {
      lowering.note(
        "\(name): \(counts.outside) of \(values.elements.count) values lie in no interval")
    }
    let heights = heights(counts)
    var along: [Double] = [counts.edges[0]]
    var up: [Double] = [0]
    for (index, height) in heights.enumerated() {
      along += [counts.edges[index], counts.edges[index + 1]]
      up += [height, height]
    }
    along.append(counts.edges[heights.count])
    up.append(0)
    let color = lowering.color(self.color)
    let fill = isOutline ? color.opacity(0.12) : color.opacity(opacity)
    // One polygon: bars side by side would show hairlines between them.
    let stroke = isOutline ? Stroke(color, width: lowering.theme.curveWidth) : nil
    var extent = Extent.of(up)
    extent.hasHardLow = true
    let ring = isHorizontal ? Layer.Ring(xs: up, ys: along) : Layer.Ring(xs: along, ys: up)
    lowering.add(
      .area([ring], fill: fill, stroke: stroke), x: isHorizontal ? extent : Extent.of(along),
      y: isHorizontal ? Extent.of(along) : extent)
    if let label, !label.isEmpty {
      lowering.legend.append(
        LegendEntry(label: label, stroke: stroke, fill: fill, isArea: true))
    }
    say(name, counts, heights, count: values.elements.count, &lowering)
  }

  private func heights(_ counts: Binning) -> [Double] {
    let total = counts.totals.reduce(0, +)
    var heights = counts.totals
    if isCumulative {
      for index in heights.indices.dropFirst() { heights[index] += heights[index - 1] }
      return isDensity && total > 0 ? heights.map { $0 / total } : heights
    }
    guard isDensity, total > 0 else { return heights }
    return heights.indices.map { heights[$0] / (total * counts.width($0)) }
  }

  private func say(
    _ name: String, _ counts: Binning, _ heights: [Double], count: Int,
    _ lowering: inout Lowering
  ) {
    let (low, high) = (counts.edges[0], counts.edges[heights.count])
    // Enough digits to tell neighbouring edges apart.
    let narrowest = heights.indices.map(counts.width).min() ?? 1
    let isTime = isHorizontal ? lowering.speech.yIsTime : lowering.speech.xIsTime
    let most = max(abs(low), abs(high))
    let digits = NumberLabels.digits(low: most - narrowest, high: most) + 1
    let number: (Double) -> String =
      isTime
      ? { Scale.timeText($0, low: low, high: high) }
      : {
        // Edges around whole numbers are halves.
        ($0 * 2).rounded() == $0 * 2
          ? NumberLabels.given($0) : NumberLabels.plain($0, digits: digits)
      }
    let peak = heights.indices.max { heights[$0] < heights[$1] } ?? 0
    let course =
      isCumulative
      ? "rising to \(NumberLabels.plain(heights[heights.count - 1], digits: 6))"
      : "highest near \(number((counts.edges[peak] + counts.edges[peak + 1]) / 2))"
    lowering.say(
      "\(name) of \(count) values in \(heights.count) intervals from \(number(low)) to "
        + "\(number(high)), \(course)")
  }
}

/// How often pairs of values fall into the cells of a grid, as colours.
public struct Histogram2D: ElementaryMark {
  var x: PlotValues
  var y: PlotValues
  /// Number of cells along each axis; `nil`: chosen by the number of points.
  public var bins: Int?
  /// The colours of numbers.
  public var colors: ColorMap
  /// What the legend or the colour bar calls it.
  public var label: String
  /// Whether colours are logarithmic; empty cells then stay empty.
  public var isLogarithmic: Bool

  /// The mark of these data.
  public init(
    _ x: some PlotData, _ y: some PlotData, bins: Int? = nil, colors: ColorMap = .viridis,
    label: String = "count", log: Bool = false
  ) {
    (self.x, self.y) = (x.plotValues, y.plotValues)
    (self.bins, self.colors, self.label, isLogarithmic) = (bins, colors, label, log)
  }

  func lower(into lowering: inout Lowering) {
    let (xs, ys) = lowering.pairs(x, y, mark: "histogram")
    lowering.noteGaps([xs, ys], mark: "histogram")
    let count = bins ?? Int((Double(xs.count).squareRoot() / 2).clamped(to: 8...80))
    guard let alongX = Binning(xs, weights: nil, bins: count, range: nil),
      let alongY = Binning(ys, weights: nil, bins: count, range: nil)
    else {
      lowering.note("histogram: there are no finite points to count")
      return
    }
    let (columns, rows) = (alongX.count, alongY.count)
    var cells = [Double](repeating: 0, count: columns * rows)
    for (x, y) in zip(xs, ys) {
      if let column = alongX.index(of: x), let row = alongY.index(of: y) {
        cells[row * columns + column] += 1
      }
    }
    let scale = lowering.colorScale(
      colors, extent: .of(cells + [0]), fixed: nil, log: isLogarithmic, label: label,
      mark: "histogram")
    if scale.isLogarithmic { cells = cells.map { $0 > 0 ? $0 : .nan } }
    lowering.addField(
      Field(
        values: cells, rows: rows, columns: columns, xEdges: alongX.edges, yEdges: alongY.edges,
        colors: scale))
    let most = cells.filter(\.isFinite).max() ?? 0
    lowering.say(
      "histogram of \(xs.count) points in \(columns) × \(rows) cells, at most "
        + "\(NumberLabels.plain(most, digits: 6)) in one")
  }
}
