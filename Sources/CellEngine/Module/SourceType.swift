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
    var text = demangled.replacing(#/\bmain\./#, with: "").replacing(#/\b__C\./#, with: "")
    // The arguments of a parameter pack stand in braces, those of packs in them, too.
    while let pack = text.firstMatch(of: #/Pack\{([^{}]*)\}/#) {
      text.replaceSubrange(pack.range, with: pack.1)
    }
    return text
  }

  /// A type that is known only as the result of a function, by the function's symbol.
  ///
  /// - Parameter symbol: That of a variable of the type.
  static func opaque(demangled: String, symbol: String, functions: [String]) -> String? {
    guard let match = demangled.wholeMatch(of: #/<<opaque return type of (.+)>>\.(\d+)/#) else {
      return nil
    }
    let name = String(match.1)
    let function = functions.first { function in
      function.hasPrefix("$s") && function.contains("Qr") && CellEngine.demangled(function) == name
    }
    guard let function else { return nil }
    let type = "@_opaqueReturnTypeOf(\"\(function)\", \(match.2)) __"
    guard name.contains("<") else { return type }
    // The arguments of a generic function stand in the symbol alone.
    guard let arguments = symbol.firstMatch(of: #/QOy(S[A-Za-z])_?Qo\d*_vp$/#),
      let argument = CellEngine.demangled("$s\(arguments.1)D")
    else { return nil }
    return "\(type)<\(argument)>"
  }
}
