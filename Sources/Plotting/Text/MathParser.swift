/// A formula as a tree.
indirect enum MathNode: Sendable {
  case symbol(String, MathClass, MathAlphabet)
  case row([MathNode])
  case scripts(base: MathNode, below: MathNode?, above: MathNode?)
  case fraction(MathNode, MathNode)
  case root(MathNode, degree: MathNode?)
  case accent(MathAccent, MathNode)
  case fenced(String, MathNode, String)
  /// Cells in rows and columns; columns of `cases` begin at the left.
  case matrix([[MathNode]], isLeftAligned: Bool)
  /// Two formulas above one another without a bar, as in a binomial coefficient.
  case stack(MathNode, MathNode)
  /// A brace under or above a formula.
  case brace(MathNode, isAbove: Bool)
  case colored(String, MathNode)
  /// Words inside a formula.
  case words(String)
  case space(Double)
}

/// Reads the subset of TeX's mathematics that labels use.
///
/// A formula that is not well formed is kept as it was written, and what is wrong with it is told with
/// its place.
struct MathParser {
  private let characters: [Character]
  private var position = 0
  private var depth = 0
  /// What is wrong, with its place.
  private var problems: [(text: String, place: Int)] = []
  /// Whether the formula cannot be set at all, because its structure is broken.
  private var isBroken = false
  /// How many environments are open, in which `&` and `\\\\` separate cells and rows.
  private var environments = 0
  private static let depthLimit = 40

  /// - Returns: the tree and what is wrong with the formula; a formula whose structure is broken is
  ///   words as they were written.
  static func parse(_ text: String) -> (node: MathNode, problems: [String]) {
    var parser = MathParser(characters: Array(text))
    var nodes: [MathNode] = []
    while parser.position < parser.characters.count {
      nodes.append(parser.row(until: nil, alphabet: .italic))
      if parser.position < parser.characters.count {
        let isRight = parser.isAtCommand("right")
        parser.fail(isRight ? "\\right without \\left" : "a closing brace that nothing opened")
        if isRight { _ = parser.commandName() } else { parser.position += 1 }
      }
    }
    let problems = parser.problems.map {
      "in the formula “\(text)”, character \($0.place + 1): \($0.text)"
    }
    if parser.isBroken { return (.words("$\(text)$"), problems) }
    return (nodes.count == 1 ? nodes[0] : .row(nodes), problems)
  }

