/// Where a text stands seen from its point.
public enum TextPosition: String, Sendable, Hashable, CaseIterable {
  /// Over its point.
  case center
  /// Above its point.
  case above
  /// Below its point.
  case below
  /// On the left of its point.
  case left
  /// On the right of its point.
  case right
  /// Above and to the left.
  case aboveLeft
  /// Above and to the right.
  case aboveRight
  /// Below and to the left.
  case belowLeft
  /// Below and to the right.
  case belowRight

  var anchor: Anchor {
    switch self {
    case .center: .center
    case .above: .bottom
    case .below: .top
    case .left: .right
    case .right: .left
    case .aboveLeft: .bottomRight
    case .aboveRight: .bottomLeft
    case .belowLeft: .topRight
    case .belowRight: .topLeft
    }
  }

  /// A small distance from the point in this direction.
  var offset: Point {
    let anchor = anchor
    return Point((0.5 - anchor.x) * 12, (0.5 - (anchor.y ?? 0.5)) * 10)
  }
}

/// A text at a point of the plot.
///
/// ```swift
/// Text("$y^\\star(x)$", x: 1, y: 2, position: .above)
/// ```
public struct Text: ElementaryMark {
  /// What is written.
  public var text: String
  var x: Double
  var y: Double
  /// Where the text stands seen from its point.
  public var position: TextPosition
  /// The colour; `nil`: the theme's next.
  public var color: Color
  /// In pixels; `nil`: the theme's.
  public var size: Double?
  /// Whether a plate in the background's colour keeps the text readable over other marks.
  public var hasPlate: Bool

  /// The mark of these data.
  public init(
    _ text: String, x: Double, y: Double, position: TextPosition = .center,
    color: Color = .foreground, size: Double? = nil, plate: Bool = false
  ) {
    (self.text, self.x, self.y, self.position) = (text, x, y, position)
    (self.color, self.size, hasPlate) = (color, size, plate)
  }

  func lower(into lowering: inout Lowering) {
    guard x.isFinite, y.isFinite else {
      lowering.note("text “\(PlainText.of(text))”: its place (\(x), \(y)) is not finite")
      return
    }
    let standard = lowering.theme.textSize
    let size = lowering.size(size ?? standard, "size", of: "text", standard: standard)
    lowering.add(
      .text(
        Layer.PlacedText(
          text: text, x: x, y: y, anchor: position.anchor, offset: position.offset, size: size,
          color: lowering.color(color),
          plate: hasPlate ? lowering.theme.background.opacity(0.85) : nil)),
      x: Extent.of([x]), y: Extent.of([y]))
    lowering.say("text “\(PlainText.of(text))”")
  }
}

/// A text beside a point with an arrow to it.
///
/// ```swift
/// Annotation("minimum", x: 1.2, y: -0.4, offset: (40, -36))
/// ```
public struct Annotation: ElementaryMark {
  /// What is written.
  public var text: String
  var x: Double
  var y: Double
  var offsetX: Double
  var offsetY: Double
  /// The colour; `nil`: the theme's next.
  public var color: Color

  /// - Parameters:
  ///   - offset: from the point to the text, in pixels to the right and downwards.
  public init(
    _ text: String, x: Double, y: Double, offset: (Double, Double) = (36, -32),
    color: Color = .foreground
  ) {
    (self.text, self.x, self.y) = (text, x, y)
    (offsetX, offsetY, self.color) = (offset.0, offset.1, color)
  }

