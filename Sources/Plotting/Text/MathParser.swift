/// A formula as a tree.
indirect enum MathNode: Sendable {
  case symbol(String, MathClass, MathAlphabet)
  case row([MathNode])
  case scripts(base: MathNode, below: MathNode?, above: MathNode?)
  case fraction(MathNode, MathNode)
  case root(MathNode, degree: MathNode?)
  case accent(MathAccent, MathNode)
  case fenced(String, MathNode, String)
  /// Words inside a formula.
  case words(String)
  case space(Double)
}

/// Reads the subset of TeX's mathematics that labels use.
///
/// Whatever is not understood is kept as it was written and reported, so that a typing error shows
/// in the figure and does not stop it.
struct MathParser {
  private let characters: [Character]
  private var position = 0
  private var depth = 0
  private(set) var unknown: [String] = []
  private static let depthLimit = 40

  static func parse(_ text: String) -> (node: MathNode, unknown: [String]) {
    var parser = MathParser(characters: Array(text))
    var nodes: [MathNode] = []
    while parser.position < parser.characters.count {
      nodes.append(parser.row(until: nil, alphabet: .italic))
      // A closing brace that nothing opened.
      if parser.position < parser.characters.count {
        parser.position += 1
        nodes.append(.symbol("}", .closing, .upright))
        parser.unknown.append("}")
      }
    }
    return (nodes.count == 1 ? nodes[0] : .row(nodes), parser.unknown)
  }

  private init(characters: [Character]) { self.characters = characters }

  private var next: Character? { position < characters.count ? characters[position] : nil }

  /// Reads up to `end`, which is consumed, up to a closing brace or `\right`, which are not, or
  /// up to the end.
  private mutating func row(until end: Character?, alphabet: MathAlphabet) -> MathNode {
    depth += 1
    defer { depth -= 1 }
    var nodes: [MathNode] = []
    while let character = next {
      if character == end {
        position += 1
        break
      }
      if character == "}" || isAtCommand("right") { break }
      if character == "^" || character == "_" {
        attachScript(to: &nodes, alphabet: alphabet)
      } else if character == "'" {
        position += 1
        addScript(.symbol("′", .ordinary, .upright), above: true, to: &nodes)
      } else if let node = atom(alphabet: alphabet) {
        nodes.append(node)
      }
    }
    return nodes.count == 1 ? nodes[0] : .row(nodes)
  }

  private func isAtCommand(_ name: String) -> Bool {
    guard next == "\\", characters.count - position > name.count else { return false }
    let word = characters[(position + 1)...].prefix(name.count)
    let after = position + 1 + name.count
    return word.elementsEqual(name)
      && (after >= characters.count || !characters[after].isLetter)
  }

  private mutating func attachScript(to nodes: inout [MathNode], alphabet: MathAlphabet) {
    let isAbove = next == "^"
    position += 1
    addScript(argument(alphabet: alphabet), above: isAbove, to: &nodes)
  }

  private func addScript(_ script: MathNode, above: Bool, to nodes: inout [MathNode]) {
    let last = nodes.popLast() ?? .row([])
    if case .scripts(let base, let below, let old) = last, above ? old == nil : below == nil {
      nodes.append(.scripts(base: base, below: above ? below : script, above: above ? script : old))
    } else if above, case .scripts(let base, let below, let old?) = last {
      // x'^2 and x'': both stand above.
      nodes.append(.scripts(base: base, below: below, above: .row([old, script])))
    } else {
      nodes.append(.scripts(base: last, below: above ? nil : script, above: above ? script : nil))
    }
  }

  /// The argument of a command or script: a group in braces, or one atom.
  private mutating func argument(alphabet: MathAlphabet) -> MathNode {
    while next == " " { position += 1 }
    guard depth < MathParser.depthLimit else {
      unknown.append("nesting of more than \(MathParser.depthLimit) levels")
      position = characters.count
      return .row([])
    }
    guard let character = next, character != "}" else { return .row([]) }
    if character == "{" { return group(alphabet: alphabet) }
    return atom(alphabet: alphabet) ?? .row([])
  }

  private mutating func group(alphabet: MathAlphabet) -> MathNode {
    position += 1
    guard depth < MathParser.depthLimit else {
      unknown.append("nesting of more than \(MathParser.depthLimit) levels")
      position = characters.count
      return .row([])
    }
    let node = row(until: nil, alphabet: alphabet)
    if next == "}" { position += 1 }
    return node
  }

