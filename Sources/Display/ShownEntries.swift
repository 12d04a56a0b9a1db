/// A set or a dictionary, whose elements have no order of their own.
protocol ShownEntries: TextTreeConvertible {
  var _shownCount: Int { get }
  /// Elements (of dictionaries: their keys with their values) in the order in which to show them.
  /// Of more than ``UnorderedLimit`` elements only some, since sorting would visit all.
  func _shownEntries(in builder: TextTreeBuilder) -> [(key: Any, value: Any?)]
}

/// The largest number of elements that are sorted, and how many are shown of more.
enum UnorderedLimit {
  static let sorted = 1000
  static let shown = 20
}

extension Set: ShownEntries {
  var _shownCount: Int { count }
  func _shownEntries(in builder: TextTreeBuilder) -> [(key: Any, value: Any?)] {
    let elements = few(self, count: count)
    return shownOrder(of: elements, in: builder).map { (elements[$0], nil) }
  }
}

extension Dictionary: ShownEntries {
  var _shownCount: Int { count }
  func _shownEntries(in builder: TextTreeBuilder) -> [(key: Any, value: Any?)] {
    let entries = few(self, count: count)
    return shownOrder(of: entries.map(\.key), in: builder).map {
      (entries[$0].key, entries[$0].value)
    }
  }
}

extension Dictionary.Keys: ShownEntries {
  var _shownCount: Int { count }
  func _shownEntries(in builder: TextTreeBuilder) -> [(key: Any, value: Any?)] {
    let elements = few(self, count: count)
    return shownOrder(of: elements, in: builder).map { (elements[$0], nil) }
  }
}

extension Dictionary.Values: ShownEntries {
  var _shownCount: Int { count }
  func _shownEntries(in builder: TextTreeBuilder) -> [(key: Any, value: Any?)] {
    few(self, count: count).map { ($0, nil) }
  }
}

extension KeyValuePairs: ShownEntries {
  var _shownCount: Int { count }
  func _shownEntries(in builder: TextTreeBuilder) -> [(key: Any, value: Any?)] {
    few(self, count: count).map { ($0, $1) }
  }
}

extension ShownEntries {
  func _textTree(in builder: inout TextTreeBuilder, isInner: Bool) -> TextTree {
    let isEmptyDictionary = _shownCount == 0 && Self.self is any KeyedEntries.Type
    if isEmptyDictionary { return .leaf("[:]") }
    return builder.group("[", "]") { builder in
      let entries = _shownEntries(in: builder)
      let isDeep = builder.depth > 1
      let shown = ShownRows(
        count: entries.count, limit: isDeep ? TextTree.Limit.innerItems : TextTree.Limit.items,
        ends: isDeep ? TextTree.Limit.innerEnds : TextTree.Limit.ends)
      var items = shown.map { index in
        let entry = entries[index]
        guard let value = entry.value else {
          return TextTree.Item(tree: builder.tree(of: entry.key, isInner: true))
        }
        return builder.entry(key: entry.key, value: value)
      } elision: {
        TextTree.Item(tree: .elision($0))
      }
      if _shownCount > entries.count {
        items.append(TextTree.Item(tree: .elision(_shownCount - entries.count)))
      }
      return items
    }
  }
}

/// Entries with keys and values.
protocol KeyedEntries: ShownEntries {}
extension Dictionary: KeyedEntries {}
extension KeyValuePairs: KeyedEntries {}

/// The first elements of a collection, all of them unless there are very many.
private func few<Elements: Collection>(_ elements: Elements, count: Int) -> [Elements.Element] {
  Array(elements.prefix(count > UnorderedLimit.sorted ? UnorderedLimit.shown : count))
}

/// The places of `keys`, sorted by value where they compare and otherwise by the text that
/// `builder` shows of each, which ends where an object contains itself.
private func shownOrder<Key>(of keys: [Key], in builder: TextTreeBuilder) -> [Int] {
  if keys.count < 2 { return Array(keys.indices) }
  if let type = Key.self as? any Comparable.Type, let order = order(of: keys, as: type) {
    return order
  }
  let texts = keys.map { key in
    var builder = builder
    return builder.tree(of: key, isInner: true).text()
  }
  return texts.indices.sorted { texts[$0] < texts[$1] }
}

private func order<Key, Value: Comparable>(of keys: [Key], as type: Value.Type) -> [Int]? {
  guard let values = keys as? [Value] else { return nil }
  return values.indices.sorted { values[$0] < values[$1] }
}