  func lower(into lowering: inout Lowering) {
    guard x.isFinite, y.isFinite else {
      lowering.note("annotation “\(PlainText.of(text))”: its place (\(x), \(y)) is not finite")
      return
    }
    let color = lowering.color(self.color)
    let offset = Point(
      offsetX.isFinite ? offsetX.clamped(to: -2000...2000) : 36,
      offsetY.isFinite ? offsetY.clamped(to: -2000...2000) : -32)
    // The text's near side is where the arrow comes from.
    let isBeside = abs(offset.x) > 2.5 * abs(offset.y)
    let anchor =
      isBeside
      ? Anchor(x: offset.x > 0 ? 0 : 1, y: 0.5)
      : Anchor(x: offset.x > 8 ? 0.2 : offset.x < -8 ? 0.8 : 0.5, y: offset.y > 0 ? 0 : 1)
    let length = max(1, offset.length)
    let away = offset * (4 / length)
    lowering.add(
      .text(
        Layer.PlacedText(
          text: text, x: x, y: y, anchor: anchor, offset: offset + away,
          size: lowering.theme.textSize, color: color, hasArrow: true)),
      x: Extent.of([x]), y: Extent.of([y]))
    lowering.say(
      "annotation “\(PlainText.of(text))” at (\(lowering.speech.xGiven(x)), "
        + "\(lowering.speech.yGiven(y)))")
  }
}

/// An arrow from one point of the plot to another.
///
/// ```swift
/// Arrow(from: (0, 0), to: (1, 2), label: "step")
/// ```
public struct Arrow: ElementaryMark {
  var startX: Double
  var startY: Double
  var endX: Double
  var endY: Double
  /// What the legend or the colour bar calls it.
  public var label: String?
  /// The colour; `nil`: the theme's next.
  public var color: Color?
  /// The width of lines in pixels.
  public var width: Double

  /// The mark of these data.
  public init(
    from start: (Double, Double), to end: (Double, Double), label: String? = nil,
    color: Color? = .foreground, width: Double = 1.6
  ) {
    (startX, startY) = start
    (endX, endY) = end
    (self.label, self.color, self.width) = (label, color, width)
  }

  func lower(into lowering: inout Lowering) {
    let name = Lowering.name("arrow", label)
    guard startX.isFinite, startY.isFinite, endX.isFinite, endY.isFinite else {
      lowering.note("\(name): its ends must be finite; it is left out")
      return
    }
    let color = lowering.color(self.color)
    let width = lowering.size(width, "width", of: name, standard: 1.6)
    lowering.add(
      .arrows(
        [Layer.Vector(x: startX, y: startY, dx: endX - startX, dy: endY - startY, color: color)],
        Layer.ArrowStyle(width: width, head: 4 + 2.4 * width, pixelsPerUnit: nil)),
      x: Extent.of([startX, endX]), y: Extent.of([startY, endY]))
    if let label, !label.isEmpty {
      lowering.legend.append(LegendEntry(label: label, stroke: Stroke(color, width: width)))
    }
    lowering.say(name)
  }
}

/// Small axes inside the plot.
///
/// ```swift
/// Inset(x: 0.55...0.95, y: 0.55...0.95) {
///   Axes(x: Axis(limits: 0...0.1)) { Line(x, y) }
/// }
/// ```
public struct Inset: ElementaryMark {
  var x: ClosedRange<Double>
  var y: ClosedRange<Double>
  var axes: Axes?

  /// - Parameters:
  ///   - x: share of the plot's width, from 0 (left) to 1 (right).
  ///   - y: share of the plot's height, from 0 (bottom) to 1 (top).
  public init(
    x: ClosedRange<Double> = 0.55...0.96, y: ClosedRange<Double> = 0.55...0.95,
    _ content: () -> Axes
  ) {
    (self.x, self.y, axes) = (x, y, content())
  }

  func lower(into lowering: inout Lowering) {
    guard let axes else { return }
    func isShare(_ range: ClosedRange<Double>) -> Bool {
      range.lowerBound >= 0 && range.upperBound <= 1
        && range.upperBound - range.lowerBound > 0.05
    }
    guard isShare(x), isShare(y) else {
      lowering.note("inset: x and y are shares of the plot, such as 0.55...0.95")
      return
    }
    guard !axes.marks.contains(where: { $0 is Inset }) else {
      lowering.note("inset: an inset within an inset is left out")
      return
    }
    lowering.add(.inset(x: x, y: y, axes))
    lowering.say("an inset")
  }
}
