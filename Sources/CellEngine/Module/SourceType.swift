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

  /// A type with parts that are known only as results of functions, by the functions' symbols.
  ///
  /// - Parameter symbol: That of a variable of the type.
  static func opaque(demangled: String, symbol: String, functions: [String]) -> String? {
    var text = demangled
    // The arguments of generic functions stand in the symbol alone.
    var arguments = symbol.matches(of: #/QOy(S[A-Za-z])?_?Qo\d*_/#).map(\.1)[...]
    guard symbol.matches(of: /QOy/).count == arguments.count else { return nil }
    while let match = text.firstMatch(of: #/<<opaque return type of (.+?)>>\.(\d+)/#) {
      let name = String(match.1)
      let function = functions.first { function in
        function.hasPrefix("$s") && function.contains("Qr")
          && CellEngine.demangled(function) == name
      }
      guard let function, let argument = arguments.popFirst() else { return nil }
      var type = "@_opaqueReturnTypeOf(\"\(function)\", \(match.2)) __"
      if let argument {
        guard let argument = CellEngine.demangled("$s\(argument)D") else { return nil }
        type += "<\(argument)>"
      } else if name.contains("<") {
        return nil
      }
      text.replaceSubrange(match.range, with: type)
    }
    // What else is in it must be as the source has it.
    let signs = ["_p", "Xp", "Xm", "XM", "XC", "XE", "LL"]
    guard text != demangled, !text.contains("<<"), !text.contains(" in "),
      text.hasPrefix("@_opaque") || !signs.contains(where: symbol.contains)
    else { return nil }
    return text.replacing(#/\bmain\./#, with: "")
  }
}
