@resultBuilder struct Html { static func buildBlock(_ c: String...) -> String { c.joined() }; static func buildOptional(_ c: String?) -> String { c ?? "" }; static func buildEither(first c: String) -> String { c }; static func buildEither(second c: String) -> String { c }; static func buildArray(_ c: [String]) -> String { c.joined(separator: ",") } }
func tag(_ name: String, @Html _ body: () -> String) -> String { "<\(name)>" + body() + "</\(name)>" }
let flag = true
let page = tag("div") {
  "start "
  if flag { tag("b") { "yes" } } else { "no" }
  for i in 0..<3 { "\(i)" }
}
print(page)
extension Html { static func buildExpression(_ s: String) -> String { s }; static func buildExpression(_ n: Int) -> String { "n\(n)" } }
print(tag("p") { 1; "two"; 3 })
struct List { @Html var body: String { "a"; "b" } }
print(List().body)
