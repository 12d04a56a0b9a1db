/// The marked places of an axis with their labels.
struct Ticks: Equatable, Sendable {
  struct Tick: Equatable, Sendable {
    var value: Double
    var label: String
  }

  var major: [Tick] = []
  var minor: [Double] = []
  /// A common factor or offset that stands at the end of the axis, such as `$\times 10^{6}$`.
  var factor = ""
}

extension Scale {
  /// Ticks between `low` and `high` (on the straightened axis), at most about `count` of them.
  func ticks(low: Double, high: Double, count: Int) -> Ticks {
    switch self {
    case .linear: Scale.linearTicks(low: low, high: high, count: count)
    case .logarithmic: Scale.logarithmicTicks(low: low, high: high, count: count)
    case .symmetric(let threshold):
      symmetricTicks(low: low, high: high, threshold: threshold, count: count)
    case .time: Scale.timeTicks(low: low, high: high, count: count)
    case .categories(let names): Scale.categoryTicks(names, low: low, high: high, count: count)
    case .broken: brokenTicks(low: low, high: high, count: count)
    }
  }

  /// Steps are 1, 2, 2.5 or 5 times a power of ten: the smallest that gives at most `count` ticks.
  static func linearTicks(low: Double, high: Double, count: Int) -> Ticks {
    let span = high - low
    guard span > 0, span.isFinite else { return Ticks() }
    let count = max(2, count)
    let (step, divisions) = niceStep(atLeast: span / Double(count))
    guard step > 0, step.isFinite else { return Ticks() }
    let first = (low / step - 1e-9).rounded(.up)
    let last = (high / step + 1e-9).rounded(.down)
    guard last >= first, last - first <= 1000, abs(first) < 1e15 else { return Ticks() }
    let values = (0...Int(last - first)).map { (first + Double($0)) * step }
    var ticks = Ticks()
    let numbers = NumberLabels(values: values, step: step)
    ticks.major = values.map { Ticks.Tick(value: $0 == 0 ? 0 : $0, label: numbers.label($0)) }
    ticks.factor = numbers.factor
    let fine = step / Double(divisions)
    var index = ((low / fine) - 1e-9).rounded(.up)
    while index * fine <= high + fine * 1e-9, ticks.minor.count < 500 {
      if index.remainder(dividingBy: Double(divisions)) != 0 { ticks.minor.append(index * fine) }
      index += 1
    }
    return ticks
  }

  /// A round number that is at least `least`, and into how many parts minor ticks divide it.
  static func niceStep(atLeast least: Double) -> (step: Double, divisions: Int) {
    guard least > 0, least.isFinite else { return (1, 5) }
    let exponent = logarithm10(least).rounded(.down)
    let unit = power(10, exponent)
    let fraction = least / unit
    for (factor, divisions) in [(1.0, 5), (2, 4), (2.5, 5), (5, 5), (10, 5)]
    where fraction <= factor * (1 + 1e-9) {
      return (factor * unit, divisions)
    }
    return (10 * unit, 5)
  }

  static func logarithmicTicks(low: Double, high: Double, count: Int) -> Ticks {
    var ticks = Ticks()
    guard low < high, abs(low) < 400, abs(high) < 400 else { return ticks }
    let first = Int((low - 1e-9).rounded(.up).clamped(to: -310...310))
    let last = Int((high + 1e-9).rounded(.down).clamped(to: -310...310))
    let decades = high - low
    if last - first < 1 || decades < 1.5 {
      // Hardly a decade: powers of ten alone would not show the scale.
      return shortLogarithmicTicks(low: low, high: high, count: count)
    }
    let stride = max(1, Int((Double(last - first + 1) / Double(max(2, count))).rounded(.up)))
    let anchor = Int((Double(first) / Double(stride)).rounded(.up)) * stride
    for exponent in Swift.stride(from: anchor, through: last, by: stride) {
      ticks.major.append(
        Ticks.Tick(value: powerOfTen(exponent), label: NumberLabels.power(exponent)))
    }
    if stride == 1 {
      for exponent in (first - 1)...last {
        for digit in 2...9 {
          let value = Double(digit) * powerOfTen(exponent)
          let position = logarithm10(value)
          if position >= low, position <= high { ticks.minor.append(value) }
        }
      }
    } else {
      for exponent in first...last where (exponent - anchor) % stride != 0 {
        ticks.minor.append(powerOfTen(exponent))
      }
    }
    return ticks
  }

