/// A bar for each value, from zero.
///
/// ```swift
/// Bars(["zeros", "Gaussian", "learned"], [20.6, 15.8, 8.1])
/// Bars([1, 2, 3], [4, 5, 6], group: (0, 2), label: "first of two")
/// ```
public struct Bars: ElementaryMark {
  var x: PlotValues?
  var names: [String]?
  var heights: PlotValues
  /// What the legend or the colour bar calls it.
  public var label: String?
  /// The colour; `nil`: the theme's next.
  public var color: Color?
  /// Share of the distance between positions that bars take, from 0 to 1.
  public var width: Double
  /// From 0, invisible, to 1.
  public var opacity: Double
  /// Whether bars lie, with their positions on the vertical axis.
  public var isHorizontal: Bool
  /// Whether each bar carries its number.
  public var showsValues: Bool
  var group: (index: Int, count: Int)
  var bases: PlotValues?

  /// - Parameters:
  ///   - group: which of how many series this is; bars of a group stand side by side.
  ///   - on: where each bar begins; the heights below it in a stack.
  public init(
    _ x: some PlotData, _ heights: some PlotData, on bases: (any PlotData)? = nil,
    label: String? = nil, color: Color? = nil, width: Double = 0.8, opacity: Double = 1,
    horizontal: Bool = false, showsValues: Bool = false, group: (Int, Int) = (0, 1)
  ) {
    self.x = x.plotValues
    self.heights = heights.plotValues
    self.bases = bases?.plotValues
    (self.label, self.color, self.width, self.opacity) = (label, color, width, opacity)
    (isHorizontal, self.showsValues, self.group) = (horizontal, showsValues, group)
  }

  /// Bars over names.
  public init(
    _ names: [String], _ heights: some PlotData, on bases: (any PlotData)? = nil,
    label: String? = nil, color: Color? = nil, width: Double = 0.8, opacity: Double = 1,
    horizontal: Bool = false, showsValues: Bool = false, group: (Int, Int) = (0, 1)
  ) {
    self.names = names
    self.heights = heights.plotValues
    self.bases = bases?.plotValues
    (self.label, self.color, self.width, self.opacity) = (label, color, width, opacity)
    (isHorizontal, self.showsValues, self.group) = (horizontal, showsValues, group)
  }

  public static func == (a: Bars, b: Bars) -> Bool {
    a.x == b.x && a.names == b.names && a.heights == b.heights && a.bases == b.bases
      && a.label == b.label && a.color == b.color && a.width == b.width
      && a.opacity == b.opacity && a.isHorizontal == b.isHorizontal
      && a.showsValues == b.showsValues && a.group == b.group
  }

  func lower(into lowering: inout Lowering) {
    let name = Lowering.name("bars", label)
    let labels = names ?? x?.names
    let positions = labels.map { PlotValues(lowering.places(of: $0, isX: !isHorizontal)) } ?? x
    let (xs, ys) = lowering.pairs(positions, heights, mark: name)
    guard !xs.isEmpty else { return }
    if isHorizontal, labels != nil { lowering.namesReadDownwards = true }
    lowering.noteGaps([xs, ys], mark: name)
    let fill = lowering.color(color).opacity(opacity)
    let sorted = Set(xs.filter(\.isFinite)).sorted()
    let distance = zip(sorted.dropFirst(), sorted).map { $0 - $1 }.min() ?? 1
    let count = Double(max(1, group.count))
    let share = width.isFinite ? width.clamped(to: 0.01...1) : 0.8
    let whole = distance * share
    let single = whole / count
    let start = -whole / 2 + single * Double(group.index)
    if let bases { lowering.noteCount(bases.elements.count, xs.count, "bases", mark: name) }
    var rings: [Layer.Ring] = []
    var tops: [Double] = []
    var along = Extent()
    var across = Extent()
    for (index, (x, y)) in zip(xs, ys).enumerated() where x.isFinite && y.isFinite {
      let base =
        bases.flatMap { $0.elements.isEmpty ? nil : $0.elements[min(index, $0.elements.count - 1)] }
        ?? 0
      guard base.isFinite else {
        tops.append(.nan)
        continue
      }
      tops.append(base + y)
      let (left, right) = (x + start, x + start + single * (count > 1 ? 0.92 : 1))
      let (low, high) = (min(base, base + y), max(base, base + y))
      along.add([x - whole / 2, x + whole / 2])
      across.add([low, high])
      rings.append(
        isHorizontal
          ? Layer.Ring(xs: [low, high, high, low], ys: [left, left, right, right])
          : Layer.Ring(xs: [left, right, right, left], ys: [low, low, high, high]))
      if showsValues {
        let color = lowering.theme.foreground
        let text = NumberLabels.single(y, digits: 3)
        let middle = (left + right) / 2
        let end = y < 0 ? low : high
        let down = y < 0 ? 1.0 : -1
        lowering.add(
          .text(
            Layer.PlacedText(
              text: text, x: isHorizontal ? end : middle, y: isHorizontal ? middle : end,
              anchor: isHorizontal ? (y < 0 ? .right : .left) : (y < 0 ? .top : .bottom),
              offset: isHorizontal ? Point(-5 * down, 0) : Point(0, 4 * down),
              size: lowering.theme.textSize * 0.92, color: color,
              cell: isHorizontal
                ? (width: .infinity, height: single) : (width: single * 1.2, height: .infinity))))
      }
    }
    // Bars begin at zero exactly; no margin belongs under them.
    if across.low == 0 { across.hasHardLow = true }
    if across.high == 0 { across.hasHardHigh = true }
    lowering.add(
      .area(rings, fill: fill, stroke: nil), x: isHorizontal ? across : along,
      y: isHorizontal ? along : across)
    let kept = zip(xs, ys).filter { $0.isFinite && $1.isFinite }.map(\.0)
    if isHorizontal {
      lowering.count(name, tops, kept, as: .bars)
    } else {
      lowering.count(name, kept, tops, as: .bars)
    }
    if let label, !label.isEmpty {
      lowering.legend.append(LegendEntry(label: label, fill: fill, isArea: true))
    }
    lowering.say(Description.ofBars(name, labels, xs, ys, lowering.speech))
  }
}
