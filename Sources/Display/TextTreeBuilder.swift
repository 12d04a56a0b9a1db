/// Reads values into trees, within limits of depth and number.
struct TextTreeBuilder {
  private(set) var depth = 0
  private var valuesLeft = TextTree.Limit.values
  /// The class instances that contain the value being read.
  private var enclosing: [ObjectIdentifier] = []

  /// - Parameter isInner: whether `value` is shown inside of another.
  mutating func tree(of value: Any, isInner: Bool) -> TextTree {
    valuesLeft -= 1
    guard valuesLeft >= 0 else { return .leaf("…") }
    if let own = value as? any TextTreeConvertible {
      return own._textTree(in: &self, isInner: isInner)
    }
    if let text = customText(of: value, isInner: isInner) {
      return .leaf(ElidedText(text, isInner: isInner).plain)
    }
    if let type = value as? any Any.Type { return .leaf(shownTypeName(type)) }
    return reflectedTree(of: value, isInner: isInner)
  }

  /// Reads the parts of a value one level deeper; `nil` instead of reading at the limit of depth.
  mutating func inside<Result>(_ read: (inout TextTreeBuilder) -> Result) -> Result? {
    guard depth < TextTree.Limit.depth, valuesLeft > 0 else { return nil }
    depth += 1
    defer { depth -= 1 }
    return read(&self)
  }

  /// A group whose items lie one level deeper.
  mutating func group(
    _ open: String, _ close: String, _ items: (inout TextTreeBuilder) -> [TextTree.Item]
  ) -> TextTree {
    guard let items = inside(items) else { return .leaf(open + "…" + close) }
    return .group(open: open, items: items, close: close)
  }

  // MARK: Descriptions

  private func customText(of value: Any, isInner: Bool) -> String? {
    if isLongList(value) { return nil }
    if isInner, let custom = value as? any CustomDebugStringConvertible {
      return custom.debugDescription
    }
    if let custom = value as? any CustomStringConvertible { return custom.description }
    if let custom = value as? any CustomDebugStringConvertible { return custom.debugDescription }
    if let custom = value as? any TextOutputStreamable {
      var text = ""
      custom.write(to: &text)
      return text
    }
    return nil
  }

  /// Whether the description of `value` may be expected to write out a great many elements.
  private func isLongList(_ value: Any) -> Bool {
    guard let list = value as? any RandomAccessCollection, list.count > 1000 else { return false }
    return Mirror(reflecting: value).displayStyle == .collection
  }

  // MARK: Reflection

  private mutating func reflectedTree(of value: Any, isInner: Bool) -> TextTree {
    guard type(of: value) is AnyClass else {
      return tree(of: value, reflectedBy: Mirror(reflecting: value), isInner: isInner)
    }
    if value is any Actor { return .leaf("actor \(shownTypeName(type(of: value)))") }
    let identity = ObjectIdentifier(value as AnyObject)
    guard !enclosing.contains(identity) else {
      return .leaf("\(shownTypeName(type(of: value)))(↻)")
    }
    enclosing.append(identity)
    defer { enclosing.removeLast() }
    return tree(of: value, reflectedBy: Mirror(reflecting: value), isInner: isInner)
  }

  private mutating func tree(
    of value: Any, reflectedBy mirror: Mirror, isInner: Bool
  ) -> TextTree {
    switch mirror.displayStyle {
    case .optional:
      guard let content = mirror.children.first else { return .leaf("nil") }
      return tree(of: content.value, isInner: isInner)
    case .collection, .set:
      return group("[", "]") {
        $0.items(of: mirror.children) { TextTree.Item(tree: $0.tree(of: $1, isInner: true)) }
      }
    case .dictionary:
      return group("[", "]") { $0.entries(of: mirror.children) }
    case .tuple:
      return group("(", ")") { $0.fields(of: mirror) }
    case .enum:
      return enumTree(of: value, reflectedBy: mirror, isInner: isInner)
    default:
      let name = shownTypeName(type(of: value))
      // Functions reflect as nothing; `()` behind the type of one would look like a call.
      if mirror.displayStyle == nil, mirror.children.isEmpty { return .leaf(name) }
      if value is any LazySequenceProtocol || isOpaque(value, mirror) { return .leaf(name) }
      return group(name + "(", ")") { $0.fields(of: mirror) }
    }
  }

  private mutating func enumTree(
    of value: Any, reflectedBy mirror: Mirror, isInner: Bool
  ) -> TextTree {
    // The type's arguments say little where a case is named: `Result.success(3)`.
    let type = isInner ? "" : String(shownTypeName(type(of: value)).prefix { $0 != "<" })
    guard let payload = mirror.children.first else {
      return .leaf("\(type).\(value)")
    }
    let open = "\(type).\(payload.label ?? "")("
    let content = Mirror(reflecting: payload.value)
    if content.displayStyle == .tuple { return group(open, ")") { $0.fields(of: content) } }
    return group(open, ")") { [TextTree.Item(tree: $0.tree(of: payload.value, isInner: true))] }
  }

  /// Whether the parts of `value` are the standard library's own business, as those of tasks,
  /// streams and `zip(_:_:)`.
  private func isOpaque(_ value: Any, _ mirror: Mirror) -> Bool {
    guard !mirror.children.isEmpty, String(reflecting: type(of: value)).hasPrefix("Swift.") else {
      return false
    }
    return value is any AsyncSequence
      || mirror.children.allSatisfy { $0.label?.hasPrefix("_") ?? false }
  }

  // MARK: Parts

  private mutating func items(
    of children: Mirror.Children, _ read: (inout TextTreeBuilder, Any) -> TextTree.Item
  ) -> [TextTree.Item] {
    var items: [TextTree.Item] = []
    // A mirror's children may be of any kind of collection: they are taken from the front only.
    let limit = depth > 1 ? TextTree.Limit.innerItems : TextTree.Limit.items
    for child in children {
      guard items.count < limit else {
        items.append(TextTree.Item(tree: .elision(nil)))
        break
      }
      items.append(read(&self, child.value))
    }
    return items
  }

  private mutating func entries(of children: Mirror.Children) -> [TextTree.Item] {
    guard !children.isEmpty else { return [TextTree.Item(tree: .leaf(":"))] }
    return items(of: children) { builder, entry in
      let parts = Mirror(reflecting: entry).children.map(\.value)
      guard parts.count == 2 else {
        return TextTree.Item(tree: builder.tree(of: entry, isInner: true))
      }
      return builder.entry(key: parts[0], value: parts[1])
    }
  }

  /// An entry of a dictionary; the key takes one line, however long it is.
  mutating func entry(key: Any, value: Any) -> TextTree.Item {
    let keyTree = tree(of: key, isInner: true)
    let label =
      keyTree.line(width: TextTree.Limit.innerText)
      ?? TextColumns.truncated(
        keyTree.text().split(separator: "\n").joined(separator: " "), to: TextTree.Limit.width)
    return TextTree.Item(label: label + ": ", tree: tree(of: value, isInner: true))
  }

  private mutating func fields(of mirror: Mirror) -> [TextTree.Item] {
    let fields = ReflectedField.all(of: mirror)
    var items: [TextTree.Item] = []
    for field in fields {
      guard items.count < TextTree.Limit.items else {
        items.append(TextTree.Item(tree: .elision(fields.count - items.count)))
        break
      }
      let tree = field.isUnset ? .leaf("not computed") : tree(of: field.value, isInner: true)
      items.append(TextTree.Item(label: field.name.map { "\($0): " } ?? "", tree: tree))
    }
    return items
  }
}
