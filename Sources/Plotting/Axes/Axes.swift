/// One plot: two axes and the marks between them.
///
/// ```swift
/// Axes("Losses", x: "step", y: .log("loss")) {
///   Line(training, label: "training")
///   Line(validation, label: "validation", style: .dashed)
/// }
/// ```
public struct Axes: Sendable, Equatable {
  /// What stands above the plot.
  public var title: String
  /// The horizontal axis.
  public var x: Axis
  /// The vertical axis on the left.
  public var y: Axis
  /// A second vertical axis, for the marks with ``Mark/onRightAxis()``.
  public var right: Axis?
  /// How the units of both axes compare.
  public var aspect: Aspect
  /// Where curves are explained.
  public var legend: LegendPlacement
  /// Which lines enclose the plot.
  public var frame: FrameStyle
  /// How the plane of the plot is made.
  public var projection: Projection
  /// Whether colours are explained beside the plot; `nil`: when there is a coloured field.
  public var colorBar: Bool?
  /// How colours are spread and explained: label, limits, a logarithmic scale, and the ticks and
  /// their format for the colour bar; `nil` leaves that to the marks.
  public var color: Axis?
  /// The third axis of a plot in space.
  public var z: Axis
  /// From where a plot in space is seen.
  public var camera: Camera
  /// How many columns and rows of its figure the plot takes.
  var columnSpan = 1
  var rowSpan = 1
  /// Set by animations and figures that share colours.
  var sharedColors: [Extent?] = []
  /// What is drawn, the first at the bottom.
  public var marks: [any Mark]

  /// A plot of these marks.
  public init(
    _ title: String = "", x: Axis = Axis(), y: Axis = Axis(), right: Axis? = nil,
    aspect: Aspect = .automatic, legend: LegendPlacement = .automatic,
    frame: FrameStyle = .automatic, projection: Projection = .plane, colorBar: Bool? = nil,
    color: Axis? = nil, z: Axis = Axis(), camera: Camera = Camera(),
    @MarkBuilder _ marks: () -> [any Mark]
  ) {
    self.init(
      title, x: x, y: y, right: right, aspect: aspect, legend: legend, frame: frame,
      projection: projection, colorBar: colorBar, color: color, z: z, camera: camera,
      marks: marks())
  }

  /// A plot of these marks.
  public init(
    _ title: String = "", x: Axis = Axis(), y: Axis = Axis(), right: Axis? = nil,
    aspect: Aspect = .automatic, legend: LegendPlacement = .automatic,
    frame: FrameStyle = .automatic, projection: Projection = .plane, colorBar: Bool? = nil,
    color: Axis? = nil, z: Axis = Axis(), camera: Camera = Camera(),
    marks: [any Mark]
  ) {
    self.title = title
    self.x = x
    self.y = y
    self.right = right
    self.aspect = aspect
    self.legend = legend
    self.frame = frame
    self.projection = projection
    self.colorBar = colorBar
    self.color = color
    self.z = z
    self.camera = camera
    self.marks = marks
  }

  /// The plot over several columns and rows of its figure.
  public func spanning(columns: Int = 1, rows: Int = 1) -> Axes {
    var copy = self
    (copy.columnSpan, copy.rowSpan) = (columns.clamped(1, 40), rows.clamped(1, 40))
    return copy
  }

  public static func == (a: Axes, b: Axes) -> Bool {
    a.title == b.title && a.x == b.x && a.y == b.y && a.right == b.right && a.aspect == b.aspect
      && a.legend == b.legend && a.frame == b.frame && a.projection == b.projection
      && a.colorBar == b.colorBar && a.color == b.color && a.z == b.z && a.camera == b.camera
      && a.columnSpan == b.columnSpan && a.rowSpan == b.rowSpan
      && a.sharedColors == b.sharedColors && areEqual(a.marks, b.marks)
  }
}

/// From where a plot in space is seen, in degrees.
public struct Camera: Sendable, Hashable {
  /// Around the upright axis.
  public var azimuth: Double
  /// Above the ground, from −90 to 90.
  public var elevation: Double

  /// A camera at these angles in degrees.
  public init(azimuth: Double = -55, elevation: Double = 28) {
    (self.azimuth, self.elevation) = (azimuth, elevation)
  }
}
