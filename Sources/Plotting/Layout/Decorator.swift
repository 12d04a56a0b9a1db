/// Measures decorations.
struct Decorator {
  var typesetter: Typesetter
  var theme: Theme

  var numbers: Typesetter {
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
    result.insets = Decoration.Insets(left: 1, right: 1, top: 1, bottom: 1)
    if plan.isSpatial {
      // Its ticks and labels stand inside.
    } else if plan.isSphere || plan.isPolar {
      measureGraticule(plan, width, height, &result)
    } else {
      measureBelow(plan, width, hidesX, &result)
      measureLeft(plan, height, hidesY, &result)
    }
    let side = measureRight(plan, width, height, legend, &result)
    var top = factorHeight(&result, length: height)
    result.hasSide = side > 0 || plan.isPolar || plan.isSpatial
    result.hasFactor = top > 0
    if !plan.isSpatial {
      let texts = plan.placedTexts(
        core: Rect(x: 0, y: 0, width: width, height: height), typesetter: typesetter,
        hasSide: result.hasSide, hasFactor: result.hasFactor)
      result.notes = texts.notes
      let over = texts.overhang
      result.insets.widen(left: over.left + 1, right: over.right + 1, bottom: over.bottom + 1)
      top = max(top, over.top)
    }
    result.insets.widen(right: side + 1, top: top)
    if !plan.axes.title.isEmpty {
      let limit = max(90, width + min(side, 60))
      result.title = typesetter.label(
        plan.axes.title, size: titleSize, bold: true, wrappedAt: limit, centered: false)
      result.titleLift = top + 8
      result.insets.widen(
        right: result.title.width - width + 1, top: result.titleLift + result.title.height)
    }
    return result
  }

  private func measureBelow(
    _ plan: PanelPlan, _ width: Double, _ hidesLabels: Bool, _ result: inout Decoration
  ) {
    guard !plan.x.isHidden else {
      guard !plan.axes.x.label.isEmpty else { return }
      result.x.label = axisLabel(plan.axes.x.label, length: width)
      result.insets.bottom = result.x.label.height + Decoration.labelGap
      return
    }
    let axis = horizontal(plan.x, length: width, hidesLabels: hidesLabels)
    result.x = axis
    result.insets.bottom = bottomInset(axis)
    for tick in axis.ticks {
      let (wide, half) = (tick.label.width, tick.label.height)
      let lean = wide * cosine(axis.angle) + 4
      if axis.angle == 0 {
        result.insets.widen(
          left: wide / 2 - tick.position + 1, right: tick.position + wide / 2 - width + 1)
      } else if axis.angle < 0 {
        result.insets.widen(left: lean - tick.position, right: tick.position + half - width)
      } else {
        result.insets.widen(left: half - tick.position, right: tick.position + lean - width)
      }
    }
  }

  private func measureLeft(
    _ plan: PanelPlan, _ height: Double, _ hidesLabels: Bool, _ result: inout Decoration
  ) {
    guard !plan.y.isHidden else {
      guard !plan.axes.y.label.isEmpty else { return }
      result.y.label = axisLabel(plan.axes.y.label, length: height)
      result.insets.widen(left: result.y.label.height + Decoration.labelGap)
      return
    }
    // Where both axes have one unit, they have one step.
    let isEqual = plan.axes.aspect == .equal && !plan.x.isHidden
    result.y = vertical(
      plan.y, length: height, hidesLabels: hidesLabels,
      leastGap: isEqual ? Decorator.gap(result.x.major) : nil)
    let halfLine = (result.y.ticks.map(\.label.height).max() ?? 0) / 2
    result.insets.widen(left: sideInset(result.y), top: halfLine, bottom: halfLine)
  }

  /// The lines of a sphere and of polar axes carry their numbers around the panel.
  private func measureGraticule(
    _ plan: PanelPlan, _ width: Double, _ height: Double, _ result: inout Decoration
  ) {
    result.graticule =
      plan.isPolar
      ? polarLabels(plan, width: width, height: height, &result.y)
      : graticule(plan, width: width, height: height)
    for mark in result.graticule {
      let frame = mark.label.frame(at: mark.place, anchor: mark.anchor)
      result.insets.widen(
        left: 1 - frame.x, right: frame.maxX - width + 1, top: -frame.y,
        bottom: frame.maxY - height)
    }
    result.graticuleDrop = result.insets.bottom > 1 ? result.insets.bottom : 0
    guard !plan.axes.x.label.isEmpty else { return }
    result.x.label = axisLabel(plan.axes.x.label, length: width)
    result.insets.bottom = result.graticuleDrop + result.x.label.height + Decoration.labelGap
  }

  /// The axis at the right, colour bars and a legend beside the panel: how wide they are together.
  private func measureRight(
    _ plan: PanelPlan, _ width: Double, _ height: Double, _ legend: Legend?,
    _ result: inout Decoration
  ) -> Double {
    var side = 0.0
    if let right = plan.right, !right.isHidden {
      let axis = vertical(right, length: height, hidesLabels: false)
      result.right = axis
      side = sideInset(axis)
    }
    for scale in plan.colorBars {
      let bar = colorBar(scale, length: height)
      result.bars.append(bar)
      side += bar.gap + bar.width
    }
    let factors = [result.right?.factor.width ?? 0] + result.bars.map(\.side.factor.width)
    if !result.y.factor.isEmpty, width < result.y.factor.width + (factors.max() ?? 0) + 6 {
      result.hasNarrowFactors = true
      result.insets.widen(left: result.y.factor.width + 1)
    }
    if plan.isLegendOutside, let legend { side += Decoration.barGap + legend.width }
    return side
  }

  /// What stands above the panel beside its title: factors of axes, and upright labels that are longer
  /// than their axis, which widen the bottom, too.
  private func factorHeight(_ result: inout Decoration, length: Double) -> Double {
    let sides = [result.y, result.right].compactMap { $0 } + result.bars.map(\.side)
    let factors = sides.map(\.factor).filter { !$0.isEmpty }.map { $0.height + 6 }.max() ?? 0
    let overhang = ((sides.map(\.label.width).max() ?? 0) - length) / 2
    guard overhang > 0 else { return factors }
    result.insets.widen(bottom: overhang)
    return max(factors, overhang)
  }

  /// Pixels between neighbouring ticks; `nil` when there are none.
  static func gap(_ positions: [Double]) -> Double? {
    let sorted = positions.sorted()
    return zip(sorted.dropFirst(), sorted).map { $0 - $1 }.min()
  }

  func axisLabel(_ text: String, length: Double) -> Label {
    text.isEmpty
      ? Label() : typesetter.label(text, size: labelSize, wrappedAt: max(70, length * 1.02))
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
}
