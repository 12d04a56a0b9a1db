/// A curve through points, in their order.
///
/// ```swift
/// Line(losses, label: "loss")                    // at 0, 1, 2, …
/// Line(x, y, style: .dashed, marker: .circle)
/// Line(0...6.28, label: "$\\sin x$") { sin($0) }   // a function over an interval
/// Line(x, samples)                               // a matrix: one curve for each column
/// ```
///
/// Points with a coordinate that is not finite leave a gap.
public struct Line: ElementaryMark {
  var x: PlotValues?
  var y: PlotValues
  var z: PlotValues?
  /// What the legend or the colour bar calls it.
  public var label: String?
  /// The colour; `nil`: the theme's next.
  public var color: Color?
  /// In pixels; `nil`: the theme's.
  public var width: Double?
  /// How lines are drawn.
  public var style: LineStyle
  /// What stands at each point.
  public var marker: Marker
  /// From 0, invisible, to 1.
  public var opacity: Double

  /// The mark of these data.
  public init(
    _ x: some PlotData, _ y: some PlotData, label: String? = nil, color: Color? = nil,
    width: Double? = nil, style: LineStyle = .solid, marker: Marker = .none, opacity: Double = 1
  ) {
    self.init(
      x: x.plotValues, y: y.plotValues, label: label, color: color, width: width, style: style,
      marker: marker, opacity: opacity)
  }

  /// A curve in space.
  public init(
    _ x: some PlotData, _ y: some PlotData, _ z: some PlotData, label: String? = nil,
    color: Color? = nil, width: Double? = nil, style: LineStyle = .solid,
    marker: Marker = .none, opacity: Double = 1
  ) {
    self.init(
      x: x.plotValues, y: y.plotValues, label: label, color: color, width: width, style: style,
      marker: marker, opacity: opacity)
    self.z = z.plotValues
  }

  /// The mark of these data.
  public init(
    _ y: some PlotData, label: String? = nil, color: Color? = nil, width: Double? = nil,
    style: LineStyle = .solid, marker: Marker = .none, opacity: Double = 1
  ) {
    self.init(
      x: nil, y: y.plotValues, label: label, color: color, width: width, style: style,
      marker: marker, opacity: opacity)
  }

  /// The mark of these data.
  public init(
    _ range: ClosedRange<Double>, label: String? = nil, color: Color? = nil,
    width: Double? = nil, style: LineStyle = .solid, opacity: Double = 1, samples: Int = 500,
    _ f: (Double) -> Double
  ) {
    let xs = evenlySpaced(range, count: max(2, min(samples, 1 << 22)))
    self.init(
      x: PlotValues(xs), y: PlotValues(xs.map(f)), label: label, color: color, width: width,
      style: style, marker: .none, opacity: opacity)
  }

  private init(
    x: PlotValues?, y: PlotValues, label: String?, color: Color?, width: Double?,
    style: LineStyle, marker: Marker, opacity: Double
  ) {
    self.x = x
    self.y = y
    self.label = label
    self.color = color
    self.width = width
    self.style = style
    self.marker = marker
    self.opacity = opacity
  }

  /// Most curves that one matrix makes.
  private static let columnLimit = 100

  /// One curve for each column of a matrix; `nil` when the values are a plain row.
  private func columns() -> [Line]? {
    guard y.shape.count == 2, y.shape[0] > 1, y.shape[1] > 1 else { return nil }
    let (rows, columns) = (y.shape[0], y.shape[1])
    func column(_ k: Int, of values: PlotValues) -> PlotValues {
      guard values.shape == y.shape else { return values }
      return PlotValues(
        stride(from: k, to: rows * columns, by: columns).map { values.elements[$0] })
    }
    return (0..<min(columns, Line.columnLimit)).map { k in
      var line = self
      line.y = column(k, of: y)
      line.x = x.map { column(k, of: $0) }
      line.label = label.map { "\($0) \(k + 1)" }
      return line
    }
  }

  private func lowerSpatial(_ x: PlotValues, _ z: PlotValues, into lowering: inout Lowering) {
    let name = Lowering.name("curve", label)
    let color = lowering.color(self.color).opacity(opacity)
    let standard = lowering.theme.curveWidth
    let width = lowering.size(width ?? standard, "width", of: name, standard: standard)
    let stroke = Stroke(
      color, width: width, dashes: style.dashes(width: width), roundCaps: style.hasRoundCaps)
    let points = Layer.PointStyle(shape: marker, sizes: [max(5.5, width * 2.6)], fills: [color])
    lowering.addSpatial(
      name, x, y, z, stroke: style == .none ? nil : stroke, style: marker == .none ? nil : points)
    if let label, !label.isEmpty {
      lowering.legend.append(LegendEntry(label: label, stroke: stroke, fill: color))
    }
  }

  func lower(into lowering: inout Lowering) {
    if let z, let x {
      lowerSpatial(x, z, into: &lowering)
      return
    }
    if let columns = columns() {
      for line in columns { line.lower(into: &lowering) }
      if y.shape[1] > columns.count {
        lowering.note("line: drawn are the first \(columns.count) of \(y.shape[1]) columns")
      }
      return
    }
    let name = Lowering.name("line", label)
    let (xs, ys) = lowering.pairs(x, y, mark: name)
    lowering.addCurve(
      xs: xs, ys: ys, source: (xs, ys), name: name, label: label,
      look: Look(color: color, width: width, style: style, marker: marker, opacity: opacity))
  }
}

/// The common options of curves.
struct Look {
  var color: Color?
  var width: Double?
  var style: LineStyle
  var marker: Marker
  var opacity: Double
}

extension Lowering {
  /// Adds a curve through `xs`, `ys` that shows the data `source`, which markers stand at.
  mutating func addCurve(
    xs: [Double], ys: [Double], source: (xs: [Double], ys: [Double]), name: String,
    label: String?, look: Look
  ) {
    guard !xs.isEmpty else { return }
    noteGaps([source.xs, source.ys], mark: name)
    count(name, source.xs, source.ys, as: .points)
    // Beyond the theme's colours, curves differ by their style.
    let others: [LineStyle] = [.solid, .dashed, .dotted, .dashDotted]
    var look = look
    if look.color == nil, look.style == .solid { look.style = others[colorRound % others.count] }
    let color = self.color(look.color).opacity(look.opacity)
    lastCurveColor = color
    let width = size(
      look.width ?? theme.curveWidth, "width", of: name, standard: theme.curveWidth)
    let stroke = Stroke(
      color, width: width, dashes: look.style.dashes(width: width),
      roundCaps: look.style.hasRoundCaps)
    if look.style != .none { add(.line(xs: xs, ys: ys, stroke), xs: xs, ys: ys) }
    // A single point makes no line and would be invisible.
    let isPoint = source.xs.count == 1
    let marker = look.marker == .none && isPoint ? .circle : look.marker
    let diameter = marker == .point ? 2.5 : max(5.5, width * 2.6)
    if marker != .none {
      let points = Layer.PointStyle(shape: marker, sizes: [diameter], fills: [color])
      add(.points(xs: source.xs, ys: source.ys, points), xs: source.xs, ys: source.ys)
    }
    if let label, !label.isEmpty {
      legend.append(
        LegendEntry(
          label: label, stroke: look.style == .none ? nil : stroke,
          marker: marker == .none ? nil : marker, markerSize: diameter, fill: color))
    }
    say(Description.ofCurve(name, source.xs, source.ys, speech))
  }
}