  private static func shortLogarithmicTicks(low: Double, high: Double, count: Int) -> Ticks {
    guard low < high, abs(low) < 400, abs(high) < 400 else { return Ticks() }
    let a = power(10, low)
    let b = power(10, high)
    var values: [Double] = []
    for digits in [[1.0, 2, 5], [1, 2, 3, 5, 7], [1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 3], [1]] {
      var found: [Double] = []
      for exponent in Int(low.rounded(.down))...Int(high.rounded(.up)) {
        for digit in digits {
          let value = digit * powerOfTen(exponent)
          if value >= a * (1 - 1e-9), value <= b * (1 + 1e-9) { found.append(value) }
        }
      }
      if found.count >= 2, found.count <= max(2, count) {
        values = found
        break
      }
    }
    guard values.count >= 2 else { return linearTicks(low: a, high: b, count: max(2, count - 1)) }
    var ticks = Ticks()
    ticks.major = values.map { Ticks.Tick(value: $0, label: NumberLabels.single($0)) }
    return ticks
  }

  private func symmetricTicks(low: Double, high: Double, threshold: Double, count: Int) -> Ticks {
    let unit = Scale.validThreshold(threshold)
    var ticks = Ticks()
    guard low < high, abs(low) < 700, abs(high) < 700 else { return ticks }
    let first = Int((low - 1e-9).rounded(.up))
    let last = Int((high + 1e-9).rounded(.down))
    // Powers of ten alone would not show a scale of which there is hardly one.
    guard last - first >= 2 || (last - first == 1 && abs(high - low) < 2.5) else {
      return Scale.linearTicks(low: backward(low), high: backward(high), count: count)
    }
    func value(_ index: Int) -> Double {
      index == 0 ? 0 : (index < 0 ? -1 : 1) * unit * powerOfTen(abs(index) - 1)
    }
    let stride = max(1, Int((Double(last - first + 1) / Double(max(2, count))).rounded(.up)))
    for index in first...last {
      guard index % stride == 0 else {
        ticks.minor.append(value(index))
        continue
      }
      ticks.major.append(Ticks.Tick(value: value(index), label: NumberLabels.single(value(index))))
    }
    if stride == 1 {
      for index in (first - 1)...(last + 1) {
        // In the linear part tenths, outside the multiples of each power of ten.
        let base = index == 0 || abs(index) == 1 ? unit : abs(value(index))
        for digit in 2...9 {
          let size = index == 0 ? base * Double(digit) / 10 : base * Double(digit)
          for place in index == 0 ? [size, -size] : [index < 0 ? -size : size] {
            let position = forward(place)
            if position >= low, position <= high { ticks.minor.append(place) }
          }
        }
      }
    }
    return ticks
  }

  /// One step in all pieces of a broken axis.
  private func brokenTicks(low: Double, high: Double, count: Int) -> Ticks {
    guard high > low else { return Ticks() }
    let step = Scale.niceStep(atLeast: (high - low) / Double(max(2, count))).step
    var breaks: [Double] = []
    if case .broken(let gaps) = self { breaks = gaps.map { forward($0.lowerBound) } }
    let (first, last) = (
      (backward(low) / step - 1e-9).rounded(.up), (backward(high) / step + 1e-9).rounded(.down)
    )
    guard first <= last, last - first < 1e6 else { return Ticks() }
    var values: [Double] = []
    var index = first
    while index <= last, values.count < 400 {
      let position = forward(index * step)
      // A tick at the break itself would belong to neither side.
      let isClear = breaks.allSatisfy { abs(position - $0) > 0.035 * (high - low) }
      if position.isFinite, position >= low, position <= high, isClear {
        values.append(index * step)
      }
      index += 1
    }
    let numbers = NumberLabels(values: values, step: step)
    var ticks = Ticks()
    ticks.major = values.map { Ticks.Tick(value: $0, label: numbers.label($0)) }
    ticks.factor = numbers.factor
    return ticks
  }

  private static func categoryTicks(
    _ names: [String], low: Double, high: Double, count: Int
  ) -> Ticks {
    var ticks = Ticks()
    let stride = max(1, Int((Double(names.count) / Double(max(1, count))).rounded(.up)))
    for (index, name) in names.enumerated() where index % stride == 0 {
      let position = Double(index)
      if position >= low, position <= high {
        ticks.major.append(Ticks.Tick(value: position, label: name))
      }
    }
    return ticks
  }
}
