/// A figure after layout: nothing but shapes with positions, in painting order.
///
/// Everything that decides how a figure looks has happened when a scene exists; renderers only
/// paint. Tests compare scenes, since pixels change with every version of a font.
package struct Scene: Equatable, Sendable {
  package var width: Double
  package var height: Double
  package var background: RGBA?
  package var primitives: [Primitive] = []
  /// What the layout placed beside the data (titles, ticks, legends); none may overlap another.
  package var labels: [Rect] = []
  /// Where the texts stand that a reader placed among the data.
  package var texts: [Rect] = []

  init(width: Double, height: Double, background: RGBA?) {
    self.width = width
    self.height = height
    self.background = background
  }
}

package enum Primitive: Equatable, Sendable {
  case path(Path, fill: RGBA?, stroke: Stroke?)
  case markers(Markers)
  case text(TextRun)
  /// A picture stretched over a rectangle; `smooth` interpolates, otherwise pixels stay squares.
  case picture(Pixels, Rect, smooth: Bool)
  /// Restricts painting until the matching `endClip`.
  case clip(Path)
  case endClip
  /// Paints as one what follows until the matching `endGroup`, with the given opacity.
  case group(opacity: Double)
  case endGroup
}

package struct Stroke: Hashable, Sendable {
  package var color: RGBA
  package var width: Double
  /// Lengths of dashes and gaps in pixels; empty for a solid line.
  package var dashes: [Double] = []
  var hasRoundCaps = false

  init(_ color: RGBA, width: Double, dashes: [Double] = [], roundCaps: Bool = false) {
    self.color = color
    self.width = width
    self.dashes = dashes
    hasRoundCaps = roundCaps
  }
}

/// Many copies of one symbol.
package struct Markers: Equatable, Sendable {
  package var shape: Marker
  package var centers: [Point]
  /// One diameter for all or one for each.
  package var sizes: [Double]
  /// One colour for all or one for each.
  package var fills: [RGBA]
  var outline: RGBA?
  var outlineWidth: Double = 0
}

/// A piece of text in one font, at its baseline's left end.
package struct TextRun: Hashable, Sendable {
  package var text: String
  package var font: Font
  package var color: RGBA
  package var origin: Point
  /// Clockwise, in radians.
  package var angle: Double
  /// The part of the figure that the run may cover, before rotation.
  var ink: Rect
}

/// Premultiplied ARGB words, row by row from the top.
package struct Pixels: Equatable, Sendable {
  package var width: Int
  package var height: Int
  package var words: [UInt32]
}
