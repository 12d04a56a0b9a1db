/// Solves the layout of a figure and gives its scene.
///
/// Plots of one column share their left and right edges, those of one row their top and bottom;
/// the room around them is what their labels need, measured before anything is drawn.
struct FigureLayout {
  var figure: Figure
  var theme: Theme
  var typesetter: Typesetter

  struct Cell {
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

  static let margin = 12.0
  static let columnGap = 20.0
  static let rowGap = 18.0
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
}
