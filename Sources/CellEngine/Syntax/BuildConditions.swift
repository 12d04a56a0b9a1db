internal import SwiftSyntax

/// Which branch of an `#if` the compiler takes, as far as the text alone says.
///
/// Names and imports of other branches must not reach later cells, whose imports of them would
/// fail.
enum BuildConditions {
  /// The clauses that may be taken: one where the conditions are known, else all that are left.
  static func candidates(in conditional: IfConfigDeclSyntax) -> [IfConfigClauseSyntax] {
    var candidates: [IfConfigClauseSyntax] = []
    for clause in conditional.clauses {
      switch clause.condition.map(value) ?? true {
      case true?: return candidates + [clause]
      case false?: continue
      case nil: candidates.append(clause)
      }
    }
    return candidates
  }

  /// What a condition is; `nil` when it cannot be told here.
  private static func value(_ condition: ExprSyntax) -> Bool? {
    if let literal = condition.as(BooleanLiteralExprSyntax.self) {
      return literal.literal.tokenKind == .keyword(.true)
    }
    if let negation = condition.as(PrefixOperatorExprSyntax.self) {
      return value(negation.expression).map { !$0 }
    }
    if let tuple = condition.as(TupleExprSyntax.self), let only = tuple.elements.first {
      return value(only.expression)
    }
    // Cells are compiled without custom conditions such as DEBUG.
    if condition.is(DeclReferenceExprSyntax.self) { return false }
    if let sequence = condition.as(SequenceExprSyntax.self) { return value(sequence) }
    if let call = condition.as(FunctionCallExprSyntax.self),
      let argument = call.arguments.first?.expression
    {
      return value(of: call.calledExpression.trimmedDescription, argument.trimmedDescription)
    }
    return nil
  }

  /// `a && b || c`: the parser leaves operators flat.
  private static func value(_ sequence: SequenceExprSyntax) -> Bool? {
    var alternatives: [[ExprSyntax]] = [[]]
    for element in sequence.elements {
      guard let sign = element.as(BinaryOperatorExprSyntax.self)?.operator.text else {
        alternatives[alternatives.count - 1].append(element)
        continue
      }
      switch sign {
      case "||": alternatives.append([])
      case "&&": break
      default: return nil
      }
    }
    let values = alternatives.map { terms -> Bool? in
      let known = terms.map(value)
      return known.contains(false) ? false : known.contains(nil) ? nil : true
    }
    return values.contains(true) ? true : values.contains(nil) ? nil : false
  }

  private static func value(of question: String, _ argument: String) -> Bool? {
    switch question {
    case "os": return argument == "Linux"
    case "arch":
      #if arch(x86_64)
        return argument == "x86_64"
      #else
        return argument == "arm64"
      #endif
    case "targetEnvironment": return false
    case "canImport":
      return absent.contains(argument) ? false : present.contains(argument) ? true : nil
    default: return nil
    }
  }

  /// Modules of other platforms.
  private static let absent: Set<String> = [
    "Accelerate", "Android", "AppKit", "Bionic", "CRT", "Cocoa", "Combine", "CoreGraphics",
    "CoreImage", "CoreML", "CoreText", "CryptoKit", "Darwin", "Metal", "Musl", "OSLog",
    "ObjectiveC", "SwiftUI", "UIKit", "WASILibc", "WinSDK", "os", "ucrt", "simd",
  ]

  /// Modules that come with the toolchain.
  private static let present: Set<String> = [
    "Dispatch", "Distributed", "Foundation", "FoundationEssentials",
    "FoundationInternationalization", "FoundationNetworking", "FoundationXML", "Glibc",
    "Observation", "RegexBuilder", "Swift", "Synchronization", "Testing", "XCTest",
    "_Differentiation",
  ]
}
