/// What stands around a plot of given size: ticks, labels, title, colour bars, and the room for it.
struct Decoration {
  struct TickLabel {
    /// From the plot's left or top edge, in pixels.
    var position: Double
    var label: Label
  }

  struct Side {
    var ticks: [TickLabel] = []
    /// Positions of ticks with and without label, and of minor ticks.
    var major: [Double] = []
    var minor: [Double] = []
    var angle = 0.0
    /// Across the axis: how far the tick labels reach.
    var reach = 0.0
    var label = Label()
    var factor = Label()
    /// How far the factor stands below the top of the label's row.
    var factorDrop = 0.0
  }

  struct GraticuleLabel {
    var label: Label
    /// Relative to the map's top left corner.
    var place: Point
    var anchor: Anchor
  }

  struct Bar {
    var scale: ColorScale
    var side: Side
    var width: Double

    /// Distance from what stands on its left: the factor above the bar ends where the bar does.
    var gap: Double {
      max(Decoration.barGap, side.factor.width - Decoration.barWidth + 3)
    }
  }

  struct Insets {
    var left = 0.0
    var right = 0.0
    var top = 0.0
    var bottom = 0.0
  }

  var x = Side()
  var y = Side()
  var right: Side?
  var bars: [Bar] = []
  /// The numbers of a map's parallels and meridians.
  var graticule: [GraticuleLabel] = []
  /// How far they reach below the plot.
  var graticuleDrop = 0.0
  /// Whether the plot is too narrow for the factors of both sides above it: the left one then
  /// ends where the plot begins.
  var hasNarrowFactors = false
  var title = Label()
  /// How far the title's lower edge is above the plot.
  var titleLift = 8.0
  var insets = Insets()
  /// Whether an axis or bars stand on the right of the plot.
  var hasSide = false
  /// Whether a factor stands above the plot.
  var hasFactor = false
  /// What has to be said of texts that found no place.
  var notes: [String] = []

  static let tick = 4.0
  static let tickGap = 4.0
  static let labelGap = 7.0
  static let barGap = 14.0
  static let barWidth = 11.0
}

/// Measures decorations.
struct Decorator {
  var typesetter: Typesetter
  var theme: Theme

  private var numbers: Typesetter {
    var copy = typesetter
    copy.hasPlainDigits = true
    return copy
  }

  var tickSize: Double { theme.textSize }
  var labelSize: Double { theme.textSize * 1.08 }
  var titleSize: Double { theme.textSize * 1.14 }

