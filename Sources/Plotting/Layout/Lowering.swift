/// Collects what the marks of one plot draw, and what has to be told about them.
struct Lowering {
  let theme: Theme
  var layers: [Layer] = []
  var legend: [LegendEntry] = []
  var colorScales: [ColorScale] = []
  /// What the reader must know about the data: gaps, lengths that differ.
  var notes: [String] = []
  /// What the description says beside the notes.
  var remarks: [String] = []
  /// A clause for each mark, for the description of the figure.
  var clauses: [Clause] = []
  /// Whether a coloured field fills the plot, which then wants a box and no grid.
  var hasField = false
  /// Names along each axis: those its scale states, then those that marks bring along.
  var namesX: [String] = []
  var namesY: [String] = []
  /// Whether marks read from top to bottom along their names, as lying bars do.
  var namesReadDownwards = false
  /// What the axes show, for the words of descriptions.
  var speech = Speech()
  /// The points that were given, for the count of what cannot be shown.
  var accounts: [Account] = []
  /// The numbers behind each colour scale in order; `nil` where the range is given.
  var colorExtents: [Extent?] = []
  /// Numbers that the colours of these axes have in common with other plots or frames.
  var sharedColors: [Extent?] = []
  /// How colours are explained and spread, where the axes say so.
  var colorAxis: Axis?
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
  /// Whether marks stand in space, so that the plot has a third axis.
  var isSpatial = false
  private var colorIndex = 0
  /// The colour of the curve drawn last, which a band after it shares.
  var lastCurveColor: RGBA?
  private var hasWaitingBand = false
  private var depth = 0

  /// What is said of a mark; the direction of the axes is known only later.
  struct Clause: Sendable, Equatable {
    var text: String
  }

  /// The marks of `axes`, lowered.
  init(_ axes: Axes, theme: Theme) {
    self.theme = theme
    colorAxis = axes.color
    sharedColors = axes.sharedColors
    if case .categories(let names) = axes.x.scale { namesX = names }
    if case .categories(let names) = axes.y.scale { namesY = names }
    speech.xIsTime = axes.x.scale == .time
    speech.yIsTime = axes.y.scale == .time
    add(axes.marks)
  }

  /// Points that were given to a mark.
  struct Account: Sendable {
    enum Kind: Sendable {
      /// Shown at their place or not at all.
      case points
      /// Drawn from a base, so that nothing shows of those an axis cannot reach.
      case bars
      /// Ends that an axis shows at its own end when it cannot reach them.
      case ends
    }

    var name: String
    var kind: Kind
    var xs: [Double]
    var ys: [Double]
    var isOnRight = false
  }

  /// Keeps account of given points.
  mutating func count(_ name: String, _ xs: [Double], _ ys: [Double], as kind: Account.Kind) {
    accounts.append(Account(name: name, kind: kind, xs: xs, ys: ys))
  }

  /// The positions of names along an axis.
  ///
  /// A name keeps its place in all marks of the plot; when one mark has it twice, it has two places.
  mutating func places(of names: [String], isX: Bool) -> [Double] {
    var known = isX ? namesX : namesY
    var indices: [String: [Int]] = [:]
    for (index, name) in known.enumerated() { indices[name, default: []].append(index) }
    var uses: [String: Int] = [:]
    let places = names.map { name -> Double in
      let use = uses[name, default: 0]
      uses[name] = use + 1
      if let place = indices[name], use < place.count { return Double(place[use]) }
      indices[name, default: []].append(known.count)
      known.append(name)
      return Double(known.count - 1)
    }
    if isX { namesX = known } else { namesY = known }
    return places
  }

  /// Data with their names, if they are names, turned into positions.
  mutating func resolved(_ values: PlotValues, isX: Bool) -> PlotValues {
    if values.isTime { if isX { speech.xIsTime = true } else { speech.yIsTime = true } }
    guard let names = values.names else { return values }
    var values = values
    values.elements = places(of: names, isX: isX)
    values.names = nil
    return values
  }

  /// The colour scale for numbers that cover `extent`, joined with those of other plots and set as
  /// the axes say.
  mutating func colorScale(
    _ map: ColorMap, extent: Extent, fixed: ClosedRange<Double>?, log: Bool = false,
    label: String = "", mark: String
  ) -> ColorScale {
    let index = colorExtents.count
    colorExtents.append(fixed == nil ? extent : nil)
    var extent = extent
    if fixed == nil, index < sharedColors.count, let shared = sharedColors[index] {
      extent.merge(shared)
    }
    var fixed = fixed
    let isLog = log || colorAxis?.scale == .logarithmic
    if let axis = colorAxis, axis.hasLimits, !extent.isEmpty || axis.limits != nil {
      let low = axis.lowest ?? extent.low
      let high = axis.highest ?? extent.high
      if low < high { fixed = low...high }
    }
    if isLog, !extent.isEmpty, extent.high <= 0, fixed == nil {
      note("\(mark): no value is positive, so its colours cannot be logarithmic")
    }
    var scale = ColorScale(
      map: map, extent: extent, fixed: fixed, isLogarithmic: isLog, label: label)
    if let axis = colorAxis {
      if !axis.label.isEmpty { scale.label = axis.label }
      (scale.ticks, scale.format) = (axis.ticks, axis.format)
    }
    return scale
  }

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

  /// Something that only the description says.
  mutating func remark(_ text: String) {
    if !remarks.contains(text) { remarks.append(text) }
  }

  mutating func say(_ text: String) { clauses.append(Clause(text: text)) }

  /// How often the theme's colours have been used up; further curves differ by their style.
  var colorRound: Int { theme.colors.isEmpty ? colorIndex : colorIndex / theme.colors.count }

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
    let y = resolved(y, isX: false)
    let x = x.map { resolved($0, isX: true) }
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
    // Long columns are nearly always whole: that is found out first.
    if columns.allSatisfy(isWhole) { return }
    var gaps = 0
    for index in 0..<count where columns.contains(where: { !$0[index].isFinite }) { gaps += 1 }
    guard gaps > 0 else { return }
    note(
      "\(mark): \(gaps) of \(count) points \(gaps == 1 ? "is" : "are") not finite and "
        + "\(gaps == 1 ? "leaves a gap" : "leave gaps")")
  }

  mutating func add(
    _ shape: Layer.Shape, x: Extent = Extent(), y: Extent = Extent(), z: Extent = Extent()
  ) {
    layers.append(Layer(shape: shape, xExtent: x, yExtent: y, zExtent: z))
  }

  /// Adds a layer whose extent is that of its points: only those with both coordinates count.
  mutating func add(_ shape: Layer.Shape, xs: [Double], ys: [Double]) {
    if xs.count == ys.count, let x = Extent(whole: xs), let y = Extent(whole: ys) {
      add(shape, x: x, y: y)
      return
    }
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
