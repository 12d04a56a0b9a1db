/// Draws one plot with everything around it, once its place is known.
struct PanelPainter {
  var plan: PanelPlan
  var decoration: Decoration
  var core: Rect
  var typesetter: Typesetter
  var theme: Theme
  var legend: Legend?
  var isTransparent = false
  /// How much each place of the legend covers in all frames of an animation; empty: measured here.
  var legendCosts: [Int] = []

  var measuredCosts: [Int] { legend?.costs(in: core, occupied: occupied()) ?? [] }

  private func mapper(right: Bool = false) -> DataMapper { plan.mapper(core: core, right: right) }

  func paint(into scene: inout Scene) {
    if plan.isSpatial {
      SpacePainter(plan: plan, core: core, typesetter: typesetter, theme: theme).paint(into: &scene)
      paintBars(into: &scene)
      paintTitle(into: &scene)
      paintLegend(into: &scene)
      return
    }
    let left = mapper()
    if plan.hasGrid, !plan.isSphere, !plan.isPolar { paintGrid(into: &scene) }
    if let polar = left.polar, plan.hasFrame { paintCircles(polar, into: &scene) }
    scene.primitives.append(.clip(left.sphere?.outline ?? left.polar?.outline ?? Path(core)))
    for layer in plan.lowering.layers {
      if case .inset = layer.shape { continue }
      if case .text = layer.shape { continue }
      LayerPainter(
        mapper: layer.isOnRight ? mapper(right: true) : left, typesetter: typesetter, theme: theme
      ).paint(layer, into: &scene)
    }
    if let sphere = left.sphere { paintGraticule(sphere, into: &scene) }
    scene.primitives.append(.endClip)
    if let outline = left.sphere?.outline ?? left.polar?.outline {
      scene.primitives.append(
        .path(outline, fill: nil, stroke: Stroke(theme.foreground, width: 1)))
      for mark in decoration.graticule {
        place(
          mark.label, at: Point(core.x + mark.place.x, core.y + mark.place.y), anchor: mark.anchor,
          into: &scene, color: theme.muted)
      }
    } else if plan.hasFrame {
      paintFrame(into: &scene)
    }
    // Texts may stand partly outside and over the frame.
    let placements = texts.placements
    for (number, layer) in plan.lowering.layers.enumerated() {
      switch layer.shape {
      case .text: break
      case .inset(let x, let y, let axes):
        paintInset(axes, x, y, into: &scene)
        continue
      default: continue
      }
      LayerPainter(
        mapper: layer.isOnRight ? mapper(right: true) : left, typesetter: typesetter, theme: theme,
        placements: placements
      ).paint(layer, number: number, into: &scene)
    }
    paintSides(into: &scene)
    paintBars(into: &scene)
    paintTitle(into: &scene)
    paintLegend(into: &scene)
  }

  private var texts: TextPlacer.Result {
    plan.placedTexts(
      core: core, typesetter: typesetter, hasSide: decoration.hasSide,
      hasFactor: decoration.hasFactor)
  }

  /// Circles and rays of the polar plane, where the distances' ticks are.
  private func paintCircles(_ polar: PolarMap, into scene: inout Scene) {
    var path = Path([])
    path.parts = decoration.y.major.map { place in
      let rect = Rect(
        x: polar.center.x - place, y: polar.center.y - place, width: 2 * place, height: 2 * place)
      return Path.Part(points: Path(ellipseIn: rect).parts[0].points, isClosed: true)
    }
    for step in 0..<8 {
      path.parts.append(
        Path.Part(
          points: [polar.center, polar.rim(Double(step) * .pi / 4)], isClosed: false))
    }
    let color = theme.grid == theme.background ? theme.muted.opacity(0.3) : theme.grid
    scene.primitives.append(.path(path, fill: nil, stroke: Stroke(color, width: 1)))
  }

  /// Half-pixel positions keep thin lines sharp.
  private func crisp(_ value: Double) -> Double { (value * 2).rounded() / 2 }

