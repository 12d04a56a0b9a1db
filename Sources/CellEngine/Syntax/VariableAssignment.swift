internal import SwiftSyntax

/// The names by which a rewritten cell reaches variables of earlier cells.
enum Standin {
  static let prefix = "_cellAt_"
  static let olderPrefix = "_cellOld_"

  /// The storage of a variable that the cell declares anew.
  static func storage(_ name: String) -> String { prefix + unquoted(name) }
  /// The storage of a variable whose name the cell gives to another.
  static func older(_ name: String) -> String { olderPrefix + unquoted(name) }
}

/// Turns `let x = value`, where an earlier cell declared `x` with the same type, into the giving of
/// a new value: `do { var _new_x = value; _cellAssign(&_cellAt_x, &_new_x) }`.
///
/// Whatever uses `x` then sees the new value, and the old one is freed. Only identical types
/// compile.
struct VariableAssignment {
  private(set) var edits: [EditedText.Edit] = []
  private(set) var names: [String] = []
  /// What follows the declaration.
  private(set) var ending = ""

  /// `nil` when the declaration has a form or a name that this is not for.
  init?(_ variable: VariableDeclSyntax, isKnown: (String) -> Bool) {
    guard variable.attributes.isEmpty, variable.modifiers.allSatisfy(VariableAssignment.isPlain)
    else { return nil }
    for binding in variable.bindings {
      let identifiers = boundIdentifiers(of: binding.pattern)
      guard binding.initializer != nil, binding.accessorBlock == nil, !identifiers.isEmpty,
        identifiers.allSatisfy({ isKnown(unquoted($0.text)) })
      else { return nil }
      names += identifiers.map { unquoted($0.text) }
    }
    for modifier in variable.modifiers {
      replace(modifier.start..<modifier.end, "")
    }
    let specifier = variable.bindingSpecifier
    replace(specifier.start..<specifier.end, "do { var")
    for binding in variable.bindings {
      let identifiers = boundIdentifiers(of: binding.pattern)
      for identifier in identifiers {
        replace(identifier.start..<identifier.end, hidden(identifier.text))
      }
      let closing = VariableAssignment.closing(identifiers.map(\.text))
      if let comma = binding.trailingComma {
        replace(comma.start..<comma.end, closing + "; do { var")
      } else {
        ending = closing
      }
    }
  }

  private static func isPlain(_ modifier: DeclModifierSyntax) -> Bool {
    modifier.isPrivate || ["public", "internal"].contains(modifier.name.text)
  }

  private static func closing(_ names: [String]) -> String {
    names.map { "; _cellAssign(&\(Standin.storage($0)), &_new_\(unquoted($0)))" }.joined() + " }"
  }

  private func hidden(_ name: String) -> String { "_new_\(unquoted(name))" }

  private mutating func replace(_ range: Range<Int>, _ text: String) {
    edits.append(.init(offset: range.lowerBound, deleting: range.count, inserting: text))
  }

  /// The same for a name that a `guard` binds under another.
  static func assignment(of value: String, to name: String) -> String {
    "; do { var _new_\(unquoted(name)) = \(value)" + closing([name])
  }
}
