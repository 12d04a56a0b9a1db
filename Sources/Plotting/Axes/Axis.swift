/// What stands along one side of a plot: label, scale, limits and ticks.
///
/// A text alone is an axis with that label, so that most calls need no `Axis(…)`:
///
/// ```swift
/// Axes(x: "$x$", y: .log("loss")) { … }
/// Axes(x: Axis("angle", limits: 0...(2 * .pi), ticks: .multiplesOfPi)) { … }
/// ```
public struct Axis: Sendable, Hashable, ExpressibleByStringInterpolation {
  /// What stands beside the axis.
  public var label: String
  /// How numbers become positions.
  public var scale: Scale
  /// The first number shown; `nil` fits it to the data.
  public var lowest: Double?
  /// The last number shown; `nil` fits it to the data.
  public var highest: Double?
  /// Which places are marked.
  public var ticks: TickPlacement
  /// How the numbers at ticks are written.
  public var format: TickFormat
  /// Angle of the labels at ticks in degrees, counterclockwise; `nil`: upright unless names need
  /// more room.
  public var rotation: Double?
  /// Whether numbers grow leftwards or downwards.
  public var isReversed: Bool

  /// An axis; without limits it fits the data.
  public init(
    _ label: String = "", scale: Scale = .linear, limits: ClosedRange<Double>? = nil,
    ticks: TickPlacement = .automatic, format: TickFormat = .automatic, rotation: Double? = nil,
    reversed: Bool = false
  ) {
    self.label = label
    self.scale = scale
    self.ticks = ticks
    self.format = format
    self.rotation = rotation
    isReversed = reversed
    self.limits = limits
  }

  /// An axis that begins at a number and ends where the data do.
  public init(
    _ label: String = "", scale: Scale = .linear, limits: PartialRangeFrom<Double>,
    ticks: TickPlacement = .automatic, format: TickFormat = .automatic, rotation: Double? = nil,
    reversed: Bool = false
  ) {
    self.init(
      label, scale: scale, ticks: ticks, format: format, rotation: rotation, reversed: reversed)
    lowest = limits.lowerBound
  }

  /// An axis that begins where the data do and ends at a number.
  public init(
    _ label: String = "", scale: Scale = .linear, limits: PartialRangeThrough<Double>,
    ticks: TickPlacement = .automatic, format: TickFormat = .automatic, rotation: Double? = nil,
    reversed: Bool = false
  ) {
    self.init(
      label, scale: scale, ticks: ticks, format: format, rotation: rotation, reversed: reversed)
    highest = limits.upperBound
  }

  /// An axis; without limits it fits the data.
  public init(stringLiteral value: String) { self.init(value) }

  /// Shown interval; `nil` unless both of its ends are given.
  public var limits: ClosedRange<Double>? {
    get {
      guard let lowest, let highest, lowest <= highest else { return nil }
      return lowest...highest
    }
    set { (lowest, highest) = (newValue?.lowerBound, newValue?.upperBound) }
  }

  var hasLimits: Bool { lowest != nil || highest != nil }

  /// A logarithmic axis.
  public static let log = Axis(scale: .logarithmic)
  /// A logarithmic axis with a label.
  public static func log(
    _ label: String, limits: ClosedRange<Double>? = nil, ticks: TickPlacement = .automatic,
    format: TickFormat = .automatic
  ) -> Axis {
    Axis(label, scale: .logarithmic, limits: limits, ticks: ticks, format: format)
  }
  /// A logarithmic axis with one end given.
  public static func log(
    _ label: String, limits: PartialRangeFrom<Double>, format: TickFormat = .automatic
  ) -> Axis {
    Axis(label, scale: .logarithmic, limits: limits, format: format)
  }
  /// A logarithmic axis with one end given.
  public static func log(
    _ label: String, limits: PartialRangeThrough<Double>, format: TickFormat = .automatic
  ) -> Axis {
    Axis(label, scale: .logarithmic, limits: limits, format: format)
  }

