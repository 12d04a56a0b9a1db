extension Scale {
  /// Largest numbers that axes handle: beyond them differences overflow.
  private static let largest = 1e300

  /// The ends of an axis on the straightened axis, with margins, from what the data cover.
  ///
  /// The result is always finite and not empty, whatever the data.
  func limits(
    for extent: Extent, fixed: ClosedRange<Double>?, margin: Double
  ) -> (low: Double, high: Double) {
    let (low, high) = fitted(to: extent, fixed: fixed, margin: margin)
    guard low.isFinite, high.isFinite, low < high else { return (0, 1) }
    return (low, high)
  }

  private func fitted(
    to extent: Extent, fixed: ClosedRange<Double>?, margin: Double
  ) -> (low: Double, high: Double) {
    if let fixed, let range = straightened(fixed) { return range }
    if case .categories(let names) = self {
      guard !extent.isEmpty else { return (-0.5, max(0.5, Double(names.count) - 0.5)) }
      return (
        max(min(-0.5, extent.low), -Scale.largest),
        min(max(Double(names.count) - 0.5, extent.high, 0.5), Scale.largest)
      )
    }
    guard !extent.isEmpty else { return self == .logarithmic ? (-1, 1) : (0, 1) }
    let range = -Scale.largest...Scale.largest
    var low = extent.low.clamped(to: range)
    var high = extent.high.clamped(to: range)
    if self == .logarithmic {
      guard high > 0 else { return (-1, 1) }
      if low <= 0 { low = extent.lowestPositive }
    }
    low = forward(low)
    high = forward(high)
    let size = max(abs(low), abs(high))
    if high - low <= size * 1e-13 || high - low < 1e-305 {
      // One value only: show it in the middle of a little surroundings.
      let half: Double = self == .logarithmic ? 0.5 : (size < 1e-290 ? 0.5 : size * 0.1)
      return (low - half, high + half)
    }
    let space = (high - low) * margin
    return (extent.hasHardLow ? low : low - space, extent.hasHardHigh ? high : high + space)
  }

  private func straightened(_ range: ClosedRange<Double>) -> (low: Double, high: Double)? {
    let low = forward(range.lowerBound)
    let high = forward(range.upperBound)
    guard low.isFinite, high.isFinite, abs(low) <= Scale.largest, abs(high) <= Scale.largest,
      high - low > max(abs(low), abs(high)) * 1e-14
    else { return nil }
    return (low, high)
  }
}
