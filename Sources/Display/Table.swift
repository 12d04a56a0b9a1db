/// Rows and columns of text, shown with aligned columns in a terminal and as a table on a page.
///
/// ```swift
/// var table = Table([.left("solver"), .right("iterations")])
/// table.add(["gradient descent", "\(shortNumber(412.7))"])
/// table.add(["L-BFGS", Table.Cell("23", hint: "23.25 on average")])
/// table
/// ```
///
/// Arrays of structs show themselves as tables without it, see ``htmlTable(of:)``.
public struct Table: Sendable, Hashable {
  /// On which side of its column text stands.
  public enum Alignment: String, Sendable, Hashable {
    /// At the left, at the right, or in the middle.
    case left, right, center
  }

  /// A column's heading, and how its cells are aligned.
  public struct Column: Sendable, Hashable {
    /// The column's heading; empty for none.
    public var title: String
    /// Where the column's texts stand.
    public var alignment: Alignment

    /// A column of text.
    public static func left(_ title: String) -> Column { Column(title: title, alignment: .left) }
    /// A column of numbers.
    public static func right(_ title: String) -> Column { Column(title: title, alignment: .right) }
    static func center(_ title: String) -> Column { Column(title: title, alignment: .center) }
  }

  /// How a cell differs from the others.
  public enum Emphasis: String, Sendable, Hashable {
    /// A heading of its row.
    case heading
    /// Something that went well or badly, in green or red.
    case good, bad
    /// What is missing.
    case faint
    /// Text as it is typed.
    case code
  }

  /// One text of a table; a string literal is one.
  public struct Cell: Sendable, Hashable, ExpressibleByStringInterpolation {
    /// What is shown.
    public var text: String
    /// How it differs, if it does.
    public var emphasis: Emphasis?
    /// Where the text leads, on a page.
    public var link: String?
    /// What a reader sees on demand, such as a number's full value.
    public var hint: String?

    /// A text with what belongs to it.
    public init(
      _ text: String, emphasis: Emphasis? = nil, link: String? = nil, hint: String? = nil
    ) {
      (self.text, self.emphasis, self.link, self.hint) = (text, emphasis, link, hint)
    }

    public init(stringLiteral text: String) { self.init(text) }
  }

  enum Row: Sendable, Hashable {
    case cells([Cell])
    /// Text across all columns.
    case note(String)
  }

  /// A title above the table; empty for none.
  public var caption: String
  /// The columns, in order.
  public let columns: [Column]
  private(set) var rows: [Row] = []
  /// Lines below the table.
  public var footnotes: [String] = []

  /// An empty table.
  public init(_ columns: [Column], caption: String = "") {
    self.columns = columns
    self.caption = caption
  }

  /// Adds a row; what it has fewer cells than there are columns stays empty.
  public mutating func add(_ cells: [Cell]) {
    precondition(cells.count <= columns.count, "Table: more cells than columns")
    rows.append(.cells(cells + Array(repeating: "", count: columns.count - cells.count)))
  }

  /// Adds a line across all columns.
  public mutating func addNote(_ text: String) { rows.append(.note(text)) }
}

extension Table: Displayable, CustomStringConvertible {
  /// Aligned columns, two spaces apart, without the hints and links.
  ///
  /// ```
  ///    name   age
  /// 0  Ada     36
  /// 1  Grace  nil
  /// ```
  public var description: String { text(width: .max) ?? "" }

  public var mimeBundle: MimeBundle { MimeBundle(text: description, html: html) }
}
