import Display
import Glibc

/// How numbers, times and HTML are written on a page.
enum Wording {
  /// Green and red that can be read on white and on black.
  static let green = "#23803a"
  static let red = "#c8372c"

  /// A figure and its reference with as many decimal places as the tolerance makes matter.
  static func pair(
    _ figure: Double, _ reference: Double, tolerance: Double
  ) -> (String, String) {
    let size = max(abs(figure), abs(reference))
    let isPlain = figure.isFinite && reference.isFinite && (size == 0 || (1e-3...1e7) ~= size)
    guard isPlain, tolerance > 0, tolerance < size || size == 0 else {
      return (shortNumber(figure, digits: 6), shortNumber(reference, digits: 6))
    }
    let places = max(0, min(12, Int((-log10(tolerance)).rounded(.up)) + 1))
    return (formatted("%.\(places)f", figure), formatted("%.\(places)f", reference))
  }

  static func seconds(_ duration: Duration) -> String {
    let seconds = duration.claimed
    return seconds < 10 && seconds != seconds.rounded()
      ? formatted("%.1f", seconds) + " s" : formatted("%.0f", seconds) + " s"
  }

  static func paragraph(_ text: String) -> String { "<p>\(escapedHTML(text))</p>" }

  /// A paragraph with a coloured edge; `head` is bold.
  static func note(_ head: String, _ text: String, colour: String) -> String {
    "<div style=\"border-left: 4px solid \(colour); padding: 0.3em 0.8em; margin: 0.3em 0\">"
      + "<strong>\(escapedHTML(head))</strong> \(text)</div>"
  }

  private static func formatted(_ form: String, _ value: Double) -> String {
    var buffer = [CChar](repeating: 0, count: 400)
    _ = withVaList([value]) { vsnprintf(&buffer, buffer.count, form, $0) }
    return buffer.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
  }
}
