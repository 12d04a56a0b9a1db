/// Solves the layout of a figure and gives its scene.
///
/// Plots of one column share their left and right edges, those of one row their top and bottom;
/// the room around them is what their labels need, measured before anything is drawn.
struct FigureLayout {
  var figure: Figure
  var theme: Theme
  var typesetter: Typesetter

  private struct Cell {
    var plan: PanelPlan
    var slot: Slot
    var legend: Legend?
    var decoration = Decoration()
    var hidesX = false
    var hidesY = false
    /// The place for the plot inside: that of its rows and columns.
    var room = (width: 0.0, height: 0.0)
    /// Size of the plot inside, at most its place.
    var width = 0.0
    var height = 0.0
  }

  /// The columns and rows that a plot takes.
  struct Slot {
    var row, column: Int
    var rows = 1
    var columns = 1
    var lastRow: Int { row + rows - 1 }
    var lastColumn: Int { column + columns - 1 }
  }

  private static let margin = 12.0
  private static let columnGap = 20.0
  private static let rowGap = 18.0
  static let smallestSide = 40.0

  init(_ figure: Figure, measurer: any TextMeasurer) {
    self.figure = figure
    theme = figure.appliedTheme
    typesetter = Typesetter(measurer: measurer, families: theme.fonts, isDark: theme.isDark)
  }

  /// The scene with what has to be told of it.
  struct Solution {
    var scene: Scene
    var plans: [PanelPlan]
    /// The plots' places in the scene.
    var cores: [Rect]
    var notes: [String]
    var remarks: [String]
    /// What is wrong with labels, which are among the notes.
    var errors: [String]
    var template: Template
  }

  /// What frames of an animation share: room around plots, legends' places.
  struct Template: Equatable, Sendable {
    var frame: Frame
    var top, bottom: Double
    var width, height: Double
    var outsideLegends: [Bool]
    /// How much of the data each place of each plot's legend would cover.
    var legendCosts: [[Int]]

    mutating func merge(_ other: Template) {
      frame.merge(other.frame)
      (top, bottom) = (max(top, other.top), max(bottom, other.bottom))
      (width, height) = (max(width, other.width), max(height, other.height))
      for index in outsideLegends.indices where index < other.outsideLegends.count {
        outsideLegends[index] = outsideLegends[index] || other.outsideLegends[index]
        legendCosts[index] =
          legendCosts[index].isEmpty
          ? other.legendCosts[index]
          : other.legendCosts[index].isEmpty
            ? legendCosts[index] : zip(legendCosts[index], other.legendCosts[index]).map { $0 + $1 }
      }
    }
  }

  /// A solution of exactly the size that is asked for: texts become smaller until all fits.
  func solve() -> Solution {
    let solution = solveOnce()
    let (width, height) = (figure.fixedWidth, figure.fixedHeight)
    func isTooLarge(_ scene: Scene) -> Bool {
      scene.width > (width ?? .infinity) + 1 || scene.height > (height ?? .infinity) + 1
    }
    guard isTooLarge(solution.scene) else { return solution }
    var best = solution
    for factor in [0.86, 0.74, 0.63] {
      var smaller = self
      smaller.theme.fontSize = theme.textSize * factor
      best = smaller.solveOnce()
      if !isTooLarge(best.scene) { break }
    }
    let factor = best.scene.fit(width: width, height: height)
    best.cores = best.cores.map {
      Rect(x: $0.x * factor, y: $0.y * factor, width: $0.width * factor, height: $0.height * factor)
    }
    best.remarks.append("texts are set smaller to fit the size that is asked for")
    return best
  }

