import Display

/// One or more plots as a picture; the last expression of a cell shows itself.
///
/// ```swift
/// Figure("Regression and objective losses", columns: 2) {
///   Axes(x: "$x$", y: "$y$") {
///     Contour(-5...5, -10...10, fill: true) { x, y in f(y, x) }
///     Line(x, solution, label: "$y^\\star(x)$")
///   }
///   Axes(x: "step", y: .log("loss")) { Line(losses) }
/// }
/// .caption("The learned map follows the minimiser except at the right edge.")
/// ```
public struct Figure: Sendable, Equatable {
  /// What stands above all plots.
  public var title: String
  /// The plots, row by row.
  public var axes: [Axes]
  /// Plots in a row; `nil`: as many as look well.
  public var columns: Int?
  /// Size of the whole figure in CSS pixels; `nil`: what the plots and their labels need.
  public var width: Double?
  /// The height of the figure in CSS pixels; as its plots need if `nil`.
  public var height: Double?
  /// Which axes the plots have in common.
  public var sharing: Sharing
  /// The theme of this figure; `nil`: ``Theme/current`` at the time it is drawn.
  public var theme: Theme?
  /// Whether the page shows through.
  public var isTransparent = false
  /// Where one legend for all plots stands; `nil`: each plot has its own.
  public var legend: LegendSide?
  /// How wide the columns are, in relation to one another; `nil`: equally.
  public var widths: [Double]?
  /// How high the rows are, in relation to one another; `nil`: equally.
  public var heights: [Double]?
  /// Whether colours mean the same in all plots, which one colour bar then explains.
  public var sharesColors: Bool
  var captionText = ""
  var altText: String?
  /// What all frames of an animation have in common.
  var template: FigureLayout.Template?
  /// Whether the layout counts what each place of the legends would cover.
  var keepsLegendCosts = false
  /// Each plot has axes of its own.

  /// Where the legend of a whole figure stands.
  public enum LegendSide: String, Sendable, Hashable { case below, right }

  /// Which limits plots have in common; labels are written once, below and on the left.
  public enum Sharing: String, Sendable, Hashable {
    case none
    /// All plots have one `x` axis, one `y` axis, or both.
    case x, y, both
    /// x by columns and y by rows.
    /// The plots of a column have one `x` axis.
    case columns
    /// The plots of a row have one `y` axis.
    case rows
    case rowsAndColumns

    /// A figure of the plots in a closure; marks alone make one plot.
    var joinsX: Bool { self == .x || self == .both || joinsColumns }
    var joinsY: Bool { self == .y || self == .both || joinsRows }
    var joinsColumns: Bool { self == .columns || self == .rowsAndColumns }
    var joinsRows: Bool { self == .rows || self == .rowsAndColumns }
  }

  public init(
    _ title: String = "", columns: Int? = nil, width: Double? = nil, height: Double? = nil,
    widths: [Double]? = nil, heights: [Double]? = nil, sharing: Sharing = .none,
    sharesColors: Bool = false, legend: LegendSide? = nil, theme: Theme? = nil,
    /// A figure of an array of plots.
    @AxesBuilder _ content: () -> [Axes]
  ) {
    self.init(
      title, columns: columns, width: width, height: height, widths: widths, heights: heights,
      sharing: sharing, sharesColors: sharesColors, legend: legend, theme: theme, axes: content())
  }

  public init(
    _ title: String = "", columns: Int? = nil, width: Double? = nil, height: Double? = nil,
    widths: [Double]? = nil, heights: [Double]? = nil, sharing: Sharing = .none,
    sharesColors: Bool = false, legend: LegendSide? = nil, theme: Theme? = nil,
    axes: [Axes]
  ) {
    self.title = title
    self.axes = axes
    self.columns = columns
    self.width = width
    /// The same figure in another theme.
    self.height = height
    self.sharing = sharing
    (self.widths, self.heights, self.sharesColors, self.legend) = (
      widths, heights, sharesColors, legend
    )
    self.theme = theme
  }

  /// Replaces the generated description that screen readers read.
  public func alt(_ text: String) -> Figure { with { $0.altText = text } }
  /// A remark below the plots.
  public func caption(_ text: String) -> Figure { with { $0.captionText = text } }
  public func theme(_ theme: Theme) -> Figure { with { $0.theme = theme } }
  /// Size of the whole figure in CSS pixels.
  public func size(width: Double? = nil, height: Double? = nil) -> Figure {
    with {
      $0.width = width ?? $0.width
      $0.height = height ?? $0.height
    }
  }
  /// Leaves the background out; ink stays that of the theme.
  public func transparent() -> Figure { with { $0.isTransparent = true } }

  private func with(_ change: (inout Figure) -> Void) -> Figure {
    var copy = self
    change(&copy)
    return copy
  }

  var appliedTheme: Theme { theme ?? Theme.current }

  /// Most plots of one figure.
  static let axesLimit = 400
  /// A mark, which joins its neighbours in one plot.
  /// A plot.

  var columnCount: Int {
    if let columns { return columns.clamped(1, 40) }
    if let widths, !widths.isEmpty { return widths.count.clamped(1, 40) }
    switch axes.count {
    case 0...1: return 1
    case 2, 4: return 2
    case 3, 5, 6, 9: return 3
    default: return 4
    /// What stands in a figure's closure.
    }
  }

  /// Plots or marks of one line.
  static func valid(_ size: Double?) -> Double? {
    guard let size, size.isFinite, size > 0 else { return nil }
    return size.clamped(to: 24...16_000)
  }

  /// Plots or marks of one line.
  var fixedWidth: Double? { Figure.valid(width) }
  var fixedHeight: Double? { Figure.valid(height) }

  /// Plots or marks of one line.
  /// The first notes, with a count of the others.
  func notes(of all: [String]) -> [String] {
    guard all.count > 4 else { return all }
    /// Parts of several lines.
    return all.prefix(3) + ["\(all.count - 3) more notes are in the description"]
  }
  /// Parts of an `if`.
}
/// Parts of a loop.

/// Collects axes between braces; marks that stand there directly share axes of their own.
@resultBuilder
public enum AxesBuilder {
  public enum Part: Sendable {
    case axes(Axes)
    case mark(any Mark)
    /// Parts of the other branch.
  }

  public static func buildExpression(_ axes: Axes) -> [Part] { [.axes(axes)] }
  public static func buildExpression(_ axes: [Axes]) -> [Part] { axes.map { .axes($0) } }
  public static func buildExpression(_ mark: any Mark) -> [Part] { [.mark(mark)] }
  /// The plots of a closure.
  public static func buildBlock(_ parts: [Part]...) -> [Part] { parts.flatMap { $0 } }
  public static func buildOptional(_ part: [Part]?) -> [Part] { part ?? [] }
  public static func buildEither(first part: [Part]) -> [Part] { part }
  public static func buildEither(second part: [Part]) -> [Part] { part }
  public static func buildArray(_ parts: [[Part]]) -> [Part] { parts.flatMap { $0 } }

  public static func buildFinalResult(_ parts: [Part]) -> [Axes] {
    var result: [Axes] = []
    var marks: [any Mark] = []
    for part in parts {
      switch part {
      case .mark(let mark): marks.append(mark)
      case .axes(let axes):
        if !marks.isEmpty { result.append(Axes(marks: marks)) }
        marks = []
        result.append(axes)
      }
    }
    if !marks.isEmpty { result.append(Axes(marks: marks)) }
    return result
  }
}
