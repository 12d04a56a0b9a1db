protocol Summable { static func sum(_ a: Self, _ b: Self) -> Self }
extension Int: Summable { static func sum(_ a: Int, _ b: Int) -> Int { a + b } }
extension Array: Summable where Element: Summable {
  static func sum(_ a: [Element], _ b: [Element]) -> [Element] {
    zip(a, b).map { Element.sum($0, $1) }
  }
}
[[1], [2]].reduce([0], Array.sum)
