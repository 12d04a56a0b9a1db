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
    guard largest > 0, step > 0 else { return }
    // Far from zero in small steps: 1000000.1, 1000000.2 reads better as an offset.
    if let low = values.min(), let high = values.max(), largest >= 1e4 * max(high - low, step) {
      let unit = Plotting.power(10, (logarithm10(max(high - low, step)) + 1).rounded(.up))
      offset = (low / unit).rounded(.down) * unit
      factor = (offset < 0 ? "$-$" : "$+$") + NumberLabels.single(abs(offset), digits: 10)
    }
    let size = offset == 0 ? largest : values.map { abs($0 - offset) }.max() ?? largest
    let magnitude = Int(logarithm10(max(min(size, 1e308), 1e-300) * (1 + 1e-12)).rounded(.down))
    if magnitude >= 5 || magnitude <= -4 {
      exponent = magnitude
      let power = "\\times 10^{\(magnitude)}"
      factor = factor.isEmpty ? "$\(power)$" : "$\(power)$ \(factor)"
    }
    decimals = NumberLabels.decimals(of: step / powerOfTen(exponent))
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

  static func trimmed(_ text: String) -> String {
    guard text.contains(".") else { return text }
    var text = text
    while text.last == "0" { text.removeLast() }
    if text.last == "." { text.removeLast() }
    return text
  }

  /// One number in plain text, for descriptions.
  static func plain(_ value: Double) -> String {
    guard value.isFinite else { return "\(value)" }
    guard value != 0 else { return "0" }
    let size = abs(value)
    let sign = value < 0 ? "−" : ""
    let exponent = Int(logarithm10(min(size, 1e308) * (1 + 1e-12)).rounded(.down))
    if (-4..<6).contains(exponent) {
      return sign + trimmed(fixed(size, decimals: min(12, max(0, 2 - exponent))))
    }
    let mantissa = trimmed(fixed(size / Plotting.power(10, Double(exponent)), decimals: 2))
    return "\(sign)\(mantissa)e\(exponent)"
  }
}
