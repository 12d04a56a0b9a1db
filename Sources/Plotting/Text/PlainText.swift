/// Labels without TeX, for descriptions that are read aloud.
enum PlainText {
  /// The label with its formulas in plain characters: `"$\\hat y_\\theta(x)$"` gives `"ŷ_θ(x)"`.
  static func of(_ label: String) -> String {
    var text = ""
    for piece in Typesetter.pieces(of: label) {
      switch piece {
      case .words(let words): text += words
      case .formula(let source): text += of(MathParser.parse(source).node)
      }
    }
    return text.split(separator: "\n").joined(separator: " ")
  }

  private static func of(_ node: MathNode) -> String {
    switch node {
    case .symbol(let text, let kind, let alphabet):
      if alphabet == .doubleStruck || alphabet == .script {
        return String(
          String.UnicodeScalarView(text.unicodeScalars.map { alphabet.styled($0) ?? $0 }))
      }
      return kind == .relation || kind == .limitFunction ? " \(text) " : text
    case .row(let nodes):
      let joined = nodes.map { of($0) }.joined()
      return joined.split(separator: " ").joined(separator: " ")
    case .scripts(let base, let below, let above):
      var text = of(base)
      if let below { text += "_\(grouped(below))" }
      if let above {
        let script = grouped(above)
        text += script == "′" ? script : "^\(script)"
      }
      return text
    case .fraction(let top, let bottom): return "\(grouped(top))/\(grouped(bottom))"
    case .root(let body, _): return "√\(grouped(body))"
    case .accent(let accent, let base): return of(base) + combining(accent)
    case .fenced(let open, let body, let close): return open + of(body) + close
    case .matrix(let rows, _):
      return rows.map { $0.map { of($0) }.joined(separator: ", ") }.joined(separator: "; ")
    case .stack(let top, let bottom): return "\(of(top)) over \(of(bottom))"
    case .brace(let body, _): return grouped(body)
    case .colored(_, let body): return of(body)
    case .words(let text): return text
    case .space(let width): return width > 0.2 ? " " : ""
    }
  }

  private static func grouped(_ node: MathNode) -> String {
    let text = of(node)
    return text.count > 1 ? "(\(text))" : text
  }

  private static func combining(_ accent: MathAccent) -> String {
    switch accent {
    case .hat, .wideHat: "\u{302}"
    case .bar, .wideBar: "\u{304}"
    case .tilde, .wideTilde: "\u{303}"
    case .vector: "\u{20D7}"
    case .dot: "\u{307}"
    case .twoDots: "\u{308}"
    case .underline: "\u{332}"
    }
  }
}
