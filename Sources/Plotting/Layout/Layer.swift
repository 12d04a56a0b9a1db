/// A mark after lowering: plain shapes in the coordinates of the data, with colours decided.
struct Layer: Sendable {
  enum Shape: Sendable {
    case line(xs: [Double], ys: [Double], Stroke)
    case points(xs: [Double], ys: [Double], PointStyle)
    /// Straight strokes; an end that its axis cannot reach, such as zero on a logarithmic one, is
    /// drawn at the axis' end.
    case segments([Segment], Stroke)
    /// Polygons, filled by the even-odd rule.
    case area([Ring], fill: RGBA?, stroke: Stroke?)
    case bars(Columns, RGBA)
    case stems(Columns, Stroke)
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
    case surface(Patches)
    /// A curve, points, or both in space.
    case spatial(xs: [Double], ys: [Double], zs: [Double], Stroke?, PointStyle?)
  }

  /// A grid of points in space with the patches between them.
  struct Patches: Sendable {
    var xs, ys, zs, levels: [Double]
    var rows, columns: Int
    var scale: ColorScale?
    var color: RGBA?
    var opacity: Double
    var hasMesh: Bool
  }

  struct Segment: Sendable {
    var x0, y0, x1, y1: Double
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
    /// Whether only the head is drawn, in the middle of a curve.
    var isHeadOnly = false
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
    /// The cell, in units of the data, that the text must not leave.
    var cell: (width: Double, height: Double)?
    /// Whether an arrow leads from the text to its point.
    var hasArrow = false

    /// Whether the text is the number of a bar or cell and not a reader's own.
    var isCellValue: Bool { cell != nil }
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
  var zExtent = Extent()
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
