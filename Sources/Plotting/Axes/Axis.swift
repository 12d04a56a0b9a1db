/// What stands along one side of a plot: label, scale, limits and ticks.
///
/// A text alone is an axis with that label, so that most calls need no `Axis(…)`:
///
/// ```swift
/// Axes(x: "$x$", y: .log("loss")) { … }
/// Axes(x: Axis("angle", limits: 0...(2 * .pi), ticks: .multiplesOfPi)) { … }
/// ```
public struct Axis: Sendable, Hashable, ExpressibleByStringInterpolation {
  public var label: String
  public var scale: Scale
  /// Shown interval; `nil` fits it to the data.
  public var limits: ClosedRange<Double>?
  public var ticks: TickPlacement
  /// Whether numbers grow leftwards or downwards.
  public var isReversed: Bool

  public init(
    _ label: String = "", scale: Scale = .linear, limits: ClosedRange<Double>? = nil,
    ticks: TickPlacement = .automatic, reversed: Bool = false
  ) {
    self.label = label
    self.scale = scale
    self.limits = limits
    self.ticks = ticks
    isReversed = reversed
  }

  public init(stringLiteral value: String) { self.init(value) }

  /// A logarithmic axis.
  public static let log = Axis(scale: .logarithmic)
  /// A logarithmic axis with a label.
  public static func log(_ label: String, limits: ClosedRange<Double>? = nil) -> Axis {
    Axis(label, scale: .logarithmic, limits: limits)
  }

  /// An axis that is linear near zero and logarithmic beyond `threshold`, for signed data.
  public static func symlog(
    _ label: String = "", threshold: Double = 1, limits: ClosedRange<Double>? = nil
  ) -> Axis {
    Axis(label, scale: .symmetric(threshold: threshold), limits: limits)
  }

  /// An axis of dates and times, from seconds since 1970 (UTC).
  public static func time(_ label: String = "", limits: ClosedRange<Double>? = nil) -> Axis {
    Axis(label, scale: .time, limits: limits)
  }

  /// An axis with names at 0, 1, 2 and so on.
  public static func categories(_ names: [String], _ label: String = "") -> Axis {
    Axis(label, scale: .categories(names))
  }

  /// No line, ticks or label.
  public static let hidden = Axis(ticks: .none)
}

/// Which places of an axis are marked.
public enum TickPlacement: Sendable, Hashable {
  /// Round numbers, as many as there is room for.
  case automatic
  case none
  /// About this many round numbers.
  case count(Int)
  /// These places, labelled with their numbers.
  case at([Double])
  /// These places with labels of their own.
  case labelled([Double], [String])
  /// Multiples of π, for angles.
  case multiplesOfPi
}

/// The ratio of the units of both axes.
public enum Aspect: Sendable, Hashable {
  /// The plot fills its place.
  case automatic
  /// One unit is as long on both axes, so that circles are round.
  case equal
  /// One unit of `y` is this many times as long as one unit of `x`.
  case ratio(Double)

  var value: Double? {
    switch self {
    case .automatic: nil
    case .equal: 1
    case .ratio(let value): value.isFinite && value > 0 ? value : nil
    }
  }
}

/// Which lines enclose a plot.
public enum FrameStyle: String, Sendable, Hashable {
  /// A box around fields and pictures, otherwise two axes with a light grid.
  case automatic
  case box, open, none
}

/// How the plane of the plot is made.
public enum Projection: String, Sendable, Hashable {
  case plane
  /// The sphere at true areas in an ellipse. `x` is the longitude, `y` the latitude, in degrees.
  case mollweide
  /// The sphere with longitude and latitude as plain coordinates, in degrees.
  case equirectangular
}
