/// Turns the layers of one plot into primitives of the scene.
struct LayerPainter {
  var mapper: DataMapper
  var typesetter: Typesetter
  var theme: Theme

  func paint(_ layer: Layer, into scene: inout Scene) {
    let core = mapper.core
    switch layer.shape {
    case .line(let xs, let ys, let stroke):
      var path = Path([])
      path.parts = mapper.polylines(xs: xs, ys: ys).map { Path.Part(points: $0, isClosed: false) }
      if !path.parts.isEmpty { scene.primitives.append(.path(path, fill: nil, stroke: stroke)) }
    case .points(let xs, let ys, let style): paint(xs, ys, style, into: &scene)
    case .area(let rings, let fill, let stroke):
      var path = Path([])
      path.parts = rings.map { Path.Part(points: corners($0), isClosed: true) }
      if !path.parts.isEmpty { scene.primitives.append(.path(path, fill: fill, stroke: stroke)) }
    case .field(let field):
      if let primitive = FieldPainter(mapper).primitive(field) {
        scene.primitives.append(primitive)
      }
    case .picture(let pixels, let x, let y, let smooth):
      let rect = Rect(
        from: mapper(x.lowerBound, y.lowerBound), to: mapper(x.upperBound, y.upperBound))
      scene.primitives.append(.picture(pixels, rect, smooth: smooth))
    case .rule(let value, let isVertical, let stroke):
      let path: Path
      if let sphere = mapper.sphere {
        let steps = evenlySpaced(-180...180, count: 181)
        path = Path(
          isVertical
            ? steps.map { sphere(value, $0 / 2) } : steps.map { sphere($0, value) })
      } else if isVertical {
        let x = mapper.x(value)
        path = Path(from: Point(x, core.y), to: Point(x, core.maxY))
      } else {
        let y = mapper.y(value)
        path = Path(from: Point(core.x, y), to: Point(core.maxX, y))
      }
      if path.parts[0].points.allSatisfy(\.isFinite) {
        scene.primitives.append(.path(path, fill: nil, stroke: stroke))
      }
    case .shading(let low, let high, let isVertical, let fill):
      let map = isVertical ? mapper.x : mapper.y
      // Ends that the axis cannot show, such as zero on a logarithmic one, mean its edge.
      func end(_ value: Double, _ edge: Double) -> Double {
        let place = map(value)
        return place.isFinite ? place : edge
      }
      let a = end(low, map.start)
      let b = end(high, map.end)
      let rect =
        isVertical
        ? Rect(from: Point(a, core.y), to: Point(b, core.maxY))
        : Rect(from: Point(core.x, a), to: Point(core.maxX, b))
      scene.primitives.append(.path(Path(rect), fill: fill, stroke: nil))
    case .text(let text): paint(text, into: &scene)
    case .arrows(let vectors, let style): paint(vectors, style, into: &scene)
    case .contourLabels(let labels):
      ContourLabeller(mapper: mapper, typesetter: typesetter).paint(labels, into: &scene)
    case .group(let opacity): scene.primitives.append(.group(opacity: opacity))
    case .endGroup: scene.primitives.append(.endGroup)
    case .inset: break
    }
  }

  private func corners(_ ring: Layer.Ring) -> [Point] {
    if let sphere = mapper.sphere { return sphere.ring(ring) }
    let reach = 20_000.0
    // A logarithmic axis has no place for zero, where bars and histograms begin: its low end
    // stands for it.
    let bottom = mapper.y.start
    let left = mapper.x.start
    return ring.xs.indices.map { index in
      let x = mapper.x(ring.xs[index])
      let y = mapper.y(ring.ys[index])
      return Point(
        (x.isFinite ? x : left).clamped(to: -reach...reach),
        (y.isFinite ? y : bottom).clamped(to: -reach...reach))
    }
  }

  private func paint(
    _ xs: [Double], _ ys: [Double], _ style: Layer.PointStyle, into scene: inout Scene
  ) {
    guard style.shape != .none else { return }
    let zone = mapper.core.insetBy(-30)
    var centers: [Point] = []
    var sizes: [Double] = []
    var fills: [RGBA] = []
    let count = min(xs.count, ys.count)
    centers.reserveCapacity(count)
    for index in 0..<count {
      let center = mapper(xs[index], ys[index])
      guard center.isFinite, zone.contains(center) else { continue }
      centers.append(center)
      if style.sizes.count > 1 { sizes.append(style.sizes[min(index, style.sizes.count - 1)]) }
      if style.fills.count > 1 { fills.append(style.fills[min(index, style.fills.count - 1)]) }
    }
    guard !centers.isEmpty else { return }
    scene.primitives.append(
      .markers(
        Markers(
          shape: style.shape, centers: centers,
          sizes: sizes.isEmpty ? Array(style.sizes.prefix(1)) : sizes,
          fills: fills.isEmpty ? Array(style.fills.prefix(1)) : fills, outline: style.outline,
          outlineWidth: style.outlineWidth)))
  }

  private func paint(_ text: Layer.PlacedText, into scene: inout Scene) {
    let position = mapper(text.x, text.y)
    guard position.isFinite, mapper.core.insetBy(-500).contains(position) else { return }
    let label = typesetter.label(text.text, size: text.size)
    let place = position + text.offset
    if let plate = text.plate {
      let frame = label.frame(at: place, anchor: text.anchor).insetBy(-3)
      scene.primitives.append(.path(Path(frame, radius: 3), fill: plate, stroke: nil))
    }
    scene.primitives += label.primitives(
      at: place, anchor: text.anchor, angle: text.angle, color: text.color)
  }

  private func paint(
    _ vectors: [Layer.Vector], _ style: Layer.ArrowStyle, into scene: inout Scene
  ) {
    let core = mapper.core
    // The longest arrow spans about the space that each has for itself.
    let spacing = (core.width * core.height / Double(max(1, vectors.count))).squareRoot()
    let unit = style.pixelsPerUnit.map { $0 * min(spacing * 0.92, 60) }
    for vector in vectors {
      let anchor = mapper(vector.x, vector.y)
      var start = anchor
      var tip: Point
      if style.isHeadFixed {
        // Annotations: the text's end is given in pixels, the head is at the point.
        start = anchor + Point(vector.dx, vector.dy)
        tip = anchor
      } else if let unit {
        tip = start + Point(vector.dx * unit, -vector.dy * unit)
      } else {
        tip = mapper(vector.x + vector.dx, vector.y + vector.dy)
      }
      guard start.isFinite, tip.isFinite, abs(tip.x) < 1e5, abs(tip.y) < 1e5,
        abs(start.x) < 1e5, abs(start.y) < 1e5
      else { continue }
      let way = tip - start
      let length = way.length
      guard length > 0.3 else {
        scene.primitives.append(
          .markers(
            Markers(shape: .circle, centers: [start], sizes: [1.6], fills: [vector.color])))
        continue
      }
      let along = way * (1 / length)
      tip = tip - along * min(style.gap, length / 3)
      let head = min(style.head, max(2.2, length * 0.45))
      let across = Point(-along.y, along.x)
      let neck = tip - along * (head * 0.8)
      scene.primitives.append(
        .path(
          Path(from: start, to: neck), fill: nil, stroke: Stroke(vector.color, width: style.width)))
      scene.primitives.append(
        .path(
          Path(
            [
              tip, tip - along * head + across * (head * 0.42), neck,
              tip - along * head - across * (head * 0.42),
            ], closed: true),
          fill: vector.color, stroke: nil))
    }
  }
}
