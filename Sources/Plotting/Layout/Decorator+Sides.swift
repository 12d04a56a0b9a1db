extension Decorator {
  func bottomInset(_ side: Decoration.Side) -> Double {
    var inset = Decoration.tick
    if side.reach > 0 { inset += Decoration.tickGap + side.reach }
    let row = max(side.label.height, side.factor.height + side.factorDrop)
    if row > 0 { inset += Decoration.labelGap + row }
    return inset
  }

  func sideInset(_ side: Decoration.Side) -> Double {
    var inset = Decoration.tick
    if side.reach > 0 { inset += Decoration.tickGap + side.reach }
    if !side.label.isEmpty { inset += Decoration.labelGap + side.label.height }
    return inset
  }

  func vertical(
    _ side: PanelPlan.Side, length: Double, hidesLabels: Bool, leastGap: Double? = nil
  ) -> Decoration.Side {
    var result = Decoration.Side()
    let map = AxisMap(
      scale: side.scale, low: side.low, high: side.high,
      start: side.isReversed ? 0 : length, end: side.isReversed ? length : 0)
    var count = (length / (tickSize * 3)).integer(in: 2...11)
    while true {
      let ticks = ticks(side, count: count)
      place(ticks, along: map, length: length, in: &result)
      let sorted = result.ticks.sorted { $0.position < $1.position }
      let isClear = zip(sorted, sorted.dropFirst()).allSatisfy {
        $1.position - $0.position >= ($0.label.height + $1.label.height) / 2 + 2
      }
      let isWide = Decorator.gap(result.major).map { $0 >= (leastGap ?? 0) * 0.99 } ?? true
      if isClear, isWide || count <= 3 { break }
      if count <= 2 {
        result.ticks = thinned(sorted) { ($0.label.height + $1.label.height) / 2 + 2 }
        break
      }
      count -= 1
    }
    if hidesLabels {
      result.ticks = []
      result.factor = Label()
    } else {
      result.label = axisLabel(side.axis.label, length: length)
    }
    result.reach = result.ticks.map(\.label.width).max() ?? 0
    return result
  }

  func horizontal(_ side: PanelPlan.Side, length: Double, hidesLabels: Bool) -> Decoration.Side {
    var result = Decoration.Side()
    let map = AxisMap(
      scale: side.scale, low: side.low, high: side.high,
      start: side.isReversed ? length : 0, end: side.isReversed ? 0 : length)
    func isClear(_ ticks: [Decoration.TickLabel]) -> Bool {
      let sorted = ticks.sorted { $0.position < $1.position }
      return zip(sorted, sorted.dropFirst()).allSatisfy {
        $1.position - $0.position >= ($0.label.width + $1.label.width) / 2 + 9
      }
    }
    var isNamed = false
    if case .categories = side.scale { isNamed = true }
    if case .labelled = side.axis.ticks { isNamed = true }
    let rotation = side.axis.rotation.flatMap { $0.isFinite ? $0.clamped(to: -90...90) : nil }
    var count = isNamed ? 400 : (length / (tickSize * 4)).integer(in: 2...12)
    while true {
      place(ticks(side, count: count), along: map, length: length, in: &result)
      if let rotation, rotation != 0 {
        lean(&result, angle: -rotation * .pi / 180)
        break
      }
      if isClear(result.ticks) { break }
      if isNamed, rotation == nil {
        lean(&result, angle: -40 * .pi / 180)
        break
      }
      if count <= 2 {
        result.ticks = thinned(result.ticks.sorted { $0.position < $1.position }) {
          ($0.label.width + $1.label.width) / 2 + 6
        }
        break
      }
      count -= 1
    }
    if hidesLabels {
      result.ticks = []
      result.factor = Label()
    } else {
      result.label = axisLabel(side.axis.label, length: length)
      // Label and factor share a row: the factor stands at its right end.
      if !result.factor.isEmpty, result.label.width + 2 * result.factor.width + 12 > length {
        result.factorDrop = result.label.isEmpty ? 0 : result.label.height + 4
      }
    }
    if result.angle == 0 {
      result.reach = result.ticks.map(\.label.height).max() ?? 0
    } else {
      result.reach =
        result.ticks.map {
          $0.label.width * abs(sine(result.angle)) + $0.label.height * cosine(result.angle)
        }.max() ?? 0
    }
    return result
  }

  /// Turns the labels, of which every second or third stays when they would touch.
  func lean(_ side: inout Decoration.Side, angle: Double) {
    side.angle = angle
    let height = side.ticks.map(\.label.height).max() ?? 0
    let distance = height / max(0.2, abs(sine(angle))) + 2
    side.ticks = thinned(side.ticks.sorted { $0.position < $1.position }) { _, _ in distance }
  }

  /// Leaves out labels that come too close to the one before.
  func thinned(
    _ ticks: [Decoration.TickLabel],
    distance: (Decoration.TickLabel, Decoration.TickLabel) -> Double
  ) -> [Decoration.TickLabel] {
    var kept: [Decoration.TickLabel] = []
    for tick in ticks {
      if let last = kept.last, tick.position - last.position < distance(last, tick) { continue }
      kept.append(tick)
    }
    return kept
  }

  func place(
    _ ticks: Ticks, along map: AxisMap, length: Double, in side: inout Decoration.Side
  ) {
    func position(_ value: Double) -> Double? {
      let place = map(value)
      return place.isFinite && place >= -0.5 && place <= length + 0.5 ? place : nil
    }
    side.ticks = ticks.major.compactMap { tick in
      guard let place = position(tick.value) else { return nil }
      return Decoration.TickLabel(
        position: place, label: numbers.label(tick.label, size: tickSize))
    }
    side.major = side.ticks.map(\.position)
    side.minor = ticks.minor.compactMap(position)
    side.factor = numbers.label(ticks.factor, size: tickSize * 0.95)
    if ticks.factor.isEmpty { side.factor = Label() }
  }
}
