extension FigureLayout {
  func preferredSizes(_ cells: [Cell], columns: Int, rows: Int)
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

  func frame(_ cells: [Cell], columns: Int, rows: Int) -> Frame {
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
  func settle(_ cells: inout [Cell], _ widths: inout [Double], _ heights: inout [Double]) {
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

  func scale(_ sizes: inout [Double], to total: Double) {
    let factor = max(total, 0) / sizes.reduce(0, +)
    sizes = sizes.map { max(FigureLayout.smallestSide, $0 * factor) }
  }

  func measure(_ cells: inout [Cell], _ widths: [Double], _ heights: [Double]) {
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
  func moveCrowdedLegends(_ cells: inout [Cell]) -> Bool {
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
}
