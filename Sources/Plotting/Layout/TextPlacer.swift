/// Finds places for the texts in a plot where nothing cuts them.
///
/// A text that would leave the plot makes room where nothing stands beside it: above, and on sides
/// without ticks or bars. Elsewhere it is mirrored about its point or moved inwards.
struct TextPlacer {
  var mapper: DataMapper
  var typesetter: Typesetter
  /// How far texts may stick out on each side.
  var freedom: Decoration.Insets
  /// Places of the marks that measure by the right-hand axis.
  var rightMapper: DataMapper

  struct Placement {
    var label: Label
    var position: Point
    var anchor: Anchor
    /// From the point that the text belongs to.
    var offset: Point
    var frame: Rect
  }

  struct Result {
    var placements: [Int: Placement] = [:]
    /// How far texts stick out of the plot.
    var overhang = Decoration.Insets()
    var notes: [String] = []
  }

  /// Texts smaller than this many pixels cannot be read.
  private static let smallest = 5.0

  func place(_ layers: [Layer]) -> Result {
    var result = Result()
    let shrinking = cellScale(layers)
    var unreadable = 0
    for (index, layer) in layers.enumerated() {
      guard case .text(let text) = layer.shape else { continue }
      let point = (layer.isOnRight ? rightMapper : mapper)(text.x, text.y)
      guard point.isFinite, mapper.core.insetBy(-0.5).contains(point) else { continue }
      let size = text.size * (text.cell == nil ? 1 : shrinking)
      guard size >= TextPlacer.smallest || text.cell == nil else {
        unreadable += 1
        continue
      }
      let label = typesetter.label(text.text, size: size)
      let placement = place(label, text, at: point)
      result.placements[index] = placement
      let core = mapper.core
      let frame = placement.frame
      result.overhang.left = max(result.overhang.left, core.x - frame.x)
      result.overhang.right = max(result.overhang.right, frame.maxX - core.maxX)
      result.overhang.top = max(result.overhang.top, core.y - frame.y)
      result.overhang.bottom = max(result.overhang.bottom, frame.maxY - core.maxY)
    }
    if unreadable > 0 {
      result.notes.append("\(unreadable) numbers have no room in their cells and are left out")
    }
    return result
  }

  private func place(_ label: Label, _ text: Layer.PlacedText, at point: Point) -> Placement {
    var best: (placement: Placement, cost: Double)?
    for (flipX, flipY) in [(false, false), (true, false), (false, true), (true, true)] {
      if flipX && abs(text.offset.x) < 0.5 || flipY && abs(text.offset.y) < 0.5 { continue }
      if flipX || flipY, text.cell != nil { continue }
      let offset = Point(
        flipX ? -text.offset.x : text.offset.x, flipY ? -text.offset.y : text.offset.y)
      let anchor = Anchor(
        x: flipX ? 1 - text.anchor.x : text.anchor.x,
        y: text.anchor.y.map { flipY ? 1 - $0 : $0 })
      let position = point + offset
      var frame = label.frame(at: position, anchor: anchor, angle: text.angle)
      if text.plate != nil { frame = frame.insetBy(-3) }
      let shift = self.shift(frame)
      let cost = shift.length + (flipX || flipY ? 3 : 0)
      if best.map({ cost < $0.cost }) ?? true {
        frame.x += shift.x
        frame.y += shift.y
        best = (
          Placement(
            label: label, position: position + shift, anchor: anchor, offset: offset + shift,
            frame: frame), cost
        )
      }
      if cost == 0 { break }
    }
    return best?.placement
      ?? Placement(
        label: label, position: point, anchor: text.anchor, offset: Point(0, 0),
        frame: label.frame(at: point, anchor: text.anchor))
  }

  /// The way that brings `frame` to where nothing cuts it.
  private func shift(_ frame: Rect) -> Point {
    let core = mapper.core
    func along(_ low: Double, _ high: Double, _ start: Double, _ end: Double) -> Double {
      if high - low > end - start { return start - low }
      return low < start ? start - low : high > end ? end - high : 0
    }
    let x = along(frame.x, frame.maxX, core.x - freedom.left, core.maxX + freedom.right)
    let y = along(frame.y, frame.maxY, core.y - freedom.top, core.maxY + freedom.bottom)
    return Point(x, y)
  }

  /// One factor on the size of all numbers in cells, so that the widest fits.
  private func cellScale(_ layers: [Layer]) -> Double {
    var factor = 1.0
    for layer in layers {
      guard case .text(let text) = layer.shape, let cell = text.cell else { continue }
      let label = typesetter.label(text.text, size: text.size)
      let low = mapper(text.x - cell.width / 2, text.y - cell.height / 2)
      let high = mapper(text.x + cell.width / 2, text.y + cell.height / 2)
      let (width, height) = (abs(high.x - low.x), abs(high.y - low.y))
      if width.isFinite, label.width > 0 { factor = min(factor, 0.94 * width / label.width) }
      if height.isFinite, label.height > 0 { factor = min(factor, 0.98 * height / label.height) }
    }
    return factor
  }
}

extension PanelPlan {
  /// The places of the texts in a plot of this size.
  ///
  /// - Parameters:
  ///   - hasSide: whether something stands on the right of the plot.
  func placedTexts(core: Rect, typesetter: Typesetter, hasSide: Bool, hasFactor: Bool)
    -> TextPlacer.Result
  {
    let wide = 1e6
    let isFramed = !isSphere && !isPolar && !isSpatial
    return TextPlacer(
      mapper: mapper(core: core), typesetter: typesetter,
      freedom: Decoration.Insets(
        left: isFramed && y.isHidden ? wide : 0, right: hasSide || lowering.hasField ? 0 : wide,
        top: hasFactor || lowering.hasField ? 0 : wide, bottom: isFramed && x.isHidden ? wide : 0),
      rightMapper: mapper(core: core, right: true)
    ).place(lowering.layers)
  }

  private func map(_ side: Side, isVertical: Bool, core: Rect) -> AxisMap {
    let (start, end) = isVertical ? (core.maxY, core.y) : (core.x, core.maxX)
    return AxisMap(
      scale: side.scale, low: side.low, high: side.high, start: side.isReversed ? end : start,
      end: side.isReversed ? start : end)
  }

  /// The way from data to places in a plot that stands at `core`.
  func mapper(core: Rect, right isOnRight: Bool = false) -> DataMapper {
    let side = isOnRight ? right ?? y : y
    return DataMapper(
      x: map(x, isVertical: false, core: core), y: map(side, isVertical: true, core: core),
      sphere: isSphere ? SphereMap(isMollweide: axes.projection == .mollweide, core: core) : nil,
      polar: isPolar
        ? PolarMap(core: core, low: side.low, high: side.high, scale: side.scale) : nil,
      core: core)
  }
}