  /// Notes that the structure of the formula is broken.
  private mutating func fail(_ text: String, at place: Int? = nil) {
    isBroken = true
    // The first failure is the cause of those that follow.
    guard problems.count < 3 else { return }
    problems.append((text, place ?? position))
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
        return nodes.count == 1 ? nodes[0] : .row(nodes)
      }
      if character == "}" || isAtCommand("right") { break }
      if environments > 0,
        character == "&" || isAtCommand("end") || (character == "\\" && isAtRowEnd)
      {
        break
      }
      if character == "^" || character == "_" {
        attachScript(to: &nodes, alphabet: alphabet)
      } else if character == "'" {
        position += 1
        addScript(.symbol("′", .ordinary, .upright), above: true, to: &nodes)
      } else if let node = atom(alphabet: alphabet) {
        nodes.append(node)
      }
    }
    if let end { fail("“\(end)” is missing") }
    return nodes.count == 1 ? nodes[0] : .row(nodes)
  }

  private var isAtRowEnd: Bool {
    position + 1 < characters.count && characters[position + 1] == "\\"
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
    let start = position
    position += 1
    if nextIsMissing { fail("nothing follows “\(isAbove ? "^" : "_")”", at: start) }
    let script = argument(alphabet: alphabet)
    if case .scripts(_, let below, let above) = nodes.last ?? .row([]) {
      let isSecond = isAbove ? above.map { !isPrime($0) } ?? false : below != nil
      if isSecond {
        fail(
          "a second \(isAbove ? "superscript" : "subscript"); braces say what belongs together, as in "
            + "x\(isAbove ? "^" : "_"){a\(isAbove ? "^" : "_")b}", at: start)
      }
    }
    addScript(script, above: isAbove, to: &nodes)
  }

  private func isPrime(_ node: MathNode) -> Bool {
    switch node {
    case .symbol("′", _, _): true
    case .row(let nodes): nodes.allSatisfy(isPrime)
    default: false
    }
  }

  /// Whether no argument follows.
  private var nextIsMissing: Bool {
    var place = position
    while place < characters.count, characters[place] == " " { place += 1 }
    return place >= characters.count || characters[place] == "}"
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
      fail("nesting of more than \(MathParser.depthLimit) levels")
      position = characters.count
      return .row([])
    }
    guard let character = next, character != "}" else { return .row([]) }
    if character == "{" { return group(alphabet: alphabet) }
    return atom(alphabet: alphabet) ?? .row([])
  }

  private mutating func group(alphabet: MathAlphabet) -> MathNode {
    let start = position
    position += 1
    guard depth < MathParser.depthLimit else {
      fail("nesting of more than \(MathParser.depthLimit) levels")
      position = characters.count
      return .row([])
    }
    let outer = environments
    environments = 0
    let node = row(until: nil, alphabet: alphabet)
    environments = outer
    if next == "}" { position += 1 } else { fail("this brace is not closed", at: start) }
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

  /// The argument that the command at `start` needs.
  private mutating func needed(_ name: String, _ start: Int, _ alphabet: MathAlphabet) -> MathNode {
    if nextIsMissing { fail("\\\(name) needs an argument", at: start) }
    return argument(alphabet: alphabet)
  }

  /// The rows of `\\begin{…} … \\end{…}`.
  private mutating func environment(_ start: Int, alphabet: MathAlphabet) -> MathNode {
    let name = rawGroup()
    let fences: [String: (String, String)] = [
      "matrix": ("", ""), "pmatrix": ("(", ")"), "bmatrix": ("[", "]"), "vmatrix": ("|", "|"),
      "Bmatrix": ("{", "}"), "Vmatrix": ("‖", "‖"), "cases": ("{", ""), "aligned": ("", ""),
      "smallmatrix": ("", ""), "array": ("", ""),
    ]
    guard let (open, close) = fences[name] else {
      fail("the environment “\(name)” is not known", at: start)
      return .row([])
    }
    if name == "array" { _ = rawGroup() }
    let outer = environments
    environments += 1
    var rows: [[MathNode]] = [[]]
    while position < characters.count {
      rows[rows.count - 1].append(row(until: nil, alphabet: alphabet))
      if next == "&" {
        position += 1
      } else if next == "\\", isAtRowEnd {
        position += 2
        rows.append([])
      } else {
        break
      }
    }
    environments = outer
    if isAtCommand("end") {
      _ = commandName()
      let closing = rawGroup()
      if closing != name { fail("“\(name)” is closed by “\(closing)”") }
    } else {
      fail("\\begin{\(name)} is not closed", at: start)
    }
    let matrix = MathNode.matrix(rows, isLeftAligned: name == "cases" || name == "aligned")
    return open.isEmpty && close.isEmpty ? matrix : .fenced(open, matrix, close)
  }

  private mutating func command(alphabet: MathAlphabet) -> MathNode? {
    let start = position
    let name = commandName()
    if let accent = MathSymbols.accents[name] {
      return .accent(accent, needed(name, start, alphabet))
    }
    if let space = MathSymbols.spaces[name] { return .space(space) }
    if name == "operatorname" { return operatorName() }
    if let other = MathSymbols.alphabets[name] { return needed(name, start, other) }
    switch name {
    case "frac", "dfrac", "tfrac":
      let numerator = needed(name, start, alphabet)
      return .fraction(numerator, needed(name, start, alphabet))
    case "binom", "dbinom", "tbinom":
      let top = needed(name, start, alphabet)
      return .fenced("(", .stack(top, needed(name, start, alphabet)), ")")
    case "underbrace": return .brace(needed(name, start, alphabet), isAbove: false)
    case "overbrace": return .brace(needed(name, start, alphabet), isAbove: true)
    case "textcolor": return .colored(rawGroup(), needed(name, start, alphabet))
    case "color":
      // The rest of the group takes the colour, or a group that follows.
      let color = rawGroup()
      if next == "{" { return .colored(color, argument(alphabet: alphabet)) }
      return .colored(color, row(until: nil, alphabet: alphabet))
    case "begin": return environment(start, alphabet: alphabet)
    case "end":
      fail("\\end without \\begin", at: start)
      return nil
    case "sqrt":
      while next == " " { position += 1 }
      var degree: MathNode?
      if next == "[" {
        position += 1
        degree = row(until: "]", alphabet: alphabet)
      }
      return .root(needed(name, start, alphabet), degree: degree)
    case "text", "textrm", "mbox", "textit", "textbf": return .words(rawGroup())
    case "left":
      let open = delimiter()
      let outer = environments
      environments = 0
      let body = row(until: nil, alphabet: alphabet)
      environments = outer
      var close = ""
      if isAtCommand("right") {
        _ = commandName()
        close = delimiter()
      } else {
        fail("\\left without \\right", at: start)
      }
      return .fenced(open, body, close)
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
    problems.append(("\\\(name) is not known and shown as written", start))
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
      guard let character = next else {
        fail("an argument is missing")
        return ""
      }
      position += 1
      return String(character)
    }
    let start = position
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
    if level > 0 { fail("this brace is not closed", at: start) }
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
