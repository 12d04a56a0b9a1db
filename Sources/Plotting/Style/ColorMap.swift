/// A way from numbers to colours.
///
/// ```swift
/// heatmap(z, colors: .magma)
/// Contour(x, y, f, fill: true, colors: .diverging)
/// ```
public struct ColorMap: Sendable, Hashable {
  /// What the map is called.
  public let name: String
  /// At least two colours, evenly spaced from the lowest number to the highest.
  let stops: [RGBA]
  /// Whether the middle means something (zero), so that ranges are made symmetric.
  let isDiverging: Bool

  init(name: String, stops: [RGBA], isDiverging: Bool = false) {
    self.name = name
    self.stops = stops
    self.isDiverging = isDiverging
  }

  /// A map through your own colours, evenly spaced.
  public init(_ colors: [Color], name: String = "custom") {
    let stops = colors.map { $0.resolved(in: .light) }
    self.init(
      name: name, stops: stops.count > 1 ? stops : [RGBA(0, 0, 0), stops.first ?? RGBA(1, 1, 1)])
  }

  private init(name: String, table: String) {
    let bytes = Array(table.utf8)
    func digit(_ index: Int) -> Double {
      let byte = bytes[index]
      return Double(byte >= 97 ? byte - 87 : byte - 48)
    }
    let stops = stride(from: 0, to: bytes.count - 5, by: 6).map { start in
      RGBA(
        (digit(start) * 16 + digit(start + 1)) / 255,
        (digit(start + 2) * 16 + digit(start + 3)) / 255,
        (digit(start + 4) * 16 + digit(start + 5)) / 255)
    }
    self.init(name: name, stops: stops)
  }

  /// Dark blue over green to yellow; even in lightness and safe for colour-blind readers.
  public static let viridis = ColorMap(name: "viridis", table: viridisTable)
  /// Black over purple to pale yellow.
  public static let magma = ColorMap(name: "magma", table: magmaTable)
  /// Blue to yellow, nearly the same picture for every kind of colour vision.
  public static let cividis = ColorMap(name: "cividis", table: cividisTable)
  /// Dark blue over purple and orange to yellow.
  public static let plasma = ColorMap(name: "plasma", table: plasmaTable)
  /// Black over red to pale yellow.
  public static let inferno = ColorMap(name: "inferno", table: infernoTable)
  /// All colours of the rainbow, even in lightness around its middle; for finding places, not for
  /// comparing them.
  public static let turbo = ColorMap(name: "turbo", table: turboTable)

  // Cynthia Brewer's maps (https://colorbrewer2.org, Apache 2.0): pale to dark for amounts on paper,
  // and two hues with a pale middle for signed numbers.
  /// Pale to dark blue.
  public static let blues = ColorMap(
    name: "blues", hex: "F7FBFF DEEBF7 C6DBEF 9ECAE1 6BAED6 4292C6 2171B5 08519C 08306B")
  /// Pale to dark green.
  public static let greens = ColorMap(
    name: "greens", hex: "F7FCF5 E5F5E0 C7E9C0 A1D99B 74C476 41AB5D 238B45 006D2C 00441B")
  /// Pale to dark orange.
  public static let oranges = ColorMap(
    name: "oranges", hex: "FFF5EB FEE6CE FDD0A2 FDAE6B FD8D3C F16913 D94801 A63603 7F2704")
  /// Pale to dark purple.
  public static let purples = ColorMap(
    name: "purples", hex: "FCFBFD EFEDF5 DADAEB BCBDDC 9E9AC8 807DBA 6A51A3 54278F 3F007D")
  /// Pale to dark red.
  public static let reds = ColorMap(
    name: "reds", hex: "FFF5F0 FEE0D2 FCBBA1 FC9272 FB6A4A EF3B2C CB181D A50F15 67000D")
  /// Dark blue over near-white to dark red, for signed numbers.
  public static let blueRed = ColorMap(
    name: "blue-red",
    hex: "053061 2166AC 4393C3 92C5DE D1E5F0 F7F7F7 FDDBC7 F4A582 D6604D B2182B 67001F",
    isDiverging: true)
  /// Dark orange over near-white to dark purple, for signed numbers.
  public static let orangePurple = ColorMap(
    name: "orange-purple",
    hex: "7F3B08 B35806 E08214 FDB863 FEE0B6 F7F7F7 D8DAEB B2ABD2 8073AC 542788 2D004B",
    isDiverging: true)
  /// Brown over near-white to teal, for signed numbers.
  public static let brownTeal = ColorMap(
    name: "brown-teal",
    hex: "543005 8C510A BF812D DFC27D F6E8C3 F5F5F5 C7EAE5 80CDC1 35978F 01665E 003C30",
    isDiverging: true)

