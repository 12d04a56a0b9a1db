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
}
