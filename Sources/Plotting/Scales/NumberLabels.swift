/// Labels for the ticks of one linear axis: equal decimals, and a common factor or offset when the
/// numbers would be long.
struct NumberLabels {
  /// What stands at the end of the axis, empty when nothing is factored out.
  private(set) var factor = ""
  private var exponent = 0
  private var offset = 0.0
  private var decimals = 0

  init(values: [Double], step: Double) {
    let largest = values.map(abs).max() ?? 0
    guard largest > 0, step > 0, let low = values.min(), let high = values.max() else { return }
    // Far from zero in small steps: 1000000.1, 1000000.2 reads better as an offset.
    let span = max(high - low, step)
    if largest >= 1e4 * span, let (round, digits) = NumberLabels.roundNumber(low, high, span) {
      offset = round
      factor = (offset < 0 ? "$-$" : "$+$") + NumberLabels.single(abs(offset), digits: digits)
    }
    let size = offset == 0 ? largest : values.map { abs($0 - offset) }.max() ?? largest
    let magnitude = Int(logarithm10(max(min(size, 1e308), 1e-300) * (1 + 1e-12)).rounded(.down))
    if magnitude <= -4 || (magnitude >= 5 && NumberLabels.isShortened(by: magnitude, step)) {
      exponent = magnitude
      let power = "\\times 10^{\(magnitude)}"
      factor = factor.isEmpty ? "$\(power)$" : "$\(power)$ \(factor)"
    }
    decimals = NumberLabels.decimals(of: step / powerOfTen(exponent))
  }

  /// Whether a factored power of ten makes labels shorter: 200000 to 2, but 99995 to 0.99995.
  private static func isShortened(by magnitude: Int, _ step: Double) -> Bool {
    func length(_ whole: Int, _ decimals: Int) -> Int { whole + (decimals > 0 ? decimals + 1 : 0) }
    let plain = length(magnitude + 1, decimals(of: step))
    return plain > 7 || plain - length(1, decimals(of: step / powerOfTen(magnitude))) > 2
  }

  /// The number with the fewest digits that lies among the values.
  private static func roundNumber(_ low: Double, _ high: Double, _ span: Double)
    -> (value: Double, digits: Int)?
  {
    let size = max(abs(low), abs(high))
    guard size < 1e300, span > 1e-300 else { return nil }
    let middle = low / 2 + high / 2
    let top = Int(logarithm10(size).rounded(.down)) + 1
    let bottom = Int(logarithm10(span).rounded(.down)) - 1
    guard bottom <= top, top - bottom < 18 else { return nil }
    for exponent in stride(from: top, through: bottom, by: -1) {
      let count = (middle / powerOfTen(exponent)).rounded()
      // Negative powers of ten are not exact; dividing by the positive one is.
      let value = exponent < 0 ? count / powerOfTen(-exponent) : count * powerOfTen(exponent)
      guard value != 0, value >= low - 0.3 * span, value <= high + 0.3 * span else { continue }
      return (value, max(1, top - exponent + 1))
    }
    return nil
  }

  func label(_ value: Double) -> String {
    NumberLabels.fixed((value - offset) / powerOfTen(exponent), decimals: decimals)
  }

  /// How many decimals show `step` fully.
  static func decimals(of step: Double) -> Int {
    var scaled = step
    for count in 0..<17 {
      if abs(scaled - scaled.rounded()) < 1e-6 * max(1, abs(scaled)) { return count }
      scaled *= 10
    }
    return 17
  }

  /// `value` with `decimals` digits after the point and a true minus sign.
  static func fixed(_ value: Double, decimals: Int) -> String {
    let scale = powerOfTen(decimals)
    let scaled = (value * scale).rounded()
    guard abs(scaled) < 9e15 else { return single(value) }
    let digits = Int(abs(scaled))
    var text = "\(digits / max(1, Int(scale)))"
    if decimals > 0 {
      let rest = "\(digits % Int(scale))"
      text += "." + String(repeating: "0", count: max(0, decimals - rest.count)) + rest
    }
    return scaled < 0 ? "−\(text)" : text
  }

  /// `10^exponent`, written out where that is short.
  static func power(_ exponent: Int) -> String { "$10^{\(exponent)}$" }

