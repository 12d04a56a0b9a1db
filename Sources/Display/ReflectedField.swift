/// A stored property, or an element of a tuple, under the name its author gave it.
///
/// The compiler stores some properties under other names: `$__lazy_storage_$_total` for a lazy
/// `total`, `_count` for a wrapped `count`, `_name` and `_$observationRegistrar` for those of an
/// `@Observable` class.
struct ReflectedField {
  /// `nil` for unnamed elements of tuples.
  var name: String?
  var value: Any
  /// Whether this is a lazy property that nobody has asked for yet.
  var isUnset = false

  /// The fields of the value behind `mirror`, those of its superclasses first.
  static func all(of mirror: Mirror) -> [ReflectedField] {
    var mirrors = [mirror]
    while let next = mirrors.last?.superclassMirror { mirrors.append(next) }
    return mirrors.reversed().flatMap(declared)
  }

  private static func declared(in mirror: Mirror) -> [ReflectedField] {
    let isObservable = mirror.children.contains { $0.label == "_$observationRegistrar" }
    return mirror.children.compactMap { child in
      guard let label = child.label, mirror.displayStyle != .tuple || !label.hasPrefix(".") else {
        return ReflectedField(name: nil, value: child.value)
      }
      let lazyMark = "$__lazy_storage_$_"
      if label.hasPrefix(lazyMark) {
        let content = Mirror(reflecting: child.value).children.first
        return ReflectedField(
          name: String(label.dropFirst(lazyMark.count)), value: content?.value ?? child.value,
          isUnset: content == nil)
      }
      if label.hasPrefix("_$") || label.hasPrefix("$") { return nil }
      guard label.hasPrefix("_") else { return ReflectedField(name: label, value: child.value) }
      let name = String(label.dropFirst())
      if isObservable { return ReflectedField(name: name, value: child.value) }
      let wrapped = Mirror(reflecting: child.value).children.first { $0.label == "wrappedValue" }
      if let wrapped { return ReflectedField(name: name, value: wrapped.value) }
      return ReflectedField(name: label, value: child.value)
    }
  }
}
