/// Names that fit at a place in a cell.
public struct Completions: Sendable, Hashable {
  public struct Item: Sendable, Hashable {
    /// The text to insert.
    public var text: String
    /// The kind of name, in lower case.
    ///
    /// `function`, `method`, `property`, `variable`, `struct`, `class`, `enum`, `protocol`,
    /// `typealias`, `case`, `keyword`, `module`, `operator`, `macro`, `directive`, …
    public var kind: String
    /// What a reader sees beside the name: parameters and the type of the result.
    public var signature: String

    public init(text: String, kind: String, signature: String = "") {
      self.text = text
      self.kind = kind
      self.signature = signature
    }
  }

  /// Best first.
  public var items: [Item]
  /// The UTF-8 offsets in the cell's text that an item replaces.
  public var replacing: Range<Int>

  public init(items: [Item], replacing: Range<Int>) {
    self.items = items
    self.replacing = replacing
  }
}

/// What is known about a name in a cell.
public struct Inspection: Sendable, Hashable {
  public var plainText: String
  public var html: String
  public var markdown: String

  public init(plainText: String, html: String, markdown: String) {
    self.plainText = plainText
    self.html = html
    self.markdown = markdown
  }
}

/// Whether a text is a whole cell.
public enum Completeness: Sendable, Hashable {
  case complete
  /// More lines are needed; the next one begins with `indent`.
  case incomplete(indent: String)
  /// No further text mends it.
  case invalid
}
