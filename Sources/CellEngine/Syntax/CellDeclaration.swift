/// What one cell declares, as far as later cells need to know it.
struct CellDeclaration: Sendable, Hashable, Codable {
  /// How the name is imported by itself: `import func M.f`.
  enum Kind: String, Sendable, Codable {
    case `var`, `func`, `struct`, `class`, `enum`, `protocol`, `typealias`, macro
    case `operator`
  }

  var name: String
  var kind: Kind
  /// For functions and computed variables: everything but the body, white space folded; equal texts
  /// can replace each other while the types they mention stay the same.
  ///
  /// For operators: the whole declaration.
  var signature = ""
  /// For functions: the parameters alone, which tell overloads apart.
  var parameters = ""
  /// Identifiers and operators in the whole declaration.
  var mentions: Set<String> = []
  /// Identifiers in the signature.
  var signatureMentions: Set<String> = []
  /// The number of the top-level statement after which the name has its value; 0 for
  /// declarations, which have theirs from the start.
  var step = 0
  /// UTF-8 range of the declaration in the cell's text.
  var start = 0
  var end = 0

  /// For operators: what a second declaration would repeat, such as `infix operator **`.
  var operatorKey: String {
    String(signature.prefix { $0 != ":" && $0 != "{" }.trimming(while: \.isWhitespace))
  }

  /// For functions: all but the body, as it was written, on one line.
  var heading = ""
  /// The cell whose text holds the declaration, when another cell replaced it in place.
  var textModule: String?

  var isType: Bool { [.struct, .class, .enum, .protocol].contains(kind) }
}

/// A member that a type or an extension declares, as far as a later cell may replace it.
struct CellMember: Sendable, Hashable, Codable {
  var type: String
  var name: String
  var signature: String
}

/// An extension in a cell.
struct CellExtension: Sendable, Hashable, Codable {
  var type: String
  var conformances: [String]
  var memberNames: Set<String>
  /// Signatures of the members that a later extension may declare anew, by what tells overloads
  /// apart.
  var signatures: [String: String] = [:]
  var mentions: Set<String>
}

/// All that later cells need to know of a cell's text.
struct CellDeclarations: Sendable, Hashable, Codable {
  var declarations: [CellDeclaration] = []
  var members: [CellMember] = []
  var extensions: [CellExtension] = []
  /// Import declarations as they stand in the text.
  var imports: [String] = []
  /// Identifiers and operators anywhere in the cell.
  var mentions: Set<String> = []
}
