/// Lines of equal height of a field, or the bands between them.
///
/// ```swift
/// Contour(-5...5, -10...10, levels: 12, fill: true) { x, y in f(y, x) }
/// Contour(x, y, z, levels: [0.1, 1, 10], labels: true, color: .foreground)
/// ```
public struct Contour: ElementaryMark {
  var x: PlotValues?
  var y: PlotValues?
  var z: PlotValues
  /// Heights at which lines run.
  public var levels: Levels
  /// Whether bands between the lines are filled.
  public var isFilled: Bool
  /// Whether lines carry their heights.
  public var hasLabels: Bool
  /// The colours of numbers.
  public var colors: ColorMap
  /// One colour for all lines; `nil`: from the colour map.
  public var color: Color?
  /// The width of lines in pixels.
  public var width: Double
  /// How lines are drawn.
  public var style: LineStyle
  /// Numbers at the ends of the colours; `nil`: from the data.
  public var range: ClosedRange<Double>?
  /// What the legend or the colour bar calls it.
  public var label: String
  /// From 0, invisible, to 1.
  public var opacity: Double
  /// Whether levels and colours are spread by ratios.
  public var hasLogColors: Bool

  /// Heights at which lines run: a number of round ones, or a list.
  public enum Levels: Sendable, Hashable, ExpressibleByIntegerLiteral, ExpressibleByArrayLiteral {
    /// About this many round heights.
    case count(Int)
    /// These heights.
    case at([Double])

    /// Levels from a literal.
    public init(integerLiteral value: Int) { self = .count(value) }
    /// Levels from a literal.
    public init(arrayLiteral elements: Double...) { self = .at(elements) }
  }

  /// - Parameters:
  ///   - z: heights in rows and columns, `z[row][column]` at `y[row]`, `x[column]`.
  public init(
    _ x: some PlotData, _ y: some PlotData, _ z: some PlotData, levels: Levels = 10,
    fill: Bool = false, labels: Bool = false, colors: ColorMap = .viridis, color: Color? = nil,
    width: Double = 1.3, style: LineStyle = .solid, range: ClosedRange<Double>? = nil,
    label: String = "", opacity: Double = 1, log: Bool = false
  ) {
    self.init(
      x: x.plotValues, y: y.plotValues, z: z.plotValues, levels, fill, labels, colors, color,
      width, style, range, label, opacity, log)
  }

  /// A function of two variables: over ranges sampled at `samples` places along each, over arrays
  /// at their elements.
  public init(
    _ x: some PlotData, _ y: some PlotData, levels: Levels = 10, fill: Bool = false,
    labels: Bool = false, colors: ColorMap = .viridis, color: Color? = nil,
    width: Double = 1.3, style: LineStyle = .solid, range: ClosedRange<Double>? = nil,
    label: String = "", opacity: Double = 1, log: Bool = false, samples: Int = 160,
    _ f: (Double, Double) -> Double
  ) {
    let grid = SampledGrid(x.plotValues, y.plotValues, samples: samples, f)
    self.init(
      x: PlotValues(grid.xs), y: PlotValues(grid.ys), z: grid.values, levels, fill, labels,
      colors, color, width, style, range, label, opacity, log)
  }

  private init(
    x: PlotValues, y: PlotValues, z: PlotValues, _ levels: Levels, _ fill: Bool,
    _ labels: Bool, _ colors: ColorMap, _ color: Color?, _ width: Double, _ style: LineStyle,
    _ range: ClosedRange<Double>?, _ label: String, _ opacity: Double, _ log: Bool
  ) {
    (self.x, self.y, self.z, self.levels) = (x, y, z, levels)
    (isFilled, hasLabels, self.colors, self.color) = (fill, labels, colors, color)
    (self.width, self.style, self.range) = (width, style, range)
    (self.label, self.opacity, hasLogColors) = (label, opacity, log)
  }

  func lower(into lowering: inout Lowering) {
    let name = Lowering.name(isFilled ? "filled contours" : "contours", label)
    guard let grid = lowering.grid(z, x: x, y: y, mark: name) else { return }
    guard grid.rows > 1, grid.columns > 1 else {
      lowering.note("\(name): at least two rows and two columns are needed")
      return
    }
    let extent = Extent.of(z.elements)
    guard !extent.isEmpty else {
      lowering.note("\(name): no height is a finite number")
      return
    }
    guard extent.high > extent.low else {
      lowering.note(
        "\(name): all heights are \(NumberLabels.given(extent.low)), so there are no lines to draw")
      return
    }
    let gaps = z.elements.count { !$0.isFinite }
    if gaps > 0 {
      lowering.note(
        "\(name): \(gaps) of \(z.elements.count) heights are not finite and leave a gap")
    }
    var scale = lowering.colorScale(
      colors, extent: extent, fixed: range, log: hasLogColors, label: label, mark: name)
    var heights = chosenLevels(scale)
    if scale.isLogarithmic { heights = heights.filter { $0 > 0 } }
    let unmet = heights.count { $0 < extent.low || $0 > extent.high }
    if unmet > 0, !isFilled {
      lowering.note(
        "\(name): \(unmet) of \(heights.count) levels are not met by the heights, which go from "
          + "\(scale.text(extent.low)) to \(scale.text(extent.high))")
    }
    guard !heights.isEmpty else {
      lowering.note("\(name): no level is a finite number")
      return
    }
    if isFilled {
      fill(grid, heights, &scale, &lowering)
    } else {
      trace(grid, heights, scale, &lowering)
    }
    lowering.say(
      heights.count == 1
        ? "\(name) at one level, \(scale.text(heights[0]))"
        : "\(name) at \(heights.count) levels from \(scale.text(heights[0])) to "
          + scale.text(heights[heights.count - 1]))
  }