  private func solveOnce() -> Solution {
    let slots = FigureLayout.slots(for: figure)
    let plans = FigureLayout.plans(for: figure, theme: theme, slots: slots)
    let columns = max(1, (slots.map(\.lastColumn).max() ?? 0) + 1)
    let rows = max(1, (slots.map(\.lastRow).max() ?? 0) + 1)
    var cells = zip(plans, slots).map { Cell(plan: $0, slot: $1) }
    for index in cells.indices {
      hideSharedLabels(&cells[index], slots)
      if let template = figure.template, index < template.outsideLegends.count,
        template.outsideLegends[index]
      {
        cells[index].plan.isLegendOutside = true
      }
    }
    if figure.sharesColors {
      // One bar for all, at the last plot of the first row that has colours.
      let row = cells.filter { !$0.plan.colorBars.isEmpty }.map(\.slot.row).min() ?? 0
      let first = cells.lastIndex { $0.slot.row == row && !$0.plan.colorBars.isEmpty }
      let shown = first.map { cells[$0].plan.colorBars } ?? []
      for index in cells.indices where index != first {
        cells[index].plan.colorBars.removeAll { bar in shown.contains { $0.explains(bar) } }
      }
    }
    var (widths, heights) = preferredSizes(cells, columns: columns, rows: rows)
    settle(&cells, &widths, &heights)
    // A legend that moves outside narrows the plots of a figure of given width, which may crowd
    // other legends out.
    for _ in 0..<4 {
      guard figure.template == nil, moveCrowdedLegends(&cells) else { break }
      settle(&cells, &widths, &heights)
    }
    return draw(cells, widths, heights)
  }

  /// The places of the plots: row by row, each in the first place where it fits.
  static func slots(for figure: Figure) -> [Slot] {
    let isPlain = figure.axes.allSatisfy { $0.columnSpan == 1 && $0.rowSpan == 1 }
    let most = figure.columnCount
    let columns = isPlain ? max(1, min(most, figure.axes.count)) : most
    guard !isPlain else {
      return figure.axes.indices.map { Slot(row: $0 / columns, column: $0 % columns) }
    }
    var taken: Set<[Int]> = []
    return figure.axes.map { axes in
      let width = min(axes.columnSpan, columns)
      var place = 0
      while true {
        let (row, column) = place.quotientAndRemainder(dividingBy: columns)
        let fits =
          column + width <= columns
          && (row..<(row + axes.rowSpan)).allSatisfy { r in
            (column..<(column + width)).allSatisfy { !taken.contains([r, $0]) }
          }
        if fits {
          for r in row..<(row + axes.rowSpan) {
            for c in column..<(column + width) { taken.insert([r, c]) }
          }
          return Slot(row: row, column: column, rows: axes.rowSpan, columns: width)
        }
        place += 1
      }
    }
  }

  /// Lowers the marks of all plots; their limits are joined where the figure shares axes.
  static func plans(for figure: Figure, theme: Theme, slots: [Slot]) -> [PanelPlan] {
    var lowered = figure.axes.map { Lowering($0, theme: theme) }
    if figure.sharesColors {
      let shared = joinedColors(lowered)
      lowered = figure.axes.map { axes in
        var axes = axes
        axes.sharedColors = merged(axes.sharedColors, shared)
        return Lowering(axes, theme: theme)
      }
    }
    let extents = lowered.map { PanelPlan.extents(of: $0) }
    let sharing = figure.sharing
    return zip(figure.axes, lowered).enumerated().map { index, pair in
      var shared = PanelPlan.Shared()
      func join(_ isPeer: (Int) -> Bool, isX: Bool) {
        let own = isX ? pair.0.x : pair.0.y
        let peers = slots.indices.filter(isPeer)
        // Plots of different scales have no limits in common.
        let alike = peers.filter {
          (isX ? figure.axes[$0].x : figure.axes[$0].y).scale.kind == own.scale.kind
        }
        if alike.count < peers.count {
          shared.notes.append(
            "its \(isX ? "x" : "y") axis has another scale than plots beside it and does not share their limits"
          )
        }
        var result = Extent()
        var names: [String] = []
        for other in alike {
          result.merge(isX ? extents[other].x : extents[other].y)
          let more = isX ? lowered[other].namesX : lowered[other].namesY
          if more.count > names.count { names = more }
        }
        if isX {
          (shared.x, shared.xNames) = (result, names)
        } else {
          (shared.y, shared.yNames) = (result, names)
        }
      }
      if sharing.joinsX {
        join({ !sharing.joinsColumns || slots[$0].column == slots[index].column }, isX: true)
      }
      if sharing.joinsY {
        join({ !sharing.joinsRows || slots[$0].row == slots[index].row }, isX: false)
      }
      return PanelPlan(pair.0, lowering: pair.1, shared: shared)
    }
  }

