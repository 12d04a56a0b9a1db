extension FigureLayout {
  func painter(_ cell: Cell, core: Rect) -> PanelPainter {
    PanelPainter(
      plan: cell.plan, decoration: cell.decoration, core: core, typesetter: typesetter,
      theme: theme, legend: cell.legend, isTransparent: figure.isTransparent)
  }

  func totalWidth(_ widths: [Double], _ frame: Frame) -> Double {
    2 * FigureLayout.margin + widths.reduce(0, +) + frame.left.reduce(0, +)
      + frame.right.reduce(0, +) + Double(widths.count - 1) * FigureLayout.columnGap
  }

  /// Title above, legend, caption and notes below: their labels and heights with gaps.
  struct Surroundings {
    var title = Label()
    var legend: Legend?
    var below: [(label: Label, color: RGBA)] = []
    var top = 0.0
    var bottom = 0.0
    var right = 0.0
  }

  func surroundings(_ cells: [Cell], width: Double, notes: [String]) -> Surroundings {
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

  func draw(_ cells: [Cell], _ widths: [Double], _ heights: [Double]) -> Solution {
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

  func paint(_ label: Label, at point: Point, _ color: RGBA, into scene: inout Scene) {
    scene.primitives += label.primitives(at: point, anchor: .topLeft, color: color)
    scene.labels.append(label.frame(at: point, anchor: .topLeft))
  }

  /// What is wrong with formulas and characters of labels, with the place, each once.
  func labelProblems(_ cells: [Cell]) -> [String] {
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
