import Tensors

/// The mean of the middle half, which neither a lucky nor a failed seed decides
/// (arXiv:2108.13264).
///
/// Of n values the lowest and the highest n/4 are left out; where that is no whole number, the next
/// ones count in part.
public func interquartileMean(_ values: [Double]) -> Double {
  guard !values.isEmpty else { return .nan }
  let sorted = values.sorted()
  let cut = Double(sorted.count) / 4
  var (total, weight) = (0.0, 0.0)
  for (i, value) in sorted.enumerated() {
    // How much of [i, i + 1] lies in [cut, n − cut].
    let share = min(Double(i + 1), Double(sorted.count) - cut) - max(Double(i), cut)
    if share > 0 {
      total += share * value
      weight += share
    }
  }
  return total / weight
}

/// An interval that holds a statistic's value with a probability, by the percentiles of `draws`
/// repetitions with replacement.
public func bootstrapInterval(
  _ values: [Double], level: Double = 0.95, draws: Int = 2000, seed: Int = 0,
  of statistic: ([Double]) -> Double = interquartileMean
) -> ClosedRange<Double> {
  guard !values.isEmpty, draws > 1 else { return -Double.infinity...Double.infinity }
  var generator = Generator(seed: seed)
  let n = values.count
  let found = (0..<draws).map { _ in
    let rows = Tensor.randomIntegers([n], in: 0..<n, from: &generator).integers
    return statistic(rows.map { values[$0] })
  }.sorted()
  let tail = (1 - level) / 2
  let low = Int((tail * Double(draws)).rounded(.down))
  let high = min(draws - 1, Int(((1 - tail) * Double(draws)).rounded(.up)))
  return found[low]...found[high]
}
