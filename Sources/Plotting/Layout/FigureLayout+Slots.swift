extension FigureLayout {
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

  func hideSharedLabels(_ cell: inout Cell, _ slots: [Slot]) {
    let slot = cell.slot
    let isLastOfColumn = !slots.contains { $0.row > slot.lastRow && $0.column == slot.column }
    if figure.sharing.joinsX { cell.hidesX = !isLastOfColumn && cell.plan.sharesX }
    if figure.sharing.joinsY { cell.hidesY = slot.column > 0 && cell.plan.sharesY }
  }
}
