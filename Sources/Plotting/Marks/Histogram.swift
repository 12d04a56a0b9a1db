/// How often values fall into intervals of equal width.
///
/// ```swift
/// Histogram(samples, bins: 40, density: true, label: "samples")
/// ```
public struct Histogram: ElementaryMark {
  var values: PlotValues
  var weights: PlotValues?
  /// Number of intervals; `nil`: by the rule of Freedman and Diaconis.
  public var bins: Int?
  public var range: ClosedRange<Double>?
  /// Whether the area is 1, so that it compares with a probability density.
  public var isDensity: Bool
  public var label: String?
  public var color: Color?
  public var opacity: Double
  /// Whether only the outline is drawn, for several in one plot.
  public var isOutline: Bool

  public init(
    _ values: some PlotData, weights: (any PlotData)? = nil, bins: Int? = nil,
    range: ClosedRange<Double>? = nil, density: Bool = false, label: String? = nil,
    color: Color? = nil, opacity: Double = 0.85, outline: Bool = false
  ) {
    (self.values, self.weights) = (values.plotValues, weights?.plotValues)
    (self.bins, self.range, isDensity) = (bins, range, density)
    (self.label, self.color, self.opacity, isOutline) = (label, color, opacity, outline)
  }

  func lower(into lowering: inout Lowering) {
    let name = Lowering.name("histogram", label)
    if let problem = values.problem { lowering.note("\(name): \(problem)") }
    guard
      let counts = Binning(values.elements, weights: weights?.elements, bins: bins, range: range)
    else {
      lowering.note("\(name): there are no finite values to count")
      return
    }
    lowering.noteGaps([values.elements], mark: name)
    let total = counts.totals.reduce(0, +)
    let unit = isDensity && total > 0 ? 1 / (total * counts.width) : 1
    let heights = counts.totals.map { $0 * unit }
    var xs: [Double] = []
    var ys: [Double] = []
    for (index, height) in heights.enumerated() {
      xs += [counts.edge(index), counts.edge(index + 1)]
      ys += [height, height]
    }
    xs = [counts.edge(0)] + xs + [counts.edge(heights.count)]
    ys = [0] + ys + [0]
    let color = lowering.color(self.color)
    let fill = isOutline ? color.opacity(0.12) : color.opacity(opacity)
    // One polygon: bars side by side would show hairlines between them.
    let stroke = isOutline ? Stroke(color, width: lowering.theme.curveWidth) : nil
    var y = Extent.of(ys)
    y.hasHardLow = true
    lowering.add(
      .area([Layer.Ring(xs: xs, ys: ys)], fill: fill, stroke: stroke), x: Extent.of(xs), y: y)
    if let label, !label.isEmpty {
      lowering.legend.append(
        LegendEntry(label: label, stroke: stroke, fill: fill, isArea: true))
    }
    let peak = heights.indices.max { heights[$0] < heights[$1] } ?? 0
    lowering.say(
      "\(name) of \(values.elements.count) values, highest near "
        + NumberLabels.plain((counts.edge(peak) + counts.edge(peak + 1)) / 2))
  }
}

/// How often pairs of values fall into the cells of a grid, as colours.
public struct Histogram2D: ElementaryMark {
  var x: PlotValues
  var y: PlotValues
  /// Number of cells along each axis; `nil`: chosen by the number of points.
  public var bins: Int?
  public var colors: ColorMap
  public var label: String

  public init(
    _ x: some PlotData, _ y: some PlotData, bins: Int? = nil, colors: ColorMap = .viridis,
    label: String = "count"
  ) {
    (self.x, self.y) = (x.plotValues, y.plotValues)
    (self.bins, self.colors, self.label) = (bins, colors, label)
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
    let (columns, rows) = (alongX.totals.count, alongY.totals.count)
    var cells = [Double](repeating: 0, count: columns * rows)
    for (x, y) in zip(xs, ys) {
      if let column = alongX.index(of: x), let row = alongY.index(of: y) {
        cells[row * columns + column] += 1
      }
    }
    let scale = ColorScale(map: colors, extent: .of(cells + [0]), fixed: nil, label: label)
    lowering.addField(
      Field(
        values: cells, rows: rows, columns: columns, xEdges: (0...columns).map(alongX.edge),
        yEdges: (0...rows).map(alongY.edge), colors: scale))
    lowering.say("histogram of \(xs.count) points in \(columns) × \(rows) cells")
  }
}

/// Intervals of equal width with what falls into them.
struct Binning {
  var low: Double
  var width: Double
  var totals: [Double]

  /// `nil` when there is nothing finite to count.
  init?(_ values: [Double], weights: [Double]?, bins: Int?, range: ClosedRange<Double>?) {
    var extent = Extent()
    extent.add(values)
    if let range, range.lowerBound.isFinite, range.upperBound.isFinite {
      (extent.low, extent.high) = (range.lowerBound, range.upperBound)
    }
    guard !extent.isEmpty else { return nil }
    let limits = -1e300...1e300
    var (low, high) = (extent.low.clamped(to: limits), extent.high.clamped(to: limits))
    if high - low <= max(abs(low), abs(high)) * 1e-12 {
      let half = abs(low) > 1e-290 ? abs(low) * 0.05 : 0.5
      (low, high) = (low - half, high + half)
    }
    let count = (bins ?? Binning.suggested(values, low, high)).clamped(1, 5000)
    self.low = low
    width = (high - low) / Double(count)
    totals = [Double](repeating: 0, count: count)
    for (index, value) in values.enumerated() {
      guard let bin = self.index(of: value) else { continue }
      let weight = weights.map { index < $0.count ? $0[index] : 0 } ?? 1
      if weight.isFinite { totals[bin] += weight }
    }
  }

  func edge(_ index: Int) -> Double { low + Double(index) * width }

  func index(of value: Double) -> Int? {
    guard value.isFinite else { return nil }
    let place = (value - low) / width
    guard place >= 0, place <= Double(totals.count) else { return nil }
    return min(Int(place), totals.count - 1)
  }

  /// Freedman and Diaconis: twice the interquartile range over the cube root of the count.
  private static func suggested(_ values: [Double], _ low: Double, _ high: Double) -> Int {
    let sorted = values.filter(\.isFinite).sorted()
    guard sorted.count > 3 else { return max(1, sorted.count) }
    let spread = sorted[sorted.count * 3 / 4] - sorted[sorted.count / 4]
    guard spread > 0 else { return 20 }
    let width = 2 * spread / power(Double(sorted.count), 1.0 / 3)
    return ((high - low) / width).rounded(.up).integer(in: 5...200)
  }
}

extension Int {
  func clamped(_ low: Int, _ high: Int) -> Int { Swift.min(Swift.max(self, low), high) }
}
