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
    var row, column: Int
    var legend: Legend?
    var decoration = Decoration()
    var hidesX = false
    var hidesY = false
    /// Size of the plot inside, at most that of its row and column.
    var width = 0.0
    var height = 0.0
  }

  private static let margin = 12.0
  private static let columnGap = 20.0
  private static let rowGap = 18.0
  static let smallestSide = 40.0

  init(_ figure: Figure, measurer: any TextMeasurer) {
    self.figure = figure
    theme = figure.appliedTheme
    typesetter = Typesetter(measurer: measurer, families: theme.fonts)
  }

  /// The scene with what has to be told of it.
  struct Solution {
    var scene: Scene
    var plans: [PanelPlan]
    var notes: [String]
  }

  func solve() -> Solution {
    let plans = FigureLayout.plans(for: figure, theme: theme)
    let columns = max(1, min(figure.columnCount, plans.count))
    let rows = max(1, (plans.count + columns - 1) / columns)
    var cells = plans.enumerated().map { index, plan in
      Cell(plan: plan, row: index / columns, column: index % columns)
    }
    for index in cells.indices { hideSharedLabels(&cells[index], count: cells.count, columns) }

    var (widths, heights) = preferredSizes(cells, columns: columns, rows: rows)
    settle(&cells, &widths, &heights)
    // A legend that moves outside narrows the plots of a figure of given width, which may crowd
    // other legends out.
    for _ in 0..<4 {
      guard moveCrowdedLegends(&cells, widths, heights) else { break }
      settle(&cells, &widths, &heights)
    }
    return draw(cells, widths, heights)
  }

  /// Lowers the marks of all plots; their limits are joined where the figure shares axes.
  static func plans(for figure: Figure, theme: Theme) -> [PanelPlan] {
    let lowered = figure.axes.map { axes in
      var lowering = Lowering(theme: theme)
      lowering.add(axes.marks)
      return lowering
    }
    let columns = max(1, min(figure.columnCount, lowered.count))
    let extents = lowered.map { PanelPlan.extents(of: $0) }
    let sharing = figure.sharing
    /// The joined extent of the plots that share an axis with plot `index`.
    func joined(_ index: Int, _ axis: (PanelPlan.Extents) -> Extent, _ isPeer: (Int) -> Bool)
      -> Extent
    {
      var result = Extent()
      for other in extents.indices where isPeer(other) { result.merge(axis(extents[other])) }
      return result
    }
    return zip(figure.axes, lowered).enumerated().map { index, pair in
      var shared = PanelPlan.Shared()
      if sharing.joinsX {
        shared.x = joined(index, \.x) {
          !sharing.joinsColumns || $0 % columns == index % columns
        }
      }
      if sharing.joinsY {
        shared.y = joined(index, \.y) { !sharing.joinsRows || $0 / columns == index / columns }
      }
      return PanelPlan(pair.0, lowering: pair.1, shared: shared)
    }
  }

  private func hideSharedLabels(_ cell: inout Cell, count: Int, _ columns: Int) {
    let index = cell.row * columns + cell.column
    let isLastOfColumn = index + columns >= count
    if figure.sharing.joinsX { cell.hidesX = !isLastOfColumn }
    if figure.sharing.joinsY { cell.hidesY = cell.column > 0 }
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
      widths[cell.column] = max(widths[cell.column], w)
      heights[cell.row] = max(heights[cell.row], h)
    }
    return (widths.map { max($0, 1) }, heights.map { max($0, 1) })
  }

  /// Insets of columns and rows: what the widest decoration of each needs.
  private struct Frame {
    var left: [Double]
    var right: [Double]
    var top: [Double]
    var bottom: [Double]
  }

  private func frame(_ cells: [Cell], columns: Int, rows: Int) -> Frame {
    var frame = Frame(
      left: .init(repeating: 0, count: columns), right: .init(repeating: 0, count: columns),
      top: .init(repeating: 0, count: rows), bottom: .init(repeating: 0, count: rows))
    for cell in cells {
      let insets = cell.decoration.insets
      frame.left[cell.column] = max(frame.left[cell.column], insets.left)
      frame.right[cell.column] = max(frame.right[cell.column], insets.right)
      frame.top[cell.row] = max(frame.top[cell.row], insets.top)
      frame.bottom[cell.row] = max(frame.bottom[cell.row], insets.bottom)
    }
    return frame
  }

  /// Measures decorations and, where the figure's size is given, fits the plots into it.
  ///
  /// Ticks
  /// depend on sizes and sizes on ticks; three rounds settle it.
  private func settle(_ cells: inout [Cell], _ widths: inout [Double], _ heights: inout [Double]) {
    let isFixed = figure.width != nil || figure.height != nil
    for _ in 0..<(isFixed ? 3 : 1) {
      measure(&cells, widths, heights)
      guard isFixed else { return }
      let frame = frame(cells, columns: widths.count, rows: heights.count)
      if let width = figure.fixedWidth {
        let spare =
          width - 2 * FigureLayout.margin - frame.left.reduce(0, +) - frame.right.reduce(0, +)
          - Double(widths.count - 1) * FigureLayout.columnGap
        scale(&widths, to: spare)
      }
      if let height = figure.fixedHeight {
        let around = surroundings(width: totalWidth(widths, frame))
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
    for index in cells.indices {
      let room = (width: widths[cells[index].column], height: heights[cells[index].row])
      var (width, height) = room
      if let ratio = cells[index].plan.ratio {
        width = min(room.width, room.height / ratio)
        height = width * ratio
      }
      cells[index].width = width
      cells[index].height = height
      let plan = cells[index].plan
      if plan.axes.legend != .none {
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
  private func moveCrowdedLegends(
    _ cells: inout [Cell], _ widths: [Double], _ heights: [Double]
  ) -> Bool {
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

  /// Title above, caption and notes below: their labels and heights with gaps.
  private struct Surroundings {
    var title = Label()
    var below: [(label: Label, color: RGBA)] = []
    var top = 0.0
    var bottom = 0.0
  }

  private func surroundings(width: Double) -> Surroundings {
    var result = Surroundings()
    let room = width - 2 * FigureLayout.margin
    if !figure.title.isEmpty {
      result.title = typesetter.label(
        figure.title, size: theme.textSize * 1.3, bold: true, wrappedAt: room, centered: false)
      result.top = result.title.height + 12
    }
    func add(_ text: String, _ color: RGBA, size: Double) {
      let label = typesetter.label(text, size: size, wrappedAt: room, centered: false)
      result.bottom += label.height + (result.below.isEmpty ? 12 : 5)
      result.below.append((label, color))
    }
    if !figure.captionText.isEmpty {
      add(figure.captionText, theme.muted, size: theme.textSize * 0.98)
    }
    for note in figure.notes(of: figure.layoutNotes) {
      add("Note: \(note).", theme.warning, size: theme.textSize * 0.9)
    }
    return result
  }

  private func draw(_ cells: [Cell], _ widths: [Double], _ heights: [Double]) -> Solution {
    let frame = frame(cells, columns: widths.count, rows: heights.count)
    var notes: [String] = []
    for (index, cell) in cells.enumerated() {
      for note in cell.plan.notes {
        notes.append(cells.count > 1 ? "plot \(index + 1): \(note)" : note)
      }
    }
    if cells.isEmpty { notes.append("the figure has no axes to draw") }
    notes += unknownCommands(cells)
    var noted = self
    noted.figure.layoutNotes = notes
    let width = max(120, totalWidth(widths, frame))
    let around = noted.surroundings(width: width)
    let innerHeight =
      heights.reduce(0, +) + frame.top.reduce(0, +) + frame.bottom.reduce(0, +)
      + Double(heights.count - 1) * FigureLayout.rowGap
    let height = 2 * FigureLayout.margin + around.top + innerHeight + around.bottom
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
    for cell in cells {
      // Plots of fixed shape stand in the middle of their place.
      let core = Rect(
        x: lefts[cell.column] + (widths[cell.column] - cell.width) / 2,
        y: tops[cell.row] + (heights[cell.row] - cell.height) / 2, width: cell.width,
        height: cell.height)
      painter(cell, core: core).paint(into: &scene)
    }
    var bottom = FigureLayout.margin + around.top + innerHeight
    for (index, item) in around.below.enumerated() {
      bottom += index == 0 ? 12 : 5
      paint(item.label, at: Point(FigureLayout.margin, bottom), item.color, into: &scene)
      bottom += item.label.height
    }
    return Solution(scene: scene, plans: cells.map(\.plan), notes: notes)
  }

  private func paint(_ label: Label, at point: Point, _ color: RGBA, into scene: inout Scene) {
    scene.primitives += label.primitives(at: point, anchor: .topLeft, color: color)
    scene.labels.append(label.frame(at: point, anchor: .topLeft))
  }

  /// TeX commands in labels that were not understood, each once.
  private func unknownCommands(_ cells: [Cell]) -> [String] {
    var labels: [Label] = []
    for cell in cells {
      labels += [cell.decoration.title, cell.decoration.x.label, cell.decoration.y.label]
      labels += cell.legend?.items.map(\.label) ?? []
      labels += cell.decoration.bars.map(\.side.label)
    }
    labels.append(typesetter.label(figure.title, size: 12))
    var found: [String] = []
    for label in labels {
      for command in label.unknown where !found.contains(command) { found.append(command) }
    }
    guard !found.isEmpty else { return [] }
    return ["not understood in a formula and shown as written: \(found.joined(separator: ", "))"]
  }
}