  private init(name: String, hex: String, isDiverging: Bool = false) {
    let stops = hex.split(separator: " ").compactMap { RGBA(hex: "#\($0)") }
    self.init(name: name, stops: stops, isDiverging: isDiverging)
  }

  /// Blue over light grey to red, for signed numbers; zero is in the middle.
  public static let diverging = ColorMap(
    name: "diverging", stops: MorelandMap.stops(), isDiverging: true)
  /// Begins and ends with the same colour, for angles and phases.
  public static let cyclic = ColorMap(name: "cyclic", table: twilightTable)
  /// Black to white.
  public static let gray = ColorMap(name: "gray", stops: [RGBA(0, 0, 0), RGBA(1, 1, 1)])
  /// White to black.
  public static let ink = ColorMap(name: "ink", stops: [RGBA(1, 1, 1), RGBA(0, 0, 0)])

  /// The same map from its other end.
  public var reversed: ColorMap {
    ColorMap(name: "\(name) reversed", stops: stops.reversed(), isDiverging: isDiverging)
  }

  /// The colour at `position` between 0 and 1; not-a-number gives nothing.
  func color(at position: Double) -> RGBA {
    let place = (position.isFinite ? position.clamped(to: 0...1) : 0) * Double(stops.count - 1)
    let index = min(Int(place), stops.count - 2)
    return stops[index].mixed(with: stops[index + 1], place - Double(index))
  }

  /// `count` premultiplied words along the map.
  func words(count: Int) -> [UInt32] {
    (0..<count).map { color(at: (Double($0) + 0.5) / Double(count)).word }
  }
}

/// How numbers are spread over a colour map, for the map's colours and for the colour bar.
struct ColorScale: Sendable, Equatable {
  var map: ColorMap
  var low, high: Double
  var isLogarithmic = false
  var label = ""
  /// Boundaries of bands of one colour each; empty for a continuous scale.
  var levels: [Double] = []
  /// How the colour bar is marked, where the axes say so.
  var ticks = TickPlacement.automatic
  var format = TickFormat.automatic

  /// The range that is right for `extent`: symmetric for diverging maps, never empty.
  init(
    map: ColorMap, extent: Extent, fixed: ClosedRange<Double>?, isLogarithmic: Bool = false,
    label: String = ""
  ) {
    self.map = map
    self.label = label
    var low = extent.isEmpty ? 0 : extent.low.clamped(to: -1e300...1e300)
    var high = extent.isEmpty ? 1 : extent.high.clamped(to: -1e300...1e300)
    if let fixed, fixed.lowerBound.isFinite, fixed.upperBound.isFinite {
      (low, high) = (fixed.lowerBound, fixed.upperBound)
    } else if map.isDiverging {
      let size = max(abs(low), abs(high))
      (low, high) = (-size, size)
    }
    self.isLogarithmic = isLogarithmic && high > 0
    if self.isLogarithmic, low <= 0 { low = min(extent.lowestPositive, high / 10) }
    if !(high - low > max(abs(low), abs(high)) * 1e-13) {
      let half = abs(low) > 1e-290 ? abs(low) * 0.1 : 0.5
      (low, high) = (low - half, high + half)
      if self.isLogarithmic, low <= 0 { low = high / 10 }
    }
    (self.low, self.high) = (low, high)
  }

