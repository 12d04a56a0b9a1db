/// Summaries of samples.
enum Statistics {
  /// The finite values in ascending order.
  static func sorted(_ values: [Double]) -> [Double] { values.filter(\.isFinite).sorted() }

  /// The value below which the share `p` of the sorted values lies, interpolated linearly.
  static func quantile(_ sorted: [Double], _ p: Double) -> Double {
    guard let last = sorted.last else { return .nan }
    let place = p * Double(sorted.count - 1)
    let index = Int(place)
    guard index + 1 < sorted.count else { return last }
    return sorted[index] + (sorted[index + 1] - sorted[index]) * (place - Double(index))
  }

  static func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }

  /// The standard deviation of a sample: divided by one less than the count.
  static func deviation(_ values: [Double]) -> Double {
    guard values.count > 1 else { return 0 }
    let mean = mean(values)
    let sum = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return (sum / Double(values.count - 1)).squareRoot()
  }

  /// Tukey's five numbers: quartiles, and whiskers that end at the last value within one and a half
  /// interquartile ranges of them.
  struct Box: Equatable {
    var low, first, median, third, high, mean: Double
    var outliers: [Double]
    var count: Int

    init?(_ values: [Double]) {
      let sorted = Statistics.sorted(values)
      guard let smallest = sorted.first, let largest = sorted.last else { return nil }
      count = sorted.count
      first = Statistics.quantile(sorted, 0.25)
      median = Statistics.quantile(sorted, 0.5)
      third = Statistics.quantile(sorted, 0.75)
      mean = Statistics.mean(sorted)
      let reach = 1.5 * (third - first)
      let (bottom, top) = (first - reach, third + reach)
      low = min(first, sorted.first { $0 >= bottom } ?? smallest)
      high = max(third, sorted.last { $0 <= top } ?? largest)
      let (lower, upper) = (low, high)
      outliers = sorted.filter { $0 < lower || $0 > upper }
    }
  }

  /// A density estimated by Gaussian kernels.
  struct Kernels {
    var xs: [Double]
    var densities: [Double]
    var bandwidth: Double

    /// - Parameters:
    ///   - bandwidth: the kernels' standard deviation; `nil`: Scott's rule, the sample's standard
    ///     deviation over the fifth root of its count.
    ///   - cut: how many bandwidths beyond the data the curve goes.
    init?(_ values: [Double], bandwidth given: Double?, cut: Double = 3, points: Int = 256) {
      let sample = Statistics.sorted(values)
      guard let low = sample.first, let high = sample.last, high > low else { return nil }
      let scott = Statistics.deviation(sample) * power(Double(sample.count), -0.2)
      let width = given.flatMap { $0.isFinite && $0 > 0 ? $0 : nil } ?? scott
      guard width.isFinite, width > 0 else { return nil }
      bandwidth = width
      let range = (low - cut * width)...(high + cut * width)
      xs = evenlySpaced(range, count: points)
      // Large samples are first counted on a fine grid, each value shared by its two neighbours.
      var (places, weights) = (sample, [Double](repeating: 1, count: sample.count))
      if sample.count > 4096 {
        places = evenlySpaced(low...high, count: 4096)
        weights = .init(repeating: 0, count: 4096)
        let step = (high - low) / 4095
        for value in sample {
          let place = (value - low) / step
          let index = min(Int(place), 4094)
          weights[index] += 1 - (place - Double(index))
          weights[index + 1] += place - Double(index)
        }
      }
      let unit = 1 / (Double(sample.count) * width * (2 * Double.pi).squareRoot())
      densities = xs.map { x in
        var sum = 0.0
        for index in places.indices {
          let z = (x - places[index]) / width
          if abs(z) < 8 { sum += weights[index] * exponential(-0.5 * z * z) }
        }
        return sum * unit
      }
    }
  }
}
