internal import SwiftSyntax

/// `let x = "\(x)"`, where the `x` on the right is that of an earlier cell and has another type, as
/// has every `x` of the top level before its declaration.
struct OlderValues {
  private(set) var edits: [EditedText.Edit] = []

  init(of names: Set<String>, in cell: ParsedCell) {
    var pending = names
    for item in cell.items where !pending.isEmpty {
      if let statement = item.guardStatement {
        rename(in: statement, &pending)
        continue
      }
      guard case .decl(let declaration) = item.item else {
        rename(pending, in: Syntax(item))
        continue
      }
      for binding in declaration.as(VariableDeclSyntax.self)?.bindings ?? [] {
        if let initializer = binding.initializer { rename(pending, in: Syntax(initializer)) }
        for name in boundIdentifiers(of: binding.pattern) { pending.remove(unquoted(name.text)) }
      }
    }
  }

  private mutating func rename(in statement: GuardStmtSyntax, _ pending: inout Set<String>) {
    rename(pending, in: Syntax(statement.body))
    let bound = Set(GuardRewriter.bindings(in: statement).map(\.name))
    for condition in statement.conditions {
      let value =
        condition.condition.as(OptionalBindingConditionSyntax.self)?.initializer.map(Syntax.init)
        ?? condition.condition.as(MatchingPatternConditionSyntax.self).map {
          Syntax($0.initializer)
        }
        ?? Syntax(condition)
      // What an earlier condition binds is meant in a later one.
      let isFirst = condition.id == statement.conditions.first?.id
      rename(isFirst ? pending : pending.subtracting(bound), in: value)
    }
    pending.subtract(bound)
  }

  private mutating func rename(_ names: Set<String>, in node: Syntax) {
    let local = Set(boundIdentifiers(in: node).map { unquoted($0.text) })
    for name in names.subtracting(local) {
      let finder = ReferenceFinder(name: name)
      finder.walk(node)
      for token in finder.tokens {
        edits.append(
          .init(
            offset: token.start, deleting: token.end - token.start, inserting: Standin.older(name)))
      }
    }
  }
}
