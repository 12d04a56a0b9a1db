/// The area between two curves, such as an interval of confidence.
///
/// ```swift
/// Band(x, low, high, label: "10–90 %")
/// ```
public struct Band: ElementaryMark {
  var x: PlotValues?
  var low: PlotValues
  var high: PlotValues
  /// What the legend or the colour bar calls it.
  public var label: String?
  /// The colour; `nil`: the theme's next.
  public var color: Color?
  /// From 0, invisible, to 1.
  public var opacity: Double

  /// The mark of these data.
  public init(
    _ x: some PlotData, _ low: some PlotData, _ high: some PlotData, label: String? = nil,
    color: Color? = nil, opacity: Double = 0.22
  ) {
    (self.x, self.low, self.high) = (x.plotValues, low.plotValues, high.plotValues)
    (self.label, self.color, self.opacity) = (label, color, opacity)
  }

  /// The mark of these data.
  public init(
    _ low: some PlotData, _ high: some PlotData, label: String? = nil, color: Color? = nil,
    opacity: Double = 0.22
  ) {
    (x, self.low, self.high) = (nil, low.plotValues, high.plotValues)
    (self.label, self.color, self.opacity) = (label, color, opacity)
  }

  func lower(into lowering: inout Lowering) {
    let name = Lowering.name("band", label)
    var (xs, lows) = lowering.pairs(x, low, mark: name)
    // A single number is a level.
    let level = high.shape.isEmpty ? high.elements.first : nil
    let highs = level.map { [Double](repeating: $0, count: xs.count) } ?? high.elements
    if highs.count != xs.count {
      lowering.note(
        "\(name): the lower curve has \(lows.count) values and the upper \(highs.count); "
          + "drawn are the first \(min(xs.count, highs.count)). Give as many of both")
    }
    let count = min(xs.count, highs.count)
    lowering.count(name, xs, lows, as: .ends)
    lowering.count(name, xs, highs, as: .ends)
    (xs, lows) = (Array(xs.prefix(count)), Array(lows.prefix(count)))
    guard count > 0 else { return }
    lowering.noteGaps([xs, lows, Array(highs.prefix(count))], mark: name)
    let fill = lowering.bandColor(color).opacity(opacity)
    var rings: [Layer.Ring] = []
    var start = 0
    func isWhole(_ index: Int) -> Bool {
      xs[index].isFinite && lows[index].isFinite && highs[index].isFinite
    }
    while start < count {
      guard isWhole(start) else {
        start += 1
        continue
      }
      var end = start
      while end < count, isWhole(end) { end += 1 }
      let part = start..<end
      rings.append(
        Layer.Ring(
          xs: Array(xs[part]) + xs[part].reversed(), ys: Array(highs[part]) + lows[part].reversed())
      )
      start = end
    }
    // Each stretch is painted on its own: stretches that overlap must not cancel out.
    for ring in rings {
      lowering.add(.area([ring], fill: fill, stroke: nil), xs: ring.xs, ys: ring.ys)
    }
    if let label, !label.isEmpty {
      lowering.legend.append(LegendEntry(label: label, fill: fill, isArea: true))
    }
    lowering.say(Description.ofBand(name, xs, lows, highs, lowering.speech))
  }
}

/// Bars from each value downwards and upwards that show its uncertainty.
///
/// ```swift
/// ErrorBars(x, means, 2 * deviations, label: "mean ± 2σ")
/// ```
public struct ErrorBars: ElementaryMark {
  var x: PlotValues?
  var y: PlotValues
  var error: PlotValues
  var upperError: PlotValues?
  var xError: PlotValues?
  var upperXError: PlotValues?
  /// What the legend or the colour bar calls it.
  public var label: String?
  /// The colour; `nil`: the theme's next.
  public var color: Color?
  /// What stands at each point.
  public var marker: Marker

