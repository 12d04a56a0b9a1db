extension MathSetter {
  /// Accents are drawn, not taken from a font: few fonts have combining marks that sit well on
  /// italic letters, and drawn ones stretch.
  func accented(_ accent: MathAccent, _ base: MathNode, size: Double, level: Int) -> Label {
    let body = label(for: base, size: size, level: level)
    let em = size * (level == 0 ? 1 : level == 1 ? 0.72 : 0.56)
    var result = Label()
    result.add(body, x: 0, y: 0)
    result.width = body.width
    let pen = max(0.062 * em, 0.65)
    // Italic letters lean to the right, and so must what stands above them.
    let lean = isSingleLetter(base) ? 0.05 * em : 0
    let center = body.width / 2 + lean
    let bottom = -(max(body.ascent, 0.42 * em) + 0.09 * em)
    func wide(_ least: Double) -> Double { max(least * em, body.width * 0.86) }
    func line(_ points: [Point]) { result.lines.append(Label.Line(points: points, width: pen)) }
    var height = 0.16 * em
    switch accent {
    case .hat, .wideHat:
      let half = (accent == .hat ? 0.4 * em : wide(0.4)) / 2
      line([
        Point(center - half, bottom), Point(center, bottom - 0.17 * em),
        Point(center + half, bottom),
      ])
    case .bar, .wideBar:
      let half = (accent == .bar ? 0.42 * em : wide(0.42)) / 2
      line([
        Point(center - half, bottom - 0.06 * em), Point(center + half, bottom - 0.06 * em),
      ])
      height = 0.1 * em
    case .tilde, .wideTilde:
      let half = (accent == .tilde ? 0.44 * em : wide(0.44)) / 2
      line(
        (0...16).map { step in
          let t = Double(step) / 16
          return Point(
            center + half * (2 * t - 1), bottom - 0.08 * em - 0.055 * em * sine(2 * .pi * t))
        })
    case .vector:
      let half = max(0.42 * em, body.width * 0.9) / 2
      let y = bottom - 0.08 * em
      line([Point(center - half, y), Point(center + half, y)])
      line([
        Point(center + half - 0.12 * em, y - 0.09 * em), Point(center + half, y),
        Point(center + half - 0.12 * em, y + 0.09 * em),
      ])
    case .dot, .twoDots:
      let radius = 0.062 * em
      for offset in accent == .dot ? [0] : [-0.13 * em, 0.13 * em] {
        let points = (0..<12).map { step in
          let angle = Double(step) * .pi / 6
          return Point(center + offset, bottom - radius)
            + Point(cosine(angle), sine(angle)) * radius
        }
        result.lines.append(Label.Line(points: points, width: pen, isFilled: true))
      }
      height = 0.12 * em
    case .underline:
      let y = body.descent + 0.09 * em
      line([Point(0, y), Point(body.width, y)])
      result.descent = y + pen
      return result
    }
    result.ascent = max(result.ascent, -bottom + height + pen / 2)
    return result
  }

  private func isSingleLetter(_ node: MathNode) -> Bool {
    switch node {
    case .symbol(let text, .ordinary, let alphabet):
      return text.count == 1 && (alphabet == .italic || alphabet == .boldItalic)
    case .row(let nodes): return nodes.count == 1 && isSingleLetter(nodes[0])
    default: return false
    }
  }
}
