struct Path: ExpressibleByStringLiteral, ExpressibleByArrayLiteral {
  var parts: [String]
  init(stringLiteral value: String) { parts = value.split(separator: "/").map(String.init) }
  init(arrayLiteral elements: String...) { parts = elements }
}
let path: Path = "a/b/c"
let other: Path = ["x", "y"]
path.parts.count + other.parts.count
