/// A number as a reader sees it: with about four significant digits.
///
/// ```swift
/// shortNumber(0.8773812651634216)   // "0.8774"
/// shortNumber(-1.23e-5)             // "-1.23e-05"
/// shortNumber(126_000)              // "126000"
/// shortNumber(12_345.6)             // "12346"
/// shortNumber(.pi, digits: 2)       // "3.1"
/// ```
///
/// Whole numbers of up to ten digits are written in full, zeros at the end left out. Powers of ten
/// stand where Swift writes them, below 10⁻⁴, and for other numbers from 10⁶ on. Tables, tensors and
/// reports all write numbers so; `print` shows all digits.
///
/// - Complexity: that of `description`. Rounding is decimal, of the shortest text that tells the
///   number apart, so that 0.12345 becomes 0.1235.
public func shortNumber(_ value: Double, digits: Int = 4) -> String {
  guard value.isFinite else { return value.description }
  if value == value.rounded(), value.magnitude < 1e10 { return "\(Int(value))" }
  var number = DecimalDigits(value)
  let isPower = number.exponent < -4 || number.exponent > 5
  number.round(to: isPower ? digits : max(digits, number.exponent + 1))
  let sign = value < 0 ? "-" : ""
  // Rounding may have reached the next power of ten.
  return sign
    + (number.exponent < -4 || number.exponent > 5 ? number.scientific : number.positional)
}

/// A number inside of another value: as Swift writes it while that is short.
func shownNumber(_ value: Double, description: String) -> String {
  guard value.isFinite, DecimalDigits(value).digits.count > 5 else { return description }
  return shortNumber(value)
}

/// The digits of a positive decimal number d₀.d₁d₂… × 10^exponent.
private struct DecimalDigits {
  var digits: [UInt8] = []
  var exponent = 0

  /// The shortest digits that tell `value` apart.
  init(_ value: Double) {
    var point: Int?
    var isZeroSoFar = true
    var power = 0
    let text = value.magnitude.description
    scan: for (place, character) in text.enumerated() {
      switch character {
      case ".": point = digits.count
      case "e", "E":
        power = Int(text.dropFirst(place + 1)) ?? 0
        break scan
      default:
        let digit = UInt8(character.wholeNumberValue ?? 0)
        isZeroSoFar = isZeroSoFar && digit == 0
        if !isZeroSoFar { digits.append(digit) } else if point != nil { power -= 1 }
      }
    }
    // Digits before the point; zeros there were not kept.
    exponent = (point ?? digits.count) - 1 + power
    while digits.count > 1, digits.last == 0 { digits.removeLast() }
    if digits.isEmpty { digits = [0] }
  }

  mutating func round(to count: Int) {
    guard count > 0, digits.count > count else { return }
    let isUp = digits[count] >= 5
    digits.removeLast(digits.count - count)
    if isUp {
      var place = count - 1
      while place >= 0, digits[place] == 9 {
        digits[place] = 0
        place -= 1
      }
      if place >= 0 {
        digits[place] += 1
      } else {
        digits.insert(1, at: 0)
        exponent += 1
      }
    }
    while digits.count > 1, digits.last == 0 { digits.removeLast() }
  }

  private var text: String { digits.map { "\($0)" }.joined() }

  var scientific: String {
    let rest = text.dropFirst()
    let size = exponent.magnitude
    return text.prefix(1) + (rest.isEmpty ? "" : "." + rest)
      + (exponent < 0 ? "e-" : "e+") + (size < 10 ? "0" : "") + "\(size)"
  }

  var positional: String {
    if exponent < 0 { return "0." + String(repeating: "0", count: -exponent - 1) + text }
    let whole = text.prefix(exponent + 1)
    let zeros = String(repeating: "0", count: exponent + 1 - whole.count)
    let rest = text.dropFirst(exponent + 1)
    return whole + zeros + (rest.isEmpty ? "" : "." + rest)
  }
}