  /// The numbers behind the colour scales of all plots, joined by their order.
  static func joinedColors(_ lowered: [Lowering]) -> [Extent?] {
    var result: [Extent?] = []
    for lowering in lowered { result = merged(result, lowering.colorExtents) }
    return result
  }

  static func merged(_ a: [Extent?], _ b: [Extent?]) -> [Extent?] {
    (0..<max(a.count, b.count)).map { index in
      let (x, y) = (index < a.count ? a[index] : nil, index < b.count ? b[index] : nil)
      guard var x else { return y }
      if let y { x.merge(y) }
      return x
    }
  }

  private func hideSharedLabels(_ cell: inout Cell, _ slots: [Slot]) {
    let slot = cell.slot
    let isLastOfColumn = !slots.contains { $0.row > slot.lastRow && $0.column == slot.column }
    if figure.sharing.joinsX { cell.hidesX = !isLastOfColumn && cell.plan.sharesX }
    if figure.sharing.joinsY { cell.hidesY = slot.column > 0 && cell.plan.sharesY }
  }

  // MARK: Sizes

  private func preferredSizes(_ cells: [Cell], columns: Int, rows: Int)
    -> (widths: [Double], heights: [Double])
  {
    let standard: [(Double, Double)] = [(430, 265), (305, 215), (225, 170), (172, 138)]
    var (width, height) = standard[min(columns, 4) - 1]
    if columns > 4 {
      width = max(44, 690 / Double(columns))
      height = width * 0.8
    }
    var widths = [Double](repeating: 0, count: columns)
    var heights = [Double](repeating: 0, count: rows)
    for cell in cells {
      var (w, h) = (width, height)
      if let ratio = cell.plan.ratio {
        // Where the shape is fixed, the area is kept: squares get squarer places.
        let side = (width * height * (columns == 1 ? 1.1 : 1.25)).squareRoot()
        let bounded = ratio.clamped(to: 0.28...2.2)
        w = min(width * 1.15, side / bounded.squareRoot())
        h = w * bounded
      }
      if cell.slot.columns == 1 { widths[cell.slot.column] = max(widths[cell.slot.column], w) }
      if cell.slot.rows == 1 { heights[cell.slot.row] = max(heights[cell.slot.row], h) }
    }
    widths = widths.map { $0 > 0 ? $0 : width }
    heights = heights.map { $0 > 0 ? $0 : height }
    func spread(_ sizes: inout [Double], _ shares: [Double]?) {
      guard let shares else { return }
      let valid = sizes.indices.map { index -> Double in
        index < shares.count && shares[index].isFinite && shares[index] > 0 ? shares[index] : 1
      }
      let unit = sizes.reduce(0, +) / valid.reduce(0, +)
      sizes = valid.map { max(FigureLayout.smallestSide, $0 * unit) }
    }
    spread(&widths, figure.widths)
    spread(&heights, figure.heights)
    return (widths, heights)
  }

  /// Insets of columns and rows: what the widest decoration of each needs.
  struct Frame: Equatable, Sendable {
    var left: [Double]
    var right: [Double]
    var top: [Double]
    var bottom: [Double]

    init(columns: Int, rows: Int) {
      (left, right) = (.init(repeating: 0, count: columns), .init(repeating: 0, count: columns))
      (top, bottom) = (.init(repeating: 0, count: rows), .init(repeating: 0, count: rows))
    }

