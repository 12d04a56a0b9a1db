/// A list whose elements can be read by position at once, so that the middle of a long one need
/// not be walked.
protocol ShownList: TextTreeConvertible {
  var _shownCount: Int { get }
  /// The element `offset` places after the first.
  func _shownElement(_ offset: Int) -> Any
  /// The subscript of the first element, which is not 0 in slices.
  var _firstNumber: Int { get }
}

extension ShownList where Self: RandomAccessCollection {
  var _shownCount: Int { count }
  func _shownElement(_ offset: Int) -> Any { self[index(startIndex, offsetBy: offset)] }
  var _firstNumber: Int { startIndex as? Int ?? 0 }
}

extension Array: ShownList {}
extension ArraySlice: ShownList {}
extension ContiguousArray: ShownList {}
extension ReversedCollection: ShownList, TextTreeConvertible
where Base: RandomAccessCollection {}
extension EmptyCollection: ShownList {}
extension CollectionOfOne: ShownList {}
extension Repeated: ShownList {}

/// Any other random-access collection that reflects as a list, such as those of packages.
struct ForeignList: ShownList {
  let _shownCount: Int
  let _firstNumber: Int
  private let element: (Int) -> Any

  init?(_ value: Any) {
    guard !(value is any LazySequenceProtocol), let base = value as? any RandomAccessCollection,
      Mirror(reflecting: value).displayStyle == .collection
    else { return nil }
    self.init(of: base)
  }

  private init(of base: some RandomAccessCollection) {
    _shownCount = base.count
    _firstNumber = base.startIndex as? Int ?? 0
    element = { base[base.index(base.startIndex, offsetBy: $0)] }
  }

  func _shownElement(_ offset: Int) -> Any { element(offset) }
}

extension ShownList {
  func _textTree(in builder: inout TextTreeBuilder, isInner: Bool) -> TextTree {
    builder.group("[", "]") { builder in
      let isDeep = builder.depth > 1
      let shown = ShownRows(
        count: _shownCount, limit: isDeep ? TextTree.Limit.innerItems : TextTree.Limit.items,
        ends: isDeep ? TextTree.Limit.innerEnds : TextTree.Limit.ends)
      return shown.map {
        TextTree.Item(tree: builder.tree(of: _shownElement($0), isInner: true))
      } elision: {
        TextTree.Item(tree: .elision($0))
      }
    }
  }
}

/// Which of `count` rows are shown: all of up to `limit`, else the first and the last `ends`.
struct ShownRows {
  let head: Range<Int>
  let tail: Range<Int>
  var hidden: Int { tail.lowerBound - head.upperBound }

  init(count: Int, limit: Int, ends: Int) {
    head = 0..<(count <= limit ? count : ends)
    tail = max(head.upperBound, count - ends)..<count
  }

  func map<Row>(_ row: (Int) -> Row, elision: (Int) -> Row) -> [Row] {
    head.map(row) + (hidden > 0 ? [elision(hidden)] : []) + tail.map(row)
  }
}