  private func paintGrid(into scene: inout Scene) {
    guard theme.grid != theme.background else { return }
    var path = Path([])
    path.parts = []
    // Names stand under their bars; lines through the bars would say nothing.
    let isNamed = { (scale: Scale) in
      if case .categories = scale { return true }
      return false
    }
    for x in isNamed(plan.x.scale) ? [] : decoration.x.major where x > 1 && x < core.width - 1 {
      let place = crisp(core.x + x)
      path.parts.append(
        Path.Part(points: [Point(place, core.y), Point(place, core.maxY)], isClosed: false))
    }
    for y in isNamed(plan.y.scale) ? [] : decoration.y.major where y > 1 && y < core.height - 1 {
      let place = crisp(core.y + y)
      path.parts.append(
        Path.Part(points: [Point(core.x, place), Point(core.maxX, place)], isClosed: false))
    }
    let color = isTransparent ? theme.muted.opacity(0.25) : theme.grid
    if !path.parts.isEmpty {
      scene.primitives.append(.path(path, fill: nil, stroke: Stroke(color, width: 1)))
    }
  }

  private func paintGraticule(_ sphere: SphereMap, into scene: inout Scene) {
    var path = Path([])
    path.parts = []
    for longitude in stride(from: -120.0, through: 120, by: 60) {
      let points = (0...90).map { sphere(longitude, Double($0) * 2 - 90) }
      path.parts.append(Path.Part(points: points, isClosed: false))
    }
    for latitude in stride(from: -60.0, through: 60, by: 30) {
      let points = (0...90).map { sphere(Double($0) * 4 - 180, latitude) }
      path.parts.append(Path.Part(points: points, isClosed: false))
    }
    // A grey that shows on the dark and on the light end of colour maps, and on the paper.
    scene.primitives.append(
      .path(path, fill: nil, stroke: Stroke(RGBA(0.62, 0.62, 0.62, 0.6), width: 0.7)))
  }

  private func paintFrame(into scene: inout Scene) {
    let ink = Stroke(theme.foreground.opacity(0.75), width: 1)
    if plan.hasBox {
      scene.primitives.append(.path(Path(core), fill: nil, stroke: ink))
      return
    }
    var path = Path([])
    path.parts = []
    if !plan.x.isHidden {
      path.parts.append(
        Path.Part(
          points: [Point(core.x - 0.5, core.maxY), Point(core.maxX, core.maxY)], isClosed: false))
    }
    if !plan.y.isHidden {
      path.parts.append(
        Path.Part(
          points: [Point(core.x, core.y), Point(core.x, core.maxY + 0.5)], isClosed: false))
    }
    if let right = plan.right, !right.isHidden {
      path.parts.append(
        Path.Part(
          points: [Point(core.maxX, core.y), Point(core.maxX, core.maxY + 0.5)], isClosed: false))
    }
    if !path.parts.isEmpty { scene.primitives.append(.path(path, fill: nil, stroke: ink)) }
    paintBreaks(into: &scene)
  }

  /// Two strokes across an axis where a piece of it is left out.
  private func paintBreaks(into scene: inout Scene) {
    for (side, isVertical) in [(plan.x, false), (plan.y, true)] {
      guard case .broken(let gaps) = side.scale else { continue }
      for gap in gaps {
        let share = (side.scale.forward(gap.lowerBound) - side.low) / (side.high - side.low)
        guard share > 0, share < 1 else { continue }
        let along = side.isReversed ? 1 - share : share
        let place =
          isVertical
          ? Point(core.x, core.maxY - along * core.height)
          : Point(core.x + along * core.width, core.maxY)
        let ink = Stroke(theme.foreground, width: 1.1)
        let across = isVertical ? Point(7, -4) : Point(4, -7)
        let step = isVertical ? Point(0, 2.5) : Point(2.5, 0)
        // Paper between the strokes interrupts the axis; a dotted line crosses the plot.
        let far =
          isVertical
          ? Point(core.maxX, place.y) : Point(place.x, core.y)
        scene.primitives.append(
          .path(
            Path(from: place, to: far), fill: nil,
            stroke: Stroke(theme.muted, width: 1, dashes: [2, 3])))
        scene.primitives.append(
          .path(
            Path(
              [
                place - across - step, place + across - step, place + across + step,
                place - across + step,
              ], closed: true), fill: theme.background, stroke: nil))
        for sign in [-1.0, 1] {
          let start = place - across + step * sign
          scene.primitives.append(
            .path(
              Path(from: start, to: start + across * 2), fill: nil, stroke: ink))
        }
      }
    }
  }