    mutating func merge(_ other: Frame) {
      func join(_ a: inout [Double], _ b: [Double]) {
        for index in a.indices where index < b.count { a[index] = max(a[index], b[index]) }
      }
      join(&left, other.left)
      join(&right, other.right)
      join(&top, other.top)
      join(&bottom, other.bottom)
    }
  }

  private func frame(_ cells: [Cell], columns: Int, rows: Int) -> Frame {
    var frame = Frame(columns: columns, rows: rows)
    for cell in cells {
      let (insets, slot) = (cell.decoration.insets, cell.slot)
      frame.left[slot.column] = max(frame.left[slot.column], insets.left)
      frame.right[slot.lastColumn] = max(frame.right[slot.lastColumn], insets.right)
      frame.top[slot.row] = max(frame.top[slot.row], insets.top)
      frame.bottom[slot.lastRow] = max(frame.bottom[slot.lastRow], insets.bottom)
    }
    if let template = figure.template { frame.merge(template.frame) }
    return frame
  }

  /// Measures decorations and, where the figure's size is given, fits the plots into it.
  ///
  /// Ticks depend on sizes and sizes on ticks; three rounds settle it.
  private func settle(_ cells: inout [Cell], _ widths: inout [Double], _ heights: inout [Double]) {
    let isFixed = figure.fixedWidth != nil || figure.fixedHeight != nil
    let hasSpans = cells.contains { $0.slot.columns > 1 || $0.slot.rows > 1 }
    for _ in 0..<(isFixed || hasSpans ? 3 : 1) {
      measure(&cells, widths, heights)
      guard isFixed || hasSpans else { return }
      let frame = frame(cells, columns: widths.count, rows: heights.count)
      if let width = figure.fixedWidth {
        let spare =
          width - 2 * FigureLayout.margin - frame.left.reduce(0, +) - frame.right.reduce(0, +)
          - Double(widths.count - 1) * FigureLayout.columnGap
          - surroundings(cells, width: width, notes: []).right
        scale(&widths, to: spare)
      }
      if let height = figure.fixedHeight {
        let notes = cells.flatMap(\.plan.notes) + cells.flatMap(\.decoration.notes)
        let around = surroundings(cells, width: totalWidth(widths, frame), notes: notes)
        let spare =
          height - 2 * FigureLayout.margin - frame.top.reduce(0, +) - frame.bottom.reduce(0, +)
          - Double(heights.count - 1) * FigureLayout.rowGap - around.top - around.bottom
        scale(&heights, to: spare)
      }
    }
    measure(&cells, widths, heights)
  }

  private func scale(_ sizes: inout [Double], to total: Double) {
    let factor = max(total, 0) / sizes.reduce(0, +)
    sizes = sizes.map { max(FigureLayout.smallestSide, $0 * factor) }
  }

  private func measure(_ cells: inout [Cell], _ widths: [Double], _ heights: [Double]) {
    let decorator = Decorator(typesetter: typesetter, theme: theme)
    let frame = frame(cells, columns: widths.count, rows: heights.count)
    for index in cells.indices {
      let slot = cells[index].slot
      var room = (width: 0.0, height: 0.0)
      for column in slot.column...slot.lastColumn {
        room.width += widths[column]
        if column > slot.column {
          room.width += FigureLayout.columnGap + frame.right[column - 1] + frame.left[column]
        }
      }
      for row in slot.row...slot.lastRow {
        room.height += heights[row]
        if row > slot.row {
          room.height += FigureLayout.rowGap + frame.bottom[row - 1] + frame.top[row]
        }
      }
      cells[index].room = room
      var (width, height) = room
      if let ratio = cells[index].plan.ratio {
        width = min(room.width, room.height / ratio)
        height = width * ratio
      }
      cells[index].width = width
      cells[index].height = height
      let plan = cells[index].plan
      if plan.axes.legend != .none, figure.legend == nil {
        cells[index].legend = Legend(
          plan.lowering.legend, typesetter: typesetter, size: theme.textSize,
          limit: height * (plan.isLegendOutside ? 1 : 0.75))
      }
      cells[index].decoration = decorator.decorate(
        plan, width: width, height: height, legend: cells[index].legend,
        hidesX: cells[index].hidesX, hidesY: cells[index].hidesY)
    }
  }

