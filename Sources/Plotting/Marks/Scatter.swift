/// A marker at each point.
///
/// ```swift
/// Scatter(x, y, label: "samples", opacity: 0.4)
/// Scatter(x, y, values: energy, colors: .magma, valueLabel: "energy")
/// Scatter(x, y, sizes: masses)
/// ```
public struct Scatter: ElementaryMark {
  var x: PlotValues
  var y: PlotValues
  var z: PlotValues?
  var values: PlotValues?
  var sizes: PlotValues?
  /// What the legend or the colour bar calls it.
  public var label: String?
  /// The colour; `nil`: the theme's next.
  public var color: Color?
  /// Diameter in pixels.
  public var size: Double
  /// What stands at each point.
  public var marker: Marker
  /// From 0, invisible, to 1.
  public var opacity: Double
  /// The colours of numbers.
  public var colors: ColorMap
  /// Numbers at the ends of the colours; `nil`: from the data.
  public var valueRange: ClosedRange<Double>?
  /// What stands beside the colour bar.
  public var valueLabel: String
  /// Whether equal ratios of values are equal steps of colour.
  public var hasLogColors: Bool

  /// - Parameters:
  ///   - values: a number for each point, shown by its colour.
  ///   - sizes: a diameter in pixels for each point.
  public init(
    _ x: some PlotData, _ y: some PlotData, values: (any PlotData)? = nil,
    sizes: (any PlotData)? = nil, label: String? = nil, color: Color? = nil, size: Double = 6,
    marker: Marker = .circle, opacity: Double = 1, colors: ColorMap = .viridis,
    valueRange: ClosedRange<Double>? = nil, valueLabel: String = "", logColors: Bool = false
  ) {
    (self.x, self.y) = (x.plotValues, y.plotValues)
    (self.values, self.sizes) = (values?.plotValues, sizes?.plotValues)
    (self.label, self.color, self.size, self.marker) = (label, color, size, marker)
    (self.opacity, self.colors) = (opacity, colors)
    (self.valueRange, self.valueLabel, hasLogColors) = (valueRange, valueLabel, logColors)
  }

  /// Points in space.
  public init(
    _ x: some PlotData, _ y: some PlotData, _ z: some PlotData, values: (any PlotData)? = nil,
    label: String? = nil, color: Color? = nil, size: Double = 6, marker: Marker = .circle,
    opacity: Double = 1, colors: ColorMap = .viridis, valueRange: ClosedRange<Double>? = nil,
    valueLabel: String = ""
  ) {
    self.init(
      x, y, values: values, label: label, color: color, size: size, marker: marker,
      opacity: opacity, colors: colors, valueRange: valueRange, valueLabel: valueLabel)
    self.z = z.plotValues
  }

  private func lowerSpatial(_ z: PlotValues, into lowering: inout Lowering) {
    let name = Lowering.name("points", label)
    let diameter = lowering.size(size, "size", of: name, standard: 6)
    var fills: [RGBA] = []
    if let values {
      lowering.noteCount(values.elements.count, z.elements.count, "values", mark: name)
      let scale = lowering.colorScale(
        colors, extent: .of(values.elements), fixed: valueRange, log: hasLogColors,
        label: valueLabel, mark: name)
      lowering.colorScales.append(scale)
      fills = values.elements.map { scale.color(of: $0).opacity($0.isFinite ? opacity : 0) }
    }
    if fills.isEmpty { fills = [lowering.color(color).opacity(opacity)] }
    lowering.addSpatial(
      name, x, y, z, stroke: nil,
      style: Layer.PointStyle(shape: marker, sizes: [diameter], fills: fills))
    if let label, !label.isEmpty {
      lowering.legend.append(
        LegendEntry(
          label: label, marker: marker, markerSize: min(10, diameter),
          fill: values == nil ? fills[0] : lowering.theme.muted))
    }
  }

  func lower(into lowering: inout Lowering) {
    if let z {
      lowerSpatial(z, into: &lowering)
      return
    }
    let name = Lowering.name("points", label)
    var (xs, ys) = lowering.pairs(x, y, mark: name)
    guard !xs.isEmpty else { return }
    lowering.noteGaps([xs, ys], mark: name)
    lowering.count(name, xs, ys, as: .points)
    let standard = marker == .point ? 2.5 : 6
    var diameters = [lowering.size(size, "size", of: name, standard: standard)]
    if let sizes {
      diameters = sizes.elements.map { $0.isFinite ? $0.clamped(to: 0...2000) : 0 }
      lowering.noteCount(diameters.count, xs.count, "sizes", mark: name)
      let unseen = sizes.elements.prefix(xs.count).count { !($0.isFinite && $0 > 0) }
      if unseen > 0 {
        lowering.note(
          "\(name): \(unseen) of \(xs.count) sizes are not positive numbers; these points are left out"
        )
      }
    }
    var fills: [RGBA] = []
    if let values {
      lowering.noteCount(values.elements.count, xs.count, "values", mark: name)
      let scale = lowering.colorScale(
        colors, extent: .of(values.elements), fixed: valueRange, log: hasLogColors,
        label: valueLabel, mark: name)
      let palette = (0..<256).map {
        colors.color(at: (Double($0) + 0.5) / 256).opacity(opacity)
      }
      fills = values.elements.map { palette[(scale.position(of: $0) * 256).integer(in: 0...255)] }
      lowering.colorScales.append(scale)
      // A point without a value has no colour.
      let colorless = (0..<min(xs.count, fills.count)).filter {
        !values.elements[$0].isFinite || (scale.isLogarithmic && values.elements[$0] <= 0)
      }
      for index in colorless { xs[index] = .nan }
      if !colorless.isEmpty {
        lowering.note(
          "\(name): \(colorless.count) of \(fills.count) values have no place in "
            + "\(scale.isLogarithmic ? "logarithmic colours" : "the colours"); "
            + "these points are left out")
      }
    }
    var marker = marker
    if fills.isEmpty {
      // Beyond the theme's colours, points differ by their shape.
      let others: [Marker] = [.circle, .square, .triangle, .diamond, .cross]
      if color == nil, marker == .circle { marker = others[lowering.colorRound % others.count] }
      fills = [lowering.color(color).opacity(opacity)]
    }
    if diameters.isEmpty { diameters = [standard] }
    let style = Layer.PointStyle(shape: marker, sizes: diameters, fills: fills)
    lowering.add(.points(xs: xs, ys: ys, style), xs: xs, ys: ys)
    if let label, !label.isEmpty {
      lowering.legend.append(
        LegendEntry(
          label: label, marker: marker, markerSize: min(10, diameters[0]),
          fill: values == nil ? fills[0] : lowering.theme.muted))
    }
    lowering.say(Description.ofPoints(name, xs, ys, lowering.speech))
  }
}

extension Lowering {
  mutating func noteCount(_ count: Int, _ expected: Int, _ what: String, mark: String) {
    guard count != expected else { return }
    note("\(mark): there are \(expected) points but \(count) \(what); the last is repeated")
  }
}
