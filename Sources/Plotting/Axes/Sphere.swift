/// The sphere drawn on a plane.
///
/// Longitudes and latitudes are in degrees.
struct SphereMap: Sendable {
  var isMollweide: Bool
  var core: Rect

  /// Position in the unit square, both from −1 to 1, latitude upwards.
  func unit(longitude: Double, latitude: Double) -> Point {
    let latitude = latitude.clamped(to: -90...90)
    guard isMollweide else { return Point(longitude / 180, latitude / 90) }
    let theta = SphereMap.auxiliaryAngle(latitude: latitude * .pi / 180)
    return Point(longitude / 180 * cosine(theta), sine(theta))
  }

  func callAsFunction(_ longitude: Double, _ latitude: Double) -> Point {
    let unit = unit(longitude: longitude, latitude: latitude)
    return Point(core.midX + unit.x * core.width / 2, core.midY - unit.y * core.height / 2)
  }

  /// The point of the sphere at a position in the figure; `nil` outside the map.
  func coordinates(at position: Point) -> (longitude: Double, latitude: Double)? {
    let x = (position.x - core.midX) / (core.width / 2)
    let y = (core.midY - position.y) / (core.height / 2)
    guard abs(y) <= 1 else { return nil }
    guard isMollweide else { return abs(x) <= 1 ? (x * 180, y * 90) : nil }
    let theta = arcsine(y)
    let width = cosine(theta)
    guard width > 1e-9, abs(x) <= width else { return nil }
    let latitude = arcsine((2 * theta + sine(2 * theta)) / .pi)
    return (x / width * 180, latitude * 180 / .pi)
  }

  /// Solves 2θ + sin 2θ = π sin φ by Newton's method, which stalls at the poles.
  private static func auxiliaryAngle(latitude: Double) -> Double {
    guard abs(latitude) < 1.5707 else { return latitude < 0 ? -.pi / 2 : .pi / 2 }
    let target = Double.pi * sine(latitude)
    var theta = latitude
    for _ in 0..<60 {
      let slope = 2 + 2 * cosine(2 * theta)
      guard slope > 1e-12 else { break }
      let step = (2 * theta + sine(2 * theta) - target) / slope
      theta -= step
      if abs(step) < 1e-10 { break }
    }
    return theta.clamped(to: (-.pi / 2)...(.pi / 2))
  }

  var outline: Path { isMollweide ? Path(ellipseIn: core) : Path(core) }

  /// A way along great circles in pieces that do not cross the edge of the map.
  func pieces(longitudes: [Double], latitudes: [Double]) -> [[Point]] {
    var result: [[Point]] = []
    var piece: [Point] = []
    var previous: (Double, Double)?
    for (longitude, latitude) in zip(longitudes, latitudes) {
      guard longitude.isFinite, latitude.isFinite else {
        if piece.count > 1 { result.append(piece) }
        piece = []
        previous = nil
        continue
      }
      let wrapped = SphereMap.wrapped(longitude)
      guard let start = previous else {
        piece = [self(wrapped, latitude)]
        previous = (wrapped, latitude)
        continue
      }
      var last = start
      for place in SphereMap.greatCircle(from: start, to: (wrapped, latitude)) {
        if abs(place.0 - last.0) > 180 {
          // Leave at one edge, enter at the other, at the same latitude.
          let side: Double = last.0 > 0 ? 180 : -180
          let gap = abs(side - last.0) + abs(-side - place.0)
          let share = gap > 0 ? abs(side - last.0) / gap : 0
          let crossing = last.1 + (place.1 - last.1) * share
          piece.append(self(side, crossing))
          result.append(piece)
          piece = [self(-side, crossing)]
        }
        piece.append(self(place.0, place.1))
        last = place
      }
      previous = (wrapped, latitude)
    }
    if piece.count > 1 { result.append(piece) }
    return result
  }

  static func wrapped(_ longitude: Double) -> Double {
    guard abs(longitude) > 180 else { return longitude }
    let turn = longitude.truncatingRemainder(dividingBy: 360)
    return turn > 180 ? turn - 360 : turn < -180 ? turn + 360 : turn
  }

  /// Places every two degrees from `start`, which is left out, to `end`.
  private static func greatCircle(from start: (Double, Double), to end: (Double, Double))
    -> [(Double, Double)]
  {
    func vector(_ place: (Double, Double)) -> (Double, Double, Double) {
      let (a, b) = (place.0 * .pi / 180, place.1 * .pi / 180)
      return (cosine(b) * cosine(a), cosine(b) * sine(a), sine(b))
    }
    let (p, q) = (vector(start), vector(end))
    let dot = (p.0 * q.0 + p.1 * q.1 + p.2 * q.2).clamped(to: -1...1)
    let angle = Double.pi / 2 - arcsine(dot)
    let count = Int((angle / (2 * .pi / 180)).rounded(.up))
    guard count > 1, sine(angle) > 1e-6 else { return [end] }
    return (1...count).map { step in
      guard step < count else { return end }
      let t = Double(step) / Double(count)
      let (a, b) = (sine((1 - t) * angle) / sine(angle), sine(t * angle) / sine(angle))
      let (x, y, z) = (a * p.0 + b * q.0, a * p.1 + b * q.1, a * p.2 + b * q.2)
      return (arctangent(y, x) * 180 / .pi, arcsine(z) * 180 / .pi)
    }
  }

  /// A polygon's outline with corners at least every two degrees, which bends as the map does.
  func ring(_ ring: Layer.Ring) -> [Point] {
    var points: [Point] = []
    for index in ring.xs.indices {
      let next = (index + 1) % ring.xs.count
      let (dx, dy) = (ring.xs[next] - ring.xs[index], ring.ys[next] - ring.ys[index])
      let count = (max(abs(dx), abs(dy)) / 2).rounded(.up).integer(in: 1...200)
      for step in 0..<count {
        let t = Double(step) / Double(count)
        points.append(self(ring.xs[index] + t * dx, ring.ys[index] + t * dy))
      }
    }
    return points
  }
}
