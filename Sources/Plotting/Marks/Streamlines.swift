/// Curves that follow a field of directions, evenly spread.
///
/// ```swift
/// Streamlines(-2...2, -2...2) { x, y in (-y, x) }
/// Streamlines(x, y, u, v, colors: .viridis)      // coloured by speed
/// ```
public struct Streamlines: ElementaryMark {
  var x: PlotValues
  var y: PlotValues
  var u: PlotValues
  var v: PlotValues
  /// How closely curves stand; 1 leaves about a thirtieth of the plot between them.
  public var density: Double
  /// What the legend or the colour bar calls it.
  public var label: String?
  /// The colour; `nil`: the theme's next.
  public var color: Color?
  /// Colours the curves by the length of the field's vectors.
  public var colors: ColorMap?
  /// The width of lines in pixels.
  public var width: Double

  /// - Parameters:
  ///   - u: components along `x` on a grid, with rows for `y` and columns for `x`.
  public init(
    _ x: some PlotData, _ y: some PlotData, _ u: some PlotData, _ v: some PlotData,
    density: Double = 1, label: String? = nil, color: Color? = nil, colors: ColorMap? = nil,
    width: Double = 1.2
  ) {
    (self.x, self.y, self.u, self.v) = (x.plotValues, y.plotValues, u.plotValues, v.plotValues)
    (self.density, self.label, self.color, self.colors) = (density, label, color, colors)
    self.width = width
  }

  /// A function that gives a vector for each point, sampled at `samples` places along each axis.
  public init(
    _ x: some PlotData, _ y: some PlotData, density: Double = 1, label: String? = nil,
    color: Color? = nil, colors: ColorMap? = nil, width: Double = 1.2, samples: Int = 60,
    _ f: (Double, Double) -> (Double, Double)
  ) {
    let grid = SampledGrid(x.plotValues, y.plotValues, samples: samples) { _, _ in 0 }
    var (us, vs): ([Double], [Double]) = ([], [])
    for y in grid.ys {
      for x in grid.xs {
        let (u, v) = f(x, y)
        us.append(u)
        vs.append(v)
      }
    }
    let shape = [grid.rows, grid.columns]
    self.init(
      PlotValues(grid.xs), PlotValues(grid.ys), PlotValues(us, shape: shape),
      PlotValues(vs, shape: shape), density: density, label: label, color: color, colors: colors,
      width: width)
  }

  func lower(into lowering: inout Lowering) {
    let name = Lowering.name("streamlines", label)
    guard let grid = lowering.grid(u, x: x, y: y, mark: name) else { return }
    guard v.elements.count == u.elements.count, grid.rows > 1, grid.columns > 1 else {
      lowering.note(
        "\(name): u and v must be grids of one shape with at least two rows and columns")
      return
    }
    let gaps = u.elements.indices.count { !(u.elements[$0].isFinite && v.elements[$0].isFinite) }
    if gaps > 0 {
      lowering.note(
        "\(name): \(gaps) of \(u.elements.count) vectors are not finite; curves end there")
    }
    var tracer = StreamTracer(
      grid: grid, u: u.elements, v: v.elements,
      density: density.isFinite ? density.clamped(to: 0.1...5) : 1)
    let curves = tracer.curves()
    let pen = lowering.size(width, "width", of: name, standard: 1.2)
    let single = colors == nil ? lowering.color(color) : RGBA(0, 0, 0)
    let scale = colors.map {
      lowering.colorScale(
        $0, extent: .of(tracer.speeds), fixed: nil, label: label ?? "", mark: name)
    }
    if let scale { lowering.colorScales.append(scale) }
    let (spanX, spanY) = (Extent.of(grid.xs, hard: true), Extent.of(grid.ys, hard: true))
    var heads: [Layer.Vector] = []
    for curve in curves {
      let middle = curve.xs.count / 2
      let color = scale.map { $0.color(of: curve.speeds[middle]) } ?? single
      if let scale {
        // Pieces of one colour each.
        let step = max(2, curve.xs.count / 24)
        for start in stride(from: 0, to: curve.xs.count - 1, by: step) {
          let end = min(start + step, curve.xs.count - 1)
          lowering.add(
            .line(
              xs: Array(curve.xs[start...end]), ys: Array(curve.ys[start...end]),
              Stroke(scale.color(of: curve.speeds[(start + end) / 2]), width: pen, roundCaps: true)),
            x: spanX, y: spanY)
        }
      } else {
        lowering.add(
          .line(xs: curve.xs, ys: curve.ys, Stroke(single, width: pen)), x: spanX, y: spanY)
      }
      if middle > 0 {
        heads.append(
          Layer.Vector(
            x: curve.xs[middle], y: curve.ys[middle], dx: curve.xs[middle] - curve.xs[middle - 1],
            dy: curve.ys[middle] - curve.ys[middle - 1], color: color))
      }
    }
    lowering.add(
      .arrows(
        heads,
        Layer.ArrowStyle(width: pen, head: 5 + 1.6 * pen, pixelsPerUnit: nil, isHeadOnly: true)))
    if let label, !label.isEmpty, colors == nil {
      lowering.legend.append(LegendEntry(label: label, stroke: Stroke(single, width: pen)))
    }
    let speeds = Extent.of(tracer.speeds)
    lowering.say(
      "\(name): \(curves.count) curves, vectors from \(NumberLabels.plain(speeds.low)) to "
        + "\(NumberLabels.plain(speeds.high)) long")
  }
}