  /// - Parameters:
  ///   - hidesX: whether the panel below shows the ticks of the shared axis.
  func decorate(
    _ plan: PanelPlan, width: Double, height: Double, legend: Legend?, hidesX: Bool = false,
    hidesY: Bool = false
  ) -> Decoration {
    var result = Decoration()
    var insets = Decoration.Insets(left: 1, right: 1, top: 1, bottom: 1)
    if plan.isSpatial {
      // Its ticks and labels stand inside.
    } else if !plan.isSphere, !plan.isPolar {
      if !plan.x.isHidden {
        result.x = horizontal(plan.x, length: width, hidesLabels: hidesX)
        insets.bottom = bottomInset(result.x)
        for tick in result.x.ticks where result.x.angle == 0 {
          insets.left = max(insets.left, tick.label.width / 2 - tick.position + 1)
          insets.right = max(insets.right, tick.position + tick.label.width / 2 - width + 1)
        }
        if result.x.angle != 0 {
          for tick in result.x.ticks {
            let lean = tick.label.width * cosine(result.x.angle) + 4
            let half = tick.label.height
            if result.x.angle < 0 {
              insets.left = max(insets.left, lean - tick.position)
              insets.right = max(insets.right, tick.position + half - width)
            } else {
              insets.right = max(insets.right, tick.position + lean - width)
              insets.left = max(insets.left, half - tick.position)
            }
          }
        }
      } else if !plan.axes.x.label.isEmpty {
        result.x.label = axisLabel(plan.axes.x.label, length: width)
        insets.bottom = result.x.label.height + Decoration.labelGap
      }
      if !plan.y.isHidden {
        // Where both axes have one unit, they have one step.
        let isEqual = plan.axes.aspect == .equal && !plan.x.isHidden
        result.y = vertical(
          plan.y, length: height, hidesLabels: hidesY,
          leastGap: isEqual ? Decorator.gap(result.x.major) : nil)
        insets.left = max(insets.left, sideInset(result.y))
        let halfLine = (result.y.ticks.map(\.label.height).max() ?? 0) / 2
        insets.top = max(insets.top, halfLine)
        insets.bottom = max(insets.bottom, halfLine)
      } else if !plan.axes.y.label.isEmpty {
        result.y.label = axisLabel(plan.axes.y.label, length: height)
        insets.left = max(insets.left, result.y.label.height + Decoration.labelGap)
      }
    } else {
      result.graticule =
        plan.isPolar
        ? polarLabels(plan, width: width, height: height, &result.y)
        : graticule(plan, width: width, height: height)
      for mark in result.graticule {
        let frame = mark.label.frame(at: mark.place, anchor: mark.anchor)
        insets.left = max(insets.left, 1 - frame.x)
        insets.right = max(insets.right, frame.maxX - width + 1)
        insets.bottom = max(insets.bottom, frame.maxY - height)
        insets.top = max(insets.top, -frame.y)
      }
      result.graticuleDrop = insets.bottom > 1 ? insets.bottom : 0
      if !plan.axes.x.label.isEmpty {
        result.x.label = axisLabel(plan.axes.x.label, length: width)
        insets.bottom = result.graticuleDrop + result.x.label.height + Decoration.labelGap
      }
    }
    var side = 0.0
    var factorHeight = result.y.factor.isEmpty ? 0 : result.y.factor.height + 6
    if let right = plan.right, !right.isHidden {
      let axis = vertical(right, length: height, hidesLabels: false)
      result.right = axis
      side = sideInset(axis)
      if !axis.factor.isEmpty { factorHeight = max(factorHeight, axis.factor.height + 6) }
    }
    for scale in plan.colorBars {
      let bar = colorBar(scale, length: height)
      result.bars.append(bar)
      side += bar.gap + bar.width
      if !bar.side.factor.isEmpty {
        factorHeight = max(factorHeight, bar.side.factor.height + 6)
      }
    }
    let factors = [result.right?.factor.width ?? 0] + result.bars.map(\.side.factor.width)
    if !result.y.factor.isEmpty, width < result.y.factor.width + (factors.max() ?? 0) + 6 {
      result.hasNarrowFactors = true
      insets.left = max(insets.left, result.y.factor.width + 1)
    }
    if plan.isLegendOutside, let legend { side += Decoration.barGap + legend.width }
    // An upright label may be longer than its axis.
    let upright = [result.y.label, result.right?.label ?? Label()] + result.bars.map(\.side.label)
    let overhang = ((upright.map(\.width).max() ?? 0) - height) / 2
    if overhang > 0 {
      factorHeight = max(factorHeight, overhang)
      insets.bottom = max(insets.bottom, overhang)
    }
    result.hasSide = side > 0 || plan.isPolar || plan.isSpatial
    result.hasFactor = factorHeight > 0
    if !plan.isSpatial {
      let texts = plan.placedTexts(
        core: Rect(x: 0, y: 0, width: width, height: height), typesetter: typesetter,
        hasSide: result.hasSide, hasFactor: result.hasFactor)
      result.notes = texts.notes
      insets.left = max(insets.left, texts.overhang.left + 1)
      insets.right = max(insets.right, texts.overhang.right + 1)
      insets.bottom = max(insets.bottom, texts.overhang.bottom + 1)
      factorHeight = max(factorHeight, texts.overhang.top)
    }
    insets.right = max(insets.right, side + 1)
    insets.top = max(insets.top, factorHeight)
    if !plan.axes.title.isEmpty {
      let limit = max(90, width + min(side, 60))
      result.title = typesetter.label(
        plan.axes.title, size: titleSize, bold: true, wrappedAt: limit, centered: false)
      result.titleLift = factorHeight + 8
      insets.top = max(insets.top, result.titleLift + result.title.height)
      insets.right = max(insets.right, result.title.width - width + 1)
    }
    result.insets = insets
    return result
  }

