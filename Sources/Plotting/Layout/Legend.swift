/// The box that explains curves and areas, laid out.
struct Legend {
  struct Item {
    var entry: LegendEntry
    var label: Label
    var x, y: Double
    var height: Double
  }

  var items: [Item] = []
  var width = 0.0
  var height = 0.0

  /// Most entries that are shown.
  static let limit = 60
  static let padding = 7.0
  static let sample = 22.0
  static let gap = 7.0

  /// - Parameters:
  ///   - limit: height beyond which another column is begun.
  init?(_ entries: [LegendEntry], typesetter: Typesetter, size: Double, limit: Double) {
    guard !entries.isEmpty else { return nil }
    // A legend of hundreds of entries explains nothing and fits nowhere.
    let shown = entries.prefix(Legend.limit)
    var x = Legend.padding
    var y = Legend.padding
    var columnWidth = 0.0
    for entry in shown {
      let label = typesetter.label(entry.label, size: size)
      let rowHeight = max(label.height, size * 1.1)
      if y > Legend.padding, y + rowHeight + Legend.padding > (limit > 0 ? max(limit, 4 * size) : 0)
      {
        x += columnWidth + 14
        y = Legend.padding
        columnWidth = 0
      }
      items.append(Item(entry: entry, label: label, x: x, y: y, height: rowHeight))
      columnWidth = max(columnWidth, Legend.sample + Legend.gap + label.width)
      y += rowHeight + 4
      height = max(height, y - 4 + Legend.padding)
    }
    width = x + columnWidth + Legend.padding
  }

  func primitives(at origin: Point, theme: Theme, plate: RGBA) -> [Primitive] {
    let frame = Rect(x: origin.x, y: origin.y, width: width, height: height)
    // A white line on a white plate would not be seen: such legends are inverted.
    let isPale = items.contains { item in
      guard let color = item.entry.stroke?.color ?? item.entry.fill else { return false }
      return abs(color.lightness - theme.background.lightness) < 0.08 && color.alpha > 0.5
    }
    let ink = isPale ? theme.background : theme.foreground
    let plate = isPale ? theme.foreground.opacity(0.78) : plate
    var result: [Primitive] = [
      .path(Path(frame, radius: 4), fill: plate, stroke: Stroke(theme.grid, width: 1))
    ]
    for item in items {
      let left = origin.x + item.x
      let middle = origin.y + item.y + item.height / 2
      let entry = item.entry
      if entry.isArea {
        let swatch = Rect(x: left, y: middle - 5, width: Legend.sample, height: 10)
        result.append(.path(Path(swatch, radius: 1.5), fill: entry.fill, stroke: entry.stroke))
      } else {
        if let stroke = entry.stroke {
          result.append(
            .path(
              Path(from: Point(left, middle), to: Point(left + Legend.sample, middle)), fill: nil,
              stroke: stroke))
        }
        if let marker = entry.marker, let fill = entry.fill {
          result.append(
            .markers(
              Markers(
                shape: marker, centers: [Point(left + Legend.sample / 2, middle)],
                sizes: [entry.markerSize], fills: [fill])))
        }
      }
      result += item.label.primitives(
        at: Point(left + Legend.sample + Legend.gap, middle), anchor: .left,
        color: ink)
    }
    return result
  }

  /// Where in `core` the legend goes for a placement that names a side.
  func frame(in core: Rect, at placement: LegendPlacement) -> Rect {
    let margin = 7.0
    let left = core.x + margin
    let right = core.maxX - margin - width
    let top = core.y + margin
    let bottom = core.maxY - margin - height
    let middleX = core.midX - width / 2
    let middleY = core.midY - height / 2
    let (x, y) =
      switch placement {
      case .topLeft: (left, top)
      case .bottomLeft: (left, bottom)
      case .bottomRight: (right, bottom)
      case .top: (middleX, top)
      case .bottom: (middleX, bottom)
      case .left: (left, middleY)
      case .right: (right, middleY)
      case .topRight, .automatic, .outside, .none: (right, top)
      }
    return Rect(x: x, y: y, width: width, height: height)
  }

  /// The places that are tried, the better ones first.
  static let candidates: [LegendPlacement] = [
    .topRight, .topLeft, .bottomRight, .bottomLeft, .right, .top, .bottom, .left,
  ]

  /// How many of the points that the data occupy each place would cover.
  func costs(in core: Rect, occupied: [Point]) -> [Int] {
    Legend.candidates.map { placement in
      let frame = frame(in: core, at: placement).insetBy(-3)
      return occupied.count { frame.contains($0) }
    }
  }

  /// The placement that covers the fewest of the points that the data occupy; `nil` when each
  /// would hide much.
  func bestPlacement(in core: Rect, occupied: [Point]) -> LegendPlacement? {
    guard width < core.width * 0.75, height < core.height * 0.75 else { return nil }
    var best: (placement: LegendPlacement, cost: Int)?
    for placement in Legend.candidates {
      let frame = frame(in: core, at: placement).insetBy(-3)
      let cost = occupied.count { frame.contains($0) }
      if best.map({ cost < $0.cost }) ?? true { best = (placement, cost) }
      if cost == 0 { break }
    }
    guard let best else { return nil }
    return best.cost * 50 <= occupied.count ? best.placement : nil
  }
}
