/// A position or displacement in the figure: CSS pixels, x to the right, y downwards.
package struct Point: Hashable, Sendable {
  package var x, y: Double

  package init(_ x: Double, _ y: Double) {
    self.x = x
    self.y = y
  }

  static func + (a: Point, b: Point) -> Point { Point(a.x + b.x, a.y + b.y) }
  static func - (a: Point, b: Point) -> Point { Point(a.x - b.x, a.y - b.y) }
  static func * (a: Point, factor: Double) -> Point { Point(a.x * factor, a.y * factor) }

  var length: Double { (x * x + y * y).squareRoot() }
  var isFinite: Bool { x.isFinite && y.isFinite }
}

/// An upright rectangle of the figure.
package struct Rect: Hashable, Sendable {
  package var x, y, width, height: Double

  package init(x: Double, y: Double, width: Double, height: Double) {
    self.x = x
    self.y = y
    self.width = width
    self.height = height
  }

  init(from a: Point, to b: Point) {
    self.init(
      x: min(a.x, b.x), y: min(a.y, b.y), width: abs(a.x - b.x), height: abs(a.y - b.y))
  }

  package var maxX: Double { x + width }
  package var maxY: Double { y + height }
  var midX: Double { x + width / 2 }
  var midY: Double { y + height / 2 }

  func insetBy(_ amount: Double) -> Rect {
    Rect(
      x: x + amount, y: y + amount, width: max(0, width - 2 * amount),
      height: max(0, height - 2 * amount))
  }

  func contains(_ point: Point) -> Bool {
    point.x >= x && point.x <= maxX && point.y >= y && point.y <= maxY
  }

  package func intersects(_ other: Rect) -> Bool {
    x < other.maxX && other.x < maxX && y < other.maxY && other.y < maxY
  }

  package func union(_ other: Rect) -> Rect {
    let left = min(x, other.x)
    let top = min(y, other.y)
    return Rect(
      x: left, y: top, width: max(maxX, other.maxX) - left, height: max(maxY, other.maxY) - top)
  }
}

/// Polylines and polygons.
package struct Path: Hashable, Sendable {
  package struct Part: Hashable, Sendable {
    package var points: [Point]
    package var isClosed: Bool
  }

  package var parts: [Part] = []

  init() {}

  init(_ points: [Point], closed: Bool = false) {
    parts = [Part(points: points, isClosed: closed)]
  }

  init(_ rect: Rect) {
    self.init(
      [
        Point(rect.x, rect.y), Point(rect.maxX, rect.y), Point(rect.maxX, rect.maxY),
        Point(rect.x, rect.maxY),
      ], closed: true)
  }

  init(from start: Point, to end: Point) { self.init([start, end]) }

  /// An ellipse as a polygon fine enough to look round at any size that fits on a screen.
  init(ellipseIn rect: Rect) {
    let count = 180
    self.init(
      (0..<count).map { index in
        let angle = 2 * Double.pi * Double(index) / Double(count)
        return Point(
          rect.midX + rect.width / 2 * cosine(angle),
          rect.midY + rect.height / 2 * sine(angle))
      }, closed: true)
  }

  /// A rectangle with rounded corners.
  init(_ rect: Rect, radius: Double) {
    let radius = min(radius, rect.width / 2, rect.height / 2)
    let centres = [
      Point(rect.maxX - radius, rect.y + radius), Point(rect.maxX - radius, rect.maxY - radius),
      Point(rect.x + radius, rect.maxY - radius), Point(rect.x + radius, rect.y + radius),
    ]
    var points: [Point] = []
    for (corner, centre) in centres.enumerated() {
      for step in 0...6 {
        let angle = Double.pi / 2 * (Double(corner) - 1 + Double(step) / 6)
        points.append(centre + Point(cosine(angle), sine(angle)) * radius)
      }
    }
    self.init(points, closed: true)
  }

  package var bounds: Rect? {
    var low = Point(.infinity, .infinity)
    var high = Point(-.infinity, -.infinity)
    for part in parts {
      for point in part.points {
        low = Point(min(low.x, point.x), min(low.y, point.y))
        high = Point(max(high.x, point.x), max(high.y, point.y))
      }
    }
    return low.x <= high.x ? Rect(from: low, to: high) : nil
  }
}
