/// Draws a plot in space: a box with three axes seen from a camera without perspective, and what
/// stands in it from back to front.
struct SpacePainter {
  var plan: PanelPlan
  var core: Rect
  var typesetter: Typesetter
  var theme: Theme

  /// A point of the box, each side from −1 to 1.
  struct Place {
    var x, y, z: Double

    static func * (a: Place, b: Place) -> Double { a.x * b.x + a.y * b.y + a.z * b.z }
    static func - (a: Place, b: Place) -> Place { Place(x: a.x - b.x, y: a.y - b.y, z: a.z - b.z) }
    static func cross(_ a: Place, _ b: Place) -> Place {
      Place(x: a.y * b.z - a.z * b.y, y: a.z * b.x - a.x * b.z, z: a.x * b.y - a.y * b.x)
    }
  }

  /// The camera with the box fitted to the plot.
  private struct View {
    var right, up, toward: Place
    /// Half the lengths of the box's sides.
    var sides: Place
    var scale = 1.0
    var center = Point(0, 0)

    init(_ camera: Camera, sides: Place, core: Rect, margins: Decoration.Insets) {
      let azimuth = (camera.azimuth.isFinite ? camera.azimuth : -55) * .pi / 180
      let height =
        (camera.elevation.isFinite ? camera.elevation.clamped(to: -90...90) : 28) * .pi / 180
      right = Place(x: -sine(azimuth), y: cosine(azimuth), z: 0)
      up = Place(
        x: -sine(height) * cosine(azimuth), y: -sine(height) * sine(azimuth), z: cosine(height))
      toward = Place(
        x: cosine(height) * cosine(azimuth), y: cosine(height) * sine(azimuth), z: sine(height))
      self.sides = sides
      var box = Rect(x: 0, y: 0, width: 0, height: 0)
      for index in 0..<8 {
        let corner = Place(
          x: index & 1 == 0 ? -1 : 1, y: index & 2 == 0 ? -1 : 1, z: index & 4 == 0 ? -1 : 1)
        let point = self(corner)
        box = box.union(Rect(x: point.x, y: point.y, width: 0, height: 0))
      }
      let room = Rect(
        x: core.x + margins.left, y: core.y + margins.top,
        width: max(10, core.width - margins.left - margins.right),
        height: max(10, core.height - margins.top - margins.bottom))
      scale = min(room.width / max(box.width, 1e-6), room.height / max(box.height, 1e-6))
      center = Point(
        room.midX - (box.x + box.width / 2) * scale, room.midY - (box.y + box.height / 2) * scale)
    }

    private func stretched(_ p: Place) -> Place {
      Place(x: p.x * sides.x, y: p.y * sides.y, z: p.z * sides.z)
    }

    func callAsFunction(_ p: Place) -> Point {
      let q = stretched(p)
      return center + Point(q * right, -(q * up)) * scale
    }

    func depth(_ p: Place) -> Double { stretched(p) * toward }

    /// The direction that a patch faces, of length one.
    func normal(_ a: Place, _ b: Place, _ c: Place) -> Place {
      let n = Place.cross(stretched(b) - stretched(a), stretched(c) - stretched(a))
      let length = (n * n).squareRoot()
      return length > 0 ? Place(x: n.x / length, y: n.y / length, z: n.z / length) : n
    }
  }

  /// Something painted, with its distance towards the reader.
  private struct Item {
    var depth: Double
    var primitive: Primitive
  }

  private func share(_ side: PanelPlan.Side, _ value: Double) -> Double {
    let share = (side.scale.forward(value) - side.low) / (side.high - side.low)
    return (side.isReversed ? 1 - share : share) * 2 - 1
  }

  private func place(_ x: Double, _ y: Double, _ z: Double) -> Place {
    Place(x: share(plan.x, x), y: share(plan.y, y), z: share(plan.z, z))
  }

  func paint(into scene: inout Scene) {
    let view = View(plan.axes.camera, sides: sides, core: core, margins: margins)
    if plan.axes.frame != .none { paintBox(view, into: &scene) }
    var items: [Item] = []
    for layer in plan.lowering.layers {
      switch layer.shape {
      case .surface(let patches): add(patches, view, to: &items)
      case .spatial(let xs, let ys, let zs, let stroke, let style):
        add(xs, ys, zs, stroke, style, view, to: &items)
      default: break
      }
    }
    // Items of equal depth keep their order, so that pictures repeat.
    let order = items.indices.sorted {
      items[$0].depth != items[$1].depth ? items[$0].depth < items[$1].depth : $0 < $1
    }
    scene.primitives.append(.clip(Path(core)))
    for index in order { scene.primitives.append(items[index].primitive) }
    scene.primitives.append(.endClip)
  }

  /// Half the lengths of the box's sides: equal units where that is asked for.
  private var sides: Place {
    guard plan.axes.aspect == .equal else { return Place(x: 1, y: 1, z: 0.72) }
    let lengths = [plan.x, plan.y, plan.z].map { $0.high - $0.low }
    let most = lengths.max() ?? 1
    return Place(x: lengths[0] / most, y: lengths[1] / most, z: lengths[2] / most)
  }