  /// Latitudes at the map's left edge; longitudes below a rectangular map.
  ///
  /// In an ellipse the
  /// meridians meet at the poles, so their numbers have no place outside of it.
  private func graticule(_ plan: PanelPlan, width: Double, height: Double)
    -> [Decoration.GraticuleLabel]
  {
    guard !plan.x.isHidden, !plan.y.isHidden, height > 60 else { return [] }
    let isEllipse = plan.axes.projection == .mollweide
    let map = SphereMap(
      isMollweide: isEllipse, core: Rect(x: 0, y: 0, width: width, height: height))
    func degrees(_ value: Int, _ names: (String, String)) -> Label {
      let letter = value == 0 ? "" : value > 0 ? names.0 : names.1
      return typesetter.label("\(abs(value))°\(letter)", size: tickSize * 0.85)
    }
    var labels = [-60, -30, 0, 30, 60].map { latitude in
      let edge = map(-180, Double(latitude))
      return Decoration.GraticuleLabel(
        label: degrees(latitude, ("N", "S")), place: Point(edge.x - 4, edge.y),
        anchor: Anchor(x: 1, y: isEllipse ? 0.5 + Double(latitude) / 120 : 0.5))
    }
    if !isEllipse, width > 180 {
      labels += [-120, -60, 0, 60, 120].map { longitude in
        Decoration.GraticuleLabel(
          label: degrees(longitude, ("E", "W")),
          place: Point(map(Double(longitude), -90).x, height + 4),
          anchor: .top)
      }
    }
    return labels
  }

  /// Angles around the polar plane, and distances along a ray that is free of them; the circles'
  /// radii go to `side`.
  private func polarLabels(
    _ plan: PanelPlan, width: Double, height: Double, _ side: inout Decoration.Side
  ) -> [Decoration.GraticuleLabel] {
    let map = plan.mapper(core: Rect(x: 0, y: 0, width: width, height: height))
    guard let polar = map.polar, !plan.x.isHidden, !plan.y.isHidden else { return [] }
    var labels = (0..<8).map { step -> Decoration.GraticuleLabel in
      let angle = Double(step) * .pi / 4
      let (text, multiples) = (
        "\(step * 45)°", ["0", "π/4", "π/2", "3π/4", "π", "5π/4", "3π/2", "7π/4"]
      )
      let place = polar.rim(angle) + Point(cosine(angle), -sine(angle)) * 7
      return Decoration.GraticuleLabel(
        label: typesetter.label(
          plan.x.axis.ticks == .multiplesOfPi ? multiples[step] : text, size: tickSize),
        place: place, anchor: Anchor(x: 0.5 - 0.5 * cosine(angle), y: 0.5 + 0.5 * sine(angle)))
    }
    let count = (polar.radius / (tickSize * 2.4)).integer(in: 2...5)
    let ray = Double.pi / 8
    for tick in ticks(plan.y, count: count).major {
      let distance = polar.distance(tick.value)
      guard distance.isFinite, distance > 4, distance < polar.radius * 1.001 else { continue }
      side.major.append(distance)
      labels.append(
        Decoration.GraticuleLabel(
          label: numbers.label(tick.label, size: tickSize * 0.88), place: polar(ray, tick.value),
          anchor: .center))
    }
    return labels
  }