  private func paintSides(into scene: inout Scene) {
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

  private func ticks(_ points: [(Point, Point)], faint: Bool) -> Primitive? {
    guard !points.isEmpty else { return nil }
    var path = Path([])
    path.parts = points.map { Path.Part(points: [$0.0, $0.1], isClosed: false) }
    let color = theme.foreground.opacity(faint ? 0.45 : 0.75)
    return .path(path, fill: nil, stroke: Stroke(color, width: faint ? 0.8 : 1))
  }

  private func paintHorizontal(_ side: Decoration.Side, into scene: inout Scene) {
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
  private func paintVertical(
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

  private func place(
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

  private func paintBars(into scene: inout Scene) {
    var x = core.maxX
    if let right = decoration.right {
      x += Decoration.tick + Decoration.tickGap + right.reach
      if !right.label.isEmpty { x += Decoration.labelGap + right.label.height }
    }
    for bar in decoration.bars {
      let rect = Rect(
        x: x + bar.gap, y: core.y, width: Decoration.barWidth, height: core.height)
      paintBar(bar.scale, in: rect, into: &scene)
      scene.primitives.append(
        .path(Path(rect), fill: nil, stroke: Stroke(theme.foreground.opacity(0.75), width: 0.8)))
      paintVertical(
        bar.side, at: rect.maxX, direction: 1, into: &scene,
        isLogarithmic: bar.scale.isLogarithmic)
      x = rect.x + bar.width
    }
  }

  private func paintBar(_ scale: ColorScale, in rect: Rect, into scene: inout Scene) {
    guard scale.levels.count > 2 else {
      let words = scale.map.words(count: 256).reversed()
      scene.primitives.append(
        .picture(Pixels(width: 1, height: 256, words: Array(words)), rect, smooth: true))
      return
    }
    let forward = scale.scale.forward
    let (low, high) = (
      forward(scale.levels[0]), forward(scale.levels[scale.levels.count - 1])
    )
    let count = scale.levels.count - 1
    for index in 0..<count {
      // Each band reaches up to the top and is painted over by the next: no gaps between them.
      let start = (forward(scale.levels[index]) - low) / (high - low) * rect.height
      let band = Rect(x: rect.x, y: rect.y, width: rect.width, height: rect.height - start)
      let position =
        scale.map.isDiverging
        ? scale.position(of: (scale.levels[index] + scale.levels[index + 1]) / 2)
        : Double(index) / Double(max(1, count - 1))
      scene.primitives.append(
        .path(Path(band), fill: scale.map.color(at: position), stroke: nil))
    }
  }

  private func paintTitle(into scene: inout Scene) {
    guard !decoration.title.isEmpty else { return }
    let bottom = core.y - decoration.titleLift
    place(decoration.title, at: Point(core.x, bottom), anchor: .bottomLeft, into: &scene)
  }

  /// Places that the data occupy, for the legend to avoid.
  func occupied() -> [Point] {
    var points: [Point] = []
    let placements = plan.isSpatial ? [:] : texts.placements
    for (number, layer) in plan.lowering.layers.enumerated() {
      let mapper = mapper(right: layer.isOnRight)
      switch layer.shape {
      case .line(let xs, let ys, _):
        for piece in mapper.polylines(xs: xs, ys: ys) { trace(piece, &points) }
      case .points(let xs, let ys, _):
        let stride = max(1, xs.count / 1500)
        for index in Swift.stride(from: 0, to: min(xs.count, ys.count), by: stride) {
          points.append(mapper(xs[index], ys[index]))
        }
      case .area(let rings, _, _) where !plan.lowering.hasField:
        for ring in rings where ring.xs.count < 5000 {
          trace(ring.xs.indices.map { mapper(ring.xs[$0], ring.ys[$0]) }, &points)
        }
      case .segments(let segments, _):
        for segment in segments.prefix(2000) {
          trace([mapper(segment.x0, segment.y0), mapper(segment.x1, segment.y1)], &points)
        }
      case .text:
        guard let frame = placements[number]?.frame else { break }
        // A covered text is worse than a covered stretch of a curve.
        for step in 0..<40 {
          points.append(
            Point(
              frame.x + frame.width * Double(step % 8) / 7,
              frame.y + frame.height * Double(step / 8) / 4))
        }
      default: break
      }
    }
    for mark in decoration.graticule {
      let frame = mark.label.frame(at: mark.place, anchor: mark.anchor)
      for step in 0..<40 {
        points.append(
          Point(
            core.x + frame.x + frame.width * Double(step % 8) / 7,
            core.y + frame.y + frame.height * Double(step / 8) / 4))
      }
    }
    return points.filter { core.contains($0) }
  }

  private func trace(_ piece: [Point], _ points: inout [Point]) {
    let step = 6.0
    for (a, b) in zip(piece, piece.dropFirst()) where a.isFinite && b.isFinite {
      let count = ((b - a).length / step).rounded(.up).integer(in: 1...300)
      for index in 0..<count { points.append(a + (b - a) * (Double(index) / Double(count))) }
    }
  }

  private func paintLegend(into scene: inout Scene) {
    guard let legend, plan.axes.legend != .none else { return }
    var placement = plan.axes.legend
    if placement == .automatic, !plan.isLegendOutside {
      placement =
        legendCosts.count == Legend.candidates.count
        ? Legend.candidates[legendCosts.indices.min { legendCosts[$0] < legendCosts[$1] } ?? 0]
        : legend.bestPlacement(in: core, occupied: occupied()) ?? .topRight
    }
    var frame = legend.frame(in: core, at: placement)
    if plan.isLegendOutside {
      frame.x = core.maxX + decoration.insets.right - legend.width - 1
      frame.y = core.y
    }
    let plate = isTransparent ? theme.background.opacity(0.6) : theme.background.opacity(0.9)
    scene.primitives += legend.primitives(
      at: Point(frame.x, frame.y), theme: theme, plate: plate)
    scene.labels.append(frame)
  }

  private func paintInset(
    _ axes: Axes, _ x: ClosedRange<Double>, _ y: ClosedRange<Double>, into scene: inout Scene
  ) {
    var small = theme
    small.fontSize = theme.textSize * 0.8
    small.lineWidth = theme.curveWidth * 0.8
    let lowering = Lowering(axes, theme: small)
    let inner = PanelPlan(axes, lowering: lowering, shared: PanelPlan.Shared())
    let frame = Rect(
      x: core.x + core.width * x.lowerBound,
      y: core.maxY - core.height * y.upperBound,
      width: core.width * (x.upperBound - x.lowerBound),
      height: core.height * (y.upperBound - y.lowerBound))
    let decorator = Decorator(typesetter: typesetter, theme: small)
    var size = (width: frame.width * 0.8, height: frame.height * 0.7)
    var decoration = decorator.decorate(
      inner, width: size.width, height: size.height, legend: nil)
    for _ in 0..<2 {
      let insets = decoration.insets
      size.width = max(20, frame.width - insets.left - insets.right)
      size.height = max(16, frame.height - insets.top - insets.bottom)
      decoration = decorator.decorate(inner, width: size.width, height: size.height, legend: nil)
    }
    let insets = decoration.insets
    scene.primitives.append(
      .path(
        Path(frame.insetBy(-3), radius: 3), fill: theme.background.opacity(0.92), stroke: nil))
    PanelPainter(
      plan: inner, decoration: decoration,
      core: Rect(
        x: frame.x + insets.left, y: frame.y + insets.top, width: size.width, height: size.height),
      typesetter: typesetter, theme: small, legend: nil
    ).paint(into: &scene)
  }
}
