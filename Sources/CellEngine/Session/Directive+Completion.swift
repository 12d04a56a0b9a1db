import Foundation

extension Directive {
  /// Completions in a line that is for the kernel or the shell; `nil` where the text is Swift.
  ///
  /// - Parameter directory: where relative paths begin.
  package static func completions(in source: String, at offset: Int, directory: String = ".")
    -> Completions?
  {
    let bytes = Array(source.utf8.prefix(offset))
    let lineStart = (bytes.lastIndex(of: UInt8(ascii: "\n")) ?? -1) + 1
    let line = String(decoding: bytes[lineStart...], as: UTF8.self)
    let indent = line.prefix { $0 == " " || $0 == "\t" }.utf8.count
    let text = line.dropFirst(indent)
    if text.hasPrefix("%"), text.drop(while: { $0 == "%" }).allSatisfy(\.isLetter) {
      return words(String(text), at: lineStart + indent..<offset)
    }
    if let directive = DirectiveLine(parsing: text, line: 1) {
      return argument(of: directive.word, text: String(text), offset: offset, directory)
    }
    // `!(a || b).` is as good as any Swift while it is typed.
    guard isShell(text, in: String(decoding: bytes[..<lineStart], as: UTF8.self)) else {
      return nil
    }
    return shellWord(in: String(text.dropFirst()), offset: offset, directory)
  }

  private static func isShell(_ line: Substring, in before: String) -> Bool {
    guard line.hasPrefix("!") else { return false }
    var place = ReadingPlace()
    for line in before.split(separator: "\n") where !line.hasPrefix("!") && !line.hasPrefix("%") {
      place.read(String(line))
    }
    guard place.mayBeginStatement else { return false }
    // A first word without an end is a program's as much as a variable's.
    let command = line.dropFirst().drop { $0 == " " }
    return command.contains { $0 == " " || $0 == "/" || $0 == "|" || $0 == ";" }
      ? ShellLine.command(in: line, isDeclared: { _ in false }) != nil : false
  }

  private static func words(_ text: String, at range: Range<Int>) -> Completions {
    let words =
      text.hasPrefix("%%")
      ? ["%%optimize", "%%time"]
      : DirectiveLine.Word.allCases.filter { $0.rawValue.first!.isLetter && $0 != .optimize }
        .map { "%\($0.rawValue)" }.sorted() + ["%%optimize", "%%time"]
    return Completions(
      items: words.filter { $0.hasPrefix(text) }.map { .init(text: $0, kind: "directive") },
      replacing: range)
  }

  private static func argument(
    of word: DirectiveLine.Word, text: String, offset: Int, _ directory: String
  ) -> Completions? {
    let argument = String(text.drop { !$0.isWhitespace }.drop(while: \.isWhitespace))
    switch word {
    case .time: return nil
    case .cd:
      return paths(argument, offset: offset, directory, isWord: false) { $0.hasSuffix("/") }
    case .load, .export, .package:
      return paths(argument, offset: offset, directory, isWord: false) { _ in true }
    case .env:
      guard !argument.contains("=") else { return nothing(offset) }
      let names = ProcessInfo.processInfo.environment.keys.sorted()
      return Completions(
        items: names.filter { $0.hasPrefix(argument) }.map { .init(text: $0, kind: "variable") },
        replacing: offset - argument.utf8.count..<offset)
    default: return nothing(offset)
    }
  }

  private static func nothing(_ offset: Int) -> Completions {
    Completions(items: [], replacing: offset..<offset)
  }

  // MARK: The shell

  /// A program where a command begins, a file elsewhere.
  private static func shellWord(in command: String, offset: Int, _ directory: String)
    -> Completions
  {
    let word = lastWord(of: command)
    let before = command.dropLast(word.count).trimmingSuffix { $0 == " " }
    let isProgram = before.isEmpty || "|;&(".contains(before.last!)
    if isProgram, !word.contains("/") {
      return Completions(
        items: programs(prefix: word).map { .init(text: $0, kind: "program") },
        replacing: offset - word.utf8.count..<offset)
    }
    return paths(word, offset: offset, directory, isWord: true) { _ in true }
  }

  /// The text behind the last white space that is not quoted.
  private static func lastWord(of command: String) -> String {
    var word = ""
    var isEscaped = false
    for character in command {
      if !isEscaped, character.isWhitespace || ";|&<>()=".contains(character) {
        word = ""
      } else {
        word.append(character)
      }
      isEscaped = character == "\\" && !isEscaped
    }
    return word
  }

  private static func programs(prefix: String) -> [String] {
    var found = Set(ShellLine.words.filter { $0.first!.isLetter && $0.hasPrefix(prefix) })
    for folder in ShellLine.folders {
      let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
      found.formUnion(names.filter { $0.hasPrefix(prefix) })
      if found.count > 2000 { break }
    }
    return found.sorted()
  }

  /// Files and folders (with `/` behind them) that `text` may go on to.
  private static func paths(
    _ text: String, offset: Int, _ directory: String, isWord: Bool,
    where isWanted: (String) -> Bool
  ) -> Completions {
    let quote = text.first.flatMap { "\"'".contains($0) ? $0 : nil }
    let written = quote == nil ? text : String(text.dropFirst())
    let path = quote == nil ? written.replacing("\\ ", with: " ") : written
    let slash = path.lastIndex(of: "/").map { path.index(after: $0) } ?? path.startIndex
    let (head, name) = (String(path[..<slash]), path[slash...])
    let expanded = NSString(string: head).expandingTildeInPath
    let folder = expanded.hasPrefix("/") ? expanded : "\(directory)/\(expanded)"
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    var items: [Completions.Item] = []
    for found in names.sorted() where found.hasPrefix(name) {
      guard name.hasPrefix(".") || !found.hasPrefix(".") else { continue }
      var isFolder: ObjCBool = false
      _ = FileManager.default.fileExists(atPath: "\(folder)/\(found)", isDirectory: &isFolder)
      let whole = head + found + (isFolder.boolValue ? "/" : "")
      guard isWanted(whole) else { continue }
      let text = isWord && quote == nil ? whole.replacing(" ", with: "\\ ") : whole
      items.append(
        .init(
          text: (quote.map(String.init) ?? "") + text, kind: isFolder.boolValue ? "folder" : "file")
      )
    }
    return Completions(items: items, replacing: offset - text.utf8.count..<offset)
  }
}
