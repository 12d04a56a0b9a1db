import Foundation

/// What is said of numbers of different types in one expression.
extension CellDiagnostic {
  /// Of an expression that the compiler gave up.
  fileprivate var isGivenUp: Bool { message.contains("unable to type-check this expression") }

  /// Of plain numbers of two types, which the runtime's `MixedNumbers` tells the compiler to say.
  fileprivate var isMixture: Bool { severity == .warning && message.contains("Swift does not mix") }

  /// Whether an operand beside the operator that is meant is a number written out: it has whichever
  /// type is wanted, and loses nothing.
  fileprivate func hasLiteralOperand(in source: [UInt8]) -> Bool {
    guard let offset, source.indices.contains(offset) else { return false }
    let blank = UInt8(ascii: " ")
    let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
    let after = source[offset...].dropFirst().first { $0 != blank }
    let before = source[..<offset].reversed().drop { $0 == blank }
    let word = before.prefix { digits ~= $0 || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: ".") }
    let isNumber = word.last.map { digits ~= $0 } ?? false
    let continues = before.dropFirst(word.count).first.map(isPartOfName) ?? false
    return after.map { digits ~= $0 } ?? false || isNumber && !continues
  }

  private func isPartOfName(_ byte: UInt8) -> Bool {
    byte >= 0x80 || byte == UInt8(ascii: "_")
      || (UInt8(ascii: "a")...UInt8(ascii: "z")) ~= byte | 0x20
  }
}

extension [CellDiagnostic] {
  /// The same, with what to write.
  ///
  /// - A mixture of number types is an error in a cell, unless one is written out.
  /// - That an expression was given up is no news where another error is known; alone, it says what
  ///   the reason is as a rule.
  func withPlainWordsOnTypes(in source: String) -> [CellDiagnostic] {
    let bytes = Array<UInt8>(source.utf8)
    let knowsMore = contains { $0.severity == .error && !$0.isGivenUp }
    return compactMap { diagnostic in
      var result = diagnostic
      if diagnostic.isMixture {
        if diagnostic.hasLiteralOperand(in: bytes) { return nil }
        result.severity = .error
        if let start = result.message.range(of: "Swift does not mix")?.lowerBound {
          result.message = String(result.message[start...])
        }
      } else if diagnostic.isGivenUp {
        if knowsMore { return nil }
        result.message =
          "no types were found for this expression in time: where an Int stands beside a "
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
