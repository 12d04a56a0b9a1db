/// Something that a cell declares besides its variables: what later cells use, replace or lose.
struct Declaration: Sendable, Hashable, Codable {
  enum Kind: String, Sendable, Codable {
    case `struct`, `class`, `enum`, `protocol`, `typealias`
    case `func`, macro, `operator`, `extension`
    /// A computed variable.
    case `var`
  }

  /// For extensions, the type that is extended.
  var name: String
  var kind: Kind
  /// What tells it apart from others of its name that may live beside it: the parameters of a
  /// function, the fixity of an operator, the requirements of an extension.
  var key = ""
  /// What functions of one name and key may still differ in, and live beside each other.
  var result = ""
  /// The whole text on one line.
  var text: String
  /// Identifiers and operators in it.
  var mentions: Set<String>
  /// For completion: all but the body, as it was written, on one line.
  var heading = ""
  /// UTF-8 range in the cell's text; in a record, in the text that later cells are compiled with.
  var range: Range<Int>
  /// UTF-8 range in the cell's text.
  var place: Range<Int>
  var members: [Member] = []
  var conformances: [String] = []

  /// A member that a later extension may declare anew.
  struct Member: Sendable, Hashable, Codable {
    var name: String
    /// What its overloads differ in.
    var key: String
    /// What members of one key may still differ in.
    var result: String
    var range: Range<Int>
  }

  /// The declaration with its ranges in an edited text.
  func moved(by map: OffsetMap) -> Declaration {
    var result = self
    result.range = map.edited(range)
    for index in members.indices { result.members[index].range = map.edited(members[index].range) }
    return result
  }

  var isType: Bool { [.struct, .class, .enum, .protocol, .typealias].contains(kind) }
  /// Whether a member that is declared anew can be left out of the older text, without another
  /// layout of its values or its table of methods.
  var hasOpenMembers: Bool { [.struct, .enum, .extension].contains(kind) }
  /// The key under which it is found: operators have names of their own kind.
  var lookupName: String { kind == .operator ? "operator \(name)" : name }
}

/// A variable that a cell declares.
struct Variable: Sendable, Hashable, Codable {
  var name: String
  var isConstant: Bool
  var hasObservers = false
  /// A constant that a later statement sets.
  var isSetLater = false
  /// Declared with a `!`, which its type does not tell.
  var isUnwrapped = false
  /// Words before `var` that its stand-in needs, too.
  var modifiers = ""
  /// The number of the top-level statement after which it has its value.
  var step: Int
  /// UTF-8 ranges in the cell's text: the name, and the declaration.
  var place: Range<Int>
  var declaration: Range<Int>
  /// Identifiers in the declaration.
  var mentions: Set<String>
  /// The expression it begins with.
  var initializer: String?
  /// Its type as source text; `nil` when that cannot be written.
  var type: String?
  /// The symbol of its storage; `nil` for a value without any.
  var storage: String?
  /// Whether the storage is three words that may point to the value: how the compiler stores a
  /// type of a library that may grow (`Mirror`, `Regex.Match`).
  var isInBuffer = false
  /// Whether the cell gave an earlier variable of the same type a new value.
  var isAssigned = false
}

/// What the text of a cell declares.
struct CellOutline: Sendable {
  var declarations: [Declaration] = []
  var variables: [Variable] = []
  /// Import declarations as they stand in the text.
  var imports: [String] = []
  /// Identifiers and operators anywhere in the cell.
  var mentions: Set<String> = []
  /// Names in closures of statements, which go on using what they saw.
  var captured: Set<String> = []
}
