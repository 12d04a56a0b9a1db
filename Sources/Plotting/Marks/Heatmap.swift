/// A grid of numbers as colours.
///
/// ```swift
/// Heatmap(matrix)                          // first row on top, as matrices are written
/// Heatmap(x, y, z, colors: .diverging)     // z[row][column] at y[row], x[column]
/// Heatmap(-3...3, -3...3) { x, y in x * x - y * y }
/// ```
///
/// Cells that are not finite stay empty. Grids with more cells than there are pixels are averaged
/// over blocks, not thinned.
public struct Heatmap: ElementaryMark {
  var x: PlotValues?
  var y: PlotValues?
  var z: PlotValues
  /// The colours of numbers.
  public var colors: ColorMap
  /// Numbers at the ends of the colour map; `nil`: the smallest and largest.
  public var range: ClosedRange<Double>?
  /// Whether equal ratios are equal steps of colour.
  public var isLogarithmic: Bool
  /// What the legend or the colour bar calls it.
  public var label: String
  /// Whether colours are interpolated between cells.
  public var isSmooth: Bool
  /// From 0, invisible, to 1.
  public var opacity: Double
  /// Whether each cell carries its number.
  public var showsValues: Bool

  /// The mark of these data.
  public init(
    _ z: some PlotData, colors: ColorMap = .viridis, range: ClosedRange<Double>? = nil,
    log: Bool = false, label: String = "", smooth: Bool = false, opacity: Double = 1,
    showsValues: Bool = false
  ) {
    (x, y, self.z) = (nil, nil, z.plotValues)
    (self.colors, self.range, isLogarithmic, self.label) = (colors, range, log, label)
    (isSmooth, self.opacity, self.showsValues) = (smooth, opacity, showsValues)
  }

  /// The mark of these data.
  public init(
    _ x: some PlotData, _ y: some PlotData, _ z: some PlotData, colors: ColorMap = .viridis,
    range: ClosedRange<Double>? = nil, log: Bool = false, label: String = "",
    smooth: Bool = false, opacity: Double = 1
  ) {
    (self.x, self.y, self.z) = (x.plotValues, y.plotValues, z.plotValues)
    (self.colors, self.range, isLogarithmic, self.label) = (colors, range, log, label)
    (isSmooth, self.opacity, showsValues) = (smooth, opacity, false)
  }

  /// A function of two variables, sampled at `samples` places along each.
  public init(
    _ x: ClosedRange<Double>, _ y: ClosedRange<Double>, colors: ColorMap = .viridis,
    range: ClosedRange<Double>? = nil, log: Bool = false, label: String = "",
    smooth: Bool = true, opacity: Double = 1, samples: Int = 160,
    _ f: (Double, Double) -> Double
  ) {
    let grid = SampledGrid(x.plotValues, y.plotValues, samples: samples, f)
    (self.x, self.y, z) = (PlotValues(grid.xs), PlotValues(grid.ys), grid.values)
    (self.colors, self.range, isLogarithmic, self.label) = (colors, range, log, label)
    (isSmooth, self.opacity, showsValues) = (smooth, opacity, false)
  }

  func lower(into lowering: inout Lowering) {
    let name = Lowering.name("heat map", label)
    guard let grid = lowering.grid(z, x: x, y: y, mark: name) else { return }
    let isMatrix = x == nil && y == nil
    let scale = lowering.colorScale(
      colors, extent: .of(z.elements), fixed: range, log: isLogarithmic, label: label, mark: name)
    let cells = lowering.shownCells(z.elements, scale, mark: name)
    if isMatrix {
      lowering.readsDownwards = true
      if max(grid.rows, grid.columns) <= 12 {
        lowering.countedCells = (grid.rows, grid.columns)
      }
      let ratio = Double(grid.rows) / Double(grid.columns)
      if (0.2...5).contains(ratio) { lowering.prefersEqualAspect = true }
    }
    lowering.addField(
      Field(
        values: cells, rows: grid.rows, columns: grid.columns,
        xEdges: SampledGrid.edges(around: grid.xs), yEdges: SampledGrid.edges(around: grid.ys),
        colors: scale, isSmooth: isSmooth, opacity: opacity))
    if showsValues, z.elements.count <= 1024 { addValues(grid, scale, &lowering) }
    lowering.say(
      "\(name) of \(grid.rows) × \(grid.columns) cells from \(scale.text(scale.low)) to "
        + scale.text(scale.high) + (scale.isLogarithmic ? ", logarithmic colours" : ""))
  }

  private func addValues(_ grid: SampledGrid, _ scale: ColorScale, _ lowering: inout Lowering) {
    lowering.showsCellValues = true
    // One number of decimals for all, so that numbers compare.
    let sizes = z.elements.filter { $0.isFinite && $0 != 0 }.map { abs($0) }
    let isWhole = sizes.allSatisfy { $0 == $0.rounded() && $0 < 1e6 }
    let isPlain = (sizes.max() ?? 0) < 1e4 && (sizes.max() ?? 1) >= 0.1
    let decimals = isWhole ? 0 : (sizes.max() ?? 0) < 10 ? 2 : 1
    let (xEdges, yEdges) = (
      SampledGrid.edges(around: grid.xs), SampledGrid.edges(around: grid.ys)
    )
    for (index, value) in z.elements.enumerated() where value.isFinite {
      let (row, column) = index.quotientAndRemainder(dividingBy: grid.columns)
      let isDark = scale.color(of: value).lightness < 0.5
      lowering.add(
        .text(
          Layer.PlacedText(
            text: isWhole || isPlain
              ? NumberLabels.fixed(value, decimals: decimals)
              : NumberLabels.single(value, digits: 2), x: grid.xs[column], y: grid.ys[row],
            anchor: .center, offset: Point(0, 0),
            size: lowering.theme.textSize * 0.85,
            color: isDark ? RGBA(1, 1, 1) : RGBA(0.08, 0.08, 0.08),
            cell: (
              width: abs(xEdges[column + 1] - xEdges[column]),
              height: abs(yEdges[row + 1] - yEdges[row])
            ))))
    }
  }
}

