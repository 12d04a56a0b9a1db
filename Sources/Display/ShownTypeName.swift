import Synchronization

extension Notebook {
  private static let shadowed = Mutex<Set<String>>([])

  /// Qualified names, such as `Cell3.Point`, of types that a later cell has hidden.
  ///
  /// The names of these types, and of the types nested in them, are shown with their module, so
  /// that old values and new ones are told apart. For the cell engine.
  package static var shadowedTypes: Set<String> {
    get { shadowed.withLock { $0 } }
    set { shadowed.withLock { $0 = newValue } }
  }
}

/// The name under which a notebook shows `type`: as it is written in a cell, so with the types it
/// is nested in and its generic arguments, with brackets and question marks, but without modules.
///
/// ```swift
/// shownTypeName([Int: Outer.Inner?].self)  // "[Int: Outer.Inner?]"
/// ```
package func shownTypeName(_ type: Any.Type) -> String {
  let qualified = String(reflecting: type)
  let name = shownTypeName(qualified: qualified, shadowed: Notebook.shadowedTypes)
  return name.contains("<") ? sugared(name) : name
}

/// Writes `Array<T>`, `Dictionary<K, V>` and `Optional<T>` the short way.
private func sugared(_ name: String) -> String {
  var rest = Substring(name)
  var parts: [String] = []
  _ = sugared(&rest, into: &parts)
  return parts.joined(separator: ", ")
}

/// Reads types up to the `>` that closes their list, each into one of `parts`.
private func sugared(_ rest: inout Substring, into parts: inout [String]) -> Bool {
  var part = ""
  var nesting = 0
  while let character = rest.popFirst() {
    switch character {
    case "<":
      var arguments: [String] = []
      guard sugared(&rest, into: &arguments) else { return false }
      let start = part.lastIndex { !($0.isLetter || $0.isNumber || "_.".contains($0)) }
      let generic = start.map { String(part[part.index(after: $0)...]) } ?? part
      part.removeLast(generic.count)
      part += sugared(generic, arguments)
    case ">" where !part.hasSuffix("-"):
      parts.append(part)
      return true
    case "," where nesting == 0:
      parts.append(part)
      part = ""
      rest = rest.drop { $0 == " " }
    default:
      if character == "(" { nesting += 1 }
      if character == ")" { nesting -= 1 }
      part.append(character)
    }
  }
  parts.append(part)
  return true
}

private func sugared(_ generic: String, _ arguments: [String]) -> String {
  switch (generic, arguments.count) {
  case ("Array", 1): "[\(arguments[0])]"
  case ("Dictionary", 2): "[\(arguments[0]): \(arguments[1])]"
  case ("Optional", 1):
    // `() -> Int?` and `any Error?` would say something else.
    arguments[0].contains(" ") && !"[(".contains(arguments[0].first ?? " ")
      || arguments[0].contains("->") ? "(\(arguments[0]))?" : "\(arguments[0])?"
  default: "\(generic)<\(arguments.joined(separator: ", "))>"
  }
}

/// Drops the first component of each dotted path of `qualified`.
///
/// The text is what the runtime's demangler prints, such as
/// `Swift.Array<(x: Cell2.Point, Swift.Int) -> any Swift.Error>`; a path that follows `>` goes on
/// from the type before it and keeps all of its components.
private func shownTypeName(qualified: String, shadowed: Set<String>) -> String {
  var result = ""
  var path = ""
  var rest = Substring(qualified)

  func endPath() {
    defer { path = "" }
    guard !path.hasPrefix("."), let dot = path.firstIndex(of: ".") else {
      result += path
      return
    }
    let isShadowed = shadowed.contains { path == $0 || path.hasPrefix($0 + ".") }
    result += isShadowed ? path : String(path[path.index(after: dot)...])
  }

  while let character = rest.first {
    if rest.hasPrefix("(unknown context at $") {
      // Local and private types: `Cell2.(unknown context at $7f12).Point`.
      rest = rest.drop { $0 != ")" }.dropFirst(2)
    } else if path.isEmpty, rest.hasPrefix("(extension in ") {
      rest = rest.drop { $0 != ")" }.dropFirst(2)
    } else if rest.hasPrefix("...") {
      // Parameters that take any number of values: `(Swift.Int...) -> ()`.
      endPath()
      result += "..."
      rest.removeFirst(3)
    } else {
      if character == "." || character == "_" || character.isLetter || character.isNumber {
        path.append(character)
      } else {
        endPath()
        result.append(character)
      }
      rest.removeFirst()
    }
  }
  endPath()
  return result
}
