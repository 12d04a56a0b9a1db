import Foundation

internal import SwiftSyntax

/// What is said of numbers of different types in one expression.
extension CellDiagnostic {
  /// Of an expression that the compiler gave up.
  var isGivenUp: Bool {
    severity == .error && message.contains("unable to type-check this expression")
  }

  /// Of plain numbers of two types, which the module `MixedNumbers` tells the compiler to say.
  var isMixture: Bool { severity == .warning && message.contains("Swift does not mix") }
}

extension [CellDiagnostic] {
  /// The mixtures of number types, as errors.
  ///
  /// A literal beside the operator is a number of the other operand's type, so no mixture.
  func mixtures(in cell: ParsedCell) -> [CellDiagnostic] {
    filter { mixture in
      mixture.isMixture && !(mixture.offset.map(cell.hasLiteral(besideOperatorAt:)) ?? true)
    }.map { mixture in
      var result = mixture
      result.severity = .error
      if let start = result.message.range(of: "Swift does not mix")?.lowerBound {
        result.message = String(result.message[start...])
      }
      return result
    }
  }

  /// The same with mixtures of number types in place of the errors on their lines.
  func naming(_ mixtures: [CellDiagnostic], in source: String) -> [CellDiagnostic] {
    let table = LineTable(source)
    func line(_ diagnostic: CellDiagnostic) -> Int? {
      diagnostic.offset.map { table.position(of: $0).line }
    }
    let lines = Set(mixtures.compactMap(line))
    return mixtures + filter { line($0).map { !lines.contains($0) } ?? true }
  }

  func allErrors(satisfy condition: (CellDiagnostic) -> Bool) -> Bool {
    allSatisfy { $0.severity != .error || condition($0) }
  }

  /// The same in plain words: that an expression was given up is no news where another error is
  /// known; alone, it says what the reason is as a rule.
  var withPlainWordsOnTypes: [CellDiagnostic] {
    let knowsMore = contains { $0.severity == .error && !$0.isGivenUp }
    return compactMap { diagnostic in
      var result = diagnostic
      if diagnostic.isGivenUp {
        if knowsMore { return nil }
        result.message =
          "no types were found for this expression in reasonable time: where an Int stands beside a "
          + "Double write Double(n), beside a Float write Float(n); or give its parts names, as in "
          + "let quadratic = …"
      }
      if result.message.hasSuffix("to subscript of type 'Tensor'") {
        result.message += "; write x[…] .= 7 for a number"
      }
      return result
    }
  }
}

extension ParsedCell {
  /// Whether an operand of the operator at a UTF-8 offset is a whole number and nothing else.
  fileprivate func hasLiteral(besideOperatorAt offset: Int) -> Bool {
    guard let token = tree.token(at: AbsolutePosition(utf8Offset: offset)) else { return false }
    let left = token.previousToken(viewMode: .sourceAccurate)
    let right = token.nextToken(viewMode: .sourceAccurate)
    return left.isWholeNumber && !left.isOperand(of: left?.previousToken(viewMode: .sourceAccurate))
      || right.isWholeNumber && !right.isOperand(of: right?.nextToken(viewMode: .sourceAccurate))
  }
}

extension TokenSyntax? {
  fileprivate var isWholeNumber: Bool {
    if case .integerLiteral = self?.tokenKind { true } else { false }
  }

  /// Whether another operator, which may bind stronger, stands on the other side.
  fileprivate func isOperand(of neighbour: TokenSyntax?) -> Bool {
    switch neighbour?.tokenKind {
    case .binaryOperator, .prefixOperator, .postfixOperator, .period: true
    default: false
    }
  }
}
