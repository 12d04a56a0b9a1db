/// What stands around a plot of given size: ticks, labels, title, colour bars, and the room for it.
struct Decoration {
  struct TickLabel {
    /// From the plot's left or top edge, in pixels.
    var position: Double
    var label: Label
  }

  struct Side {
    var ticks: [TickLabel] = []
    /// Positions of ticks with and without label, and of minor ticks.
    var major: [Double] = []
    var minor: [Double] = []
    var angle = 0.0
    /// Across the axis: how far the tick labels reach.
    var reach = 0.0
    var label = Label()
    var factor = Label()
    /// How far the factor stands below the top of the label's row.
    var factorDrop = 0.0
  }

  struct GraticuleLabel {
    var label: Label
    /// Relative to the map's top left corner.
    var place: Point
    var anchor: Anchor
  }

  struct Bar {
    var scale: ColorScale
    var side: Side
    var width: Double

    /// Distance from what stands on its left: the factor above the bar ends where the bar does.
    var gap: Double {
      max(Decoration.barGap, side.factor.width - Decoration.barWidth + 3)
    }
  }

  struct Insets {
    var left = 0.0
    var right = 0.0
    var top = 0.0
    var bottom = 0.0

    /// Makes room where there is less than this.
    mutating func widen(
      left: Double = 0, right: Double = 0, top: Double = 0, bottom: Double = 0
    ) {
      self.left = max(self.left, left)
      self.right = max(self.right, right)
      self.top = max(self.top, top)
      self.bottom = max(self.bottom, bottom)
    }
  }

  var x = Side()
  var y = Side()
  var right: Side?
  var bars: [Bar] = []
  /// The numbers of a map's parallels and meridians.
  var graticule: [GraticuleLabel] = []
  /// How far they reach below the plot.
  var graticuleDrop = 0.0
  /// Whether the plot is too narrow for the factors of both sides above it: the left one then
  /// ends where the plot begins.
  var hasNarrowFactors = false
  var title = Label()
  /// How far the title's lower edge is above the plot.
  var titleLift = 8.0
  var insets = Insets()
  /// Whether an axis or bars stand on the right of the plot.
  var hasSide = false
  /// Whether a factor stands above the plot.
  var hasFactor = false
  /// What has to be said of texts that found no place.
  var notes: [String] = []

  static let tick = 4.0
  static let tickGap = 4.0
  static let labelGap = 7.0
  static let barGap = 14.0
  static let barWidth = 11.0
}
