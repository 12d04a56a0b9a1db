internal import SwiftSyntax

/// Makes variables of what a `guard` at the top level binds, which the compiler would keep from
/// later cells: in the conditions another name is bound, and a declaration follows the statement.
struct GuardRewriter {
  /// A name that a condition binds.
  struct Binding {
    var identifier: TokenSyntax
    var isVariable: Bool
    /// `guard let x`, which is short for `guard let x = x`.
    var isShorthand = false

    var name: String { unquoted(identifier.text) }
    var hidden: String { "_guard_\(name)" }
  }

  private(set) var edits: [EditedText.Edit] = []

  /// - Parameters:
  ///   - assigned: Variables of earlier cells that are given new values.
  ///   - older: Those that get another type.
  init(_ statement: GuardStmtSyntax, assigned: Set<String>, older: Set<String>) {
    var known: [Binding] = []
    for condition in statement.conditions {
      if !known.isEmpty { rename(known, in: condition) }
      for binding in GuardRewriter.bindings(of: condition) {
        replace(binding.identifier, with: binding.hidden)
        if binding.isShorthand {
          let value =
            older.contains(binding.name) ? Standin.older(binding.name) : binding.identifier.text
          edits.append(.init(offset: binding.identifier.end, inserting: " = \(value)", rank: 1))
        }
        known.append(binding)
      }
    }
    let declarations = known.map { binding in
      assigned.contains(binding.name)
        ? VariableAssignment.assignment(of: binding.hidden, to: binding.name)
        : "; \(binding.isVariable ? "var" : "let") \(binding.identifier.text) = \(binding.hidden)"
    }
    if !known.isEmpty {
      edits.append(.init(offset: statement.end, inserting: declarations.joined(), rank: 10))
    }
  }

  static func bindings(in statement: GuardStmtSyntax) -> [Binding] {
    statement.conditions.flatMap(bindings)
  }

  private static func bindings(of condition: ConditionElementSyntax) -> [Binding] {
    switch condition.condition {
    case .optionalBinding(let binding):
      guard let pattern = binding.pattern.as(IdentifierPatternSyntax.self) else { return [] }
      return [
        Binding(
          identifier: pattern.identifier, isVariable: isVar(binding.bindingSpecifier),
          isShorthand: binding.initializer == nil)
      ]
    case .matchingPattern(let matching):
      let finder = IdentifierFinder(viewMode: .sourceAccurate)
      finder.walk(matching.pattern)
      return finder.found
    default: return []
    }
  }

  fileprivate static func isVar(_ specifier: TokenSyntax) -> Bool {
    specifier.tokenKind == .keyword(.var)
  }

  /// Later conditions use what earlier ones bound.
  private mutating func rename(_ known: [Binding], in condition: ConditionElementSyntax) {
    for binding in known {
      let finder = ReferenceFinder(name: binding.name)
      finder.walk(condition)
      for token in finder.tokens { replace(token, with: binding.hidden) }
    }
  }

  private mutating func replace(_ token: TokenSyntax, with text: String) {
    edits.append(.init(offset: token.start, deleting: token.end - token.start, inserting: text))
  }
}

private final class IdentifierFinder: SyntaxVisitor {
  private(set) var found: [GuardRewriter.Binding] = []
  private var isVariable = false

  override func visit(_ node: ValueBindingPatternSyntax) -> SyntaxVisitorContinueKind {
    isVariable = GuardRewriter.isVar(node.bindingSpecifier)
    return .visitChildren
  }

  override func visit(_ node: IdentifierPatternSyntax) -> SyntaxVisitorContinueKind {
    found.append(.init(identifier: node.identifier, isVariable: isVariable))
    return .skipChildren
  }
}