  func position(of value: Double) -> Double {
    if isLogarithmic {
      guard value > 0 else { return value.isNaN ? .nan : 0 }
      return (logarithm(value) - logarithm(low)) / (logarithm(high) - logarithm(low))
    }
    return (value - low) / (high - low)
  }

  /// One of the numbers that have a colour, for descriptions.
  func text(_ value: Double) -> String {
    NumberLabels.plain(value, digits: NumberLabels.digits(low: low, high: high))
  }

  func color(of value: Double) -> RGBA { map.color(at: position(of: value)) }

  var scale: Scale { isLogarithmic ? .logarithmic : .linear }
}

/// Kenneth Moreland's diverging map (doi:10.1007/978-3-642-10520-3_9), computed from its definition:
/// two colours joined through an unsaturated one in polar Lab space, where each half keeps its hue.
private enum MorelandMap {
  static func stops() -> [RGBA] {
    let cold = polar(59 / 255, 76 / 255, 192 / 255)
    let warm = polar(180 / 255, 4 / 255, 38 / 255)
    return (0...256).map { index in
      let t = Double(index) / 256
      let middle = max(cold.m, warm.m, 88)
      let (start, s) = t < 0.5 ? (cold, 2 * t) : (warm, 2 - 2 * t)
      // The neutral end takes a hue that keeps the colours in between from going through others.
      let hue = adjustedHue(start, middle)
      return rgb(
        m: start.m + (middle - start.m) * s, s: start.s * (1 - s), h: start.h + (hue - start.h) * s)
    }
  }

  private static func adjustedHue(_ color: (m: Double, s: Double, h: Double), _ m: Double)
    -> Double
  {
    guard color.m < m else { return color.h }
    let spin =
      color.s * (m * m - color.m * color.m).squareRoot() / (color.m * sine(color.s))
    return color.h > -Double.pi / 3 ? color.h + spin : color.h - spin
  }

  private static func polar(_ r: Double, _ g: Double, _ b: Double)
    -> (m: Double, s: Double, h: Double)
  {
    func linear(_ c: Double) -> Double { c > 0.04045 ? power((c + 0.055) / 1.055, 2.4) : c / 12.92 }
    let (r, g, b) = (linear(r), linear(g), linear(b))
    let x = 0.4124 * r + 0.3576 * g + 0.1805 * b
    let y = 0.2126 * r + 0.7152 * g + 0.0722 * b
    let z = 0.0193 * r + 0.1192 * g + 0.9505 * b
    func f(_ t: Double) -> Double { t > 0.008856 ? power(t, 1.0 / 3) : 7.787 * t + 16.0 / 116 }
    let (fx, fy, fz) = (f(x / 0.9505), f(y), f(z / 1.089))
    let (l, a, c) = (116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz))
    let m = (l * l + a * a + c * c).squareRoot()
    return (m, arctangent((a * a + c * c).squareRoot(), l), arctangent(c, a))
  }

  private static func rgb(m: Double, s: Double, h: Double) -> RGBA {
    let l = m * cosine(s)
    let a = m * sine(s) * cosine(h)
    let c = m * sine(s) * sine(h)
    func inverse(_ t: Double) -> Double {
      t * t * t > 0.008856 ? t * t * t : (t - 16.0 / 116) / 7.787
    }
    let fy = (l + 16) / 116
    let (x, y, z) = (0.9505 * inverse(fy + a / 500), inverse(fy), 1.089 * inverse(fy - c / 200))
    func gamma(_ v: Double) -> Double {
      v > 0.0031308 ? 1.055 * power(v, 1 / 2.4) - 0.055 : 12.92 * v
    }
    return RGBA(
      gamma(3.2406 * x - 1.5372 * y - 0.4986 * z), gamma(-0.9689 * x + 1.8758 * y + 0.0415 * z),
      gamma(0.0557 * x - 0.2040 * y + 1.0570 * z))
  }
}
