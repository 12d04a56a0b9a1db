/// Bars or stems: at each position a stretch from a base to an end.
///
/// The columns share the memory of the data, so ten million of them cost no more than their
/// numbers.
struct Columns: Sendable {
  /// Where they stand.
  var places: [Double]
  /// Where they begin: one number for all, or one for each.
  var bases: [Double]
  /// Where they end.
  var ends: [Double]
  /// From a position to the sides of its bar; equal for stems.
  var sides: (first: Double, second: Double)
  /// Whether they lie, with their positions on the vertical axis.
  var isHorizontal = false

  func base(_ index: Int) -> Double { bases.count > 1 ? bases[index] : bases[0] }

  /// Whether a column has all of its numbers.
  func isWhole(_ index: Int) -> Bool {
    places[index].isFinite && ends[index].isFinite && base(index).isFinite
  }

  /// The column's rectangle in units of the data.
  func ring(_ index: Int) -> Layer.Ring {
    let (low, high) = (min(base(index), ends[index]), max(base(index), ends[index]))
    let (left, right) = (places[index] + sides.first, places[index] + sides.second)
    return isHorizontal
      ? Layer.Ring(xs: [low, high, high, low], ys: [left, left, right, right])
      : Layer.Ring(xs: [left, right, right, left], ys: [low, low, high, high])
  }

  /// The column's middle line in units of the data.
  func segment(_ index: Int) -> Layer.Segment {
    let place = places[index]
    return isHorizontal
      ? Layer.Segment(x0: base(index), y0: place, x1: ends[index], y1: place)
      : Layer.Segment(x0: place, y0: base(index), x1: place, y1: ends[index])
  }
}

/// Many thin columns, as a figure can show them: joined within quarters of a pixel.
///
/// Columns of one quarter that begin at the same base cover together what the longest of either
/// direction covers, so the picture is the one of all of them.
struct JoinedColumns {
  /// The columns that are wide enough to be drawn each for itself.
  var single: [Int] = []
  /// Quarters of a pixel that columns cover, in order.
  var quarters: [(place: Double, low: Double, high: Double)] = []

  /// More columns than this are joined.
  static let limit = 20_000
  static let width = 0.25

  init(_ columns: Columns, _ mapper: DataMapper) {
    let along = StraightMap(columns.isHorizontal ? mapper.y : mapper.x)
    let acrossMap = columns.isHorizontal ? mapper.x : mapper.y
    let across = StraightMap(acrossMap)
    let core = mapper.core
    let (start, length) =
      columns.isHorizontal ? (core.y, core.height) : (core.x, core.width)
    let count = max(1, Int((length.clamped(to: 0...1e5) / JoinedColumns.width).rounded(.up)))
    var lows = [Double](repeating: .infinity, count: count)
    var highs = [Double](repeating: -.infinity, count: count)
    // What the axis cannot reach, such as zero on a logarithmic one, is its own end.
    func reached(_ value: Double) -> Double {
      let place = across(value)
      return (place.isFinite ? place : acrossMap.start).clamped(to: -20_000...20_000)
    }
    let shared = columns.bases.count > 1 ? nil : reached(columns.bases[0])
    for index in columns.places.indices where columns.isWhole(index) {
      let left = along(columns.places[index] + columns.sides.first)
      let right = along(columns.places[index] + columns.sides.second)
      guard abs(right - left) < JoinedColumns.width else {
        if !left.isNaN, !right.isNaN { single.append(index) }
        continue
      }
      let quarter = ((left + right) / 2 - start) / JoinedColumns.width
      guard quarter >= 0, quarter < Double(count) else { continue }
      let place = Int(quarter)
      let (base, end) = (shared ?? reached(columns.base(index)), reached(columns.ends[index]))
      lows[place] = min(lows[place], base, end)
      highs[place] = max(highs[place], base, end)
    }
    for place in 0..<count where lows[place] <= highs[place] {
      quarters.append((start + Double(place) * JoinedColumns.width, lows[place], highs[place]))
    }
  }
}
