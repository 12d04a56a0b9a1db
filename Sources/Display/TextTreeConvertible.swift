/// A type of the standard library that is read without reflection.
///
/// The requirements begin with an underscore because every member of a type is offered in cells.
protocol TextTreeConvertible {
  func _textTree(in builder: inout TextTreeBuilder, isInner: Bool) -> TextTree
}

// MARK: Numbers and text

extension TextTreeConvertible where Self: CustomStringConvertible {
  func _textTree(in builder: inout TextTreeBuilder, isInner: Bool) -> TextTree {
    .leaf(description)
  }
}

extension Int: TextTreeConvertible {}
extension Double: TextTreeConvertible {
  func _textTree(in builder: inout TextTreeBuilder, isInner: Bool) -> TextTree {
    .leaf(isInner ? shownNumber(self, description: description) : description)
  }
}

extension Float: TextTreeConvertible {
  func _textTree(in builder: inout TextTreeBuilder, isInner: Bool) -> TextTree {
    // The shortest text of a Float is not that of the Double with the same value.
    let decimal = Double(description) ?? Double(self)
    return .leaf(isInner ? shownNumber(decimal, description: description) : description)
  }
}

extension Bool: TextTreeConvertible {}
extension UInt8: TextTreeConvertible {}
extension Duration: TextTreeConvertible {}

extension TextTreeConvertible where Self: StringProtocol {
  func _textTree(in builder: inout TextTreeBuilder, isInner: Bool) -> TextTree {
    .leaf(ElidedText(self, isInner: isInner).quoted)
  }
}

extension String: TextTreeConvertible {}
extension Substring: TextTreeConvertible {}

extension Character: TextTreeConvertible {
  func _textTree(in builder: inout TextTreeBuilder, isInner: Bool) -> TextTree {
    .leaf(debugDescription)
  }
}

extension Unicode.Scalar: TextTreeConvertible {
  func _textTree(in builder: inout TextTreeBuilder, isInner: Bool) -> TextTree {
    .leaf(debugDescription)
  }
}

extension StaticString: TextTreeConvertible {
  func _textTree(in builder: inout TextTreeBuilder, isInner: Bool) -> TextTree {
    .leaf(ElidedText(description, isInner: isInner).quoted)
  }
}

// MARK: Wrappers

extension Optional: TextTreeConvertible {
  func _textTree(in builder: inout TextTreeBuilder, isInner: Bool) -> TextTree {
    guard let content = self else { return .leaf("nil") }
    let tree = builder.tree(of: content, isInner: isInner)
    guard !isInner || Wrapped.self is any OptionalContent.Type else { return tree }
    switch tree {
    case .leaf("nil"), .group(open: "Optional(", _, _): break
    default: if isInner { return tree }
    }
    return .group(open: "Optional(", items: [TextTree.Item(tree: tree)], close: ")")
  }
}

/// Optionals, told apart from other types.
protocol OptionalContent {
  var _content: Any? { get }
}

extension Optional: OptionalContent {
  var _content: Any? { self }
}

extension AnyHashable: TextTreeConvertible {
  func _textTree(in builder: inout TextTreeBuilder, isInner: Bool) -> TextTree {
    builder.tree(of: base, isInner: isInner)
  }
}

// MARK: Ranges

extension Range: TextTreeConvertible {
  func _textTree(in builder: inout TextTreeBuilder, isInner: Bool) -> TextTree {
    builder.range(lowerBound, "..<", upperBound)
  }
}

extension ClosedRange: TextTreeConvertible {
  func _textTree(in builder: inout TextTreeBuilder, isInner: Bool) -> TextTree {
    builder.range(lowerBound, "...", upperBound)
  }
}

extension PartialRangeFrom: TextTreeConvertible {
  func _textTree(in builder: inout TextTreeBuilder, isInner: Bool) -> TextTree {
    builder.range(lowerBound, "...", nil)
  }
}

extension PartialRangeThrough: TextTreeConvertible {
  func _textTree(in builder: inout TextTreeBuilder, isInner: Bool) -> TextTree {
    builder.range(nil, "...", upperBound)
  }
}

extension PartialRangeUpTo: TextTreeConvertible {
  func _textTree(in builder: inout TextTreeBuilder, isInner: Bool) -> TextTree {
    builder.range(nil, "..<", upperBound)
  }
}

extension TextTreeBuilder {
  fileprivate mutating func range(_ lower: Any?, _ mark: String, _ upper: Any?) -> TextTree {
    var items: [TextTree.Item] = []
    if let lower { items.append(TextTree.Item(tree: tree(of: lower, isInner: true))) }
    if let upper { items.append(TextTree.Item(tree: tree(of: upper, isInner: true))) }
    let texts = items.map { $0.tree.line(width: TextTree.Limit.innerText) ?? "…" }
    switch (lower, upper) {
    case (nil, _): return .leaf(mark + (texts.first ?? ""))
    case (_, nil): return .leaf((texts.first ?? "") + mark)
    default: return .leaf(texts.joined(separator: mark))
    }
  }
}
