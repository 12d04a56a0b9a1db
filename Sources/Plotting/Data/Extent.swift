/// The finite interval that data cover so far.
struct Extent: Equatable, Sendable {
  var low = Double.infinity
  var high = -Double.infinity
  /// Smallest positive number, where a logarithmic axis has to begin.
  var lowestPositive = Double.infinity
  /// Whether the data end exactly here, so that no margin belongs beyond them.
  var hasHardLow = false
  var hasHardHigh = false

  var isEmpty: Bool { !(low <= high) }

  mutating func add(_ value: Double) {
    guard value.isFinite else { return }
    if value < low { low = value }
    if value > high { high = value }
    if value > 0, value < lowestPositive { lowestPositive = value }
  }

  mutating func add(_ values: [Double]) {
    for value in values { add(value) }
  }

  mutating func merge(_ other: Extent) {
    guard !other.isEmpty else { return }
    if other.low < low {
      hasHardLow = other.hasHardLow
    } else if other.low == low {
      hasHardLow = hasHardLow || other.hasHardLow
    }
    if other.high > high {
      hasHardHigh = other.hasHardHigh
    } else if other.high == high {
      hasHardHigh = hasHardHigh || other.hasHardHigh
    }
    low = min(low, other.low)
    high = max(high, other.high)
    lowestPositive = min(lowestPositive, other.lowestPositive)
  }

  static func of(_ values: [Double], hard: Bool = false) -> Extent {
    var extent = Extent()
    extent.add(values)
    extent.hasHardLow = hard
    extent.hasHardHigh = hard
    return extent
  }
}
