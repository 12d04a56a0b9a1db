/// How a line is broken up.
public enum LineStyle: String, Sendable, Hashable, CaseIterable {
  /// Without gaps.
  case solid
  /// Long pieces.
  case dashed
  /// Points.
  case dotted
  /// Long pieces and points in turn.
  case dashDotted
  /// No line.
  case none

  func dashes(width: Double) -> [Double] {
    let unit = max(width, 0.8)
    return switch self {
    case .solid, .none: []
    case .dashed: [4.2 * unit, 2.4 * unit]
    case .dotted: [0.01, 2.2 * unit]
    case .dashDotted: [4.8 * unit, 2.2 * unit, 0.01, 2.2 * unit]
    }
  }

  var hasRoundCaps: Bool { self == .dotted || self == .dashDotted }
}

/// The symbol that stands at a point.
public enum Marker: String, Sendable, Hashable, CaseIterable {
  /// A disc.
  case circle
  /// A square.
  case square
  /// A triangle.
  case triangle
  /// A square on its corner.
  case diamond
  /// An upright cross.
  case plus
  /// An oblique cross.
  case cross
  /// A star.
  case star
  /// A small disc.
  case point
  /// Nothing.
  case none

  /// Whether the symbol is made of strokes and has no inside.
  var isStroked: Bool { self == .plus || self == .cross }

  /// The outline of the symbol of diameter 1 around the origin; empty for circles, which
  /// renderers draw as arcs.
  var outline: [[Point]] {
    switch self {
    case .circle, .point, .none: return []
    case .square:
      let r = 0.443
      return [[Point(-r, -r), Point(r, -r), Point(r, r), Point(-r, r)]]
    case .diamond: return [[Point(0, -0.6), Point(0.6, 0), Point(0, 0.6), Point(-0.6, 0)]]
    case .triangle:
      return [[Point(0, -0.6), Point(0.56, 0.42), Point(-0.56, 0.42)]]
    case .plus: return [[Point(-0.5, 0), Point(0.5, 0)], [Point(0, -0.5), Point(0, 0.5)]]
    case .cross:
      return [[Point(-0.4, -0.4), Point(0.4, 0.4)], [Point(-0.4, 0.4), Point(0.4, -0.4)]]
    case .star:
      return [
        (0..<10).map { index in
          let angle = Double.pi * (Double(index) / 5 - 0.5)
          return Point(cosine(angle), sine(angle)) * (index % 2 == 0 ? 0.68 : 0.28)
        }
      ]
    }
  }
}

/// Where the box that explains the curves stands.
public enum LegendPlacement: String, Sendable, Hashable, CaseIterable {
  /// Where it covers least, outside when it would cover much everywhere.
  case automatic
  /// In the upper left corner.
  case topLeft
  /// In the upper right corner.
  case topRight
  /// In the lower left corner.
  case bottomLeft
  /// In the lower right corner.
  case bottomRight
  /// Above, in the middle.
  case top
  /// Below, in the middle.
  case bottom
  /// On the left, in the middle.
  case left
  /// On the right, in the middle.
  case right
  /// Beside the axes, on the right.
  case outside
  /// No legend.
  case none
}
