/// The text a notebook shows for `value`.
///
/// ```swift
/// plainText(of: "tab\t")                      // "tab\t", with quotes
/// plainText(of: Optional(3))                  // Optional(3)
/// plainText(of: Point(x: 1, y: 2))            // Point(x: 1.0, y: 2.0)
/// plainText(of: Direction.north)              // Direction.north
/// plainText(of: [Direction.north, .south])    // [.north, .south]
/// plainText(of: ["b": 1, "a": nil])           // ["a": nil, "b": 1]
/// plainText(of: Array(0..<10_000))            // first and last ten, "… 9 980 more …" between
/// ```
///
/// - A value's own `description` is used, inside of other values its `debugDescription`.
/// - An optional says so when it is shown by itself; inside of other values its content stands
///   alone, as in the debugger, because structs would be unreadable otherwise. `Optional(nil)`
///   remains where the emptiness lies deeper.
/// - A number with more than five digits is written with four of them inside of other values, and
///   in full by itself (``shortNumber(_:digits:)``).
/// - Names of types are written without their module.
/// - Text takes one line where it fits into 80 columns. An array of structs that does not becomes
///   an aligned table if that fits into 100 columns: rows compare better than nested parentheses
///   do. Everything else is broken at its brackets.
/// - Sets and dictionaries of up to 1 000 elements are sorted, so that text is reproducible.
/// - A class instance that contains itself is shown as `Node(↻)` the second time; after 12 levels
///   `…` follows. Actors are shown by name, since only their own code may read them.
/// - Nothing is consumed: lazy sequences are shown by their type.
///
/// - Complexity: O(text), independent of the sizes of collections.
public func plainText<Value>(of value: Value) -> String {
  shownTexts(of: value, isTableWanted: false).text
}

/// The text and the table of a value, for which its rows are read only once.
func shownTexts<Value>(of value: Value, isTableWanted: Bool) -> (text: String, html: String?) {
  if let text = primitiveText(value) { return (text, nil) }
  var builder = TextTreeBuilder()
  let tree = builder.tree(of: value, isInner: false)
  let line = tree.line(width: TextTree.Limit.width)
  guard line == nil || isTableWanted, let table = TableContent(value) else {
    return (shortened(line ?? tree.text()), nil)
  }
  let text = line ?? (table.isOfRecords ? table.table.text(width: 100) : nil) ?? tree.text()
  return (shortened(text), isTableWanted ? table.table.html : nil)
}

/// The text of the most frequent results, before any casting or reflection.
private func primitiveText<Value>(_ value: Value) -> String? {
  // Types are compared first because a cast alone would look into optionals.
  if Value.self == Int.self { return (value as? Int)?.description }
  if Value.self == Double.self { return (value as? Double)?.description }
  if Value.self == Bool.self { return (value as? Bool)?.description }
  return nil
}

/// Drops lines from the middle of a very long text.
private func shortened(_ text: String) -> String {
  let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
  let limit = TextTree.Limit.lines
  guard lines.count > limit else { return text }
  let tail = limit / 4
  let head = limit - tail - 1
  let note = "… \(groupedDigits(lines.count - head - tail)) more lines …"
  return (lines.prefix(head) + [Substring(note)] + lines.suffix(tail)).joined(separator: "\n")
}