  private func chosenLevels(_ scale: ColorScale) -> [Double] {
    switch levels {
    case .at(let list): return Set(list.filter(\.isFinite)).sorted()
    case .count(let count):
      let count = count.clamped(1, 200)
      if scale.isLogarithmic {
        // Powers of ten, or with steps between them, as many as asked for.
        let decades = logarithm10(scale.high / scale.low)
        for digits in [[1.0, 2, 3, 4, 5, 6, 7, 8, 9], [1, 2, 5], [1, 3], [1]]
        where decades * Double(digits.count) <= Double(count) * 1.5 {
          let first = Int(logarithm10(scale.low).rounded(.down))
          let last = Int(logarithm10(scale.high).rounded(.up))
          let found = (first...last).flatMap { e in digits.map { $0 * powerOfTen(e) } }
            .filter { $0 > scale.low && $0 < scale.high }
          if found.count > 1 { return found }
        }
        return (1...count).map {
          scale.low * power(scale.high / scale.low, Double($0) / Double(count + 1))
        }
      }
      let ticks = Scale.linearTicks(low: scale.low, high: scale.high, count: count + 1)
      let inside = ticks.major.map(\.value).filter { $0 > scale.low && $0 < scale.high }
      // Round levels, even when they are fewer than asked for; their labels stay short.
      if inside.count >= min(2, count) { return inside }
      return (1...count).map {
        scale.low + (scale.high - scale.low) * Double($0) / Double(count + 1)
      }
    }
  }

  /// Paints what lies above each level over what lies above the lower ones: neighbouring bands
  /// then share no edge through which the background would shine.
  private func fill(
    _ grid: SampledGrid, _ heights: [Double], _ scale: inout ColorScale,
    _ lowering: inout Lowering
  ) {
    let step = heights.count > 1 ? heights[1] - heights[0] : (scale.high - scale.low) / 2
    var first = min(scale.low, heights[0] - step * 0.5)
    var last = max(scale.high, heights[heights.count - 1] + step * 0.5)
    if scale.isLogarithmic {
      first = min(scale.low, heights[0] / 1.2)
      last = max(scale.high, heights[heights.count - 1] * 1.2)
    }
    let bounds = [first] + heights + [last]
    scale.levels = bounds
    var tracer = ContourTracer(xs: grid.xs, ys: grid.ys, heights: z.elements, filling: true)
    let x = Extent.of(grid.xs, hard: true)
    let y = Extent.of(grid.ys, hard: true)
    if opacity < 1 { lowering.add(.group(opacity: opacity.clamped(to: 0...1))) }
    let lowest = -Double.greatestFiniteMagnitude
    for (index, level) in ([lowest] + heights).enumerated() {
      // A band's colour is that of its middle, stretched so that the outer ones reach the ends.
      let count = Double(max(1, heights.count))
      let position =
        scale.map.isDiverging
        ? scale.position(of: (bounds[index] + bounds[index + 1]) / 2) : Double(index) / count
      let rings = tracer.curves(at: level).map { Layer.Ring(xs: $0.xs, ys: $0.ys) }
      let color = scale.map.color(at: position)
      lowering.add(.area(rings, fill: color, stroke: nil), x: x, y: y)
    }
    if opacity < 1 { lowering.add(.endGroup) }
    lowering.hasField = true
    lowering.colorScales.append(scale)
    if hasLabels || color != nil { trace(grid, heights, scale, &lowering) }
  }

  private func trace(
    _ grid: SampledGrid, _ heights: [Double], _ scale: ColorScale, _ lowering: inout Lowering
  ) {
    var tracer = ContourTracer(xs: grid.xs, ys: grid.ys, heights: z.elements, filling: false)
    let width = lowering.size(width, "width", of: "contours", standard: 1.3)
    let x = Extent.of(grid.xs, hard: true)
    let y = Extent.of(grid.ys, hard: true)
    let own = color.map { lowering.color($0) }
    let single = isFilled ? own ?? lowering.theme.foreground.opacity(0.6) : own
    let decimals = NumberLabels.decimals(of: heights.count > 1 ? heights[1] - heights[0] : 0.1)
    var labels: [Layer.ContourLabel] = []
    for (index, level) in heights.enumerated() {
      let position = heights.count > 1 ? Double(index) / Double(heights.count - 1) : 0.5
      let base =
        single ?? scale.map.color(at: scale.map.isDiverging ? scale.position(of: level) : position)
      let color = isFilled ? base : base.opacity(opacity)
      let stroke = Stroke(color, width: width, dashes: style.dashes(width: width))
      for curve in tracer.curves(at: level) {
        var (xs, ys) = (curve.xs, curve.ys)
        if curve.isClosed, let firstX = xs.first, let firstY = ys.first {
          xs.append(firstX)
          ys.append(firstY)
        }
        if hasLabels {
          let size = lowering.theme.textSize * 0.82
          let text =
            scale.isLogarithmic
            ? NumberLabels.single(level) : NumberLabels.fixed(level, decimals: min(decimals, 6))
          labels.append(
            Layer.ContourLabel(xs: xs, ys: ys, text: text, size: size, stroke: stroke))
        } else {
          lowering.add(.line(xs: xs, ys: ys, stroke), x: x, y: y)
        }
      }
    }
    if hasLabels { lowering.add(.contourLabels(labels), x: x, y: y) }
    if isFilled { return }
    if let own {
      guard !label.isEmpty else { return }
      let stroke = Stroke(own, width: width, dashes: style.dashes(width: width))
      lowering.legend.append(LegendEntry(label: label, stroke: stroke))
    } else if !hasLabels {
      lowering.colorScales.append(scale)
    }
  }
}
