/// One plot: two axes and the marks between them.
///
/// ```swift
/// Axes("Losses", x: "step", y: .log("loss")) {
///   Line(training, label: "training")
///   Line(validation, label: "validation", style: .dashed)
/// }
/// ```
public struct Axes: Sendable, Equatable {
  public var title: String
  public var x: Axis
  public var y: Axis
  /// A second vertical axis, for the marks with ``Mark/onRightAxis()``.
  public var right: Axis?
  public var aspect: Aspect
  public var legend: LegendPlacement
  public var frame: FrameStyle
  public var projection: Projection
  /// Whether colours are explained beside the plot; `nil`: when there is a coloured field.
  public var colorBar: Bool?
  public var marks: [any Mark]

  public init(
    _ title: String = "", x: Axis = Axis(), y: Axis = Axis(), right: Axis? = nil,
    aspect: Aspect = .automatic, legend: LegendPlacement = .automatic,
    frame: FrameStyle = .automatic, projection: Projection = .plane, colorBar: Bool? = nil,
    @MarkBuilder _ marks: () -> [any Mark]
  ) {
    self.init(
      title, x: x, y: y, right: right, aspect: aspect, legend: legend, frame: frame,
      projection: projection, colorBar: colorBar, marks: marks())
  }

  public init(
    _ title: String = "", x: Axis = Axis(), y: Axis = Axis(), right: Axis? = nil,
    aspect: Aspect = .automatic, legend: LegendPlacement = .automatic,
    frame: FrameStyle = .automatic, projection: Projection = .plane, colorBar: Bool? = nil,
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
    self.marks = marks
  }

  public static func == (a: Axes, b: Axes) -> Bool {
    a.title == b.title && a.x == b.x && a.y == b.y && a.right == b.right && a.aspect == b.aspect
      && a.legend == b.legend && a.frame == b.frame && a.projection == b.projection
      && a.colorBar == b.colorBar && areEqual(a.marks, b.marks)
  }
}
