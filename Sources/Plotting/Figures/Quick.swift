// One-liners: a figure with one plot and one mark. A reader's own function of the same name wins, also
// where both take a literal: hence the attribute.

/// A curve through points.
///
/// ```swift
/// plot(x, y, title: "Losses", x: "step", y: .log("loss"))
/// ```
@_disfavoredOverload
public func plot(
  _ xs: some PlotData, _ ys: some PlotData, label: String? = nil, color: Color? = nil,
  style: LineStyle = .solid, marker: Marker = .none, title: String = "", x: Axis = Axis(),
  y: Axis = Axis()
) -> Figure {
  Figure(axes: [
    Axes(
      title, x: x, y: y,
      marks: [Line(xs, ys, label: label, color: color, style: style, marker: marker)])
  ])
}

/// A curve through values at 0, 1, 2 and so on.
@_disfavoredOverload
public func plot(
  _ ys: some PlotData, label: String? = nil, color: Color? = nil, style: LineStyle = .solid,
  marker: Marker = .none, title: String = "", x: Axis = Axis(), y: Axis = Axis()
) -> Figure {
  Figure(axes: [
    Axes(
      title, x: x, y: y,
      marks: [Line(ys, label: label, color: color, style: style, marker: marker)])
  ])
}

/// A function over an interval.
///
/// ```swift
/// plot(0...6.28) { sin($0) }
/// ```
@_disfavoredOverload
public func plot(
  _ range: ClosedRange<Double>, label: String? = nil, color: Color? = nil,
  style: LineStyle = .solid, title: String = "", x: Axis = Axis(), y: Axis = Axis(),
  samples: Int = 500, _ f: (Double) -> Double
) -> Figure {
  Figure(axes: [
    Axes(
      title, x: x, y: y,
      marks: [Line(range, label: label, color: color, style: style, samples: samples, f)])
  ])
}

/// A marker at each point.
@_disfavoredOverload
public func scatter(
  _ xs: some PlotData, _ ys: some PlotData, values: (any PlotData)? = nil,
  sizes: (any PlotData)? = nil, label: String? = nil, color: Color? = nil, size: Double = 6,
  marker: Marker = .circle, opacity: Double = 1, colors: ColorMap = .viridis,
  title: String = "", x: Axis = Axis(), y: Axis = Axis(), aspect: Aspect = .automatic
) -> Figure {
  Figure(axes: [
    Axes(
      title, x: x, y: y, aspect: aspect,
      marks: [
        Scatter(
          xs, ys, values: values, sizes: sizes, label: label, color: color, size: size,
          marker: marker, opacity: opacity, colors: colors)
      ])
  ])
}

/// A grid of numbers as colours, first row on top.
@_disfavoredOverload
public func heatmap(
  _ z: some PlotData, colors: ColorMap = .viridis, range: ClosedRange<Double>? = nil,
  log: Bool = false, label: String = "", showsValues: Bool = false, title: String = "",
  x: Axis = Axis(), y: Axis = Axis()
) -> Figure {
  Figure(axes: [
    Axes(
      title, x: x, y: y,
      marks: [
        Heatmap(
          z, colors: colors, range: range, log: log, label: label, showsValues: showsValues)
      ])
  ])
}

/// How often values fall into intervals.
@_disfavoredOverload
public func histogram(
  _ values: some PlotData, bins: Int? = nil, range: ClosedRange<Double>? = nil,
  edges: (any PlotData)? = nil, spacing: BinSpacing = .linear, density: Bool = false,
  cumulative: Bool = false, label: String? = nil, color: Color? = nil, title: String = "",
  x: Axis? = nil, y: Axis? = nil
) -> Figure {
  let x = x ?? (spacing == .logarithmic ? .log : Axis())
  return Figure(axes: [
    Axes(
      title, x: x,
      y: y ?? Axis(cumulative ? (density ? "share" : "count") : density ? "density" : "count"),
      marks: [
        Histogram(
          values, bins: bins, range: range, edges: edges, spacing: spacing, density: density,
          cumulative: cumulative, label: label, color: color)
      ])
  ])
}

/// A bar for each named value.
@_disfavoredOverload
public func bar(
  _ names: [String], _ heights: some PlotData, color: Color? = nil, horizontal: Bool = false,
  showsValues: Bool = false, title: String = "", x: Axis = Axis(), y: Axis = Axis()
) -> Figure {
  Figure(axes: [
    Axes(
      title, x: x, y: y,
      marks: [
        Bars(names, heights, color: color, horizontal: horizontal, showsValues: showsValues)
      ])
  ])
}

/// Lines of equal height of a function, or filled bands between them.
///
/// ```swift
/// contour(-2...2, -2...2) { x, y in x * x + y * y }
/// ```
@_disfavoredOverload
public func contour(
  _ xs: some PlotData, _ ys: some PlotData, levels: Contour.Levels = 10, fill: Bool = true,
  labels: Bool = false, colors: ColorMap = .viridis, title: String = "", x: Axis = Axis(),
  y: Axis = Axis(), aspect: Aspect = .automatic, _ f: (Double, Double) -> Double
) -> Figure {
  Figure(axes: [
    Axes(
      title, x: x, y: y, aspect: aspect,
      marks: [Contour(xs, ys, levels: levels, fill: fill, labels: labels, colors: colors, f)])
  ])
}

/// Lines of equal height of a grid of numbers, or filled bands between them.
@_disfavoredOverload
public func contour(
  _ xs: some PlotData, _ ys: some PlotData, _ z: some PlotData, levels: Contour.Levels = 10,
  fill: Bool = true, labels: Bool = false, colors: ColorMap = .viridis, title: String = "",
  x: Axis = Axis(), y: Axis = Axis(), aspect: Aspect = .automatic
) -> Figure {
  Figure(axes: [
    Axes(
      title, x: x, y: y, aspect: aspect,
      marks: [Contour(xs, ys, z, levels: levels, fill: fill, labels: labels, colors: colors)])
  ])
}