  /// Puts legends that would cover data beside their plots; tells whether there are any.
  private func moveCrowdedLegends(_ cells: inout [Cell]) -> Bool {
    var hasMoved = false
    for index in cells.indices {
      guard let legend = cells[index].legend, !cells[index].plan.isLegendOutside else { continue }
      let core = Rect(x: 0, y: 0, width: cells[index].width, height: cells[index].height)
      let isOutside: Bool
      switch cells[index].plan.axes.legend {
      case .outside: isOutside = true
      case .automatic:
        isOutside =
          legend.bestPlacement(
            in: core, occupied: painter(cells[index], core: core).occupied()) == nil
      default: isOutside = legend.width > core.width || legend.height > core.height
      }
      if isOutside {
        cells[index].plan.isLegendOutside = true
        hasMoved = true
      }
    }
    return hasMoved
  }

  // MARK: Drawing

  private func painter(_ cell: Cell, core: Rect) -> PanelPainter {
    PanelPainter(
      plan: cell.plan, decoration: cell.decoration, core: core, typesetter: typesetter,
      theme: theme, legend: cell.legend, isTransparent: figure.isTransparent)
  }

  private func totalWidth(_ widths: [Double], _ frame: Frame) -> Double {
    2 * FigureLayout.margin + widths.reduce(0, +) + frame.left.reduce(0, +)
      + frame.right.reduce(0, +) + Double(widths.count - 1) * FigureLayout.columnGap
  }

  /// Title above, legend, caption and notes below: their labels and heights with gaps.
  private struct Surroundings {
    var title = Label()
    var legend: Legend?
    var below: [(label: Label, color: RGBA)] = []
    var top = 0.0
    var bottom = 0.0
    var right = 0.0
  }

  private func surroundings(_ cells: [Cell], width: Double, notes: [String]) -> Surroundings {
    var result = Surroundings()
    let room = width - 2 * FigureLayout.margin
    if !figure.title.isEmpty {
      result.title = typesetter.label(
        figure.title, size: theme.textSize * 1.3, bold: true, wrappedAt: room, centered: false)
      result.top = result.title.height + 12
    }
    if let side = figure.legend {
      var entries: [LegendEntry] = []
      for entry in cells.flatMap(\.plan.lowering.legend)
      where !entries.contains(where: { $0.label == entry.label }) { entries.append(entry) }
      var limit = side == .right ? 400.0 : 0
      result.legend = Legend(entries, typesetter: typesetter, size: theme.textSize, limit: limit)
      // One row as long as it fits, then more.
      while side == .below, let legend = result.legend, legend.width > room, limit < 400 {
        limit += limit == 0 ? 4 * theme.textSize : 20
        result.legend = Legend(entries, typesetter: typesetter, size: theme.textSize, limit: limit)
      }
      if let legend = result.legend {
        if side == .below { result.bottom += legend.height + 10 }
        if side == .right { result.right = legend.width + Decoration.barGap }
      }
    }
    func add(_ text: String, _ color: RGBA, size: Double) {
      let label = typesetter.label(text, size: size, wrappedAt: room, centered: false)
      result.bottom += label.height + (result.below.isEmpty ? 12 : 5)
      result.below.append((label, color))
    }
    if !figure.captionText.isEmpty {
      add(figure.captionText, theme.muted, size: theme.textSize * 0.98)
    }
    for note in figure.notes(of: notes) {
      add("Note: \(note).", theme.warning, size: theme.textSize * 0.9)
    }
    if let template = figure.template {
      result.top = max(result.top, template.top)
      result.bottom = max(result.bottom, template.bottom)
    }
    return result
  }

