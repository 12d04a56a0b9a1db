@dynamicMemberLookup
struct Lens<Root> {
  var root: Root
  subscript<Value>(dynamicMember path: KeyPath<Root, Value>) -> Value { root[keyPath: path] }
}
Lens(root: "hello").count
