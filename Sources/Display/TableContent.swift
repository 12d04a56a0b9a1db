/// A value as rows and columns of text.
struct TableContent {
  struct Cell {
    var text: String
    /// Numbers stand at the right; missing values count as numbers.
    var isNumber = false
    var isMissing = false
    /// All digits of a number that is shown with fewer.
    var hint: String?
  }

  /// A row with its heading, or a note on rows that are not shown.
  enum Row {
    case cells(heading: String?, [Cell])
    case elision(Int)
  }

  private(set) var columns: [String] = []
  private(set) var rows: [Row] = []
  /// The place among `columns` of a note on columns that are not shown.
  private(set) var elidedColumn: Int?
  /// Whether rows have fields; those of a dictionary may be plain values.
  private(set) var isOfRecords = true

  /// Rows and columns that are shown at most, and at either end of more.
  private enum Limit {
    static let rows = 40
    static let rowEnds = 10
    static let columns = 16
    static let columnEnds = 7
  }

  /// The table of a list of structs, tuples or dictionaries, or of a dictionary; `nil` for every
  /// other value, for empty ones, and for rows with a description of their own, which say better
  /// what they are.
  init?<Value>(_ value: Value) {
    // Casts look into optionals, whose tables would hide that they are optional.
    if value is any OptionalContent { return nil }
    if let entries = value as? any ShownEntries {
      self.init(entries: entries)
    } else if let list = value as? any ShownList ?? ForeignList(value) {
      self.init(list: list)
    } else {
      return nil
    }
  }

  private init?(list: any ShownList) {
    // One look at the first element spares long lists of numbers any further work.
    guard list._shownCount > 0, RowFields(list._shownElement(0)) != nil else { return nil }
    let shown = ShownRows(count: list._shownCount, limit: Limit.rows, ends: Limit.rowEnds)
    let fields = (Array(shown.head) + Array(shown.tail)).map { RowFields(list._shownElement($0)) }
    let complete = fields.compactMap { $0 }
    guard complete.count == fields.count, let kind = complete.first?.kind,
      complete.allSatisfy({ $0.kind == kind })
    else { return nil }
    let numbers = (Array(shown.head) + Array(shown.tail)).map { String(list._firstNumber + $0) }
    fill(
      with: zip(numbers, complete).map { (heading: $0, fields: $1) }, hidden: shown.hidden,
      after: shown.head.count)
  }

  private init?(entries: any ShownEntries) {
    let all = entries._shownEntries(in: TextTreeBuilder()).compactMap { entry in
      entry.value.map { (key: entry.key, value: $0) }
    }
    guard !all.isEmpty else { return nil }
    let shown = ShownRows(count: all.count, limit: Limit.rows, ends: Limit.rowEnds)
    let some = (Array(shown.head) + Array(shown.tail)).map { all[$0] }
    let values = some.map { RowFields($0.value) }
    let kinds = Set(values.map { $0?.kind })
    isOfRecords = kinds.count == 1 && kinds != [nil] && kinds != [RowFields.dictionary]
    let records = zip(some, values).map { entry, value in
      var fields = RowFields(names: ["key"], values: [entry.key])
      let plain = RowFields(names: ["value"], values: [entry.value])
      fields.append(isOfRecords ? value ?? plain : plain)
      return (heading: String?.none, fields: fields)
    }
    fill(
      with: records, hidden: entries._shownCount - some.count,
      after: entries._shownCount > all.count ? some.count : shown.head.count)
  }

  private mutating func fill(
    with records: [(heading: String?, fields: RowFields)], hidden: Int, after head: Int
  ) {
    var names: [String] = []
    var seen: Set<String> = []
    for record in records {
      for name in record.fields.names where seen.insert(name).inserted { names.append(name) }
    }
    let shown = ShownRows(count: names.count, limit: Limit.columns, ends: Limit.columnEnds)
    columns = shown.map {
      names[$0]
    } elision: {
      "… \(groupedDigits($0)) more …"
    }
    elidedColumn = shown.hidden > 0 ? shown.head.count : nil
    rows = records.map { record in
      let fields = zip(record.fields.names, record.fields.values.indices)
      let places = Dictionary(fields, uniquingKeysWith: { first, _ in first })
      let cells = shown.map { column in
        places[names[column]].map { TableContent.cell(record.fields.values[$0]) }
          ?? Cell(text: "", isNumber: true)
      } elision: { _ in
        Cell(text: "…")
      }
      return .cells(heading: record.heading, cells)
    }
    if hidden > 0 { rows.insert(.elision(hidden), at: head) }
  }

