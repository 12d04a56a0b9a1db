/// Cuts the lines of a cell into directives and the Swift between them.
struct PieceCutter {
  var lines: [String]
  private(set) var pieces: [Directive.Piece] = []
  /// Whether no directive was found.
  private(set) var isAllSwift = true

  /// The lines of the Swift piece that is being gathered; the others are empty.
  private var text: [String] = []
  private var place = ReadingPlace()
  /// Names that earlier cells and the cell's own lines declare.
  private var declared: Set<String>

  init(lines: [String], declared: Set<String>) {
    self.lines = lines
    self.declared = declared
  }

  mutating func cut(from first: Int) throws(CellFailure) {
    text = Array(repeating: "", count: lines.count)
    var index = first
    while index < lines.count {
      if let shell = shellLine(index) {
        add(shell.line)
        index = shell.next
        continue
      }
      if let line = try percentLine(index) {
        add(line)
      } else {
        text[index] = lines[index]
        place.read(lines[index])
        note(lines[index])
      }
      index += 1
    }
    flush()
  }

  private mutating func add(_ line: DirectiveLine) {
    isAllSwift = false
    flush()
    pieces.append(.directive(line))
  }

  private mutating func flush() {
    if text.contains(where: { !$0.allSatisfy(\.isWhitespace) }) {
      while text.last?.isEmpty == true { text.removeLast() }
      pieces.append(.swift(text.joined(separator: "\n")))
    }
    text = Array(repeating: "", count: lines.count)
  }

  /// `%word argument`; one inside of braces is refused, since Swift around it would be torn apart.
  private func percentLine(_ index: Int) throws(CellFailure) -> DirectiveLine? {
    guard !place.isProtected, let line = DirectiveLine(parsing: lines[index], line: index + 1)
    else { return nil }
    guard !place.isInBraces else {
      throw CellFailure(
        name: "MisplacedDirective",
        message: "line \(index + 1): %\(line.word.rawValue) stands inside of braces; a directive is"
          + " for the top level of a cell. To time a whole cell begin it with %%time")
    }
    return line
  }

  /// `!command`, with the lines that it goes on in after a `\` at the end.
  private func shellLine(_ index: Int) -> (line: DirectiveLine, next: Int)? {
    guard place.mayBeginStatement, !place.isProtected,
      var command = ShellLine.command(in: lines[index], isDeclared: { declared.contains($0) })
    else { return nil }
    var next = index + 1
    while command.hasSuffix("\\"), next < lines.count {
      command += "\n" + lines[next]
      next += 1
    }
    return (DirectiveLine(word: .shell, argument: command, line: index + 1), next)
  }

  private mutating func note(_ line: String) { declared.formUnion(PieceCutter.declared(in: line)) }

  /// Names that a text seems to declare.
  static func declared(in text: String) -> Set<String> {
    Set(text.matches(of: /\b(?:let|var|func)\s+(\w+)/).map { String($0.1) })
  }
}

extension DirectiveLine {
  /// Reads `%word argument`; `nil` for everything else.
  init?(parsing text: some StringProtocol, line: Int) {
    let text = text.drop { $0 == " " || $0 == "\t" }
    guard text.hasPrefix("%"), !text.hasPrefix("%%") else { return nil }
    let name = text.dropFirst().prefix { $0.isLetter }
    let rest = text.dropFirst(1 + name.count)
    guard let word = Word(rawValue: String(name)), rest.isEmpty || rest.first!.isWhitespace else {
      return nil
    }
    self.init(word: word, argument: String(rest.trimming(while: \.isWhitespace)), line: line)
  }
}