  private var margins: Decoration.Insets {
    guard plan.axes.frame != .none else { return Decoration.Insets() }
    let em = theme.textSize
    let upright = plan.z.axis.label.isEmpty ? 3.6 * em : 5.2 * em
    return Decoration.Insets(left: upright, right: 2.6 * em, top: 0.6 * em, bottom: 3.4 * em)
  }

  private func add(_ patches: Layer.Patches, _ view: View, to items: inout [Item]) {
    let stepX = max(1, patches.columns / Surface.patchLimit)
    let stepY = max(1, patches.rows / Surface.patchLimit)
    let rows = Array(stride(from: 0, to: patches.rows - 1, by: stepY)) + [patches.rows - 1]
    let columns = Array(stride(from: 0, to: patches.columns - 1, by: stepX)) + [patches.columns - 1]
    func corner(_ row: Int, _ column: Int) -> Place {
      let index = row * patches.columns + column
      return place(patches.xs[index], patches.ys[index], patches.zs[index])
    }
    for (top, bottom) in zip(rows, rows.dropFirst()) {
      for (left, right) in zip(columns, columns.dropFirst()) {
        let corners = [
          corner(top, left), corner(top, right), corner(bottom, right), corner(bottom, left),
        ]
        let points = corners.map { view($0) }
        guard points.allSatisfy(\.isFinite),
          points.allSatisfy({ abs($0.x) < 1e5 && abs($0.y) < 1e5 })
        else { continue }
        let levels = [(top, left), (top, right), (bottom, right), (bottom, left)].map {
          patches.levels[$0.0 * patches.columns + $0.1]
        }
        let level = levels.reduce(0, +) / 4
        guard level.isFinite else { continue }
        var color = patches.color ?? patches.scale?.color(of: level) ?? theme.foreground
        // Lit from the reader's upper left; both sides of a surface are lit alike.
        let normal = view.normal(corners[0], corners[1], corners[3])
        let facing = abs(normal * light(view))
        color = color.mixed(with: RGBA(0, 0, 0), 0.28 * (1 - facing))
        color.alpha = patches.opacity * (patches.color?.alpha ?? 1)
        let mesh = Stroke(theme.foreground.opacity(0.35), width: 0.5)
        // A hairline of the patch's own colour closes the seams between patches.
        let seam = patches.opacity < 1 ? nil : Stroke(color, width: 0.7)
        let depth = corners.reduce(0) { $0 + view.depth($1) } / 4
        items.append(
          Item(
            depth: depth,
            primitive: .path(
              Path(points, closed: true), fill: color, stroke: patches.hasMesh ? mesh : seam)))
      }
    }
  }

  private func light(_ view: View) -> Place {
    let (r, u, t) = (view.right, view.up, view.toward)
    let mixed = Place(
      x: -0.4 * r.x + 0.6 * u.x + 0.7 * t.x, y: -0.4 * r.y + 0.6 * u.y + 0.7 * t.y,
      z: -0.4 * r.z + 0.6 * u.z + 0.7 * t.z)
    let length = (mixed * mixed).squareRoot()
    return Place(x: mixed.x / length, y: mixed.y / length, z: mixed.z / length)
  }

  private func add(
    _ xs: [Double], _ ys: [Double], _ zs: [Double], _ stroke: Stroke?, _ style: Layer.PointStyle?,
    _ view: View, to items: inout [Item]
  ) {
    // Curves and points on a surface belong in front of its patches.
    let lift = 0.03
    let places = xs.indices.map { place(xs[$0], ys[$0], zs[$0]) }
    let points = places.map { view($0) }
    func isSeen(_ index: Int) -> Bool {
      points[index].isFinite && abs(points[index].x) < 1e5 && abs(points[index].y) < 1e5
    }
    if let stroke, places.count > 1 {
      for index in 1..<places.count where isSeen(index) && isSeen(index - 1) {
        var round = stroke
        if stroke.dashes.isEmpty { round.hasRoundCaps = true }
        items.append(
          Item(
            depth: (view.depth(places[index]) + view.depth(places[index - 1])) / 2 + lift,
            primitive: .path(
              Path(from: points[index - 1], to: points[index]), fill: nil, stroke: round)))
      }
    }
    guard let style else { return }
    for index in places.indices where isSeen(index) {
      let fill = style.fills[min(index, style.fills.count - 1)]
      let size = style.sizes[min(index, style.sizes.count - 1)]
      items.append(
        Item(
          depth: view.depth(places[index]) + lift,
          primitive: .markers(
            Markers(shape: style.shape, centers: [points[index]], sizes: [size], fills: [fill]))))
    }
  }

  // MARK: The box