/// Positions of a grid's columns and rows, and its numbers when they come from a function.
struct SampledGrid {
  var xs: [Double]
  var ys: [Double]
  var values = PlotValues([])
  var columns: Int { xs.count }
  var rows: Int { ys.count }

  init(xs: [Double], ys: [Double]) { (self.xs, self.ys) = (xs, ys) }

  init(_ x: PlotValues, _ y: PlotValues, samples: Int, _ f: (Double, Double) -> Double) {
    let samples = samples.clamped(2, 4096)
    xs = x.span.map { evenlySpaced($0, count: samples) } ?? x.elements
    ys = y.span.map { evenlySpaced($0, count: samples) } ?? y.elements
    var elements: [Double] = []
    elements.reserveCapacity(xs.count * ys.count)
    for y in ys {
      for x in xs { elements.append(f(x, y)) }
    }
    values = PlotValues(elements, shape: [ys.count, xs.count])
  }

  /// Boundaries half-way between neighbouring centres.
  static func edges(around centers: [Double]) -> [Double] {
    guard let first = centers.first, let last = centers.last else { return [] }
    guard centers.count > 1 else { return [first - 0.5, first + 0.5] }
    var edges = [first - (centers[1] - first) / 2]
    for (a, b) in zip(centers, centers.dropFirst()) { edges.append(a / 2 + b / 2) }
    edges.append(last + (last - centers[centers.count - 2]) / 2)
    return edges
  }
}

extension Lowering {
  /// The cells that have a colour, others as gaps; what is left out or cut to the range is told.
  mutating func shownCells(_ values: [Double], _ scale: ColorScale, mark: String) -> [Double] {
    var (gaps, infinite, negative, beyond) = (0, 0, 0, 0)
    for value in values {
      if value.isNaN {
        gaps += 1
      } else if !value.isFinite {
        infinite += 1
      } else if scale.isLogarithmic, value <= 0 {
        negative += 1
      } else if value < scale.low || value > scale.high {
        beyond += 1
      }
    }
    func tell(_ count: Int, _ what: String) {
      guard count > 0 else { return }
      note("\(mark): \(count) of \(values.count) cells \(what)")
    }
    tell(gaps, "are not numbers and stay empty")
    tell(infinite, "are infinite and stay empty")
    tell(negative, "are not positive and stay empty, since the colours are logarithmic")
    if beyond > 0 {
      remark(
        "\(mark): \(beyond) of \(values.count) cells lie beyond the colours' range and take its ends' colours"
      )
    }
    guard infinite + negative > 0 else { return values }
    return values.map { $0.isFinite && !(scale.isLogarithmic && $0 <= 0) ? $0 : .nan }
  }

  /// Checks the grid of a field and gives its rows and columns their positions.
  mutating func grid(_ z: PlotValues, x: PlotValues?, y: PlotValues?, mark: String) -> SampledGrid?
  {
    if let problem = z.problem ?? x?.problem ?? y?.problem { note("\(mark): \(problem)") }
    guard let (rows, columns) = z.grid, rows > 0, columns > 0 else {
      note(
        "\(mark): a grid of numbers is needed, [rows, columns], but the shape is \(z.shape)")
      return nil
    }
    let xs = x.map { $0.positions(count: columns) } ?? (0..<columns).map { Double($0) }
    let ys = y.map { $0.positions(count: rows) } ?? (0..<rows).map { Double($0) }
    guard xs.count == columns, ys.count == rows else {
      note(
        "\(mark): the grid has \(rows) rows and \(columns) columns, but y has \(ys.count) values "
          + "and x has \(xs.count). Give y for the rows and x for the columns")
      return nil
    }
    guard isMonotone(xs), isMonotone(ys) else {
      note("\(mark): x and y must be finite and either rise or fall throughout")
      return nil
    }
    return SampledGrid(xs: xs, ys: ys)
  }

  private func isMonotone(_ values: [Double]) -> Bool {
    guard values.allSatisfy({ $0.isFinite && abs($0) < 1e300 }) else { return false }
    let pairs = zip(values, values.dropFirst())
    return pairs.allSatisfy { $0 < $1 } || pairs.allSatisfy { $0 > $1 }
  }

  mutating func addField(_ field: Field) {
    var x = Extent.of([field.xEdges.first ?? 0, field.xEdges.last ?? 1], hard: true)
    x.add(field.xEdges)
    let y = Extent.of(field.yEdges, hard: true)
    hasField = true
    colorScales.append(field.colors)
    add(.field(field), x: x, y: y)
  }
}