  /// - Parameters:
  ///   - error: half the bar's length, or its lower part when `upper` is given.
  ///   - xError: half the length of a lying bar, or its left part when `upperX` is given.
  public init(
    _ x: some PlotData, _ y: some PlotData, _ error: some PlotData,
    upper: (any PlotData)? = nil, xError: (any PlotData)? = nil, upperX: (any PlotData)? = nil,
    label: String? = nil, color: Color? = nil, marker: Marker = .circle
  ) {
    (self.x, self.y, self.error) = (x.plotValues, y.plotValues, error.plotValues)
    (upperError, self.xError) = (upper?.plotValues, xError?.plotValues)
    upperXError = upperX?.plotValues
    (self.label, self.color, self.marker) = (label, color, marker)
  }

  /// Lying bars only.
  public init(
    _ x: some PlotData, _ y: some PlotData, xError: some PlotData,
    upperX: (any PlotData)? = nil, label: String? = nil, color: Color? = nil,
    marker: Marker = .circle
  ) {
    (self.x, self.y, error) = (x.plotValues, y.plotValues, PlotValues([]))
    (self.xError, upperXError) = (xError.plotValues, upperX?.plotValues)
    (self.label, self.color, self.marker) = (label, color, marker)
  }

  func lower(into lowering: inout Lowering) {
    let name = Lowering.name("error bars", label)
    let (xs, ys) = lowering.pairs(x, y, mark: name)
    guard !xs.isEmpty else { return }
    lowering.noteGaps([xs, ys], mark: name)
    let color = lowering.color(self.color)
    lowering.count(name, xs, ys, as: .points)
    let below = lengths(error, "errors", xs.count, name, &lowering)
    let above = upperError.map { lengths($0, "upper errors", xs.count, name, &lowering) } ?? below
    let left = xError.map { lengths($0, "x errors", xs.count, name, &lowering) } ?? []
    let right =
      upperXError.map { lengths($0, "upper x errors", xs.count, name, &lowering) } ?? left
    var segments: [Layer.Segment] = []
    var ends: (xs: [Double], ys: [Double]) = ([], [])
    for index in xs.indices where xs[index].isFinite && ys[index].isFinite {
      let (x, y) = (xs[index], ys[index])
      if index < below.count {
        let (low, high) = (y - below[index], y + above[index])
        if low < high { segments.append(Layer.Segment(x0: x, y0: low, x1: x, y1: high)) }
        ends.xs += [x, x]
        ends.ys += [low, high]
      }
      if index < left.count {
        let (low, high) = (x - left[index], x + right[index])
        if low < high { segments.append(Layer.Segment(x0: low, y0: y, x1: high, y1: y)) }
        ends.xs += [low, high]
        ends.ys += [y, y]
      }
    }
    let stroke = Stroke(color, width: max(1, lowering.theme.curveWidth * 0.75))
    lowering.add(.segments(segments, stroke), xs: ends.xs, ys: ends.ys)
    let caps = Layer.PointStyle(shape: .point, sizes: [3], fills: [color])
    lowering.add(.points(xs: ends.xs, ys: ends.ys, caps))
    let style = Layer.PointStyle(shape: marker, sizes: [6.5], fills: [color])
    if marker != .none { lowering.add(.points(xs: xs, ys: ys, style), xs: xs, ys: ys) }
    if let label, !label.isEmpty {
      lowering.legend.append(
        LegendEntry(label: label, stroke: stroke, marker: marker, markerSize: 6.5, fill: color))
    }
    lowering.say(Description.ofCurve(name, xs, ys, lowering.speech))
  }

  /// A length of at least zero for each of `count` points; what is none is told and drawn as zero.
  private func lengths(
    _ values: PlotValues, _ what: String, _ count: Int, _ name: String, _ lowering: inout Lowering
  ) -> [Double] {
    guard !values.elements.isEmpty else { return [] }
    if values.elements.count != 1 {
      lowering.noteCount(values.elements.count, count, what, mark: name)
    }
    var (missing, negative) = (0, 0)
    let result = (0..<count).map { index -> Double in
      let value = values.elements[min(index, values.elements.count - 1)]
      guard value.isFinite else {
        missing += 1
        return 0
      }
      if value < 0 { negative += 1 }
      return abs(value)
    }
    if missing > 0 {
      lowering.note(
        "\(name): \(missing) of \(count) \(what) are not finite; their bars are left out")
    }
    if negative > 0 {
      lowering.note(
        "\(name): \(negative) of \(count) \(what) are negative; drawn without their sign")
    }
    return result
  }
}
