/// What a progress bar looks like at one moment.
///
/// ```
/// training:  43 % ████████▌            430/1 000 · 12 s, 16 s left · 35.2/s · loss 0.31
/// ✓ training: 1 000/1 000 · 28 s · 35.7/s
/// ```
package struct ProgressPicture: Sendable {
  package enum Phase: Sendable {
    case running, done, failed
    /// Left before its end, as by `break` or a thrown error.
    case stopped
    /// Left because the reader interrupted the cell.
    case interrupted
  }

  package var label = ""
  package var message = ""
  package var value = 0
  package var total: Int?
  package var phase = Phase.running
  package var elapsed = Duration.zero

  package init(label: String = "", total: Int? = nil) {
    self.label = label
    self.total = total
  }

  /// The part that is done; `nil` if the total is not known or turned out to be wrong.
  private var fraction: Double? {
    guard let total, value <= total else { return nil }
    return total == 0 ? 1 : Double(max(0, value)) / Double(total)
  }

  package var text: String {
    let name = label.isEmpty ? "" : label + ": "
    guard phase == .running else { return mark + " " + name + figures }
    guard let fraction else { return name + figures }
    return "\(name)\(percentage(fraction)) \(bar(fraction, width: 20)) \(figures)"
  }

  package var html: String {
    let name = escapedHTML([mark, label].filter { !$0.isEmpty }.map { $0 + " " }.joined())
    var bar = "<progress"
    if let fraction, let total {
      bar += " max=\"\(max(1, total))\" value=\"\(total == 0 ? 1 : max(0, value))\""
      bar += " title=\"\(Int(fraction * 100)) %\""
    } else if phase != .running {
      // Without a value the bar would move for ever.
      bar += " max=\"1\" value=\"1\""
    }
    bar += " style=\"width: 16em; vertical-align: middle\"></progress>"
    return "<div style=\"white-space: nowrap\">\(name)\(bar) \(escapedHTML(figures))</div>"
  }

  /// Label and count, for the line of an inner bar.
  var brief: String { [label, count].filter { !$0.isEmpty }.joined(separator: " ") }

  private var mark: String {
    switch phase {
    case .running: ""
    case .done: "✓"
    case .failed: "✗"
    case .stopped, .interrupted: "■"
    }
  }

  private var count: String {
    guard let total, value <= total else { return groupedDigits(value) }
    return "\(groupedDigits(value))/\(groupedDigits(total))"
  }

  private var figures: String {
    var parts = [count]
    let seconds = elapsed / .seconds(1)
    switch phase {
    case .running:
      var time = ProgressPicture.time(seconds)
      if let total, fraction != nil, value > 0, value < total, seconds > 0 {
        let left = seconds * Double(total - value) / Double(value)
        time += ", \(ProgressPicture.time(left)) left"
      }
      parts.append(time)
    case .done: parts.append(ProgressPicture.time(seconds))
    case .failed: parts.append("failed after \(ProgressPicture.time(seconds))")
    case .stopped: parts.append("stopped after \(ProgressPicture.time(seconds))")
    case .interrupted: parts.append("interrupted after \(ProgressPicture.time(seconds))")
    }
    // The first moments say nothing about a rate.
    if value > 0, seconds >= 0.1 { parts.append(ProgressPicture.rate(Double(value) / seconds)) }
    if !message.isEmpty { parts.append(message) }
    return parts.joined(separator: " · ")
  }

  private func percentage(_ fraction: Double) -> String {
    // Rounded down: 100 % means that nothing is left to do.
    TextColumns.padded("\(Int(fraction * 100)) %", to: 5, isRightAligned: true)
  }

  /// Blocks of an eighth of a column each.
  private func bar(_ fraction: Double, width: Int) -> String {
    let eighths = Int(fraction * Double(width * 8))
    let full = String(repeating: "█", count: eighths / 8)
    let part = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"][eighths % 8]
    return TextColumns.padded(full + part, to: width)
  }

  /// `0.4 s`, `12 s`, `3 min 05 s`, `2 h 07 min`.
  private static func time(_ seconds: Double) -> String {
    guard seconds.isFinite, seconds < 1e9 else { return "?" }
    if seconds < 9.95 { return "\(decimal(seconds)) s" }
    let whole = Int(seconds.rounded())
    let unit = whole < 3600 ? 60 : 3600
    if whole < 60 { return "\(whole) s" }
    let rest = whole % unit / (unit / 60)
    return "\(whole / unit) \(unit == 60 ? "min" : "h") \(rest < 10 ? "0" : "")\(rest)"
      + (unit == 60 ? " s" : " min")
  }

  private static func rate(_ rate: Double) -> String {
    if rate < 1 { return "\(time(1 / rate)) each" }
    return rate < 100 ? "\(decimal(rate))/s" : "\(groupedDigits(Int(min(rate, 1e15))))/s"
  }

  /// One digit after the point.
  private static func decimal(_ number: Double) -> String {
    let tenths = Int((number * 10).rounded())
    return "\(tenths / 10).\(tenths % 10)"
  }
}