  private func draw(_ cells: [Cell], _ widths: [Double], _ heights: [Double]) -> Solution {
    let frame = frame(cells, columns: widths.count, rows: heights.count)
    var (notes, remarks): ([String], [String]) = ([], [])
    for (index, cell) in cells.enumerated() {
      func named(_ text: String) -> String { cells.count > 1 ? "plot \(index + 1): \(text)" : text }
      notes += (cell.plan.notes + cell.decoration.notes).map(named)
      remarks += cell.plan.remarks.map(named)
    }
    if cells.isEmpty { notes.append("the figure has no axes to draw") }
    let errors = labelProblems(cells)
    notes += errors
    let around = surroundings(
      cells, width: max(120, totalWidth(widths, frame)), notes: notes)
    var width = max(figure.fixedWidth ?? 120, totalWidth(widths, frame) + around.right)
    let innerHeight =
      heights.reduce(0, +) + frame.top.reduce(0, +) + frame.bottom.reduce(0, +)
      + Double(heights.count - 1) * FigureLayout.rowGap
    var height = 2 * FigureLayout.margin + around.top + innerHeight + around.bottom
    if let template = figure.template {
      (width, height) = (max(width, template.width), max(height, template.height))
    }
    var scene = Scene(
      width: width.rounded(.up), height: height.rounded(.up),
      background: figure.isTransparent ? nil : theme.background)

    var y = FigureLayout.margin + around.top
    var tops: [Double] = []
    for row in heights.indices {
      tops.append(y + frame.top[row])
      y += frame.top[row] + heights[row] + frame.bottom[row] + FigureLayout.rowGap
    }
    var x = FigureLayout.margin
    var lefts: [Double] = []
    for column in widths.indices {
      lefts.append(x + frame.left[column])
      x += frame.left[column] + widths[column] + frame.right[column] + FigureLayout.columnGap
    }
    if !around.title.isEmpty {
      let left = cells.count == 1 ? lefts[0] : FigureLayout.margin
      let fits = left + around.title.width <= width - FigureLayout.margin
      paint(
        around.title, at: Point(fits ? left : FigureLayout.margin, FigureLayout.margin),
        theme.foreground, into: &scene)
    }
    var cores: [Rect] = []
    var costs: [[Int]] = []
    for (index, cell) in cells.enumerated() {
      // Plots of fixed shape stand in the middle of their place.
      let core = Rect(
        x: lefts[cell.slot.column] + (cell.room.width - cell.width) / 2,
        y: tops[cell.slot.row] + (cell.room.height - cell.height) / 2, width: cell.width,
        height: cell.height)
      cores.append(core)
      var painter = painter(cell, core: core)
      if let template = figure.template, index < template.legendCosts.count {
        painter.legendCosts = template.legendCosts[index]
      }
      painter.paint(into: &scene)
      costs.append(figure.template == nil && figure.keepsLegendCosts ? painter.measuredCosts : [])
    }
    var bottom = FigureLayout.margin + around.top + innerHeight
    if let legend = around.legend {
      let isBelow = figure.legend == .below
      let place =
        isBelow
        ? Point(max(FigureLayout.margin, (width - legend.width) / 2), bottom + 8)
        : Point(
          width - FigureLayout.margin - legend.width,
          FigureLayout.margin + around.top + (frame.top.first ?? 0))
      scene.primitives += legend.primitives(
        at: place, theme: theme, plate: theme.background.opacity(figure.isTransparent ? 0.6 : 0.9))
      scene.labels.append(
        Rect(x: place.x, y: place.y, width: legend.width, height: legend.height))
      if isBelow { bottom += legend.height + 10 }
    }
    for (index, item) in around.below.enumerated() {
      bottom += index == 0 ? 12 : 5
      paint(item.label, at: Point(FigureLayout.margin, bottom), item.color, into: &scene)
      bottom += item.label.height
    }
    return Solution(
      scene: scene, plans: cells.map(\.plan), cores: cores, notes: notes, remarks: remarks,
      errors: errors,
      template: Template(
        frame: frame, top: around.top, bottom: around.bottom, width: width, height: height,
        outsideLegends: cells.map(\.plan.isLegendOutside), legendCosts: costs))
  }

