/// Turns texts with formulas between dollar signs into labels.
///
/// `"loss $\hat y_\theta(x)$"` mixes words and mathematics; `\$` is a dollar sign; a text with an
/// odd number of dollar signs has no formula. Line breaks are kept.
struct Typesetter: Sendable {
  var measurer: any TextMeasurer
  var families: [String]
  /// Whether digits and signs in formulas are set in the font of the text, as numbers at ticks are.
  var hasPlainDigits = false
  /// Whether colours in formulas are those for dark paper.
  var isDark = false

  func label(
    _ text: String, size: Double, bold: Bool = false, wrappedAt limit: Double? = nil,
    centered: Bool = true
  ) -> Label {
    var lines: [Label] = []
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      if let limit {
        lines += wrapped(String(line), size: size, bold: bold, limit: limit)
      } else {
        lines.append(self.line(String(line), size: size, bold: bold))
      }
    }
    guard lines.count != 1 else { return lines[0] }
    return stacked(lines, size: size, centered: centered)
  }

  private func stacked(_ lines: [Label], size: Double, centered: Bool) -> Label {
    var result = Label()
    let width = lines.map(\.width).max() ?? 0
    var y = 0.0
    for (index, line) in lines.enumerated() {
      if index > 0 { y += max(line.ascent, 0.8 * size) + 0.3 * size }
      result.add(line, x: centered ? (width - line.width) / 2 : 0, y: y)
      y += line.descent
    }
    return result
  }

  /// Breaks a line at spaces, outside formulas, where it would become wider than `limit`.
  private func wrapped(_ text: String, size: Double, bold: Bool, limit: Double) -> [Label] {
    var lines: [Label] = []
    var current = ""
    var words: [String] = []
    var isInFormula = false
    for word in text.split(separator: " ") {
      if isInFormula, let last = words.popLast() {
        words.append("\(last) \(word)")
      } else {
        words.append(String(word))
      }
      for character in word where character == "$" { isInFormula.toggle() }
    }
    for word in words {
      let longer = current.isEmpty ? word : "\(current) \(word)"
      if !current.isEmpty, line(longer, size: size, bold: bold).width > limit {
        lines.append(line(current, size: size, bold: bold))
        current = word
      } else {
        current = longer
      }
    }
    lines.append(line(current, size: size, bold: bold))
    return lines
  }

  private func line(_ text: String, size: Double, bold: Bool) -> Label {
    var label = Label()
    // The same height for every text keeps baselines level across labels.
    label.ascent = 0.76 * size
    label.descent = 0.22 * size
    var x = 0.0
    for piece in Typesetter.pieces(of: text) {
      let part: Label
      switch piece {
      case .words(let words):
        part = run(words, font: Font(size: size, bold: bold))
      case .formula(let source):
        let parsed = MathParser.parse(source)
        var formula = MathSetter(typesetter: self, isBold: bold).label(
          for: parsed.node, size: size, level: 0)
        formula.problems += parsed.problems
        part = formula
      }
      label.add(part, x: x, y: 0)
      x += part.width
    }
    label.width = x
    return label
  }

  func run(_ text: String, font: Font) -> Label {
    guard !text.isEmpty else { return Label() }
    let extent = measurer.measure(text, font: font, families: families)
    var label = Label()
    label.width = extent.advance
    label.ascent = max(0, -extent.ink.y)
    label.descent = max(0, extent.ink.maxY)
    if extent.missing > 0 {
      label.problems.append(
        "no font here has all the characters of “\(text)”; boxes stand for them")
    }
    label.runs = [Label.Run(text: text, font: font, x: 0, y: 0, ink: extent.ink)]
    return label
  }

  enum Piece: Equatable {
    case words(String)
    case formula(String)
  }

  static func pieces(of text: String) -> [Piece] {
    guard text.contains("$") else { return text.isEmpty ? [] : [.words(text)] }
    var parts = [""]
    var isEscaped = false
    for character in text {
      if isEscaped {
        parts[parts.count - 1] += character == "$" ? "\u{1}" : "\\\(character)"
        isEscaped = false
      } else if character == "\\" {
        isEscaped = true
      } else if character == "$" {
        parts.append("")
      } else {
        parts[parts.count - 1].append(character)
      }
    }
    if isEscaped { parts[parts.count - 1] += "\\" }
    // Escaped dollars become plain again: words show them, formulas know the command `\$`.
    guard parts.count % 2 == 1 else {
      return [.words(text.replacing("\\$", with: "$"))]
    }
    var pieces: [Piece] = []
    for (index, part) in parts.enumerated() where !part.isEmpty {
      pieces.append(
        index % 2 == 0
          ? .words(part.replacing("\u{1}", with: "$"))
          : .formula(part.replacing("\u{1}", with: "\\$")))
    }
    return pieces
  }
}