  private func paintBox(_ view: View, into scene: inout Scene) {
    // Which side of the box is nearer to the reader along each axis.
    let near = Place(
      x: view.toward.x >= 0 ? 1 : -1, y: view.toward.y >= 0 ? 1 : -1,
      z: view.toward.z >= 0 ? 1 : -1)
    let decorator = Decorator(typesetter: typesetter, theme: theme)
    let length = core.width * 0.4
    let ticks = [plan.x, plan.y, plan.z].map { decorator.spatialTicks($0, length: length) }
    func corner(_ x: Double, _ y: Double, _ z: Double) -> Place { Place(x: x, y: y, z: z) }
    // The three far faces, with a grid where the ticks are.
    var grid = Path([])
    grid.parts = []
    var frame = grid
    func line(_ a: Place, _ b: Place, into path: inout Path) {
      path.parts.append(Path.Part(points: [view(a), view(b)], isClosed: false))
    }
    for tick in ticks[0] {
      let x = share(plan.x, tick.value)
      line(corner(x, -near.y, -1), corner(x, -near.y, 1), into: &grid)
      line(corner(x, -1, -near.z), corner(x, 1, -near.z), into: &grid)
    }
    for tick in ticks[1] {
      let y = share(plan.y, tick.value)
      line(corner(-near.x, y, -1), corner(-near.x, y, 1), into: &grid)
      line(corner(-1, y, -near.z), corner(1, y, -near.z), into: &grid)
    }
    for tick in ticks[2] {
      let z = share(plan.z, tick.value)
      line(corner(-1, -near.y, z), corner(1, -near.y, z), into: &grid)
      line(corner(-near.x, -1, z), corner(-near.x, 1, z), into: &grid)
    }
    let gridColor = theme.grid == theme.background ? theme.muted.opacity(0.3) : theme.grid
    scene.primitives.append(.path(grid, fill: nil, stroke: Stroke(gridColor, width: 1)))
    // Axes run along the edges of the silhouette that are nearest to the reader.
    let floor = -near.z
    let isLeft = view(corner(near.x, -near.y, 0)).x < view(corner(-near.x, near.y, 0)).x
    let upright = isLeft ? (near.x, -near.y) : (-near.x, near.y)
    let edges: [(start: Place, end: Place)] = [
      (corner(-1, near.y, floor), corner(1, near.y, floor)),
      (corner(near.x, -1, floor), corner(near.x, 1, floor)),
      (corner(upright.0, upright.1, -1), corner(upright.0, upright.1, 1)),
    ]
    for edge in edges { line(edge.start, edge.end, into: &frame) }
    for (index, side) in [plan.x, plan.y, plan.z].enumerated() where !side.isHidden {
      paintAxis(side, ticks[index], edges[index], view, ticks: &frame, into: &scene)
    }
    scene.primitives.append(
      .path(frame, fill: nil, stroke: Stroke(theme.foreground.opacity(0.75), width: 1)))
  }

  private func paintAxis(
    _ side: PanelPlan.Side, _ ticks: [(value: Double, label: Label)],
    _ edge: (start: Place, end: Place), _ view: View, ticks path: inout Path,
    into scene: inout Scene
  ) {
    let (a, b) = (view(edge.start), view(edge.end))
    let way = b - a
    guard way.length > 20 else { return }
    // Away from the middle of the box, at right angles to the edge.
    var outward = Point(-way.y, way.x) * (1 / way.length)
    let middle = (a + b) * 0.5
    let inside = view(Place(x: 0, y: 0, z: 0)) - middle
    if outward.x * inside.x + outward.y * inside.y > 0 { outward = outward * -1 }
    func anchor(_ direction: Point) -> Anchor {
      Anchor(
        x: 0.5 - 0.5 * (direction.x * 1.4).clamped(to: -1...1),
        y: 0.5 - 0.5 * (direction.y * 1.4).clamped(to: -1...1))
    }
    var reach = 0.0
    var taken: [Rect] = []
    for tick in ticks {
      let share = (self.share(side, tick.value) + 1) / 2
      let point = a + way * share
      path.parts.append(Path.Part(points: [point, point + outward * 4], isClosed: false))
      let place = point + outward * 8
      let frame = tick.label.frame(at: place, anchor: anchor(outward))
      guard !taken.contains(where: { $0.insetBy(-2).intersects(frame) }) else { continue }
      taken.append(frame)
      scene.primitives += tick.label.primitives(
        at: place, anchor: anchor(outward), color: theme.foreground)
      reach = max(
        reach, abs(outward.x) * tick.label.width + abs(outward.y) * tick.label.height)
    }
    guard !side.axis.label.isEmpty else { return }
    let label = typesetter.label(side.axis.label, size: theme.textSize * 1.08)
    let isSteep = abs(way.y) > 2 * abs(way.x)
    let place = middle + outward * (12 + reach)
    if isSteep {
      scene.primitives += label.primitives(
        at: place, anchor: .bottom, angle: -.pi / 2, color: theme.foreground)
    } else {
      var frame = label.frame(at: place, anchor: anchor(outward))
      // Labels stay inside the plot.
      frame.x = min(max(frame.x, core.x), max(core.x, core.maxX - frame.width))
      frame.y = min(frame.y, core.maxY - frame.height)
      scene.primitives += label.primitives(
        at: Point(frame.x, frame.y), anchor: .topLeft, color: theme.foreground)
    }
  }
}
