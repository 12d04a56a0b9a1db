/// An arrow at each point: a field of directions, a transport map, a policy.
///
/// ```swift
/// Quiver(-2...2, -2...2) { x, y in (-y, x) }
/// Quiver(x, y, u, v, color: .foreground)
/// Quiver(source.x, source.y, shift.x, shift.y, inDataUnits: true)   // arrows end where they point
/// ```
public struct Quiver: ElementaryMark {
  var x: PlotValues
  var y: PlotValues
  var u: PlotValues
  var v: PlotValues
  /// What the legend or the colour bar calls it.
  public var label: String?
  /// The colour; `nil`: the theme's next.
  public var color: Color?
  /// Colours the arrows by their lengths.
  public var colors: ColorMap?
  /// Factor on the automatic length, at which the longest arrow spans the space between points.
  public var scale: Double
  /// Whether `u`, `v` are measured as the axes are, so that arrows end at `x + u`, `y + v`.
  public var inDataUnits: Bool
  /// The width of lines in pixels.
  public var width: Double
  /// From 0, invisible, to 1.
  public var opacity: Double

  /// - Parameters:
  ///   - u: components along `x`, one for each point, or a grid with rows for `y` and columns for `x`.
  public init(
    _ x: some PlotData, _ y: some PlotData, _ u: some PlotData, _ v: some PlotData,
    label: String? = nil, color: Color? = nil, colors: ColorMap? = nil, scale: Double = 1,
    inDataUnits: Bool = false, width: Double = 1.4, opacity: Double = 1
  ) {
    (self.x, self.y, self.u, self.v) = (x.plotValues, y.plotValues, u.plotValues, v.plotValues)
    (self.label, self.color, self.colors, self.scale) = (label, color, colors, scale)
    (self.inDataUnits, self.width, self.opacity) = (inDataUnits, width, opacity)
  }

  /// A function that gives a vector for each point of a grid.
  public init(
    _ x: some PlotData, _ y: some PlotData, label: String? = nil, color: Color? = nil,
    colors: ColorMap? = nil, scale: Double = 1, inDataUnits: Bool = false, width: Double = 1.4,
    opacity: Double = 1, samples: Int = 18, _ f: (Double, Double) -> (Double, Double)
  ) {
    let (x, y) = (x.plotValues, y.plotValues)
    let samples = samples.clamped(2, 400)
    let columns = x.span.map { evenlySpaced($0, count: samples) } ?? x.elements
    let rows = y.span.map { evenlySpaced($0, count: samples) } ?? y.elements
    var us: [Double] = []
    var vs: [Double] = []
    for y in rows {
      for x in columns {
        let (u, v) = f(x, y)
        us.append(u)
        vs.append(v)
      }
    }
    (self.x, self.y) = (PlotValues(columns), PlotValues(rows))
    u = PlotValues(us, shape: [rows.count, columns.count])
    v = PlotValues(vs, shape: [rows.count, columns.count])
    (self.label, self.color, self.colors, self.scale) = (label, color, colors, scale)
    (self.inDataUnits, self.width, self.opacity) = (inDataUnits, width, opacity)
  }

  func lower(into lowering: inout Lowering) {
    let name = Lowering.name("arrows", label)
    var (xs, ys) = (x.elements, y.elements)
    if let (rows, columns) = u.grid, rows * columns == u.elements.count {
      xs = x.positions(count: columns)
      ys = y.positions(count: rows)
      if xs.count == columns, ys.count == rows, xs.count * ys.count == u.elements.count {
        (xs, ys) = (ys.flatMap { _ in xs }, ys.flatMap { [Double](repeating: $0, count: columns) })
      } else {
        (xs, ys) = (x.elements, y.elements)
      }
    }
    let counts = [xs.count, ys.count, u.elements.count, v.elements.count]
    let count = counts.min() ?? 0
    if counts.contains(where: { $0 != count }) {
      lowering.note(
        "\(name): x, y, u, v have \(counts.map { "\($0)" }.joined(separator: ", ")) values; "
          + "drawn are the first \(count). Give as many of each")
    }
    guard count > 0 else {
      lowering.note("\(name): there are no values to draw")
      return
    }
    let columns = [xs, ys, u.elements, v.elements].map { Array($0.prefix(count)) }
    lowering.noteGaps(columns, mark: name)
    lowering.count(name, columns[0], columns[1], as: .points)
    let lengths = (0..<count).map { (columns[2][$0], columns[3][$0]) }.map {
      ($0.0 * $0.0 + $0.1 * $0.1).squareRoot()
    }
    let longest = lengths.filter(\.isFinite).max() ?? 0
    let single = colors == nil ? lowering.color(color).opacity(opacity) : RGBA(0, 0, 0)
    let colorScale = colors.map {
      lowering.colorScale(
        $0, extent: .of(lengths), fixed: nil, label: label ?? "", mark: name)
    }
    if let colorScale { lowering.colorScales.append(colorScale) }
    var vectors: [Layer.Vector] = []
    var (tipsX, tipsY) = (columns[0], columns[1])
    for index in 0..<count where columns.allSatisfy({ $0[index].isFinite }) {
      let color = colorScale.map { $0.color(of: lengths[index]).opacity(opacity) } ?? single
      vectors.append(
        Layer.Vector(
          x: columns[0][index], y: columns[1][index], dx: columns[2][index],
          dy: columns[3][index], color: color))
      if inDataUnits {
        tipsX.append(columns[0][index] + columns[2][index])
        tipsY.append(columns[1][index] + columns[3][index])
      }
    }
    let factor = scale.isFinite && scale > 0 ? scale : 1
    let style = Layer.ArrowStyle(
      width: lowering.size(width, "width", of: name, standard: 1.4), head: 5,
      pixelsPerUnit: inDataUnits || longest == 0 ? nil : factor / longest)
    lowering.add(.arrows(vectors, style), xs: tipsX, ys: tipsY)
    if let label, !label.isEmpty, colors == nil {
      lowering.legend.append(
        LegendEntry(label: label, stroke: Stroke(single, width: style.width)))
    }
    lowering.say("\(name): \(count), the longest \(NumberLabels.plain(longest))")
  }
}
