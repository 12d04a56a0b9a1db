/// How a histogram's intervals are spread.
public enum BinSpacing: String, Sendable, Hashable {
  /// Equal widths; whole ones around whole numbers, so that none of them falls on an edge.
  case linear
  /// Equal ratios, for a logarithmic axis; values that are not positive are left out.
  case logarithmic
}

/// Intervals with what falls into them.
struct Binning {
  /// One more than there are intervals, ascending.
  var edges: [Double]
  var totals: [Double]
  /// Values that lie in no interval.
  var outside = 0
  /// Width of all intervals where it is one.
  private var width: Double?

  var count: Int { totals.count }
  func width(_ index: Int) -> Double { edges[index + 1] - edges[index] }

  /// `nil` when there is nothing finite to count.
  init?(
    _ values: [Double], weights: [Double]?, bins: Int?, range: ClosedRange<Double>?,
    edges given: [Double]? = nil, spacing: BinSpacing = .linear
  ) {
    if let given {
      edges = Set(given.filter(\.isFinite)).sorted()
      guard edges.count > 1 else { return nil }
    } else if spacing == .logarithmic {
      guard let found = Binning.ratios(values, bins, range) else { return nil }
      edges = found
    } else {
      guard let found = Binning.even(values, bins, range) else { return nil }
      (edges, width) = (found.edges, found.width)
    }
    totals = [Double](repeating: 0, count: edges.count - 1)
    count(values, weights)
  }

  private mutating func count(_ values: [Double], _ weights: [Double]?) {
    var left = 0
    var sums = totals
    if weights == nil, let width {
      // The common case, without a search or a call for each value.
      let (low, high, last) = (edges[0], edges[edges.count - 1], totals.count - 1)
      let factor = 1 / width
      let isExact = factor.isFinite
      values.withUnsafeBufferPointer { values in
        edges.withUnsafeBufferPointer { edges in
          for value in values {
            guard value >= low, value <= high else {
              if value.isFinite { left += 1 }
              continue
            }
            var bin = isExact ? min(Int((value - low) * factor), last) : 0
            // Rounding must not put a value beside its interval.
            if value < edges[bin] {
              bin -= 1
            } else if bin < last, value >= edges[bin + 1] {
              bin += 1
            }
            sums[bin] += 1
          }
        }
      }
    } else {
      for (index, value) in values.enumerated() where value.isFinite {
        guard let bin = self.index(of: value) else {
          left += 1
          continue
        }
        let weight = weights.map { index < $0.count ? $0[index] : 0 } ?? 1
        if weight.isFinite { sums[bin] += weight }
      }
    }
    (totals, outside) = (sums, left)
  }

  func index(of value: Double) -> Int? {
    guard value.isFinite, value >= edges[0], value <= edges[edges.count - 1] else { return nil }
    var (low, high) = (0, edges.count - 1)
    while high - low > 1 {
      let middle = (low + high) / 2
      if edges[middle] <= value { low = middle } else { high = middle }
    }
    return low
  }

  private static func even(_ values: [Double], _ bins: Int?, _ range: ClosedRange<Double>?)
    -> (edges: [Double], width: Double)?
  {
    var extent = Extent()
    extent.add(values)
    let isOwnRange = range.map { $0.lowerBound.isFinite && $0.upperBound.isFinite } ?? false
    if isOwnRange, let range { (extent.low, extent.high) = (range.lowerBound, range.upperBound) }
    guard !extent.isEmpty else { return nil }
    let limits = -1e300...1e300
    var (low, high) = (extent.low.clamped(to: limits), extent.high.clamped(to: limits))
    let isWhole = !isOwnRange && abs(low) < 1e15 && abs(high) < 1e15 && areWhole(values)
    if isWhole {
      let numbers = high - low + 1
      let wanted = bins ?? suggested(values, low, high)
      // No more intervals than whole numbers, each with as many of them.
      let least = bins == nil && numbers <= 60 ? 1 : numbers / Double(max(1, wanted))
      let width = max(1, bins == nil ? least.rounded() : least.rounded(.up))
      let count = (numbers / width).rounded(.up).integer(in: 1...5000)
      return ((0...count).map { low - 0.5 + Double($0) * width }, width)
    }
    if high - low <= max(abs(low), abs(high)) * 1e-12 {
      let half = abs(low) > 1e-290 ? abs(low) * 0.05 : 0.5
      (low, high) = (low - half, high + half)
    }
    let count = (bins ?? suggested(values, low, high)).clamped(1, 5000)
    let width = (high - low) / Double(count)
    let edges = (0...count).map { $0 == count ? high : low + Double($0) * width }
    return (edges, width)
  }

  private static func ratios(_ values: [Double], _ bins: Int?, _ range: ClosedRange<Double>?)
    -> [Double]?
  {
    var extent = Extent()
    for value in values where value > 0 { extent.add(value) }
    if let range, range.lowerBound > 0, range.upperBound.isFinite {
      (extent.low, extent.high) = (range.lowerBound, range.upperBound)
    }
    guard !extent.isEmpty else { return nil }
    var (low, high) = (logarithm10(extent.low), logarithm10(extent.high))
    if high - low < 1e-9 { (low, high) = (low - 0.5, high + 0.5) }
    let logs = bins == nil ? values.filter { $0 > 0 && $0.isFinite }.map { logarithm10($0) } : []
    let count = (bins ?? suggested(logs, low, high)).clamped(1, 5000)
    return (0...count).map {
      $0 == 0
        ? extent.low < extent.high ? extent.low : power(10, low)
        : $0 == count && extent.low < extent.high
          ? extent.high : power(10, low + (high - low) * Double($0) / Double(count))
    }
  }

  private static func areWhole(_ values: [Double]) -> Bool {
    var isSome = false
    for value in values where value.isFinite {
      if value != value.rounded() { return false }
      isSome = true
    }
    return isSome
  }

  /// Freedman and Diaconis: twice the interquartile range over the cube root of the count.
  private static func suggested(_ values: [Double], _ low: Double, _ high: Double) -> Int {
    let total = values.count
    guard total > 3 else { return max(1, total) }
    // Quartiles of a sample tell the width of intervals as well as those of all values.
    let stride = max(1, total / 100_000)
    let sample =
      stride == 1 ? values : Swift.stride(from: 0, to: total, by: stride).map { values[$0] }
    let sorted = sample.filter { $0.isFinite && $0 >= low && $0 <= high }.sorted()
    guard sorted.count > 3 else { return max(1, sorted.count) }
    let spread = sorted[sorted.count * 3 / 4] - sorted[sorted.count / 4]
    guard spread > 0 else { return 20 }
    let width = 2 * spread / power(Double(sorted.count * stride), 1.0 / 3)
    return ((high - low) / width).rounded(.up).integer(in: 5...200)
  }
}

extension Int {
  func clamped(_ low: Int, _ high: Int) -> Int { Swift.min(Swift.max(self, low), high) }
}
