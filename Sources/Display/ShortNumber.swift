/// A number with four significant digits.
package func rounded(_ value: Double) -> String {
  if value.isNaN { return "NaN" }
  if value.isInfinite { return value < 0 ? "−∞" : "∞" }
  if value == 0 { return "0" }
  let magnitude = Swift.abs(value)
  var exponent = 0
  var scaled = magnitude
  while scaled >= 10 {
    scaled /= 10
    exponent += 1
  }
  while scaled < 1 {
    scaled *= 10
    exponent -= 1
  }
  let digits = (scaled * 1000).rounded() / 1000
  let sign = value < 0 ? "−" : ""
  if exponent < -3 || exponent > 5 {
    return sign + (digits == 10 ? "1.0e\(exponent + 1)" : "\(digits)e\(exponent)")
  }
  let places = Swift.max(0, 3 - exponent)
  let unit = (0..<places).reduce(1.0) { result, _ in result * 10 }
  let whole = (magnitude * unit).rounded() / unit
  return sign + (whole == whole.rounded() && places == 0 ? "\(Int(whole))" : "\(whole)")
}
