/// Collects what the marks of one plot draw, and what has to be told about them.
struct Lowering {
  let theme: Theme
  var layers: [Layer] = []
  var legend: [LegendEntry] = []
  var colorScales: [ColorScale] = []
  /// What the reader must know about the data: gaps, lengths that differ.
  var notes: [String] = []
  /// A clause for each mark, for the description of the figure.
  var clauses: [Clause] = []
  /// Whether a coloured field fills the plot, which then wants a box and no grid.
  var hasField = false
  /// Names that bars bring along for the axis they stand on.
  var categories: (names: [String], isVertical: Bool)?
  /// Whether rows are counted from the top, as in matrices and pictures.
  var readsDownwards = false
  /// Whether the numbers of a matrix stand in its cells.
  var showsCellValues = false
  /// Rows and columns of a small matrix, each of which wants a tick.
  var countedCells: (rows: Int, columns: Int)?
  /// Whether cells or pixels should be square unless the axes say otherwise.
  var prefersEqualAspect = false
  /// Whether the axes carry no numbers worth showing, as around pictures.
  var hidesAxes = false
  private var colorIndex = 0
  /// The colour of the curve drawn last, which a band after it shares.
  var lastCurveColor: RGBA?
  private var hasWaitingBand = false
  private var depth = 0

  /// What is said of a mark; the direction of the axes is known only later.
  struct Clause: Sendable, Equatable {
    var text: String
  }

  init(theme: Theme) { self.theme = theme }

  mutating func add(_ marks: [any Mark]) {
    // A mark may contain itself; it must not recurse for ever.
    guard depth < 16 else {
      note("a mark has parts nested more than 16 deep; the deepest are left out")
      return
    }
    depth += 1
    defer { depth -= 1 }
    for mark in marks {
      if let elementary = mark as? any ElementaryMark {
        elementary.lower(into: &self)
      } else {
        add(mark.parts)
      }
    }
  }

  mutating func note(_ text: String) {
    if !notes.contains(text) { notes.append(text) }
  }

  mutating func say(_ text: String) { clauses.append(Clause(text: text)) }

  /// The mark's own colour, or the next of the theme.
  mutating func color(_ own: Color?) -> RGBA {
    guard let own else {
      defer { colorIndex += 1 }
      return Color.cycle(colorIndex).resolved(in: theme)
    }
    if case .unknown(let text) = own.source {
      note("\"\(text)\" is not a colour; write \"#RRGGBB\" or a name such as \"blue\"")
    }
    return own.resolved(in: theme)
  }

  /// The colour of a band: that of the curve before it, else that of the curve to come.
  mutating func bandColor(_ own: Color?) -> RGBA {
    guard own == nil else { return color(own) }
    if let lastCurveColor { return lastCurveColor }
    if hasWaitingBand { return color(nil) }
    hasWaitingBand = true
    return Color.cycle(colorIndex).resolved(in: theme)
  }

  /// A width or size that can be drawn; anything else becomes `standard`.
  mutating func size(_ value: Double, _ name: String, of mark: String, standard: Double) -> Double {
    guard value.isFinite, value >= 0, value <= 2000 else {
      note("\(mark): \(name) \(value) cannot be drawn; \(NumberLabels.plain(standard)) is used")
      return standard
    }
    return value
  }

  /// Positions and values of equal number.
  ///
  /// Without `x` the positions are 0, 1, 2, …; lengths that differ are cut to the shorter and the
  /// reader is told.
  mutating func pairs(_ x: PlotValues?, _ y: PlotValues, mark: String)
    -> (xs: [Double], ys: [Double])
  {
    if let problem = x?.problem ?? y.problem { note("\(mark): \(problem)") }
    let ys = y.elements
    var xs = x.map { $0.positions(count: ys.count) } ?? ys.indices.map { Double($0) }
    guard !ys.isEmpty || !xs.isEmpty else {
      note("\(mark): there are no values to draw")
      return ([], [])
    }
    if xs.count != ys.count {
      let count = min(xs.count, ys.count)
      note(
        "\(mark): x has \(xs.count) values and y has \(ys.count); "
          + "drawn are the first \(count). Give as many of both")
      xs = Array(xs.prefix(count))
      return (xs, Array(ys.prefix(count)))
    }
    return (xs, ys)
  }

  /// Tells how many of the points have a coordinate that is not a number.
  mutating func noteGaps(_ columns: [[Double]], mark: String) {
    guard let count = columns.map(\.count).min(), count > 0 else { return }
    // Long columns are nearly always whole: that is found out first. A sum is finite only if all
    // of its terms are; one that overflows sends us the slow way.
    if columns.allSatisfy({ $0.reduce(0) { $0 + abs($1) }.isFinite }) { return }
    var gaps = 0
    for index in 0..<count where columns.contains(where: { !$0[index].isFinite }) { gaps += 1 }
    guard gaps > 0 else { return }
    note(
      "\(mark): \(gaps) of \(count) points \(gaps == 1 ? "is" : "are") not finite and "
        + "\(gaps == 1 ? "leaves a gap" : "leave gaps")")
  }

  mutating func add(_ shape: Layer.Shape, x: Extent = Extent(), y: Extent = Extent()) {
    layers.append(Layer(shape: shape, xExtent: x, yExtent: y))
  }

  /// Adds a layer whose extent is that of its points: only those with both coordinates count.
  mutating func add(_ shape: Layer.Shape, xs: [Double], ys: [Double]) {
    var x = Extent()
    var y = Extent()
    for index in 0..<min(xs.count, ys.count) where xs[index].isFinite && ys[index].isFinite {
      x.add(xs[index])
      y.add(ys[index])
    }
    add(shape, x: x, y: y)
  }

  /// The name of a mark in notes and descriptions.
  static func name(_ kind: String, _ label: String?) -> String {
    guard let label, !label.isEmpty else { return kind }
    return "\(kind) “\(PlainText.of(label))”"
  }
}