  private func paint(_ label: Label, at point: Point, _ color: RGBA, into scene: inout Scene) {
    scene.primitives += label.primitives(at: point, anchor: .topLeft, color: color)
    scene.labels.append(label.frame(at: point, anchor: .topLeft))
  }

  /// What is wrong with formulas and characters of labels, with the place, each once.
  private func labelProblems(_ cells: [Cell]) -> [String] {
    var found: [String] = []
    func look(_ label: Label) {
      for problem in label.problems where !found.contains(problem) { found.append(problem) }
    }
    for cell in cells {
      let side = cell.decoration
      for label in [side.title, side.x.label, side.y.label, side.right?.label ?? Label()] {
        look(label)
      }
      for label in cell.legend?.items.map(\.label) ?? [] { look(label) }
      for label in side.bars.map(\.side.label) { look(label) }
      for tick in side.x.ticks + side.y.ticks { look(tick.label) }
      for layer in cell.plan.lowering.layers {
        if case .text(let text) = layer.shape { look(typesetter.label(text.text, size: 12)) }
      }
      if cell.plan.isSpatial { look(typesetter.label(cell.plan.axes.z.label, size: 12)) }
    }
    look(typesetter.label(figure.title, size: 12))
    look(typesetter.label(figure.captionText, size: 12))
    return found
  }
}

extension Scale {
  /// The scale without its parameters, for comparison.
  var kind: Int {
    switch self {
    case .linear: 0
    case .logarithmic: 1
    case .symmetric: 2
    case .time: 3
    case .categories: 0
    case .broken: 4
    }
  }
}

extension Scene {
  /// Shrinks all that is drawn so that it fits a size, which the scene then has.
  ///
  /// - Returns: the factor by which all is shrunk.
  mutating func fit(width: Double?, height: Double?) -> Double {
    let factor = min(1, (width ?? .infinity) / self.width, (height ?? .infinity) / self.height)
    if factor < 1 { scale(by: factor) }
    if let width { self.width = width.rounded() }
    if let height { self.height = height.rounded() }
    return factor
  }

  private mutating func scale(by factor: Double) {
    func point(_ p: Point) -> Point { p * factor }
    func rect(_ r: Rect) -> Rect {
      Rect(x: r.x * factor, y: r.y * factor, width: r.width * factor, height: r.height * factor)
    }
    func path(_ p: Path) -> Path {
      var result = p
      for index in result.parts.indices {
        result.parts[index].points = result.parts[index].points.map(point)
      }
      return result
    }
    func stroke(_ s: Stroke?) -> Stroke? {
      guard var s else { return nil }
      s.width *= factor
      s.dashes = s.dashes.map { $0 * factor }
      return s
    }
    primitives = primitives.map { primitive in
      switch primitive {
      case .path(let p, let fill, let line): return .path(path(p), fill: fill, stroke: stroke(line))
      case .markers(var markers):
        markers.centers = markers.centers.map(point)
        markers.sizes = markers.sizes.map { $0 * factor }
        return .markers(markers)
      case .text(var run):
        run.origin = point(run.origin)
        run.font.size *= factor
        run.ink = rect(run.ink)
        return .text(run)
      case .picture(let pixels, let frame, let smooth):
        return .picture(pixels, rect(frame), smooth: smooth)
      case .clip(let p): return .clip(path(p))
      case .endClip, .group, .endGroup: return primitive
      }
    }
    labels = labels.map(rect)
    texts = texts.map(rect)
    width *= factor
    height *= factor
  }
}
