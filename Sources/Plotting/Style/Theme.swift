import Synchronization

/// How figures look: colours, fonts and line widths.
///
/// ```swift
/// Theme.current = .dark          // every figure from here on
/// figure.theme(.print)           // this one only
/// ```
public struct Theme: Sendable, Hashable {
  /// What the theme is called.
  public var name: String
  var background: RGBA
  var foreground: RGBA
  var muted: RGBA
  var grid: RGBA
  var warning: RGBA
  var colors: [RGBA]
  /// Font families in order of preference; glyphs that one lacks come from the next.
  public var fonts: [String]
  /// Size of tick labels and legends in pixels; titles and axis labels follow it.
  public var fontSize: Double
  /// Width of curves in pixels.
  public var lineWidth: Double

  /// Dark ink on white.
  public static let light = Theme(
    name: "light", background: "#FFFFFF", foreground: "#1F2328", muted: "#6B7280",
    grid: "#E9EBEE", warning: "#B4480F",
    colors: [
      "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#3B3F46", "#5A1A78",
    ], fontSize: 12, lineWidth: 1.9)

  /// Light ink on near-black, for dark notebooks.
  public static let dark = Theme(
    name: "dark", background: "#14171C", foreground: "#E8EAED", muted: "#9AA3AF",
    grid: "#2A2F37", warning: "#FFB074",
    colors: [
      "#5096C1", "#FF8A4D", "#2CE99A", "#DA8EA3", "#F4CC3B", "#8FCEF6", "#DBDBE3", "#B197FF",
    ], fontSize: 12, lineWidth: 1.9)

  /// Black on white with finer lines and no grid, for papers.
  public static let print = Theme(
    name: "print", background: "#FFFFFF", foreground: "#000000", muted: "#4D4D4D",
    grid: "#FFFFFF", warning: "#B4480F",
    colors: [
      "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000", "#5A1A78",
    ], fontSize: 11, lineWidth: 1.4)

  private init(
    name: String, background: String, foreground: String, muted: String, grid: String,
    warning: String, colors: [String], fontSize: Double, lineWidth: Double
  ) {
    func rgba(_ hex: String) -> RGBA { RGBA(hex: hex) ?? RGBA(0, 0, 0) }
    self.name = name
    self.background = rgba(background)
    self.foreground = rgba(foreground)
    self.muted = rgba(muted)
    self.grid = rgba(grid)
    self.warning = rgba(warning)
    self.colors = colors.map(rgba)
    self.fonts = ["Liberation Sans", "DejaVu Sans"]
    self.fontSize = fontSize
    self.lineWidth = lineWidth
  }

  /// The same theme with other colours for the curves.
  public func cycle(_ colors: [Color]) -> Theme {
    var copy = self
    copy.colors = colors.map { $0.resolved(in: self) }
    return copy
  }

  private static let shared = Mutex(Theme.light)

  /// The theme of figures that name none.
  public static var current: Theme {
    get { shared.withLock { $0 } }
    set { shared.withLock { $0 = newValue } }
  }

  /// Whether the ink is lighter than the paper.
  var isDark: Bool { foreground.lightness > background.lightness }

  /// Sizes that a user may have set to anything, cut to what can be drawn.
  var textSize: Double { fontSize.isFinite ? fontSize.clamped(to: 4...72) : 12 }
  var curveWidth: Double { lineWidth.isFinite ? lineWidth.clamped(to: 0.1...40) : 1.9 }
}
