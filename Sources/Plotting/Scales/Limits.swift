extension Scale {
  /// Largest numbers that axes handle: beyond them differences overflow.
  static let largest = 1e300

  /// The ends of an axis on the straightened axis, with margins, from what the data cover and from
  /// what is given.
  ///
  /// The result is always finite and not empty, whatever the data.
  func limits(
    for extent: Extent, lowest: Double? = nil, highest: Double? = nil, margin: Double
  ) -> (low: Double, high: Double) {
    var (low, high) = fitted(to: extent, margin: margin)
    if !(low.isFinite && high.isFinite && low < high) { (low, high) = (0, 1) }
    let (first, last) = (lowest.flatMap(straightened), highest.flatMap(straightened))
    if let first, let last {
      return last - first > max(abs(first), abs(last)) * 1e-14 ? (first, last) : (low, high)
    }
    // Where all data lie beyond the only end that is given, the axis shows as much as they span.
    let span = high - low
    if let first { return (first, first < high ? high : first + span) }
    if let last { return (last > low ? low : last - span, last) }
    return (low, high)
  }

  private func fitted(to extent: Extent, margin: Double) -> (low: Double, high: Double) {
    if case .categories(let names) = self {
      guard !extent.isEmpty else { return (-0.5, max(0.5, Double(names.count) - 0.5)) }
      return (
        max(min(-0.5, extent.low), -Scale.largest),
        min(max(Double(names.count) - 0.5, extent.high, 0.5), Scale.largest)
      )
    }
    guard !extent.isEmpty else { return self == .logarithmic ? (-1, 1) : (0, 1) }
    // Logarithms of the largest numbers are small.
    let most = self == .logarithmic ? Double.greatestFiniteMagnitude : Scale.largest
    let range = -most...most
    var low = extent.low.clamped(to: range)
    var high = extent.high.clamped(to: range)
    var beginsBelow = false
    if self == .logarithmic {
      guard high > 0 else { return (-1, 1) }
      beginsBelow = low <= 0
      if beginsBelow { low = extent.lowestPositive }
    }
    low = outermost(low)
    high = outermost(high)
    // What begins at zero, such as bars, needs a stretch that shows its smallest value.
    if beginsBelow { low -= max(0.3, 0.12 * (high - low)) }
    let size = max(abs(low), abs(high))
    if high - low <= size * 1e-13 || high - low < 1e-305 {
      // One value only: show it in the middle of a little surroundings.
      let half: Double = self == .logarithmic ? 0.5 : (size < 1e-290 ? 0.5 : size * 0.1)
      return (low - half, high + half)
    }
    let space = (high - low) * margin
    return (
      extent.hasHardLow || beginsBelow ? low : low - space, extent.hasHardHigh ? high : high + space
    )
  }

  private func outermost(_ value: Double) -> Double {
    if case .broken(let gaps) = self, let gap = gaps.first(where: { $0.contains(value) }) {
      return forward(gap.lowerBound)
    }
    return forward(value)
  }

  private func straightened(_ value: Double) -> Double? {
    let position = forward(value)
    return position.isFinite && abs(position) <= Scale.largest ? position : nil
  }
}
