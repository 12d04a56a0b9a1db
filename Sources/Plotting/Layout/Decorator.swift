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
