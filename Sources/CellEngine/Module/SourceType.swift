/// Writes types as source text.
enum SourceType {
  /// The type in a readable symbol; `nil` when its form there is not that of the source.
  static func text(demangled: String, symbol: String) -> String? {
    // Existentials, opaque types and types without a name look otherwise in the source.
    let signs = [
      "_p", "Qr", "QO", "Xp", "Xm", "XM", "XC", "XE", "Yb", "Yc", "YK", "Xx", "LL", "Xl",
    ]
    if signs.contains(where: symbol.contains) || demangled.contains(" in ") { return nil }
    if ["<<", "Swift.Never", "__owned", "__shared", "Swift.Optional<()>"].contains(
      where: demangled.contains)
    {
      return nil
    }
    return demangled.replacing(#/\bmain\./#, with: "")
      .replacing(#/\b__C\./#, with: "")
  }

  /// A type that is known only as the result of a function, by the function's symbol.
  static func opaque(demangled: String, functions: [String]) -> String? {
    guard let match = demangled.wholeMatch(of: #/<<opaque return type of (.+)>>\.(\d+)/#) else {
      return nil
    }
    let name = String(match.1)
    let function = functions.first { symbol in
      symbol.hasPrefix("$s") && symbol.contains("Qr") && CellEngine.demangled(symbol) == name
    }
    return function.map { "@_opaqueReturnTypeOf(\"\($0)\", \(match.2)) __" }
  }
}
