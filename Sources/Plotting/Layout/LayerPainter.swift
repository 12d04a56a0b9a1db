/// Turns the layers of one plot into primitives of the scene.
struct LayerPainter {
  var mapper: DataMapper
  var typesetter: Typesetter
  var theme: Theme
  /// Where the texts stand, by the number of their layer.
  var placements: [Int: TextPlacer.Placement] = [:]

  func paint(_ layer: Layer, number: Int = 0, into scene: inout Scene) {
    let core = mapper.core
    switch layer.shape {
    case .line(let xs, let ys, let stroke):
      var path = Path([])
      var alone: [Point] = []
      path.parts = mapper.polylines(xs: xs, ys: ys, alone: &alone)
        .map { Path.Part(points: $0, isClosed: false) }
      if !path.parts.isEmpty { scene.primitives.append(.path(path, fill: nil, stroke: stroke)) }
      // A point between gaps makes no line and would be invisible.
      if !alone.isEmpty {
        scene.primitives.append(
          .markers(
            Markers(
              shape: .circle, centers: alone, sizes: [max(4, stroke.width * 2)],
              fills: [stroke.color])))
      }
    case .segments(let segments, let stroke):
      var path = Path([])
      path.parts = segments.compactMap { segment in
        ends(segment).map { Path.Part(points: [$0.0, $0.1], isClosed: false) }
      }
      if !path.parts.isEmpty { scene.primitives.append(.path(path, fill: nil, stroke: stroke)) }
    case .points(let xs, let ys, let style): paint(xs, ys, style, into: &scene)
    case .area(let rings, let fill, let stroke):
      var path = Path([])
      path.parts = rings.map { Path.Part(points: corners($0), isClosed: true) }
      if !path.parts.isEmpty { scene.primitives.append(.path(path, fill: fill, stroke: stroke)) }
    case .bars(let columns, let fill):
      let path = bars(columns)
      if !path.parts.isEmpty { scene.primitives.append(.path(path, fill: fill, stroke: nil)) }
    case .stems(let columns, let stroke):
      let path = stems(columns)
      if !path.parts.isEmpty { scene.primitives.append(.path(path, fill: nil, stroke: stroke)) }
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
      } else if let polar = mapper.polar {
        path =
          isVertical
          ? Path(from: polar.center, to: polar.rim(value)) : Path(polar.circle(value))
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
      if let polar = mapper.polar {
        let ring = polar.sector(
          isVertical ? (low, high) : (0, 2 * .pi), isVertical ? nil : (low, high))
        scene.primitives.append(.path(ring, fill: fill, stroke: nil))
        break
      }
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
    case .text(let text): paint(text, placements[number], into: &scene)
    case .arrows(let vectors, let style): paint(vectors, style, into: &scene)
    case .contourLabels(let labels):
      ContourLabeller(mapper: mapper, typesetter: typesetter).paint(labels, into: &scene)
    case .group(let opacity): scene.primitives.append(.group(opacity: opacity))
    case .endGroup: scene.primitives.append(.endGroup)
    case .inset, .surface, .spatial: break
    }
  }

  private func bars(_ columns: Columns) -> Path {
    var path = Path([])
    path.parts = []
    func add(_ index: Int) {
      path.parts.append(Path.Part(points: corners(columns.ring(index)), isClosed: true))
    }
    guard let joined = joined(columns) else {
      for index in columns.places.indices where columns.isWhole(index) { add(index) }
      return path
    }
    joined.single.forEach(add)
    for (place, low, high) in joined.quarters {
      let (near, far) = (place, place + JoinedColumns.width)
      let points = [
        Point(near, low), Point(far, low), Point(far, high), Point(near, high),
      ]
      path.parts.append(
        Path.Part(
          points: columns.isHorizontal ? points.map { Point($0.y, $0.x) } : points,
          isClosed: true))
    }
    return path
  }

  private func stems(_ columns: Columns) -> Path {
    var path = Path([])
    path.parts = []
    func add(_ ends: (Point, Point)) {
      path.parts.append(Path.Part(points: [ends.0, ends.1], isClosed: false))
    }
    guard let joined = joined(columns) else {
      for index in columns.places.indices where columns.isWhole(index) {
        ends(columns.segment(index)).map(add)
      }
      return path
    }
    for (place, low, high) in joined.quarters {
      let middle = place + JoinedColumns.width / 2
      add(
        columns.isHorizontal
          ? (Point(low, middle), Point(high, middle)) : (Point(middle, low), Point(middle, high)))
    }
    return path
  }

  /// Many columns along straight axes, joined; `nil` where each is drawn for itself.
  private func joined(_ columns: Columns) -> JoinedColumns? {
    guard mapper.sphere == nil, mapper.polar == nil,
      columns.places.count > JoinedColumns.limit
    else { return nil }
    return JoinedColumns(columns, mapper)
  }