  /// Round numbers along one side of a box in space.
  func spatialTicks(_ side: PanelPlan.Side, length: Double) -> [(value: Double, label: Label)] {
    let ticks = ticks(side, count: (length / (tickSize * 2.6)).integer(in: 2...6))
    let factor = ticks.factor.isEmpty ? "" : " \(ticks.factor)"
    return ticks.major.compactMap { tick in
      let position = side.scale.forward(tick.value)
      guard position.isFinite, position >= side.low - 1e-9 * abs(side.high - side.low),
        position <= side.high + 1e-9 * abs(side.high - side.low)
      else { return nil }
      let text = tick.value == ticks.major.last?.value ? tick.label + factor : tick.label
      return (tick.value, numbers.label(text, size: tickSize * 0.92))
    }
  }

  /// Pixels between neighbouring ticks; `nil` when there are none.
  private static func gap(_ positions: [Double]) -> Double? {
    let sorted = positions.sorted()
    return zip(sorted.dropFirst(), sorted).map { $0 - $1 }.min()
  }

  private func axisLabel(_ text: String, length: Double) -> Label {
    text.isEmpty
      ? Label() : typesetter.label(text, size: labelSize, wrappedAt: max(70, length * 1.02))
  }

  private func bottomInset(_ side: Decoration.Side) -> Double {
    var inset = Decoration.tick
    if side.reach > 0 { inset += Decoration.tickGap + side.reach }
    let row = max(side.label.height, side.factor.height + side.factorDrop)
    if row > 0 { inset += Decoration.labelGap + row }
    return inset
  }

  private func sideInset(_ side: Decoration.Side) -> Double {
    var inset = Decoration.tick
    if side.reach > 0 { inset += Decoration.tickGap + side.reach }
    if !side.label.isEmpty { inset += Decoration.labelGap + side.label.height }
    return inset
  }

  private func colorBar(_ scale: ColorScale, length: Double) -> Decoration.Bar {
    let (low, high) =
      scale.levels.isEmpty
      ? (scale.low, scale.high)
      : (scale.levels[0], scale.levels[scale.levels.count - 1])
    var placement = scale.ticks
    // Banded scales are marked where colours change, as far as there is room.
    if scale.levels.count > 2, placement == .automatic {
      let inner = Array(scale.levels.dropFirst().dropLast())
      let room = max(2, Int(length / (tickSize * 1.7)))
      let stride = (inner.count + room - 1) / room
      placement = .at(inner.enumerated().filter { $0.offset % stride == 0 }.map(\.element))
    }
    let axis = Axis(scale.label, scale: scale.scale, ticks: placement, format: scale.format)
    let side = vertical(
      PanelPlan.Side(
        axis: axis, scale: scale.scale, low: scale.scale.forward(low),
        high: scale.scale.forward(high), isReversed: false, isHidden: false),
      length: length, hidesLabels: false)
    return Decoration.Bar(
      scale: scale, side: side, width: Decoration.barWidth + sideInset(side))
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
  private func lean(_ side: inout Decoration.Side, angle: Double) {
    side.angle = angle
    let height = side.ticks.map(\.label.height).max() ?? 0
    let distance = height / max(0.2, abs(sine(angle))) + 2
    side.ticks = thinned(side.ticks.sorted { $0.position < $1.position }) { _, _ in distance }
  }

  /// Leaves out labels that come too close to the one before.
  private func thinned(
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

  private func place(
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

  private func ticks(_ side: PanelPlan.Side, count: Int) -> Ticks {
    var ticks = placedTicks(side, count: count)
    side.axis.format.apply(to: &ticks)
    return ticks
  }

  private func placedTicks(_ side: PanelPlan.Side, count: Int) -> Ticks {
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

  private func piTicks(_ side: PanelPlan.Side, count: Int) -> Ticks {
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

  private func greatestCommonDivisor(_ a: Int, _ b: Int) -> Int {
    b == 0 ? a : greatestCommonDivisor(b, a % b)
  }
}
