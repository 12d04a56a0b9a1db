extension PanelPainter {
  /// Circles and rays of the polar plane, where the distances' ticks are.
  func paintCircles(_ polar: PolarMap, into scene: inout Scene) {
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

  func paintGrid(into scene: inout Scene) {
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

  func paintGraticule(_ sphere: SphereMap, into scene: inout Scene) {
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

  func paintFrame(into scene: inout Scene) {
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
  func paintBreaks(into scene: inout Scene) {
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
}
