/// A name as source text: in backticks where it is a keyword.
func quoted(_ name: String) -> String {
  reservedWords.contains(name) || name.contains(" ") ? "`\(name)`" : name
}

/// A name without its backticks.
func unquoted(_ name: String) -> String {
  name.count > 2 && name.hasPrefix("`") && name.hasSuffix("`")
    ? String(name.dropFirst().dropLast()) : name
}

func isOperator(_ name: String) -> Bool {
  guard let first = name.unicodeScalars.first else { return false }
  return !(first == "_" || first == "`" || first.properties.isXIDStart || first.value > 0x2FFFF)
    && !first.properties.isEmojiPresentation
}

private let reservedWords: Set<String> = [
  "as", "associatedtype", "break", "case", "catch", "class", "continue", "default", "defer",
  "deinit", "do", "else", "enum", "extension", "fallthrough", "false", "fileprivate", "for",
  "func", "guard", "if", "import", "in", "init", "inout", "internal", "is", "let", "nil",
  "operator", "precedencegroup", "private", "protocol", "public", "repeat", "rethrows", "return",
  "self", "Self", "static", "struct", "subscript", "super", "switch", "throw", "throws", "true",
  "try", "typealias", "var", "where", "while",
]
