/// A laid-out label: runs of text and strokes around a baseline that begins at the origin.
struct Label: Sendable {
  struct Run: Sendable {
    var text: String
    var font: Font
    var x, y: Double
    var ink: Rect
    /// The run's own colour, where the formula gives one.
    var color: RGBA?
  }

  struct Line: Sendable {
    var points: [Point]
    var width: Double
    var isFilled = false
    var color: RGBA?
  }

  var width = 0.0
  /// Extent above and below the baseline; both positive.
  var ascent = 0.0
  var descent = 0.0
  var runs: [Run] = []
  var lines: [Line] = []
  /// What is wrong with formulas and characters.
  var problems: [String] = []

  var height: Double { ascent + descent }
  var isEmpty: Bool { runs.isEmpty && lines.isEmpty }

  /// Adds `other` with its baseline's left end at (`x`, `y`).
  mutating func add(_ other: Label, x: Double, y: Double) {
    for var run in other.runs {
      run.x += x
      run.y += y
      runs.append(run)
    }
    for var line in other.lines {
      line.points = line.points.map { $0 + Point(x, y) }
      lines.append(line)
    }
    ascent = max(ascent, other.ascent - y)
    descent = max(descent, other.descent + y)
    width = max(width, x + other.width)
    problems += other.problems
  }
}

/// Where a label touches its position.
struct Anchor: Sendable {
  /// 0: left edge, 1: right edge.
  var x: Double
  /// 0: top edge, 1: bottom edge; `nil`: the baseline.
  var y: Double?

  static let center = Anchor(x: 0.5, y: 0.5)
  static let topLeft = Anchor(x: 0, y: 0)
  static let top = Anchor(x: 0.5, y: 0)
  static let topRight = Anchor(x: 1, y: 0)
  static let left = Anchor(x: 0, y: 0.5)
  static let right = Anchor(x: 1, y: 0.5)
  static let bottom = Anchor(x: 0.5, y: 1)
  static let bottomLeft = Anchor(x: 0, y: 1)
  static let bottomRight = Anchor(x: 1, y: 1)
  static let baseline = Anchor(x: 0, y: nil)
}

extension Label {
  /// The rectangle that the label covers when it stands unrotated at `position`.
  func frame(at position: Point, anchor: Anchor) -> Rect {
    let top = anchor.y.map { position.y - height * $0 } ?? position.y - ascent
    return Rect(x: position.x - width * anchor.x, y: top, width: width, height: height)
  }

  /// The upright rectangle around the label rotated by `angle` about `position`.
  func frame(at position: Point, anchor: Anchor, angle: Double) -> Rect {
    let frame = frame(at: position, anchor: anchor)
    guard angle != 0 else { return frame }
    let corners = Path(frame).parts[0].points.map { $0.rotated(by: angle, about: position) }
    return Path(corners).bounds ?? frame
  }

  func primitives(
    at position: Point, anchor: Anchor, angle: Double = 0, color: RGBA
  ) -> [Primitive] {
    let frame = frame(at: position, anchor: anchor)
    let origin = Point(frame.x, frame.y + ascent)
    func place(_ point: Point) -> Point { (origin + point).rotated(by: angle, about: position) }
    var result: [Primitive] = []
    for run in runs {
      let start = place(Point(run.x, run.y))
      result.append(
        .text(
          TextRun(
            text: run.text, font: run.font, color: run.color ?? color, origin: start, angle: angle,
            ink: run.ink)))
    }
    for line in lines {
      let path = Path(line.points.map(place), closed: line.isFilled)
      result.append(
        .path(
          path, fill: line.isFilled ? line.color ?? color : nil,
          stroke: line.isFilled ? nil : Stroke(line.color ?? color, width: line.width)))
    }
    return result
  }
}

extension Point {
  func rotated(by angle: Double, about center: Point) -> Point {
    guard angle != 0 else { return self }
    let d = self - center
    return center
      + Point(d.x * cosine(angle) - d.y * sine(angle), d.x * sine(angle) + d.y * cosine(angle))
  }
}
