/// How a type is told apart from earlier ones of its name.
///
/// A type that is declared anew gets a name with invisible ends: both exist in the one module of
/// the session, and older values keep theirs. Readers never see the sign.
enum TypeVersion {
  /// U+2064, "invisible plus", which identifiers may contain.
  static let sign = "\u{2064}"

  static func name(_ name: String, _ version: Int) -> String {
    guard version > 0 else { return name }
    let ends = String(repeating: sign, count: version)
    return name.hasSuffix("`") ? name.dropLast() + ends + "`" : name + ends
  }

  /// A text as its reader knows it.
  static func stripped(_ text: String) -> String { text.replacing(sign, with: "") }
}
