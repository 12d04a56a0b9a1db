/// A colour, fixed or taken from the theme when the figure is drawn.
///
/// ```swift
/// plot(x, y, color: .blue)
/// plot(x, y, color: "#0072B2")
/// plot(x, y, color: .cycle(2).opacity(0.5))
/// ```
public struct Color: Sendable, Hashable, ExpressibleByStringLiteral {
  enum Source: Sendable, Hashable {
    case fixed(RGBA)
    case cycle(Int)
    /// A named colour, lighter on dark themes.
    case hue(Int)
    case foreground, muted, background
    case unknown(String)
  }

  var source: Source
  var opacity = 1.0

  init(_ source: Source) { self.source = source }

  /// A colour from its red, green and blue parts (sRGB, 0 to 1).
  public init(red: Double, green: Double, blue: Double, alpha: Double = 1) {
    source = .fixed(RGBA(red, green, blue, alpha))
  }

  /// A colour from `"#RRGGBB"`, `"#RRGGBBAA"`, or the name of one of the colours below.
  ///
  /// A text that is none of these draws in the theme's foreground colour, and the figure says so.
  public init(_ text: String) {
    if let rgba = RGBA(hex: text) {
      source = .fixed(rgba)
    } else if let named = Color.named[text.lowercased()] {
      self = named
    } else {
      source = .unknown(text)
    }
  }

  /// A colour from a literal: `"#RRGGBB"` or a name.
  public init(stringLiteral value: String) { self.init(value) }

  /// The theme's colour number `index`; the themes' eight colours can be told apart with any kind
  /// of colour vision.
  public static func cycle(_ index: Int) -> Color { Color(.cycle(index)) }
  /// A grey between black (0) and white (1).
  public static func gray(_ level: Double) -> Color {
    Color(red: level, green: level, blue: level)
  }

  /// What text and axes are drawn in: dark on a light theme, light on a dark one.
  public static let foreground = Color(.foreground)
  /// A quieter ``foreground``.
  public static let muted = Color(.muted)
  /// What the figure is drawn on.
  public static let background = Color(.background)

  // Okabe and Ito's palette (https://jfly.uni-koeln.de/color/), lighter on dark themes.
  /// Black.
  public static let black = Color("#000000")
  /// White.
  public static let white = Color("#FFFFFF")
  /// The orange of the palette.
  public static let orange = Color(.hue(4))
  /// The light blue of the palette.
  public static let skyBlue = Color(.hue(5))
  /// The bluish green of the palette.
  public static let green = Color(.hue(2))
  /// The yellow of the palette.
  public static let yellow = Color("#F0E442")
  /// The blue of the palette.
  public static let blue = Color(.hue(0))
  /// The red of the palette, a vermilion.
  public static let red = Color(.hue(1))
  /// The reddish purple of the palette.
  public static let purple = Color(.hue(3))
  /// A middle grey.
  public static let gray = Color("#808080")

  private static let named: [String: Color] = [
    "foreground": foreground, "muted": muted, "background": background, "black": black,
    "white": white, "orange": orange, "skyblue": skyBlue, "green": green, "yellow": yellow,
    "blue": blue, "red": red, "purple": purple, "gray": gray, "grey": gray,
  ]

  /// The same colour, more transparent: 0 is invisible, 1 unchanged.
  public func opacity(_ value: Double) -> Color {
    var copy = self
    copy.opacity *= value.isFinite ? value.clamped(to: 0...1) : 1
    return copy
  }

  func resolved(in theme: Theme) -> RGBA {
    var rgba =
      switch source {
      case .fixed(let rgba): rgba
      case .cycle(let index):
        theme.colors.isEmpty
          ? theme.foreground
          : theme.colors[(index % theme.colors.count + theme.colors.count) % theme.colors.count]
      case .hue(let index): (theme.isDark ? Theme.dark : Theme.light).colors[index]
      case .foreground, .unknown: theme.foreground
      case .muted: theme.muted
      case .background: theme.background
      }
    rgba.alpha *= opacity
    return rgba
  }
}

/// Colour as it is painted: sRGB parts from 0 to 1, not premultiplied.
package struct RGBA: Hashable, Sendable {
  package var red, green, blue, alpha: Double

  package init(_ red: Double, _ green: Double, _ blue: Double, _ alpha: Double = 1) {
    self.red = red.isFinite ? red.clamped(to: 0...1) : 0
    self.green = green.isFinite ? green.clamped(to: 0...1) : 0
    self.blue = blue.isFinite ? blue.clamped(to: 0...1) : 0
    self.alpha = alpha.isFinite ? alpha.clamped(to: 0...1) : 1
  }

  package init?(hex: String) {
    let digits = hex.utf8.dropFirst()
    guard hex.utf8.first == UInt8(ascii: "#"), digits.count == 6 || digits.count == 8,
      let value = UInt64(String(decoding: digits, as: UTF8.self), radix: 16)
    else { return nil }
    let word = digits.count == 6 ? value << 8 | 0xFF : value
    self.init(
      Double(word >> 24 & 255) / 255, Double(word >> 16 & 255) / 255, Double(word >> 8 & 255) / 255,
      Double(word & 255) / 255)
  }

  package var hex: String {
    let digits = Array("0123456789abcdef")
    var text = "#"
    for part in alpha == 1 ? [red, green, blue] : [red, green, blue, alpha] {
      let byte = Int((part * 255).rounded())
      text.append(digits[byte >> 4])
      text.append(digits[byte & 15])
    }
    return text
  }

  /// The premultiplied word that Cairo's image surfaces hold.
  var word: UInt32 {
    let a = (alpha * 255).rounded()
    func byte(_ part: Double) -> UInt32 { UInt32((part * a).rounded()) }
    return UInt32(a) << 24 | byte(red) << 16 | byte(green) << 8 | byte(blue)
  }

  /// Perceived lightness, roughly, from 0 (black) to 1 (white).
  package var lightness: Double { 0.299 * red + 0.587 * green + 0.114 * blue }

  func opacity(_ factor: Double) -> RGBA { RGBA(red, green, blue, alpha * factor) }

  /// The mix of both, `amount` of `other`.
  func mixed(with other: RGBA, _ amount: Double) -> RGBA {
    RGBA(
      red + (other.red - red) * amount, green + (other.green - green) * amount,
      blue + (other.blue - blue) * amount, alpha + (other.alpha - alpha) * amount)
  }
}
