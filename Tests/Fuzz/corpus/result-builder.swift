@resultBuilder
enum ListBuilder {
  static func buildExpression(_ n: Int) -> [Int] { [n] }
  static func buildBlock(_ parts: [Int]...) -> [Int] { parts.flatMap { $0 } }
  static func buildOptional(_ part: [Int]?) -> [Int] { part ?? [] }
  static func buildEither(first: [Int]) -> [Int] { first }
  static func buildEither(second: [Int]) -> [Int] { second }
  static func buildArray(_ parts: [[Int]]) -> [Int] { parts.flatMap { $0 } }
}
func list(@ListBuilder _ body: () -> [Int]) -> [Int] { body() }
let flag = true
list {
  1
  if flag { 2 }
  for i in 3...4 { i }
  if flag { 5 } else { 6 }
}
