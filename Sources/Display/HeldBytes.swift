/// A value that knows how many bytes of memory it holds outside of itself.
package protocol HoldsBytes {
  var heldBytes: Int { get }
}

/// About how many bytes a value takes, those it refers to included as far as they are known:
/// elements of collections, characters, tensors.
///
/// Objects count as their reference. Of long collections whose elements hold memory of their own, a
/// thousand are looked at.
///
/// O(1) for collections of plain values.
package func byteCount<Value>(of value: Value) -> Int {
  MemoryLayout<Value>.size + heldBytes(of: value)
}

private func heldBytes(of value: Any) -> Int {
  switch value {
  case let value as any HoldsBytes: value.heldBytes
  case let text as String: text.utf8.count > 15 ? text.utf8.count : 0
  case let list as any HoldsElements: list.elementBytes
  default: 0
  }
}

private protocol HoldsElements {
  var elementBytes: Int { get }
}

extension HoldsElements where Self: Collection {
  fileprivate func bytes(stride: Int) -> Int {
    let plain = count * stride
    guard !_isPOD(Element.self), !isEmpty else { return plain }
    let looked = prefix(1000)
    let held = looked.reduce(0) { $0 + heldBytes(of: $1) }
    return plain + Int(Double(held) * Double(count) / Double(looked.count))
  }
}

extension Array: HoldsElements {
  fileprivate var elementBytes: Int { bytes(stride: MemoryLayout<Element>.stride) }
}
extension ContiguousArray: HoldsElements {
  fileprivate var elementBytes: Int { bytes(stride: MemoryLayout<Element>.stride) }
}
extension ArraySlice: HoldsElements {
  fileprivate var elementBytes: Int { bytes(stride: MemoryLayout<Element>.stride) }
}
extension Set: HoldsElements {
  fileprivate var elementBytes: Int { bytes(stride: MemoryLayout<Element>.stride) }
}
extension Dictionary: HoldsElements {
  fileprivate var elementBytes: Int {
    bytes(stride: MemoryLayout<Key>.stride + MemoryLayout<Value>.stride)
  }
}
extension Optional: HoldsElements {
  fileprivate var elementBytes: Int { map { heldBytes(of: $0) } ?? 0 }
}
