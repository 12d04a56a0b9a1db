final class Resource {
  let name: String
  init(_ name: String) { self.name = name }
  deinit { print("released", name) }
}
do { _ = Resource("a") }
var held: Resource? = Resource("b")
held = nil
