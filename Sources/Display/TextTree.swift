/// A value as text that is not yet broken into lines.
indirect enum TextTree {
  /// Text without structure.
  case leaf(String)
  /// Items between brackets: `Point(x: 1.0, y: 2.0)`, `[1, 2, 3]`.
  case group(open: String, items: [Item], close: String)
  /// Stands for items that are not shown; `nil` where counting them would mean walking them.
  case elision(Int?)

  struct Item {
    /// Text before the value, its colon and space included.
    var label = ""
    var tree: TextTree
  }

  /// The limits within which text stays readable, in columns, lines and items.
  enum Limit {
    static let width = 80
    /// Lines of one output.
    static let lines = 200
    /// Items of a list of short values, of one that is spread over lines, and of one in a list.
    static let items = 100
    static let lineItems = 40
    static let innerItems = 20
    /// Items shown at either end of a longer list, and of a longer one in a list.
    static let ends = 10
    static let innerEnds = 5
    /// Levels of values in values.
    static let depth = 12
    /// Values in one output.
    static let values = 2000
    /// Characters of a text inside of another value, of a text on its own, of a row's cell.
    static let innerText = 240
    static let text = 20_000
    static let cell = 80
  }

  static func elisionText(_ count: Int?) -> String {
    count.map { "… \(groupedDigits($0)) more …" } ?? "… more …"
  }

  /// The text, on one line where it fits into `width` columns.
  func text(width: Int = Limit.width) -> String {
    if case .leaf(let text) = self { return text }
    if let line = line(width: width) { return line }
    var layout = TextLayout(width: width)
    layout.write(self, indent: 0, used: 0)
    return layout.output
  }

  /// The text on one line; `nil` when it is wider than `width`.
  func line(width: Int) -> String? {
    var output = ""
    var left = width
    return appendLine(to: &output, left: &left) ? output : nil
  }

  /// The beginning of the text, for places where only one line can stand.
  var firstLine: String {
    text().split(separator: "\n").joined(separator: " ")
  }

  private func appendLine(to output: inout String, left: inout Int) -> Bool {
    func append(_ text: String) -> Bool {
      // No more than a line of a long text needs to be measured.
      left -= TextColumns.count(text.utf8.count <= left ? text[...] : text.prefix(left + 1))
      output += text
      return left >= 0
    }
    switch self {
    case .leaf(let text): return !text.utf8.contains(UInt8(ascii: "\n")) && append(text)
    case .elision(let count): return append(TextTree.elisionText(count))
    case .group(let open, let items, let close):
      guard append(open) else { return false }
      for (index, item) in items.enumerated() {
        guard index == 0 || append(", "), append(item.label),
          item.tree.appendLine(to: &output, left: &left)
        else { return false }
      }
      return append(close)
    }
  }
}

/// Writes a tree over several lines: every group that does not fit on its line is opened, with
/// one item a line, or, for lists of short values, as many as fit.
private struct TextLayout {
  let width: Int
  var output = ""
  private let shortItem = 24

  init(width: Int) { self.width = width }

  /// - Parameters:
  ///   - indent: columns before each further line.
  ///   - used: columns of the present line that are taken, the comma to come included.
  mutating func write(_ tree: TextTree, indent: Int, used: Int) {
    if let line = tree.line(width: width - used) {
      output += line
      return
    }
    switch tree {
    case .leaf(let text): write(lines: text, indent: indent)
    case .elision(let count): output += TextTree.elisionText(count)
    case .group(let open, let items, let close):
      output += open
      if !fill(items, indent: indent + 2) { stack(items, indent: indent + 2) }
      newLine(indent)
      output += close
    }
  }

  private mutating func newLine(_ indent: Int) {
    output += "\n" + String(repeating: " ", count: indent)
  }

  private mutating func write(lines text: String, indent: Int) {
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
    {
      if index > 0 { newLine(indent) }
      output += line
    }
  }

  /// One item a line.
  private mutating func stack(_ all: [TextTree.Item], indent: Int) {
    let items = shortened(all)
    for (index, item) in items.enumerated() {
      newLine(indent)
      let isLast = index == items.count - 1
      output += item.label
      let used = indent + TextColumns.count(item.label) + (isLast ? 0 : 1)
      write(item.tree, indent: indent, used: used)
      if case .elision = item.tree { continue }
      if !isLast { output += "," }
    }
  }

  private func shortened(_ items: [TextTree.Item]) -> [TextTree.Item] {
    guard items.count > TextTree.Limit.lineItems else { return items }
    let hidden = items.dropFirst(TextTree.Limit.ends).dropLast(TextTree.Limit.ends)
    var count: Int? = 0
    for item in hidden {
      if case .elision(let more) = item.tree {
        count = more.flatMap { more in count.map { $0 + more } }
      } else {
        count = count.map { $0 + 1 }
      }
    }
    return items.prefix(TextTree.Limit.ends) + [TextTree.Item(tree: .elision(count))]
      + items.suffix(TextTree.Limit.ends)
  }

  /// As many items a line as fit; `false`, and nothing written, unless all are short.
  private mutating func fill(_ items: [TextTree.Item], indent: Int) -> Bool {
    var texts: [(text: String, isElision: Bool)] = []
    for item in items {
      switch item.tree {
      case .leaf(let text):
        guard item.label.isEmpty, TextColumns.count(text.prefix(shortItem + 1)) <= shortItem,
          !text.utf8.contains(UInt8(ascii: "\n"))
        else { return false }
        texts.append((text, false))
      case .elision(let count): texts.append((TextTree.elisionText(count), true))
      case .group: return false
      }
    }
    var column = width
    for (index, item) in texts.enumerated() {
      let comma = item.isElision || index == texts.count - 1 ? "" : ","
      let needed = TextColumns.count(item.text) + comma.utf8.count
      if item.isElision || column + 1 + needed > width {
        newLine(indent)
        column = indent
      } else {
        output += " "
        column += 1
      }
      output += item.text + comma
      column = item.isElision ? width : column + needed
    }
    return true
  }
}
