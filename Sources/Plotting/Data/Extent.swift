/// The finite interval that data cover so far.
package struct Extent: Equatable, Sendable {
  package var low = Double.infinity
  package var high = -Double.infinity
  /// Smallest positive number, where a logarithmic axis has to begin.
  package var lowestPositive = Double.infinity
  /// Whether the data end exactly here, so that no margin belongs beyond them.
  package var hasHardLow = false
  package var hasHardHigh = false

  package init() {}

  package var isEmpty: Bool { !(low <= high) }

  package mutating func add(_ value: Double) {
    guard value.isFinite else { return }
    if value < low { low = value }
    if value > high { high = value }
    if value > 0, value < lowestPositive { lowestPositive = value }
  }

  package mutating func add(_ values: [Double]) {
    guard let whole = Extent(whole: values) else {
      for value in values { add(value) }
      return
    }
    low = min(low, whole.low)
    high = max(high, whole.high)
    lowestPositive = min(lowestPositive, whole.lowestPositive)
  }

  /// The extent of numbers that are all finite; `nil` where one is not.
  ///
  /// One pass that looks at eight numbers together: a million take half a millisecond.
  package init?(whole values: [Double]) {
    let none = Lanes(repeating: .infinity)
    var (lows, highs, positives, zeros) = (none, -none, none, Lanes.zero)
    let rest = inLanes(values) { lane in
      lows.replace(with: lane, where: lane .< lows)
      highs.replace(with: lane, where: lane .> highs)
      positives.replace(with: lane, where: (lane .> 0) .& (lane .< positives))
      zeros += lane * 0
    }
    guard zeros.sum() == 0, values[rest...].allSatisfy(\.isFinite) else { return nil }
    low = lows.min()
    high = highs.max()
    lowestPositive = positives.min()
    for value in values[rest...] { add(value) }
  }

  package mutating func merge(_ other: Extent) {
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

  package static func of(_ values: [Double], hard: Bool = false) -> Extent {
    var extent = Extent()
    extent.add(values)
    extent.hasHardLow = hard
    extent.hasHardHigh = hard
    return extent
  }
}

/// What is looked at together in a long column of numbers.
private typealias Lanes = SIMD8<Double>

/// Calls `body` with eight numbers after the other.
///
/// - Returns: where those begin that are left over.
@inline(__always)
private func inLanes(_ values: [Double], _ body: (Lanes) -> Void) -> Int {
  let whole = values.count / Lanes.scalarCount * Lanes.scalarCount
  values.withUnsafeBytes { bytes in
    for start in stride(from: 0, to: whole, by: Lanes.scalarCount) {
      body(bytes.loadUnaligned(fromByteOffset: start * 8, as: Lanes.self))
    }
  }
  return whole
}

/// Whether all of the numbers are finite.
package func isWhole(_ values: [Double]) -> Bool {
  // Zero times what is not finite is not a number, and stays so in a sum.
  var sums = Lanes.zero
  let rest = inLanes(values) { sums += $0 * 0 }
  return sums.sum() == 0 && values[rest...].allSatisfy(\.isFinite)
}