  /// The rows and columns in the form in which tables are shown.
  var table: Table {
    let hasHeadings = rows.contains {
      if case .cells(heading: _?, _) = $0 { true } else { false }
    }
    let headings = columns.enumerated().map { column, name -> Table.Column in
      if column == elidedColumn { return .center(name) }
      return isNumeric(column: column) ? .right(name) : .left(name)
    }
    var table = Table((hasHeadings ? [.right("")] : []) + headings)
    for row in rows {
      switch row {
      case .elision(let count): table.addNote("… \(groupedDigits(count)) more rows …")
      case .cells(let heading, let cells):
        table.add(
          (hasHeadings ? [Table.Cell(heading ?? "", emphasis: .heading)] : [])
            + cells.map {
              Table.Cell($0.text, emphasis: $0.isMissing ? .faint : nil, hint: $0.hint)
            })
      }
    }
    return table
  }

  /// Whether every value shown in a column is a number.
  private func isNumeric(column: Int) -> Bool {
    rows.allSatisfy {
      guard case .cells(_, let cells) = $0 else { return true }
      return cells[column].isNumber
    }
  }

  private static func cell(_ value: Any) -> Cell {
    var value = value
    if let key = value as? AnyHashable { value = key.base }
    let text: String
    if let string = value as? String {
      text = string.isEmpty ? "\"\"" : ElidedText(string, isInner: true).escaped
    } else {
      var builder = TextTreeBuilder()
      let tree = builder.tree(of: value, isInner: true)
      text = tree.line(width: TextTree.Limit.innerText) ?? tree.firstLine
    }
    let isMissing = text == "nil"
    let full = (value as? any BinaryFloatingPoint).map { "\($0)" }
    return Cell(
      text: TextColumns.truncated(text, to: TextTree.Limit.cell),
      isNumber: isMissing || isNumber(value), isMissing: isMissing,
      hint: full == text ? nil : full)
  }

  private static func isNumber(_ value: Any) -> Bool {
    if value is any Numeric { return true }
    guard let content = value as? any OptionalContent else { return false }
    return content._content.map { $0 is any Numeric } ?? true
  }
}

/// The fields of one row, in order.
struct RowFields {
  static let dictionary = ObjectIdentifier((any KeyedEntries).self)

  /// Rows of one kind make a table.
  let kind: ObjectIdentifier
  private(set) var names: [String]
  private(set) var values: [Any]

  init(names: [String], values: [Any]) {
    (self.names, self.values) = (names, values)
    kind = RowFields.dictionary
  }

  init?(_ row: Any) {
    if let entries = row as? any KeyedEntries {
      guard entries._shownCount > 0 else { return nil }
      kind = RowFields.dictionary
      let all = entries._shownEntries(in: TextTreeBuilder())
      names = all.map { ($0.key as? String) ?? plainText(of: $0.key) }
      values = all.map { $0.value ?? "" }
      return
    }
    let isOther =
      row is any TextTreeConvertible || row is any CustomStringConvertible
      || row is any CustomDebugStringConvertible || row is any Displayable
      || row is any LazySequenceProtocol
    if isOther { return nil }
    let mirror = Mirror(reflecting: row)
    guard mirror.displayStyle == .struct || mirror.displayStyle == .tuple else { return nil }
    let fields = ReflectedField.all(of: mirror)
    if fields.isEmpty { return nil }
    kind = ObjectIdentifier(type(of: row))
    names = fields.enumerated().map { $1.name ?? ".\($0)" }
    values = fields.map(\.value)
  }

  /// Adds the columns of another record; a column that is there already keeps its values.
  mutating func append(_ other: RowFields) {
    names += other.names
    values += other.values
  }
}
