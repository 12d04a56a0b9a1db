/// A curve of horizontal steps: each value holds until the next position.
///
/// ```swift
/// StepLine(times, controls, label: "control")
/// ```
public struct StepLine: ElementaryMark {
  var x: PlotValues?
  var y: PlotValues
  /// What the legend or the colour bar calls it.
  public var label: String?
  /// The colour; `nil`: the theme's next.
  public var color: Color?
  /// The width of lines in pixels.
  public var width: Double?
  /// How lines are drawn.
  public var style: LineStyle
  /// Where between two positions the value changes.
  public var change: Change

  /// Where between two positions the value changes.
  public enum Change: String, Sendable, Hashable {
    /// At the next position.
    case atNext
    /// Half-way between both.
    case halfway
    /// Right after the position.
    case atOnce
  }

  /// The mark of these data.
  public init(
    _ x: some PlotData, _ y: some PlotData, label: String? = nil, color: Color? = nil,
    width: Double? = nil, style: LineStyle = .solid, change: Change = .atNext
  ) {
    (self.x, self.y) = (x.plotValues, y.plotValues)
    (self.label, self.color, self.width, self.style) = (label, color, width, style)
    self.change = change
  }

  /// The mark of these data.
  public init(
    _ y: some PlotData, label: String? = nil, color: Color? = nil, width: Double? = nil,
    style: LineStyle = .solid, change: Change = .atNext
  ) {
    (x, self.y) = (nil, y.plotValues)
    (self.label, self.color, self.width, self.style) = (label, color, width, style)
    self.change = change
  }

  func lower(into lowering: inout Lowering) {
    let name = Lowering.name("step line", label)
    let (xs, ys) = lowering.pairs(x, y, mark: name)
    var cornersX: [Double] = []
    var cornersY: [Double] = []
    cornersX.reserveCapacity(2 * xs.count)
    cornersY.reserveCapacity(2 * xs.count)
    for index in xs.indices {
      if index > 0 {
        switch change {
        case .atNext:
          cornersX.append(xs[index])
          cornersY.append(ys[index - 1])
        case .atOnce:
          cornersX.append(xs[index - 1])
          cornersY.append(ys[index])
        case .halfway:
          let middle = xs[index - 1] / 2 + xs[index] / 2
          cornersX += [middle, middle]
          cornersY += [ys[index - 1], ys[index]]
        }
      }
      cornersX.append(xs[index])
      cornersY.append(ys[index])
    }
    lowering.addCurve(
      xs: cornersX, ys: cornersY, source: (xs, ys), name: name, label: label,
      look: Look(color: color, width: width, style: style, marker: .none, opacity: 1))
  }
}

/// A stem from zero to each value, with a marker at its end.
///
/// ```swift
/// Stems(coefficients, label: "code $y$")
/// ```
public struct Stems: ElementaryMark {
  var x: PlotValues?
  var y: PlotValues
  /// What the legend or the colour bar calls it.
  public var label: String?
  /// The colour; `nil`: the theme's next.
  public var color: Color?
  /// What stands at each point.
  public var marker: Marker
  /// Where stems begin.
  public var baseline: Double

  /// The mark of these data.
  public init(
    _ x: some PlotData, _ y: some PlotData, label: String? = nil, color: Color? = nil,
    marker: Marker = .circle, baseline: Double = 0
  ) {
    (self.x, self.y, self.label, self.color) = (x.plotValues, y.plotValues, label, color)
    (self.marker, self.baseline) = (marker, baseline)
  }

  /// The mark of these data.
  public init(
    _ y: some PlotData, label: String? = nil, color: Color? = nil, marker: Marker = .circle,
    baseline: Double = 0
  ) {
    (x, self.y, self.label, self.color) = (nil, y.plotValues, label, color)
    (self.marker, self.baseline) = (marker, baseline)
  }

  func lower(into lowering: inout Lowering) {
    let name = Lowering.name("stems", label)
    let (xs, ys) = lowering.pairs(x, y, mark: name)
    guard !xs.isEmpty else { return }
    lowering.noteGaps([xs, ys], mark: name)
    let color = lowering.color(self.color)
    let stroke = Stroke(color, width: max(1, lowering.theme.curveWidth * 0.7))
    let base = baseline.isFinite ? baseline : 0
    lowering.count(name, xs, ys, as: .points)
    let columns = Columns(places: xs, bases: [base], ends: ys, sides: (0, 0))
    let gray = Stroke(lowering.theme.muted, width: 0.8)
    lowering.add(.rule(base, isVertical: false, gray), y: Extent.of([base]))
    lowering.add(.stems(columns, stroke), xs: xs, ys: ys)
    let style = Layer.PointStyle(shape: marker, sizes: [6], fills: [color])
    lowering.add(.points(xs: xs, ys: ys, style), xs: xs, ys: ys)
    if let label, !label.isEmpty {
      lowering.legend.append(
        LegendEntry(label: label, stroke: stroke, marker: marker, markerSize: 6, fill: color))
    }
    lowering.say(Description.ofCurve(name, xs, ys, lowering.speech))
  }
}