  /// An axis that is linear near zero and logarithmic beyond `threshold`, for signed data.
  public static func symlog(
    _ label: String = "", threshold: Double = 1, limits: ClosedRange<Double>? = nil
  ) -> Axis {
    Axis(label, scale: .symmetric(threshold: threshold), limits: limits)
  }

  /// An axis of dates and times, from seconds since 1970 (UTC) or dates.
  ///
  /// Numbers beyond the year 5000 are read as milliseconds, micro- or nanoseconds, and the figure
  /// says so.
  public static func time(_ label: String = "", limits: ClosedRange<Double>? = nil) -> Axis {
    Axis(label, scale: .time, limits: limits)
  }

  /// An axis of dates and times from one date to another.
  public static func time<Time: PlotData>(_ label: String = "", limits: ClosedRange<Time>) -> Axis {
    let ends = [limits.lowerBound, limits.upperBound].map { $0.plotValues.elements.first ?? .nan }
    return Axis(label, scale: .time, limits: ends[0] <= ends[1] ? ends[0]...ends[1] : nil)
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
  /// No places.
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

/// How numbers at ticks are written.
///
/// ```swift
/// Axis("share", format: .percent)
/// Axis("price", format: .affixed(prefix: "€"))
/// Axis("length", format: .custom { "\($0) m" })
/// ```
public enum TickFormat: Sendable, Hashable {
  /// Equal decimals, long numbers with a common factor.
  case automatic
  /// Shares as percentages: 0.25 is 25 %.
  case percent
  /// This many digits after the point, without a common factor.
  case decimals(Int)
  /// Each number with its own power of ten, and this many digits after the point.
  case scientific(Int)
  /// With the prefixes of the SI: 1500 is 1.5k and, with a unit, 1.5 kHz.
  case si(unit: String = "")
  /// As `automatic`, between texts.
  case affixed(prefix: String = "", suffix: String = "")
  /// What a function makes of each number; the label may hold mathematics.
  case custom(Labelling)

  /// What `label` makes of each number.
  public static func custom(_ label: @escaping @Sendable (Double) -> String) -> TickFormat {
    .custom(Labelling(label))
  }

  /// A function that is equal to itself only.
  public final class Labelling: Sendable, Hashable {
    let label: @Sendable (Double) -> String

    init(_ label: @escaping @Sendable (Double) -> String) { self.label = label }

    public static func == (a: Labelling, b: Labelling) -> Bool { a === b }
    public func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
  }

  /// Writes the labels of `ticks` anew.
  func apply(to ticks: inout Ticks) {
    let values = ticks.major.map(\.value).sorted()
    let step = zip(values.dropFirst(), values).map { $0 - $1 }.filter { $0 > 0 }.min() ?? 1
    func write(_ label: (Double) -> String) {
      for index in ticks.major.indices {
        ticks.major[index].label = label(ticks.major[index].value)
      }
      ticks.factor = ""
    }
    switch self {
    case .automatic: break
    case .percent:
      let decimals = NumberLabels.decimals(of: step * 100)
      write { "\(NumberLabels.fixed($0 * 100, decimals: min(decimals, 6))) %" }
    case .decimals(let count): write { NumberLabels.fixed($0, decimals: count.clamped(0, 15)) }
    case .scientific(let count):
      write { NumberLabels.scientific($0, decimals: count.clamped(0, 15)) }
    case .si(let unit): write { NumberLabels.prefixed($0, unit: unit) }
    case .affixed(let prefix, let suffix):
      for index in ticks.major.indices {
        ticks.major[index].label = prefix + ticks.major[index].label + suffix
      }
    case .custom(let labelling): write(labelling.label)
    }
  }
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
  /// Four lines.
  case box
  /// Two axes.
  case open
  /// No lines.
  case none
}

/// How the plane of the plot is made.
public enum Projection: String, Sendable, Hashable {
  /// As it is.
  case plane
  /// The sphere at true areas in an ellipse. `x` is the longitude, `y` the latitude, in degrees.
  case mollweide
  /// The sphere with longitude and latitude as plain coordinates, in degrees.
  case equirectangular
  /// The plane by angle and distance: `x` is the angle in radians, counterclockwise from the
  /// right, `y` the distance from the middle.
  case polar
}
