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
  /// The height of the figure in CSS pixels; `nil`: what its plots need.
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

  /// Where the legend of a whole figure stands.
  public enum LegendSide: String, Sendable, Hashable {
    /// Under all plots.
    case below
    /// Beside all plots.
    case right
  }

  /// Which limits plots have in common; labels are written once, below and on the left.
  public enum Sharing: String, Sendable, Hashable {
    /// Each plot has axes of its own.
    case none
    /// All plots have one `x` axis.
    case x
    /// All plots have one `y` axis.
    case y
    /// All plots have one `x` and one `y` axis.
    case both
    /// The plots of a column have one `x` axis.
    case columns
    /// The plots of a row have one `y` axis.
    case rows
    /// One `x` axis a column and one `y` axis a row.
    case rowsAndColumns

    var joinsX: Bool { self == .x || self == .both || joinsColumns }
    var joinsY: Bool { self == .y || self == .both || joinsRows }
    var joinsColumns: Bool { self == .columns || self == .rowsAndColumns }
    var joinsRows: Bool { self == .rows || self == .rowsAndColumns }
  }

  /// A figure of these plots; marks alone make one plot.
  public init(
    _ title: String = "", columns: Int? = nil, width: Double? = nil, height: Double? = nil,
    widths: [Double]? = nil, heights: [Double]? = nil, sharing: Sharing = .none,
    sharesColors: Bool = false, legend: LegendSide? = nil, theme: Theme? = nil,
    @AxesBuilder _ content: () -> [Axes]
  ) {
    self.init(
      title, columns: columns, width: width, height: height, widths: widths, heights: heights,
      sharing: sharing, sharesColors: sharesColors, legend: legend, theme: theme, axes: content())
  }

  /// A figure of these plots; marks alone make one plot.
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
  /// The same figure in another theme.
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

  var columnCount: Int {
    if let columns { return columns.clamped(1, 40) }
    if let widths, !widths.isEmpty { return widths.count.clamped(1, 40) }
    switch axes.count {
    case 0...1: return 1
    case 2, 4: return 2
    case 3, 5, 6, 9: return 3
    default: return 4
    }
  }

  static func valid(_ size: Double?) -> Double? {
    guard let size, size.isFinite, size > 0 else { return nil }
    return size.clamped(to: 24...16_000)
  }

  var fixedWidth: Double? { Figure.valid(width) }
  var fixedHeight: Double? { Figure.valid(height) }

  /// The first notes, with a count of the others.
  func notes(of all: [String]) -> [String] {
    guard all.count > 4 else { return all }
    return all.prefix(3) + ["\(all.count - 3) more notes are in the description"]
  }
}

/// Collects axes between braces; marks that stand there directly share axes of their own.
@resultBuilder
public enum AxesBuilder {
  /// What stands between the braces: a plot, or a mark that joins its neighbours in one.
  public enum Part: Sendable {
    /// A plot.
    case axes(Axes)
    /// A mark.
    case mark(any Mark)
  }

  /// One line between the braces.
  public static func buildExpression(_ axes: Axes) -> [Part] { [.axes(axes)] }
  /// One line between the braces.
  public static func buildExpression(_ axes: [Axes]) -> [Part] { axes.map { .axes($0) } }
  /// One line between the braces.
  public static func buildExpression(_ mark: any Mark) -> [Part] { [.mark(mark)] }
  /// The lines between the braces.
  public static func buildBlock(_ parts: [Part]...) -> [Part] { parts.flatMap { $0 } }
  /// Lines after an `if`.
  public static func buildOptional(_ part: [Part]?) -> [Part] { part ?? [] }
  /// Lines of one of two branches.
  public static func buildEither(first part: [Part]) -> [Part] { part }
  /// Lines of one of two branches.
  public static func buildEither(second part: [Part]) -> [Part] { part }
  /// Lines of a loop.
  public static func buildArray(_ parts: [[Part]]) -> [Part] { parts.flatMap { $0 } }

  /// All that stands between the braces.
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
