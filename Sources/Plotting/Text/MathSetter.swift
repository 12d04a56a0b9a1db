/// Sets a formula as boxes on a baseline, after the rules of TeX's appendix G, simplified.
struct MathSetter {
  var typesetter: Typesetter
  var isBold = false

  /// Level 0 is the text itself, 1 scripts, 2 scripts of scripts.
  private func scale(_ level: Int) -> Double { level == 0 ? 1 : level == 1 ? 0.72 : 0.56 }

  func label(for node: MathNode, size: Double, level: Int) -> Label {
    let em = size * scale(level)
    switch node {
    case .symbol(let text, let kind, let alphabet):
      return symbol(text, kind, alphabet, em: em, level: level)
    case .row(let nodes): return row(nodes, size: size, level: level)
    case .scripts(let base, let below, let above):
      return scripts(base, below, above, size: size, level: level)
    case .fraction(let numerator, let denominator):
      return fraction(numerator, denominator, size: size, level: level)
    case .root(let body, let degree): return root(body, degree, size: size, level: level)
    case .accent(let accent, let base): return accented(accent, base, size: size, level: level)
    case .fenced(let open, let body, let close):
      return fenced(open, body, close, size: size, level: level)
    case .matrix(let rows, let isLeft): return matrix(rows, isLeft, size: size, level: level)
    case .stack(let top, let bottom): return stack(top, bottom, size: size, level: level)
    case .brace(let body, let isAbove): return brace(body, isAbove, size: size, level: level)
    case .colored(let name, let body): return colored(name, body, size: size, level: level)
    case .words(let text): return typesetter.run(text, font: Font(size: em, bold: isBold))
    case .space(let width):
      var label = Label()
      label.width = width * em
      return label
    }
  }

  private func symbol(
    _ text: String, _ kind: MathClass, _ alphabet: MathAlphabet, em: Double, level: Int
  ) -> Label {
    let isLarge = kind == .largeOperator || kind == .integral
    if isLarge {
      // The sign is centred on the axis of the formula.
      let factor = level == 0 ? 1.4 : 1.1
      let sign = typesetter.run(text, font: Font(size: em * factor, face: .math))
      var label = Label()
      label.add(sign, x: 0, y: (sign.ascent - sign.descent) / 2 - 0.27 * em)
      return label
    }
    if kind == .function || kind == .limitFunction {
      return typesetter.run(text, font: Font(size: em, face: .math, bold: isBold))
    }
    let hasMathFont = typesetter.measurer.hasMathFont
    var style = alphabet
    if isBold, style == .italic { style = .boldItalic }
    if isBold, style == .upright { style = .bold }
    var styled = ""
    var isFound = true
    for scalar in text.unicodeScalars {
      if let other = style.styled(scalar) {
        styled.unicodeScalars.append(other)
      } else {
        isFound = false
        styled.unicodeScalars.append(scalar)
      }
    }
    let needsAlphabet =
      style == .typewriter || style == .doubleStruck || style == .script || style == .fraktur
    if typesetter.hasPlainDigits, alphabet == .upright {
      return typesetter.run(text, font: Font(size: em, bold: isBold))
    }
    if hasMathFont || (needsAlphabet && isFound) {
      return typesetter.run(styled, font: Font(size: em, face: .math))
    }
    return typesetter.run(
      text,
      font: Font(
        size: em, face: .math, bold: style == .bold || style == .boldItalic,
        italic: style == .italic || style == .boldItalic))
  }

  private func kind(of node: MathNode) -> MathClass {
    switch node {
    case .symbol(_, let kind, _): kind
    case .scripts(let base, _, _): self.kind(of: base)
    case .fenced: .opening
    case .brace: .limitFunction
    case .colored(_, let body): self.kind(of: body)
    default: .ordinary
    }
  }

  private func row(_ nodes: [MathNode], size: Double, level: Int) -> Label {
    var label = Label()
    let em = size * scale(level)
    var x = 0.0
    var previous: MathClass?
    for (index, node) in nodes.enumerated() {
      if case .space(let width) = node {
        x += width * em
        continue
      }
      var kind = kind(of: node)
      // A sign without a left operand, as in −x, is no operator.
      if kind == .binary {
        let next = index + 1 < nodes.count ? self.kind(of: nodes[index + 1]) : nil
        switch previous {
        case nil, .binary, .relation, .opening, .punctuation, .function, .largeOperator:
          kind = .ordinary
        default: if next == nil || next == .relation || next == .closing { kind = .ordinary }
        }
      }
      if let previous { x += space(previous, kind, level: level) * em }
      let part = self.label(for: node, size: size, level: level)
      label.add(part, x: x, y: 0)
      x += part.width
      previous = kind
      if case .fenced = node { previous = .closing }
    }
    label.width = x
    return label
  }

  /// Space between neighbours in em.
  private func space(_ left: MathClass, _ right: MathClass, level: Int) -> Double {
    let isTight = level > 0
    switch (left, right) {
    case (.relation, .relation): return 0
    case (.opening, _), (_, .closing), (_, .punctuation): return 0
    case (.relation, _), (_, .relation): return isTight ? 0 : 0.25
    case (.binary, _), (_, .binary): return isTight ? 0 : 0.2
    case (.punctuation, _): return isTight ? 0.06 : 0.17
    case (.function, .opening), (.limitFunction, .opening): return 0
    case (.function, _), (.limitFunction, _), (.largeOperator, _), (.integral, _): return 0.17
    case (_, .function), (_, .limitFunction), (_, .largeOperator), (_, .integral): return 0.17
    default: return 0
    }
  }

