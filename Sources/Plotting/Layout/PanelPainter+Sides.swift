extension PanelPainter {
  func paintSides(into scene: inout Scene) {
    if !plan.isSphere, !plan.isPolar {
      if !plan.x.isHidden { paintHorizontal(decoration.x, into: &scene) }
      if !plan.y.isHidden {
        paintVertical(decoration.y, at: core.x, direction: -1, into: &scene)
      }
      if let right = decoration.right {
        paintVertical(right, at: core.maxX, direction: 1, into: &scene)
      }
    }
    if plan.x.isHidden || plan.isSphere || plan.isPolar {
      place(
        decoration.x.label,
        at: Point(core.midX, core.maxY + decoration.graticuleDrop + Decoration.labelGap),
        anchor: .top, into: &scene)
    }
    if plan.y.isHidden, !plan.isSphere, !plan.isPolar {
      place(
        decoration.y.label, at: Point(core.x - Decoration.labelGap, core.midY), anchor: .bottom,
        angle: -.pi / 2, into: &scene)
    }
  }

  func ticks(_ points: [(Point, Point)], faint: Bool) -> Primitive? {
    guard !points.isEmpty else { return nil }
    var path = Path([])
    path.parts = points.map { Path.Part(points: [$0.0, $0.1], isClosed: false) }
    let color = theme.foreground.opacity(faint ? 0.45 : 0.75)
    return .path(path, fill: nil, stroke: Stroke(color, width: faint ? 0.8 : 1))
  }

  func paintHorizontal(_ side: Decoration.Side, into scene: inout Scene) {
    let y = core.maxY
    let major = side.major.map { x in
      (Point(crisp(core.x + x), y), Point(crisp(core.x + x), y + Decoration.tick))
    }
    let isLog = plan.x.scale.hasFineTicks
    let minor =
      isLog
      ? side.minor.map { x in (Point(core.x + x, y), Point(core.x + x, y + Decoration.tick * 0.6)) }
      : []
    for primitive in [ticks(minor, faint: true), ticks(major, faint: false)] {
      if let primitive { scene.primitives.append(primitive) }
    }
    let top = y + Decoration.tick + Decoration.tickGap
    for tick in side.ticks {
      if side.angle == 0 {
        place(tick.label, at: Point(core.x + tick.position, top), anchor: .top, into: &scene)
      } else {
        // The label's end that is next to the axis stands at its tick.
        let isSteep = abs(side.angle) > 1.4
        let shift = isSteep ? 0 : side.angle < 0 ? 3.0 : -3
        place(
          tick.label, at: Point(core.x + tick.position + shift, top + 2),
          anchor: Anchor(x: side.angle < 0 ? 1 : 0, y: isSteep ? 0.5 : 0.4), angle: side.angle,
          into: &scene)
      }
    }
    let row = (side.reach > 0 ? top + side.reach : y + Decoration.tick) + Decoration.labelGap
    place(side.label, at: Point(core.midX, row), anchor: .top, into: &scene)
    if !side.factor.isEmpty {
      place(
        side.factor, at: Point(core.maxX, row + side.factorDrop), anchor: .topRight, into: &scene,
        color: theme.muted)
    }
  }

  /// - Parameters:
  ///   - direction: −1 for an axis whose labels stand on its left, 1 on its right.
  func paintVertical(
    _ side: Decoration.Side, at x: Double, direction: Double, into scene: inout Scene,
    isLogarithmic: Bool? = nil, top: Double? = nil
  ) {
    let top = top ?? core.y
    let end = x + direction * Decoration.tick
    let major = side.major.map { y in (Point(x, crisp(top + y)), Point(end, crisp(top + y))) }
    let scale = direction < 0 ? plan.y.scale : plan.right?.scale
    let isLog = isLogarithmic ?? (scale?.hasFineTicks ?? false)
    let minor =
      isLog
      ? side.minor.map { y in
        (Point(x, top + y), Point(x + direction * Decoration.tick * 0.6, top + y))
      } : []
    for primitive in [ticks(minor, faint: true), ticks(major, faint: false)] {
      if let primitive { scene.primitives.append(primitive) }
    }
    let edge = end + direction * Decoration.tickGap
    for tick in side.ticks {
      place(
        tick.label, at: Point(edge, top + tick.position), anchor: direction < 0 ? .right : .left,
        into: &scene)
    }
    let outer =
      (side.reach > 0 ? edge + direction * side.reach : end) + direction * Decoration.labelGap
    place(
      side.label, at: Point(outer, core.midY), anchor: direction < 0 ? .bottom : .top,
      angle: -.pi / 2, into: &scene)
    if !side.factor.isEmpty {
      place(
        side.factor, at: Point(x, top - 6),
        anchor: direction < 0 && !decoration.hasNarrowFactors ? .bottomLeft : .bottomRight,
        into: &scene, color: theme.muted)
    }
  }

  func place(
    _ label: Label, at position: Point, anchor: Anchor, angle: Double = 0,
    into scene: inout Scene, color: RGBA? = nil
  ) {
    guard !label.isEmpty else { return }
    scene.primitives += label.primitives(
      at: position, anchor: anchor, angle: angle, color: color ?? theme.foreground)
    // Oblique labels' upright frames overlap although the labels do not.
    if angle == 0 || abs(angle) == .pi / 2 {
      scene.labels.append(label.frame(at: position, anchor: anchor, angle: angle))
    }
  }
}
