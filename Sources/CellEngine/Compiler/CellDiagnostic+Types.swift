import Foundation

/// What is said of numbers of different types in one expression.
extension CellDiagnostic {
  /// Of an expression that the compiler gave up.
  fileprivate var isGivenUp: Bool { message.contains("unable to type-check this expression") }

  /// Of plain numbers of two types, which the runtime's `MixedNumbers` tells the compiler to say.
  fileprivate var isMixture: Bool { severity == .warning && message.contains("Swift does not mix") }
}

extension [CellDiagnostic] {
  /// The same, with what to write.
  ///
  /// - A mixture of number types is an error in a cell.
  /// - That an expression was given up is no news where another error is known; alone, it says what
  ///   the reason is as a rule.
  var withPlainWordsOnTypes: [CellDiagnostic] {
    let knowsMore = contains { $0.severity == .error && !$0.isGivenUp }
    return compactMap { diagnostic in
      var result = diagnostic
      if diagnostic.isMixture {
        result.severity = .error
        if let start = result.message.range(of: "Swift does not mix")?.lowerBound {
          result.message = String(result.message[start...])
        }
      } else if diagnostic.isGivenUp {
        if knowsMore { return nil }
        result.message =
          "no types were found for this expression within a second: where an Int stands beside a "
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
