/// Draws contour lines with their heights written into gaps of the lines.
struct ContourLabeller {
  var mapper: DataMapper
  var typesetter: Typesetter

  func paint(_ contours: [Layer.ContourLabel], into scene: inout Scene) {
    var taken: [Rect] = []
    for contour in contours {
      let label = typesetter.label(contour.text, size: contour.size)
      for piece in mapper.polylines(xs: contour.xs, ys: contour.ys) {
        let place = place(for: label, on: piece, taken: taken)
        guard let place else {
          scene.primitives.append(.path(Path(piece), fill: nil, stroke: contour.stroke))
          continue
        }
        taken.append(place.frame)
        var path = Path([])
        path.parts = remains(of: piece, around: place.center, radius: label.width / 2 + 3)
          .map { Path.Part(points: $0, isClosed: false) }
        scene.primitives.append(.path(path, fill: nil, stroke: contour.stroke))
        scene.primitives += label.primitives(
          at: place.center, anchor: .center, angle: place.angle, color: contour.stroke.color)
      }
    }
  }

  private struct Place {
    var center: Point
    var angle: Double
    var frame: Rect
  }

  /// The straightest stretch of the line that is long enough, inside the plot and free.
  private func place(for label: Label, on piece: [Point], taken: [Rect]) -> Place? {
    let need = label.width + 8
    var lengths = [0.0]
    for (a, b) in zip(piece, piece.dropFirst()) {
      lengths.append(lengths[lengths.count - 1] + (b - a).length)
    }
    guard let total = lengths.last, total > need * 2.2 else { return nil }
    let inner = mapper.core.insetBy(need / 2 + 2)
    var best: (place: Place, score: Double)?
    let tries = 24
    for attempt in 0..<tries {
      // From the middle outwards, so that labels of neighbouring lines come to stand together.
      let offset = (attempt % 2 == 0 ? 1.0 : -1) * Double((attempt + 1) / 2) / Double(tries)
      let distance = total * (0.5 + offset * 0.9)
      guard distance > need / 2, distance < total - need / 2 else { continue }
      let a = point(at: distance - need / 2, piece, lengths)
      let b = point(at: distance + need / 2, piece, lengths)
      let center = point(at: distance, piece, lengths)
      guard inner.contains(center) else { continue }
      let chord = (b - a).length
      var angle = arctangent(b.y - a.y, b.x - a.x)
      if angle > .pi / 2 { angle -= .pi }
      if angle < -.pi / 2 { angle += .pi }
      let middle = (a + b) * 0.5
      let frame = label.frame(at: middle, anchor: .center, angle: angle).insetBy(-2)
      guard !taken.contains(where: { $0.intersects(frame) }) else { continue }
      let score = chord / need - abs(offset) * 0.25 - abs(angle) * 0.03
      if best.map({ score > $0.score }) ?? true {
        best = (Place(center: middle, angle: angle, frame: frame), score)
      }
    }
    guard let best, best.score > 0.75 else { return nil }
    return best.place
  }

  private func point(at distance: Double, _ piece: [Point], _ lengths: [Double]) -> Point {
    var (low, high) = (0, lengths.count - 1)
    while high - low > 1 {
      let middle = (low + high) / 2
      if lengths[middle] <= distance { low = middle } else { high = middle }
    }
    let span = lengths[high] - lengths[low]
    let share = span > 0 ? (distance - lengths[low]) / span : 0
    return piece[low] + (piece[high] - piece[low]) * share
  }

  /// The line without what lies within `radius` of `center`.
  private func remains(of piece: [Point], around center: Point, radius: Double) -> [[Point]] {
    var parts: [[Point]] = []
    var part: [Point] = []
    for (index, point) in piece.enumerated() {
      let isOutside = (point - center).length > radius
      if isOutside {
        if part.isEmpty, index > 0 {
          part.append(edge(from: point, to: piece[index - 1], center, radius))
        }
        part.append(point)
      } else if !part.isEmpty {
        part.append(edge(from: part[part.count - 1], to: point, center, radius))
        parts.append(part)
        part = []
      }
    }
    if part.count > 1 { parts.append(part) }
    return parts
  }

  /// Where the way from outside to inside meets the circle.
  private func edge(from a: Point, to b: Point, _ center: Point, _ radius: Double) -> Point {
    var (outside, inside) = (a, b)
    for _ in 0..<12 {
      let middle = (outside + inside) * 0.5
      if (middle - center).length > radius { outside = middle } else { inside = middle }
    }
    return outside
  }
}
