/// A mark after lowering: plain shapes in the coordinates of the data, with colours decided.
struct Layer: Sendable {
  enum Shape: Sendable {
    case line(xs: [Double], ys: [Double], Stroke)
    case points(xs: [Double], ys: [Double], PointStyle)
    /// Polygons, filled by the even-odd rule.
    case area([Ring], fill: RGBA?, stroke: Stroke?)
    case field(Field)
    case picture(Pixels, x: ClosedRange<Double>, y: ClosedRange<Double>, smooth: Bool)
    case rule(Double, isVertical: Bool, Stroke)
    case shading(low: Double, high: Double, isVertical: Bool, RGBA)
    case text(PlacedText)
    case arrows([Vector], ArrowStyle)
    case contourLabels([ContourLabel])
    case group(opacity: Double)
    case endGroup
    case inset(x: ClosedRange<Double>, y: ClosedRange<Double>, Axes)
  }

  /// A closed polygon.
  struct Ring: Sendable {
    var xs: [Double]
    var ys: [Double]
  }

  struct PointStyle: Sendable {
    var shape: Marker
    var sizes: [Double]
    var fills: [RGBA]
    var outline: RGBA?
    var outlineWidth = 0.0
  }

  /// An arrow of the data: from a point along a displacement.
  struct Vector: Sendable {
    var x, y, dx, dy: Double
    var color: RGBA
  }

  struct ArrowStyle: Sendable {
    var width: Double
    var head: Double
    /// Pixels per unit of the displacement; `nil`: the displacement is in data units.
    var pixelsPerUnit: Double?
    /// Pixels that both ends keep away from their points.
    var gap = 0.0
    var isHeadFixed = false
  }

  struct PlacedText: Sendable {
    var text: String
    var x, y: Double
    var anchor: Anchor
    var offset: Point
    var size: Double
    var color: RGBA
    /// A plate in this colour behind the text.
    var plate: RGBA?
    var angle = 0.0
  }

  struct ContourLabel: Sendable {
    var xs: [Double]
    var ys: [Double]
    var text: String
    var size: Double
    var stroke: Stroke
  }

  var shape: Shape
  var isOnRight = false
  var xExtent = Extent()
  var yExtent = Extent()
}

/// A grid of numbers shown as colours, between edges along both axes.
struct Field: Sendable {
  var values: [Double]
  var rows, columns: Int
  /// One more than columns and rows; ascending or descending.
  var xEdges: [Double]
  var yEdges: [Double]
  var colors: ColorScale
  var isSmooth = false
  var opacity = 1.0
}

/// One line of a legend.
struct LegendEntry: Sendable, Equatable {
  var label: String
  var stroke: Stroke?
  var marker: Marker?
  var markerSize = 6.0
  var fill: RGBA?
  /// Whether `fill` is a rectangle (areas and bars) and not the colour of the marker.
  var isArea = false
  var outline: RGBA?
}