  private func corners(_ ring: Layer.Ring) -> [Point] {
    if let sphere = mapper.sphere { return sphere.ring(ring) }
    if let polar = mapper.polar { return polar.ring(ring) }
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
    let (placeX, placeY) = (StraightMap(mapper.x), StraightMap(mapper.y))
    let isPlane = mapper.sphere == nil && mapper.polar == nil
    for index in 0..<count {
      let center =
        isPlane
        ? Point(placeX(xs[index]), placeY(ys[index])) : mapper(xs[index], ys[index])
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

  /// Where a segment begins and ends; what an axis cannot reach is its low end.
  private func ends(_ segment: Layer.Segment) -> (Point, Point)? {
    func point(_ x: Double, _ y: Double) -> Point {
      var place = mapper(x, y)
      if mapper.polar == nil, mapper.sphere == nil {
        if !place.x.isFinite, x.isFinite { place.x = mapper.x.start }
        if !place.y.isFinite, y.isFinite { place.y = mapper.y.start }
      }
      return place
    }
    // One end at least must be a place; two ends beyond the axis are nothing to see.
    func isSeen(_ x: Double, _ y: Double) -> Bool { mapper(x, y).isFinite }
    guard isSeen(segment.x0, segment.y0) || isSeen(segment.x1, segment.y1) else { return nil }
    let (a, b) = (point(segment.x0, segment.y0), point(segment.x1, segment.y1))
    guard a.isFinite, b.isFinite else { return nil }
    return DataMapper.cut(a, b, to: mapper.core.insetBy(-2000))
  }

  private func paint(
    _ text: Layer.PlacedText, _ placement: TextPlacer.Placement?, into scene: inout Scene
  ) {
    guard let placement else { return }
    if !text.isCellValue { scene.texts.append(placement.frame) }
    if text.hasArrow {
      let tip = placement.position - placement.offset
      paintArrow(
        from: placement.position - text.away(placement.offset), to: tip, gap: 5,
        Layer.ArrowStyle(width: 1.1, head: 6, pixelsPerUnit: nil), text.color, into: &scene)
    }
    if let plate = text.plate {
      scene.primitives.append(
        .path(Path(placement.frame, radius: 3), fill: plate, stroke: nil))
    }
    scene.primitives += placement.label.primitives(
      at: placement.position, anchor: placement.anchor, angle: text.angle, color: text.color)
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
      let tip: Point
      if let unit {
        tip = anchor + Point(vector.dx * unit, -vector.dy * unit)
      } else {
        tip = mapper(vector.x + vector.dx, vector.y + vector.dy)
      }
      if style.isHeadOnly {
        paintHead(at: anchor, towards: tip, style, vector.color, into: &scene)
      } else {
        paintArrow(from: anchor, to: tip, gap: 0, style, vector.color, into: &scene)
      }
    }
  }

  private func paintHead(
    at place: Point, towards end: Point, _ style: Layer.ArrowStyle, _ color: RGBA,
    into scene: inout Scene
  ) {
    let way = end - place
    guard place.isFinite, way.isFinite, way.length > 1e-9, mapper.core.contains(place) else {
      return
    }
    let along = way * (1 / way.length)
    let across = Point(-along.y, along.x)
    let head = style.head
    let tip = place + along * (head * 0.6)
    let back = place - along * (head * 0.4)
    let wing = across * (head * 0.42)
    scene.primitives.append(
      .path(
        Path([tip, back + wing, place - along * (head * 0.15), back - wing], closed: true),
        fill: color, stroke: nil))
  }

  private func paintArrow(
    from start: Point, to end: Point, gap: Double, _ style: Layer.ArrowStyle, _ color: RGBA,
    into scene: inout Scene
  ) {
    guard start.isFinite, end.isFinite, abs(end.x) < 1e5, abs(end.y) < 1e5, abs(start.x) < 1e5,
      abs(start.y) < 1e5
    else { return }
    let way = end - start
    let length = way.length
    guard length > 0.3 else {
      scene.primitives.append(
        .markers(Markers(shape: .circle, centers: [start], sizes: [1.6], fills: [color])))
      return
    }
    let along = way * (1 / length)
    let tip = end - along * min(gap, length / 3)
    let head = min(style.head, max(2.2, length * 0.45))
    let across = Point(-along.y, along.x)
    let neck = tip - along * (head * 0.8)
    scene.primitives.append(
      .path(Path(from: start, to: neck), fill: nil, stroke: Stroke(color, width: style.width)))
    scene.primitives.append(
      .path(
        Path(
          [
            tip, tip - along * head + across * (head * 0.42), neck,
            tip - along * head - across * (head * 0.42),
          ], closed: true),
        fill: color, stroke: nil))
  }
}

extension Layer.PlacedText {
  /// The gap of four pixels between the text and its arrow.
  func away(_ offset: Point) -> Point { offset * (4 / max(1, offset.length)) }
}
