internal import SwiftSyntax

extension SyntaxProtocol {
  /// Whether this is an `if` or `switch` each of whose branches is one expression, so that the
  /// whole has a value.
  var isChoiceOfValues: Bool {
    if let statement = self.as(ExpressionStmtSyntax.self) {
      return statement.expression.isChoiceOfValues
    }
    if let choice = self.as(IfExprSyntax.self) {
      guard choice.body.statements.isOneValue else { return false }
      return switch choice.elseBody {
      case .ifExpr(let next)?: next.isChoiceOfValues
      case .codeBlock(let block)?: block.statements.isOneValue
      default: false
      }
    }
    guard let choice = self.as(SwitchExprSyntax.self), !choice.cases.isEmpty else { return false }
    return choice.cases.allSatisfy { element in
      guard case .switchCase(let branch) = element else { return false }
      return branch.statements.isOneValue
    }
  }
}

extension CodeBlockItemSyntax.Item {
  /// Whether this is an `if` or `switch` with a value.
  var isChoiceWithValue: Bool {
    switch self {
    case .expr(let expression): expression.isChoiceOfValues
    case .stmt(let statement): statement.isChoiceOfValues
    default: false
    }
  }
}

extension CodeBlockItemListSyntax {
  fileprivate var isOneValue: Bool {
    guard count == 1, let item = first?.item else { return false }
    switch item {
    case .expr(let expression):
      let isAssignment =
        expression.as(SequenceExprSyntax.self)?.elements
        .contains { $0.is(AssignmentExprSyntax.self) } ?? false
      return !isAssignment
        && (!expression.is(IfExprSyntax.self) && !expression.is(SwitchExprSyntax.self)
          || expression.isChoiceOfValues)
    case .stmt(let statement): return statement.isChoiceOfValues
    default: return false
    }
  }
}
