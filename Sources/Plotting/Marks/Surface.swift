/// A surface in space, coloured by height or by values of its own.
///
/// ```swift
/// Surface(-2...2, -2...2) { x, y in x * x - y * y }
/// Surface(x, y, z)                    // z[row][column] at y[row], x[column]
/// Surface(x, y, z, values: f)         // all [rows, columns]: any surface, such as a sphere
/// ```
///
/// The plot then has three axes: `Axes(x:y:z:camera:)` names them and turns it.
public struct Surface: ElementaryMark {
  var x: PlotValues
  var y: PlotValues
  var z: PlotValues
  var values: PlotValues?
  /// The colours of numbers.
  public var colors: ColorMap
  /// One colour for all; `nil`: from the colour map.
  public var color: Color?
  /// Numbers at the ends of the colours; `nil`: from the data.
  public var range: ClosedRange<Double>?
  /// What the legend or the colour bar calls it.
  public var label: String
  /// From 0, invisible, to 1.
  public var opacity: Double
  /// Whether the lines of the grid are drawn.
  public var hasMesh: Bool

  /// Most patches along each side; finer grids are thinned.
  static let patchLimit = 120

  /// The mark of these data.
  public init(
    _ x: some PlotData, _ y: some PlotData, _ z: some PlotData, values: (any PlotData)? = nil,
    colors: ColorMap = .viridis, color: Color? = nil, range: ClosedRange<Double>? = nil,
    label: String = "", opacity: Double = 1, mesh: Bool = false
  ) {
    (self.x, self.y, self.z, self.values) = (
      x.plotValues, y.plotValues, z.plotValues, values?.plotValues
    )
    (self.colors, self.color, self.range, self.label) = (colors, color, range, label)
    (self.opacity, hasMesh) = (opacity, mesh)
  }

  /// A function of two variables, sampled at `samples` places along each.
  public init(
    _ x: some PlotData, _ y: some PlotData, colors: ColorMap = .viridis, color: Color? = nil,
    range: ClosedRange<Double>? = nil, label: String = "", opacity: Double = 1,
    mesh: Bool = false, samples: Int = 60, _ f: (Double, Double) -> Double
  ) {
    let grid = SampledGrid(x.plotValues, y.plotValues, samples: samples, f)
    (self.x, self.y, z) = (PlotValues(grid.xs), PlotValues(grid.ys), grid.values)
    (self.colors, self.color, self.range, self.label) = (colors, color, range, label)
    (self.opacity, hasMesh) = (opacity, mesh)
  }

  func lower(into lowering: inout Lowering) {
    lowering.isSpatial = true
    let name = Lowering.name("surface", label)
    guard let (rows, columns) = z.grid, rows > 1, columns > 1 else {
      lowering.note(
        "\(name): a grid of heights is needed, [rows, columns] of at least two each, but the shape is \(z.shape)"
      )
      return
    }
    var (xs, ys) = (x.elements, y.elements)
    if x.shape != z.shape || y.shape != z.shape {
      guard let grid = lowering.grid(z, x: x, y: y, mark: name) else { return }
      xs = (0..<(rows * columns)).map { grid.xs[$0 % columns] }
      ys = (0..<(rows * columns)).map { grid.ys[$0 / columns] }
    }
    let colored = values?.elements.count == z.elements.count ? values?.elements : nil
    if let values, colored == nil {
      lowering.note(
        "\(name): there are \(values.elements.count) values for \(z.elements.count) points; the heights give the colours"
      )
    }
    let levels = colored ?? z.elements
    let gaps = z.elements.indices.count {
      !(xs[$0].isFinite && ys[$0].isFinite && z.elements[$0].isFinite)
    }
    if gaps > 0 {
      lowering.note(
        "\(name): \(gaps) of \(z.elements.count) points are not finite and leave a hole")
    }
    let scale =
      color == nil
      ? lowering.colorScale(colors, extent: .of(levels), fixed: range, label: label, mark: name)
      : nil
    if let scale { lowering.colorScales.append(scale) }
    let own = color.map { lowering.color($0) }
    lowering.add(
      .surface(
        Layer.Patches(
          xs: xs, ys: ys, zs: z.elements, levels: levels, rows: rows, columns: columns,
          scale: scale, color: own, opacity: opacity.isFinite ? opacity.clamped(to: 0...1) : 1,
          hasMesh: hasMesh)), x: .of(xs), y: .of(ys), z: .of(z.elements))
    let kept = z.elements.indices.filter { z.elements[$0].isFinite }
    guard let low = kept.min(by: { z.elements[$0] < z.elements[$1] }),
      let high = kept.max(by: { z.elements[$0] < z.elements[$1] })
    else { return }
    let height = Speech.numbers(low: z.elements[low], high: z.elements[high], isTime: false)
    func place(_ index: Int) -> String {
      "(\(NumberLabels.plain(xs[index])), \(NumberLabels.plain(ys[index])))"
    }
    lowering.say(
      "\(name) of \(rows) × \(columns) points, lowest \(height(z.elements[low])) at \(place(low)), "
        + "highest \(height(z.elements[high])) at \(place(high))")
  }
}

extension Lowering {
  /// Adds a curve or points in space.
  mutating func addSpatial(
    _ name: String, _ x: PlotValues, _ y: PlotValues, _ z: PlotValues, stroke: Stroke?,
    style: Layer.PointStyle?
  ) {
    isSpatial = true
    let counts = [x, y, z].map(\.elements.count)
    let count = counts.min() ?? 0
    if counts.contains(where: { $0 != count }) {
      note(
        "\(name): x, y, z have \(counts.map { "\($0)" }.joined(separator: ", ")) values; "
          + "drawn are the first \(count). Give as many of each")
    }
    guard count > 0 else {
      note("\(name): there are no values to draw")
      return
    }
    let columns = [x, y, z].map { Array($0.elements.prefix(count)) }
    noteGaps(columns, mark: name)
    add(
      .spatial(xs: columns[0], ys: columns[1], zs: columns[2], stroke, style),
      x: .of(columns[0]), y: .of(columns[1]), z: .of(columns[2]))
    let ends = columns.map { column -> String in
      let extent = Extent.of(column)
      guard !extent.isEmpty else { return "nowhere" }
      let number = Speech.numbers(low: extent.low, high: extent.high, isTime: false)
      return "from \(number(extent.low)) to \(number(extent.high))"
    }
    say("\(name) of \(count) points, x \(ends[0]), y \(ends[1]), z \(ends[2])")
  }
}
