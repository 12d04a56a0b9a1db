/// Several series of bars on top of one another or side by side.
///
/// ```swift
/// BarSeries(["2023", "2024"], [[3, 4], [1, 2]], labels: ["solar", "wind"])
/// BarSeries(years, shares, labels: kinds, arrangement: .shares)
/// BarSeries(names, values, labels: methods, arrangement: .grouped)
/// ```
///
/// Each row of the data is one series. Negative values of a stack go downwards from zero.
public struct BarSeries: Mark {
  var names: [String]?
  var x: PlotValues?
  var series: PlotValues
  /// What the legend calls each series.
  public var labels: [String]
  /// How series stand beside one another.
  public var arrangement: Arrangement
  /// Share of the distance between positions that bars take.
  public var width: Double
  /// Whether it lies.
  public var isHorizontal: Bool
  /// Whether each bar carries its number.
  public var showsValues: Bool

  /// How series stand beside one another.
  public enum Arrangement: String, Sendable, Hashable {
    /// On top of one another.
    case stacked
    /// Side by side.
    case grouped
    /// Stacked, as shares of the sum at each position.
    case shares
  }

  /// The mark of these data.
  public init(
    _ names: [String], _ series: some PlotData, labels: [String] = [],
    arrangement: Arrangement = .stacked, width: Double = 0.8, horizontal: Bool = false,
    showsValues: Bool = false
  ) {
    (self.names, self.series, self.labels) = (names, series.plotValues, labels)
    (self.arrangement, self.width, isHorizontal) = (arrangement, width, horizontal)
    self.showsValues = showsValues
  }

  /// The mark of these data.
  public init(
    _ x: some PlotData, _ series: some PlotData, labels: [String] = [],
    arrangement: Arrangement = .stacked, width: Double = 0.8, horizontal: Bool = false,
    showsValues: Bool = false
  ) {
    (self.x, self.series, self.labels) = (x.plotValues, series.plotValues, labels)
    (self.arrangement, self.width, isHorizontal) = (arrangement, width, horizontal)
    self.showsValues = showsValues
  }

  public var parts: [any Mark] {
    let stack: Stack
    switch Stack.of(series, labels, asShares: arrangement == .shares, splitsSigns: true) {
    case .failure(let problem): return [Unshown("bars: \(problem.text)")]
    case .success(let found): stack = found
    }
    return stack.rows.indices.map { index in
      let group = arrangement == .grouped ? (index, stack.rows.count) : (0, 1)
      let bases: PlotValues? = arrangement == .grouped ? nil : PlotValues(stack.bases[index])
      let label = stack.label(index)
      if let names = names ?? x?.names {
        return Bars(
          names, PlotValues(stack.rows[index]), on: bases, label: label, width: width,
          horizontal: isHorizontal, showsValues: showsValues, group: group)
      }
      return Bars(
        x ?? PlotValues([]), PlotValues(stack.rows[index]), on: bases, label: label, width: width,
        horizontal: isHorizontal, showsValues: showsValues, group: group)
    }
  }
}

/// Areas on top of one another.
///
/// ```swift
/// AreaSeries(times, [first, second], labels: ["first", "second"])
/// ```
///
/// Each row of the data is one series.
public struct AreaSeries: Mark {
  var x: PlotValues
  var series: PlotValues
  /// What the legend calls each series.
  public var labels: [String]
  /// Whether areas are shares of the sum at each position.
  public var showsShares: Bool
  /// From 0, invisible, to 1.
  public var opacity: Double

  /// - Parameters:
  ///   - shares: whether areas are shares of the sum at each position.
  public init(
    _ x: some PlotData, _ series: some PlotData, labels: [String] = [], shares: Bool = false,
    opacity: Double = 0.85
  ) {
    (self.x, self.series, self.labels) = (x.plotValues, series.plotValues, labels)
    (showsShares, self.opacity) = (shares, opacity)
  }

  public var parts: [any Mark] {
    switch Stack.of(series, labels, asShares: showsShares, splitsSigns: false) {
    case .failure(let problem): return [Unshown("areas: \(problem.text)")]
    case .success(let stack):
      return stack.rows.indices.map { index in
        let tops = zip(stack.bases[index], stack.rows[index]).map { $0 + $1 }
        return Band(
          x, stack.bases[index], tops, label: stack.label(index), color: .cycle(index),
          opacity: opacity)
      }
    }
  }
}

/// Rows of numbers with the heights that each begins at.
struct Stack {
  var rows: [[Double]]
  var bases: [[Double]]
  var labels: [String]

  struct Problem: Error { var text: String }

  func label(_ index: Int) -> String? { index < labels.count ? labels[index] : nil }

  static func of(_ series: PlotValues, _ labels: [String], asShares: Bool, splitsSigns: Bool)
    -> Result<Stack, Problem>
  {
    guard series.problem == nil, series.shape.count == 2 || series.shape.count == 1 else {
      return .failure(
        Problem(text: series.problem ?? "rows of numbers are needed, not the shape \(series.shape)")
      )
    }
    let count = series.shape.last ?? 0
    let total = series.shape.count == 2 ? series.shape[0] : 1
    guard labels.isEmpty || labels.count == total else {
      return .failure(Problem(text: "there are \(total) series but \(labels.count) labels"))
    }
    var rows = (0..<total).map { Array(series.elements[($0 * count)..<(($0 + 1) * count)]) }
    if asShares {
      for column in 0..<count {
        let sum = rows.reduce(0) { $0 + (($1[column].isFinite ? abs($1[column]) : 0)) }
        for row in rows.indices where sum > 0 { rows[row][column] /= sum }
      }
    }
    var (up, down) = ([Double](repeating: 0, count: count), [Double](repeating: 0, count: count))
    let bases = rows.map { row in
      row.indices.map { column -> Double in
        let value = row[column].isFinite ? row[column] : 0
        if splitsSigns, value < 0 {
          defer { down[column] += value }
          return down[column]
        }
        defer { up[column] += value }
        return up[column]
      }
    }
    return .success(Stack(rows: rows, bases: bases, labels: labels))
  }
}