  private mutating func atom(alphabet: MathAlphabet) -> MathNode? {
    guard let character = next else { return nil }
    switch character {
    case "{":
      // Braces make one ordinary symbol of their content.
      return .row([group(alphabet: alphabet)])
    case "\\": return command(alphabet: alphabet)
    case " ", "\n", "\t":
      position += 1
      return nil
    case "~":
      position += 1
      return .space(0.25)
    default: break
    }
    position += 1
    switch character {
    case "-": return .symbol("−", .binary, .upright)
    case "+": return .symbol("+", .binary, .upright)
    case "*": return .symbol("∗", .binary, .upright)
    case "/": return .symbol("/", .ordinary, .upright)
    case "=", "<", ">", ":": return .symbol(String(character), .relation, .upright)
    case ",", ";": return .symbol(String(character), .punctuation, .upright)
    case "(", "[": return .symbol(String(character), .opening, .upright)
    case ")", "]": return .symbol(String(character), .closing, .upright)
    case "|": return .symbol("|", .ordinary, .upright)
    case "0"..."9": return number(startingWith: character, alphabet: alphabet)
    default:
      let isLetter = character.isLetter
      return .symbol(String(character), .ordinary, isLetter ? alphabet : .upright)
    }
  }

  /// Digits with a decimal point stay one symbol.
  private mutating func number(startingWith first: Character, alphabet: MathAlphabet) -> MathNode {
    var text = String(first)
    while let character = next {
      let isPoint =
        character == "." && position + 1 < characters.count
        && characters[position + 1].isWholeNumber
      guard character.isWholeNumber || isPoint else { break }
      text.append(character)
      position += 1
    }
    return .symbol(text, .ordinary, alphabet == .italic ? .upright : alphabet)
  }

  private mutating func commandName() -> String {
    position += 1
    guard let first = next else { return "" }
    position += 1
    guard first.isASCII, first.isLetter else { return String(first) }
    var name = String(first)
    while let character = next, character.isASCII, character.isLetter {
      name.append(character)
      position += 1
    }
    return name
  }

  private mutating func command(alphabet: MathAlphabet) -> MathNode? {
    let name = commandName()
    if let accent = MathSymbols.accents[name] {
      return .accent(accent, argument(alphabet: alphabet))
    }
    if let space = MathSymbols.spaces[name] { return .space(space) }
    if name == "operatorname" { return operatorName() }
    if let other = MathSymbols.alphabets[name] { return argument(alphabet: other) }
    switch name {
    case "frac", "dfrac", "tfrac":
      let numerator = argument(alphabet: alphabet)
      return .fraction(numerator, argument(alphabet: alphabet))
    case "sqrt":
      while next == " " { position += 1 }
      var degree: MathNode?
      if next == "[" {
        position += 1
        degree = row(until: "]", alphabet: alphabet)
      }
      return .root(argument(alphabet: alphabet), degree: degree)
    case "text", "textrm", "mbox", "textit", "textbf": return .words(rawGroup())
    case "left":
      let open = delimiter()
      let body = row(until: nil, alphabet: alphabet)
      var close = ""
      if isAtCommand("right") {
        _ = commandName()
        close = delimiter()
      }
      return .fenced(open, body, close)
    case "right":
      return nil
    case "displaystyle", "textstyle", "limits", "nolimits", "big", "Big", "bigl", "bigr", "Bigl",
      "Bigr":
      return nil
    default: break
    }
    if let (text, kind) = MathSymbols.lookUp(name) {
      let isLowerGreek = MathSymbols.isGreek(name) && name.first?.isLowercase == true
      let style: MathAlphabet =
        if isLowerGreek || name == "partial" || name == "ell" { alphabet } else { .upright }
      return .symbol(text, kind, style)
    }
    unknown.append("\\\(name)")
    return .words("\\\(name)")
  }

  private mutating func operatorName() -> MathNode {
    var kind = MathClass.function
    if next == "*" {
      position += 1
      kind = .limitFunction
    }
    return .symbol(rawGroup().replacing("\\,", with: " "), kind, .upright)
  }

  /// The text of a group, without interpretation.
  private mutating func rawGroup() -> String {
    while next == " " { position += 1 }
    guard next == "{" else {
      guard let character = next else { return "" }
      position += 1
      return String(character)
    }
    position += 1
    var text = ""
    var level = 1
    while let character = next {
      position += 1
      if character == "{" { level += 1 }
      if character == "}" {
        level -= 1
        if level == 0 { break }
      }
      text.append(character)
    }
    return text
  }

  private mutating func delimiter() -> String {
    while next == " " { position += 1 }
    guard let character = next else { return "" }
    if character == "\\" {
      let name = commandName()
      return MathSymbols.lookUp(name)?.text ?? name
    }
    position += 1
    return character == "." ? "" : String(character)
  }
}
