import Glibc

/// Tells a line for the shell, `!ls -l`, from a line of Swift that begins with `!`.
enum ShellLine {
  /// The command of a line that begins with `!` where a statement may begin; `nil` when the line is
  /// Swift.
  ///
  /// What begins with a name that the cell declares is Swift, and so is what could be Swift and
  /// names no program: `!done`, `!(a || b)`. All else is for the shell, which then says what it
  /// does not find.
  static func command(in line: some StringProtocol, isDeclared: (String) -> Bool) -> String? {
    let text = line.drop { $0 == " " || $0 == "\t" }
    guard text.hasPrefix("!") else { return nil }
    let command = text.dropFirst().trimming(while: \.isWhitespace)
    guard let first = command.first else { return nil }
    let word = String(command.prefix { !$0.isWhitespace && !";|&<>()".contains($0) })
    // Braces group commands; a closure in their place could not be negated unless it is called.
    if word == "{", command.last == "}" { return String(command) }
    if "(!-".contains(first) { return isSwift(text) ? nil : String(command) }
    if isDeclared(String(word.prefix { $0.isLetter || $0.isNumber || $0 == "_" })) { return nil }
    if isAssignment(word) || word.contains("/") || "~$`'\"[{:".contains(first) {
      return isSwift(text) && !word.contains("/") ? nil : String(command)
    }
    return isProgram(word) || !isSwift(text) ? String(command) : nil
  }

  /// The program that a command begins with, where that is plain to see.
  static func program(of command: String) -> String? {
    let word = String(command.prefix { !$0.isWhitespace && !";|&<>()".contains($0) })
    let isPlain = word.allSatisfy { $0.isLetter || $0.isNumber || "_-+./".contains($0) }
    return word.isEmpty || !isPlain ? nil : word
  }

  static func isProgram(_ word: String) -> Bool {
    if words.contains(word) { return true }
    if word.contains("/") { return access(word, X_OK) == 0 }
    return folders.contains { access("\($0)/\(word)", X_OK) == 0 }
  }

  /// Where programs are.
  static var folders: [String] {
    let path = getenv("PATH").map { String(cString: $0) } ?? "/usr/bin:/bin"
    return path.split(separator: ":").map(String.init)
  }

  /// What the shell itself knows.
  static let words: Set<String> = [
    ".", ":", "[", "[[", "alias", "bg", "break", "builtin", "case", "cd", "command", "continue",
    "echo", "eval", "exec", "exit", "export", "false", "fg", "for", "function", "getopts", "hash",
    "if", "jobs", "kill", "local", "printf", "pwd", "read", "readonly", "return", "set", "shift",
    "source", "test", "time", "times", "trap", "true", "type", "ulimit", "umask", "unalias",
    "unset", "until", "wait", "while", "{",
  ]

  /// `NAME=value` before a program.
  private static func isAssignment(_ word: String) -> Bool {
    guard let sign = word.firstIndex(of: "="), sign != word.startIndex else { return false }
    return word[..<sign].allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
  }

  private static func isSwift(_ text: some StringProtocol) -> Bool {
    !ParsedCell(String(text)).tree.hasError
  }
}
