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
    let distance = Bars.leastDistance(xs)
    let count = Double(max(1, group.count))
    let share = width.isFinite ? width.clamped(to: 0.01...1) : 0.8
    let whole = distance * share
    let single = whole / count
    let start = -whole / 2 + single * Double(group.index)
    if let bases { lowering.noteCount(bases.elements.count, xs.count, "bases", mark: name) }
    let columns = Columns(
      places: xs, bases: starts(count: xs.count), ends: ends(ys),
      sides: (start, start + single * (count > 1 ? 0.92 : 1)), isHorizontal: isHorizontal)
    var along = Extent()
    var across = Extent()
    for index in xs.indices where columns.isWhole(index) {
      along.add(xs[index] - whole / 2)
      along.add(xs[index] + whole / 2)
      across.add(columns.base(index))
      across.add(columns.ends[index])
      if showsValues { addValue(ys[index], of: index, columns, single, to: &lowering) }
    }
    // Bars begin at zero exactly; no margin belongs under them.
    if across.low == 0 { across.hasHardLow = true }
    if across.high == 0 { across.hasHardHigh = true }
    lowering.add(
      .bars(columns, fill), x: isHorizontal ? across : along, y: isHorizontal ? along : across)
    if isHorizontal {
      lowering.count(name, columns.ends, xs, as: .bars)
    } else {
      lowering.count(name, xs, columns.ends, as: .bars)
    }
    if let label, !label.isEmpty {
      lowering.legend.append(LegendEntry(label: label, fill: fill, isArea: true))
    }
    lowering.say(Description.ofBars(name, labels, xs, ys, lowering.speech))
  }

  /// The least distance between two different positions; 1 where there are no two.
  private static func leastDistance(_ xs: [Double]) -> Double {
    var least = Double.infinity
    func look(_ ascending: [Double]) {
      for index in ascending.indices.dropFirst() {
        let distance = ascending[index] - ascending[index - 1]
        if distance > 0, distance < least { least = distance }
      }
    }
    let isAscending = xs.indices.dropFirst().allSatisfy { xs[$0 - 1] <= xs[$0] }
    look(isAscending ? xs : xs.filter(\.isFinite).sorted())
    return least.isFinite ? least : 1
  }

  /// Where bars begin: one number for all of them, or one for each of `count`.
  private func starts(count: Int) -> [Double] {
    guard let elements = bases?.elements, let last = elements.last else { return [0] }
    if elements.count == count || elements.count == 1 { return elements }
    return (0..<count).map { $0 < elements.count ? elements[$0] : last }
  }

  /// Where bars of these heights end.
  private func ends(_ heights: [Double]) -> [Double] {
    guard bases != nil else { return heights }
    let starts = starts(count: heights.count)
    return heights.indices.map { heights[$0] + (starts.count > 1 ? starts[$0] : starts[0]) }
  }

  /// Writes a bar's number beyond its end.
  private func addValue(
    _ value: Double, of index: Int, _ columns: Columns, _ width: Double,
    to lowering: inout Lowering
  ) {
    let place = columns.places[index]
    let middle = place + (columns.sides.first + columns.sides.second) / 2
    let end = columns.ends[index]
    let isDown = value < 0
    lowering.add(
      .text(
        Layer.PlacedText(
          text: NumberLabels.single(value, digits: 3), x: isHorizontal ? end : middle,
          y: isHorizontal ? middle : end,
          anchor: isHorizontal ? (isDown ? .right : .left) : (isDown ? .top : .bottom),
          offset: isHorizontal ? Point(isDown ? -5 : 5, 0) : Point(0, isDown ? 4 : -4),
          size: lowering.theme.textSize * 0.92, color: lowering.theme.foreground,
          cell: isHorizontal
            ? (width: .infinity, height: width) : (width: width * 1.2, height: .infinity))))
  }
}
