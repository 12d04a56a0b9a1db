extension Decorator {
  func ticks(_ side: PanelPlan.Side, count: Int) -> Ticks {
    var ticks = placedTicks(side, count: count)
    side.axis.format.apply(to: &ticks)
    return ticks
  }

  func placedTicks(_ side: PanelPlan.Side, count: Int) -> Ticks {
    switch side.axis.ticks {
    case .automatic: return side.scale.ticks(low: side.low, high: side.high, count: count)
    case .none: return Ticks()
    case .count(let wanted):
      return side.scale.ticks(
        low: side.low, high: side.high, count: min(count, wanted.clamped(1, 100)))
    case .at(let values):
      let values = values.filter(\.isFinite)
      let sorted = Set(values).sorted()
      let step = zip(sorted.dropFirst(), sorted).map { $0 - $1 }.min() ?? abs(sorted.first ?? 1)
      if side.scale == .linear, values.count < 400 {
        let numbers = NumberLabels(values: values, step: step)
        var ticks = Ticks()
        ticks.major = values.map { Ticks.Tick(value: $0, label: numbers.label($0)) }
        ticks.factor = numbers.factor
        return ticks
      }
      var ticks = Ticks()
      ticks.major = values.prefix(400).map { value in
        var label = NumberLabels.single(value)
        if side.scale == .time { label = Scale.timeText(value, low: side.low, high: side.high) }
        if case .categories(let names) = side.scale, let index = Int(exactly: value),
          names.indices.contains(index)
        {
          label = names[index]
        }
        return Ticks.Tick(value: value, label: label)
      }
      return ticks
    case .labelled(let values, let labels):
      var ticks = Ticks()
      ticks.major = zip(values, labels).prefix(400).map { Ticks.Tick(value: $0, label: $1) }
      return ticks
    case .multiplesOfPi: return piTicks(side, count: count)
    }
  }

  func piTicks(_ side: PanelPlan.Side, count: Int) -> Ticks {
    var ticks = Ticks()
    let span = (side.high - side.low) / .pi
    let steps: [(Int, Int)] = [(1, 4), (1, 2), (1, 1), (2, 1), (5, 1), (10, 1), (50, 1), (100, 1)]
    guard
      let (top, bottom) = steps.first(where: { span * Double($0.1) / Double($0.0) <= Double(count) }
      )
    else { return side.scale.ticks(low: side.low, high: side.high, count: count) }
    let step = Double.pi * Double(top) / Double(bottom)
    let first = Int((side.low / step - 1e-9).rounded(.up).clamped(to: -1e6...1e6))
    let last = Int((side.high / step + 1e-9).rounded(.down).clamped(to: -1e6...1e6))
    guard first <= last else { return ticks }
    for index in first...last {
      let number = abs(index) * top
      let divisor = greatestCommonDivisor(number, bottom)
      let (p, q) = (number / max(1, divisor), bottom / max(1, divisor))
      let sign = index < 0 ? "−" : ""
      let multiple = p == 1 ? "\\pi" : "\(p)\\pi"
      let label = index == 0 ? "0" : q == 1 ? "$\(sign)\(multiple)$" : "$\(sign)\(multiple)/\(q)$"
      ticks.major.append(Ticks.Tick(value: Double(index) * step, label: label))
    }
    return ticks
  }

  func greatestCommonDivisor(_ a: Int, _ b: Int) -> Int {
    b == 0 ? a : greatestCommonDivisor(b, a % b)
  }
}