  private func scripts(
    _ base: MathNode, _ below: MathNode?, _ above: MathNode?, size: Double, level: Int
  ) -> Label {
    let em = size * scale(level)
    let body = label(for: base, size: size, level: level)
    let sub = below.map { label(for: $0, size: size, level: min(level + 1, 2)) }
    let sup = above.map { label(for: $0, size: size, level: min(level + 1, 2)) }
    let kind = kind(of: base)
    if level == 0, kind == .largeOperator || kind == .limitFunction {
      return limits(body, sub, sup, em: em)
    }
    var result = Label()
    result.add(body, x: 0, y: 0)
    var width = body.width
    let gap = 0.04 * em
    var rise = max(0.36 * em, body.ascent - 0.28 * em)
    var drop = max(0.17 * em, body.descent + 0.03 * em)
    if let sub, let sup {
      // The two must not touch.
      let clearance = (rise - sup.descent) + (drop - sub.ascent) - 0.1 * em
      if clearance < 0 {
        rise -= clearance / 2
        drop -= clearance / 2
      }
    }
    if let sup {
      result.add(sup, x: body.width + gap + 0.04 * em, y: -rise)
      width = max(width, body.width + 2 * gap + 0.04 * em + sup.width)
    }
    if let sub {
      result.add(sub, x: body.width + (kind == .integral ? -0.12 * em : 0) + gap * 0.5, y: drop)
      width = max(width, body.width + gap * 1.5 + sub.width)
    }
    result.width = width
    return result
  }

  private func limits(_ body: Label, _ sub: Label?, _ sup: Label?, em: Double) -> Label {
    let width = max(body.width, sub?.width ?? 0, sup?.width ?? 0)
    var result = Label()
    result.add(body, x: (width - body.width) / 2, y: 0)
    if let sub {
      result.add(
        sub, x: (width - sub.width) / 2, y: body.descent + 0.12 * em + max(sub.ascent, 0.32 * em))
    }
    if let sup {
      result.add(sup, x: (width - sup.width) / 2, y: -(body.ascent + 0.14 * em + sup.descent))
    }
    result.width = width
    return result
  }

  private func fraction(
    _ numerator: MathNode, _ denominator: MathNode, size: Double, level: Int
  ) -> Label {
    let em = size * scale(level)
    let inner = level == 0 ? 0 : min(level + 1, 2)
    // A fraction in running text is set a little smaller so that the line stays quiet.
    let innerSize = level == 0 ? size * 0.86 : size
    let top = label(for: numerator, size: innerSize, level: inner)
    let bottom = label(for: denominator, size: innerSize, level: inner)
    let overhang = 0.1 * em
    let width = max(top.width, bottom.width) + 2 * overhang
    let axis = 0.27 * em
    let rule = max(0.05 * em, 0.6)
    let gap = 0.15 * em
    var result = Label()
    result.add(top, x: (width - top.width) / 2, y: -(axis + rule / 2 + gap + top.descent))
    result.add(
      bottom, x: (width - bottom.width) / 2,
      y: -axis + rule / 2 + gap + max(bottom.ascent, 0.45 * em))
    result.lines.append(
      Label.Line(points: [Point(0, -axis), Point(width, -axis)], width: rule))
    let side = 0.08 * em
    var padded = Label()
    padded.add(result, x: side, y: 0)
    padded.width = width + 2 * side
    return padded
  }

  private func root(
    _ body: MathNode, _ degree: MathNode?, size: Double, level: Int
  ) -> Label {
    let em = size * scale(level)
    let inner = label(for: body, size: size, level: level)
    let rule = max(0.05 * em, 0.6)
    let top = max(inner.ascent, 0.5 * em) + 0.16 * em
    let foot = inner.descent + 0.02 * em
    let index = degree.map { label(for: $0, size: size, level: 2) }
    let lead = max(0, (index?.width ?? 0) - 0.28 * em)
    let start = lead + 0.62 * em
    var result = Label()
    result.add(inner, x: start, y: 0)
    result.width = start + inner.width + 0.06 * em
    let knee = -(top - foot) * 0.42
    result.lines.append(
      Label.Line(
        points: [
          Point(lead + 0.08 * em, knee + 0.06 * em), Point(lead + 0.2 * em, knee),
          Point(lead + 0.36 * em, foot), Point(start - 0.06 * em, -top), Point(result.width, -top),
        ], width: rule))
    result.ascent = max(result.ascent, top + rule)
    result.descent = max(result.descent, foot)
    if let index { result.add(index, x: 0, y: knee - 0.12 * em) }
    return result
  }

  private func fenced(
    _ open: String, _ body: MathNode, _ close: String, size: Double, level: Int
  ) -> Label {
    let em = size * scale(level)
    let inner = label(for: body, size: size, level: level)
    let axis = 0.27 * em
    let reach = max(inner.ascent - axis, inner.descent + axis)
    var result = Label()
    var x = 0.0
    func addFence(_ text: String) {
      guard !text.isEmpty else { return }
      let plain = typesetter.run(text, font: Font(size: em, face: .math))
      let factor = max(1, 2 * reach / max(plain.height, 0.1 * em))
      let fence =
        factor < 1.15
        ? plain : typesetter.run(text, font: Font(size: em * min(factor, 4), face: .math))
      let shift = factor < 1.15 ? 0 : (fence.ascent - fence.descent) / 2 - axis
      result.add(fence, x: x, y: shift)
      x += fence.width
    }
    addFence(open)
    result.add(inner, x: x, y: 0)
    x += inner.width
    addFence(close)
    result.width = x
    return result
  }
}
