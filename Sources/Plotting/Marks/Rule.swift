/// A straight line across the whole plot.
///
/// ```swift
/// Rule(y: 0)
/// Rule(x: best, label: "minimum", style: .dashed)
/// ```
public struct Rule: ElementaryMark {
  var value: Double
  var isVertical: Bool
  /// What the legend or the colour bar calls it.
  public var label: String?
  /// The colour; `nil`: the theme's next.
  public var color: Color?
  /// The width of lines in pixels.
  public var width: Double
  /// How lines are drawn.
  public var style: LineStyle

  /// A vertical line at `x`.
  public init(
    x: Double, label: String? = nil, color: Color? = .muted, width: Double = 1.2,
    style: LineStyle = .dashed
  ) {
    (value, isVertical) = (x, true)
    (self.label, self.color, self.width, self.style) = (label, color, width, style)
  }

  /// A horizontal line at `y`.
  public init(
    y: Double, label: String? = nil, color: Color? = .muted, width: Double = 1.2,
    style: LineStyle = .dashed
  ) {
    (value, isVertical) = (y, false)
    (self.label, self.color, self.width, self.style) = (label, color, width, style)
  }

  func lower(into lowering: inout Lowering) {
    let name = Lowering.name(isVertical ? "vertical line" : "horizontal line", label)
    guard value.isFinite else {
      lowering.note("\(name): its place \(value) is not finite; it is left out")
      return
    }
    let width = lowering.size(width, "width", of: name, standard: 1.2)
    let stroke = Stroke(
      lowering.color(color), width: width, dashes: style.dashes(width: width),
      roundCaps: style.hasRoundCaps)
    let extent = Extent.of([value])
    lowering.add(
      .rule(value, isVertical: isVertical, stroke), x: isVertical ? extent : Extent(),
      y: isVertical ? Extent() : extent)
    if let label, !label.isEmpty {
      lowering.legend.append(LegendEntry(label: label, stroke: stroke))
    }
    lowering.say(
      "\(name) at \(isVertical ? lowering.speech.xGiven(value) : lowering.speech.yGiven(value))")
  }
}

/// A coloured strip across the whole plot.
///
/// ```swift
/// Shading(x: 2...3, label: "held out")
/// ```
public struct Shading: ElementaryMark {
  var range: ClosedRange<Double>
  var isVertical: Bool
  /// What the legend or the colour bar calls it.
  public var label: String?
  /// The colour; `nil`: the theme's next.
  public var color: Color?
  /// From 0, invisible, to 1.
  public var opacity: Double

  /// A vertical strip over an interval of `x`.
  public init(
    x: ClosedRange<Double>, label: String? = nil, color: Color? = .muted, opacity: Double = 0.18
  ) {
    (range, isVertical) = (x, true)
    (self.label, self.color, self.opacity) = (label, color, opacity)
  }

  /// A horizontal strip over an interval of `y`.
  public init(
    y: ClosedRange<Double>, label: String? = nil, color: Color? = .muted, opacity: Double = 0.18
  ) {
    (range, isVertical) = (y, false)
    (self.label, self.color, self.opacity) = (label, color, opacity)
  }

  func lower(into lowering: inout Lowering) {
    let name = Lowering.name("shading", label)
    let given = isVertical ? lowering.speech.xGiven : lowering.speech.yGiven
    let fill = lowering.color(color).opacity(opacity)
    let extent = Extent.of([range.lowerBound, range.upperBound])
    lowering.add(
      .shading(low: range.lowerBound, high: range.upperBound, isVertical: isVertical, fill),
      x: isVertical ? extent : Extent(), y: isVertical ? Extent() : extent)
    if let label, !label.isEmpty {
      lowering.legend.append(LegendEntry(label: label, fill: fill, isArea: true))
    }
    lowering.say(
      "\(name) from \(given(range.lowerBound)) to \(given(range.upperBound))")
  }
}

/// A filled polygon through points.
///
/// ```swift
/// Polygon([0, 1, 0.5], [0, 0, 0.9], label: "simplex")
/// ```
public struct Polygon: ElementaryMark {
  var x: PlotValues
  var y: PlotValues
  /// What the legend or the colour bar calls it.
  public var label: String?
  /// The colour; `nil`: the theme's next.
  public var color: Color?
  /// From 0, invisible, to 1.
  public var opacity: Double
  /// Width of the outline in pixels; 0 for none.
  public var width: Double

  /// The mark of these data.
  public init(
    _ x: some PlotData, _ y: some PlotData, label: String? = nil, color: Color? = nil,
    opacity: Double = 0.2, width: Double = 1.4
  ) {
    (self.x, self.y) = (x.plotValues, y.plotValues)
    (self.label, self.color, self.opacity, self.width) = (label, color, opacity, width)
  }

  func lower(into lowering: inout Lowering) {
    let name = Lowering.name("polygon", label)
    let (allX, allY) = lowering.pairs(x, y, mark: name)
    let kept = allX.indices.filter { allX[$0].isFinite && allY[$0].isFinite }
    guard kept.count > 2 else {
      lowering.note("\(name): three points with finite coordinates are needed, not \(kept.count)")
      return
    }
    let ring = Layer.Ring(xs: kept.map { allX[$0] }, ys: kept.map { allY[$0] })
    let color = lowering.color(self.color)
    let width = lowering.size(width, "width", of: name, standard: 1.4)
    let stroke = width > 0 ? Stroke(color, width: width) : nil
    lowering.add(
      .area([ring], fill: color.opacity(opacity), stroke: stroke), xs: ring.xs, ys: ring.ys)
    if let label, !label.isEmpty {
      lowering.legend.append(
        LegendEntry(label: label, stroke: stroke, fill: color.opacity(opacity), isArea: true))
    }
    lowering.say("\(name) with \(kept.count) corners")
  }
}