  /// One number on its own, in at most `digits` significant digits, as a label.
  static func single(_ value: Double, digits: Int = 4) -> String {
    guard value != 0, value.isFinite else { return value == 0 ? "0" : "\(value)" }
    let sign = value < 0 ? "−" : ""
    let size = abs(value)
    let exponent = Int(logarithm10(min(size, 1e308) * (1 + 1e-12)).rounded(.down))
    if (-4..<6).contains(exponent) {
      let decimals = max(0, digits - 1 - exponent)
      return sign + trimmed(fixed(size, decimals: min(decimals, 12)))
    }
    let mantissa = trimmed(fixed(size / Plotting.power(10, Double(exponent)), decimals: digits - 1))
    if mantissa == "1" { return "$\(sign)10^{\(exponent)}$" }
    return "$\(sign)\(mantissa)\\times 10^{\(exponent)}$"
  }

  /// One number with its power of ten, always.
  static func scientific(_ value: Double, decimals: Int) -> String {
    guard value != 0, value.isFinite else { return value == 0 ? "0" : "\(value)" }
    var exponent = Int(logarithm10(min(abs(value), 1e308) * (1 + 1e-12)).rounded(.down))
    var mantissa = fixed(abs(value) / Plotting.power(10, Double(exponent)), decimals: decimals)
    if mantissa.hasPrefix("10") {
      exponent += 1
      mantissa = fixed(abs(value) / Plotting.power(10, Double(exponent)), decimals: decimals)
    }
    return "$\(value < 0 ? "−" : "")\(mantissa)\\times 10^{\(exponent)}$"
  }

  /// One number with a prefix of the SI.
  static func prefixed(_ value: Double, unit: String) -> String {
    let space = unit.isEmpty ? "" : " "
    guard value != 0, value.isFinite else {
      return "\(value == 0 ? "0" : "\(value)")\(space)\(unit)"
    }
    let prefixes = [
      "q", "r", "y", "z", "a", "f", "p", "n", "µ", "m", "", "k", "M", "G", "T", "P", "E",
      "Z", "Y", "R", "Q",
    ]
    let group = (logarithm10(abs(value) * (1 + 1e-12)) / 3).rounded(.down).integer(in: -10...10)
    let scaled = value / Plotting.power(10, Double(3 * group))
    let sign = scaled < 0 ? "−" : ""
    return
      "\(sign)\(trimmed(fixed(abs(scaled), decimals: 3)))\(space)\(prefixes[group + 10])\(unit)"
  }

  static func trimmed(_ text: String) -> String {
    guard text.contains(".") else { return text }
    var text = text
    while text.last == "0" { text.removeLast() }
    if text.last == "." { text.removeLast() }
    return text
  }

  /// One number in plain text, for descriptions, in at most `digits` significant digits.
  static func plain(_ value: Double, digits: Int = 3) -> String {
    guard value.isFinite else { return value.isNaN ? "not a number" : value < 0 ? "−∞" : "∞" }
    guard value != 0 else { return "0" }
    let size = abs(value)
    let sign = value < 0 ? "−" : ""
    let exponent = Int(logarithm10(min(size, 1e308) * (1 + 1e-12)).rounded(.down))
    if (-4..<6).contains(exponent) {
      let decimals = min(15, max(0, digits - 1 - exponent))
      return sign + trimmed(fixed(size, decimals: decimals))
    }
    let mantissa = size / Plotting.power(10, Double(exponent))
    return "\(sign)\(trimmed(fixed(mantissa, decimals: max(2, digits - 1))))e\(exponent)"
  }

  /// A number that a reader gave, such as the place of a line: all of its digits up to seven.
  static func given(_ value: Double) -> String { plain(value, digits: 7) }

  /// How many digits tell the numbers from `low` to `high` apart: two of their difference.
  static func digits(low: Double, high: Double) -> Int {
    let size = max(abs(low), abs(high))
    let span = high - low
    guard span > 0, span.isFinite, size > 0 else { return 3 }
    return Int(logarithm10(size).rounded(.down) - logarithm10(span).rounded(.down) + 2)
      .clamped(3, 15)
  }
}
