/// The plane by angle, in radians counterclockwise from the right, and distance from the middle.
struct PolarMap: Sendable {
  var core: Rect
  /// Ends of the distance's axis, straightened; the middle is at `low`.
  var low, high: Double
  var scale: Scale

  var center: Point { Point(core.midX, core.midY) }
  var radius: Double { min(core.width, core.height) / 2 }

  /// Pixels from the middle; distances below the axis' low end have no place.
  func distance(_ value: Double) -> Double {
    let share = (scale.forward(value) - low) / (high - low)
    return share >= -1e-9 ? max(0, share) * radius : .nan
  }

  private func place(_ angle: Double, _ distance: Double) -> Point {
    center + Point(cosine(angle), -sine(angle)) * distance
  }

  func callAsFunction(_ angle: Double, _ value: Double) -> Point { place(angle, distance(value)) }

  func rim(_ angle: Double) -> Point { place(angle, radius) }

  func circle(_ value: Double) -> [Point] {
    let distance = distance(value)
    return (0...180).map { place(Double($0) * .pi / 90, distance) }
  }

  var outline: Path {
    Path(
      ellipseIn: Rect(
        x: center.x - radius, y: center.y - radius, width: 2 * radius, height: 2 * radius))
  }

  /// Between two angles and, if given, two distances.
  func sector(_ angles: (Double, Double), _ values: (Double, Double)?) -> Path {
    let count = (abs(angles.1 - angles.0) / 0.03).rounded(.up).integer(in: 1...1000)
    func clamped(_ value: Double) -> Double {
      let distance = distance(value)
      return distance.isFinite ? distance : 0
    }
    let (inner, outer) = values.map { (clamped($0.0), clamped($0.1)) } ?? (0, radius)
    let steps = (0...count).map { angles.0 + (angles.1 - angles.0) * Double($0) / Double(count) }
    return Path(
      steps.map { place($0, outer) } + steps.reversed().map { place($0, inner) }, closed: true)
  }

  /// Curves through points; equal steps of angle stay arcs.
  func pieces(angles: [Double], radii: [Double], alone: inout [Point]) -> [[Point]] {
    var result: [[Point]] = []
    var piece: [Point] = []
    func end() {
      if piece.count > 1 { result.append(piece) }
      if piece.count == 1 { alone.append(piece[0]) }
      piece = []
    }
    var last: (angle: Double, distance: Double)?
    for (angle, value) in zip(angles, radii) {
      let distance = distance(value)
      guard angle.isFinite, distance.isFinite, distance < 1e6 else {
        end()
        last = nil
        continue
      }
      if let last {
        let count = (abs(angle - last.angle) / 0.05).rounded(.up).integer(in: 1...400)
        for step in 1..<max(2, count) where count > 1 {
          let t = Double(step) / Double(count)
          piece.append(
            place(
              last.angle + (angle - last.angle) * t,
              last.distance + (distance - last.distance) * t))
        }
      }
      piece.append(place(angle, distance))
      last = (angle, distance)
    }
    end()
    return result
  }

  /// A polygon's outline whose sides bend as the map does.
  func ring(_ ring: Layer.Ring) -> [Point] {
    var points: [Point] = []
    for index in ring.xs.indices {
      let next = (index + 1) % ring.xs.count
      let (a, b) = (ring.xs[index], ring.xs[next])
      func clamped(_ value: Double) -> Double {
        let distance = distance(value)
        return distance.isFinite ? min(distance, 1e5) : 0
      }
      let (p, q) = (clamped(ring.ys[index]), clamped(ring.ys[next]))
      let count = (abs(b - a) / 0.03).rounded(.up).integer(in: 1...1000)
      for step in 0..<count {
        let t = Double(step) / Double(count)
        points.append(place(a + (b - a) * t, p + (q - p) * t))
      }
    }
    return points
  }

  /// Angle from 0 to 2π and value at a position in the figure; `nil` outside the circle.
  func coordinates(at position: Point) -> (angle: Double, value: Double)? {
    let d = position - center
    let length = d.length
    guard length <= radius else { return nil }
    let angle = arctangent(-d.y, d.x)
    return (
      angle < 0 ? angle + 2 * .pi : angle, scale.backward(low + length / radius * (high - low))
    )
  }
}
