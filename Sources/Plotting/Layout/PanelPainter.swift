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

  func mapper(right: Bool = false) -> DataMapper { plan.mapper(core: core, right: right) }

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

  var texts: TextPlacer.Result {
    plan.placedTexts(
      core: core, typesetter: typesetter, hasSide: decoration.hasSide,
      hasFactor: decoration.hasFactor)
  }

  /// Half-pixel positions keep thin lines sharp.
  func crisp(_ value: Double) -> Double { (value * 2).rounded() / 2 }

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
}