/// Follows a field in the unit square and keeps curves apart by a grid of cells, each of which one
/// curve may enter.
struct StreamTracer {
  struct Curve {
    var xs: [Double]
    var ys: [Double]
    var speeds: [Double]
  }

  private let grid: SampledGrid
  private let u: [Double]
  private let v: [Double]
  let speeds: [Double]
  private let cells: Int
  private var owner: [Int]

  init(grid: SampledGrid, u: [Double], v: [Double], density: Double) {
    (self.grid, self.u, self.v) = (grid, u, v)
    speeds = zip(u, v).map { ($0 * $0 + $1 * $1).squareRoot() }
    cells = Int((30 * density).rounded()).clamped(3, 150)
    owner = .init(repeating: -1, count: cells * cells)
  }

  /// Position in the unit square to data.
  private func data(_ p: Point) -> (Double, Double) {
    (
      grid.xs[0] + p.x * (grid.xs[grid.columns - 1] - grid.xs[0]),
      grid.ys[0] + p.y * (grid.ys[grid.rows - 1] - grid.ys[0])
    )
  }

  /// The direction of the field at a point of the unit square, of length one there, with its speed.
  private func direction(_ p: Point) -> (way: Point, speed: Double)? {
    guard p.x >= 0, p.x <= 1, p.y >= 0, p.y <= 1 else { return nil }
    let (x, y) = data(p)
    guard let column = cell(of: x, in: grid.xs), let row = cell(of: y, in: grid.ys) else {
      return nil
    }
    let s = (x - grid.xs[column]) / (grid.xs[column + 1] - grid.xs[column])
    let t = (y - grid.ys[row]) / (grid.ys[row + 1] - grid.ys[row])
    func mixed(_ values: [Double]) -> Double {
      let start = row * grid.columns + column
      let low = values[start] + (values[start + 1] - values[start]) * s
      let high =
        values[start + grid.columns]
        + (values[start + grid.columns + 1] - values[start + grid.columns]) * s
      return low + (high - low) * t
    }
    let (a, b) = (mixed(u), mixed(v))
    let way = Point(
      a / (grid.xs[grid.columns - 1] - grid.xs[0]), b / (grid.ys[grid.rows - 1] - grid.ys[0]))
    let length = way.length
    guard length.isFinite, length > 1e-300 else { return nil }
    return (way * (1 / length), (a * a + b * b).squareRoot())
  }

  private func cell(of value: Double, in places: [Double]) -> Int? {
    FieldPainter.cell(of: value, in: places).map { min($0, places.count - 2) }
  }

  private func index(_ p: Point) -> Int {
    let column = Int(p.x * Double(cells)).clamped(0, cells - 1)
    let row = Int(p.y * Double(cells)).clamped(0, cells - 1)
    return row * cells + column
  }

  mutating func curves() -> [Curve] {
    var result: [Curve] = []
    // From the middle outwards: long curves begin there.
    let middle = Double(cells - 1) / 2
    let order = (0..<(cells * cells)).sorted { a, b in
      func distance(_ k: Int) -> Double {
        let (row, column) = k.quotientAndRemainder(dividingBy: cells)
        return max(abs(Double(row) - middle), abs(Double(column) - middle))
      }
      let (p, q) = (distance(a), distance(b))
      return p != q ? p < q : a < b
    }
    for start in order where owner[start] < 0 {
      let (row, column) = start.quotientAndRemainder(dividingBy: cells)
      let seed = Point(
        (Double(column) + 0.5) / Double(cells), (Double(row) + 0.5) / Double(cells))
      if let curve = trace(from: seed, number: result.count) { result.append(curve) }
    }
    return result
  }

  private mutating func trace(from seed: Point, number: Int) -> Curve? {
    guard direction(seed) != nil else { return nil }
    var entered: [Int] = [index(seed)]
    owner[entered[0]] = number
    let backward = follow(seed, sign: -1, number, &entered)
    let forward = follow(seed, sign: 1, number, &entered)
    let points = backward.reversed() + [seed] + forward
    let length = zip(points, points.dropFirst()).reduce(0) { $0 + ($1.1 - $1.0).length }
    guard length > 0.12, points.count > 4 else {
      // Too short to show a course: its cells are free again.
      for cell in entered { owner[cell] = -1 }
      owner[entered[0]] = Int.max
      return nil
    }
    let places = points.map { data($0) }
    return Curve(
      xs: places.map(\.0), ys: places.map(\.1),
      speeds: points.map { direction($0)?.speed ?? 0 })
  }

  /// Midpoint steps until the curve leaves the square, rests, or meets another or itself.
  private mutating func follow(
    _ start: Point, sign: Double, _ number: Int, _ entered: inout [Int]
  ) -> [Point] {
    let step = min(0.01, 0.25 / Double(cells)) * sign
    var points: [Point] = []
    var (place, last) = (start, index(start))
    var total = 0.0
    while total < 4 {
      guard let first = direction(place),
        let half = direction(place + first.way * (step / 2))
      else { break }
      let next = place + half.way * step
      guard next.x >= 0, next.x <= 1, next.y >= 0, next.y <= 1 else { break }
      let cell = index(next)
      if cell != last {
        guard owner[cell] < 0 else { break }
        owner[cell] = number
        entered.append(cell)
        last = cell
      }
      points.append(next)
      place = next
      total += abs(step)
    }
    return points
  }
}
