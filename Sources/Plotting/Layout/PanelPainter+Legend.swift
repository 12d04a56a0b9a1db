extension PanelPainter {
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
      case .bars(let columns, _), .stems(let columns, _):
        // Some of many thousands tell where they all are.
        let step = max(1, columns.places.count / 2000)
        for index in Swift.stride(from: 0, to: columns.places.count, by: step)
        where columns.isWhole(index) {
          let ring = columns.ring(index)
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

  func trace(_ piece: [Point], _ points: inout [Point]) {
    let step = 6.0
    for (a, b) in zip(piece, piece.dropFirst()) where a.isFinite && b.isFinite {
      let count = ((b - a).length / step).rounded(.up).integer(in: 1...300)
      for index in 0..<count { points.append(a + (b - a) * (Double(index) / Double(count))) }
    }
  }

  func paintLegend(into scene: inout Scene) {
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

  func paintInset(
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
