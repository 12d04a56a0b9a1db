@resultBuilder enum Html { static func buildBlock(_ p: String...) -> String { p.joined() }; static func buildIf(_ p: String?) -> String { p ?? "" }; static func buildEither(first p: String) -> String { "[" + p }; static func buildEither(second p: String) -> String { p + "]" }; static func buildArray(_ p: [String]) -> String { p.joined(separator: ",") }; static func buildExpression(_ s: String) -> String { s }; static func buildExpression(_ n: Int) -> String { "#\(n)" }; static func buildLimitedAvailability(_ s: String) -> String { s }; static func buildFinalResult(_ s: String) -> String { "<\(s)>" } }
func div(@Html _ c: () -> String) -> String { c() }
let flag = true
var items = ["x", "y"]
print(div { "a"; 1; if flag { "t" } else { "f" } })
print(div { for i in items { i; 2 } })
items.append("z")
@Html var page: String { "p"; div { for i in items { i } }; if !flag { "no" } }
print(page)
@Html func body(_ n: Int) -> String { switch n { case 0: "zero"; case 1: "one"; default: n } }
print(body(0), body(1), body(5))
struct View { let t: String; init(@Html _ c: () -> String) { t = c() } }
print(View { let k = items.count; k; if #available(macOS 10, *) { "new" } }.t)
protocol Page { @Html var content: String { get } }
struct Home: Page { var content: String { "home"; 3 } }
print(Home().content)
@resultBuilder enum Sum { static func buildPartialBlock(first: Int) -> Int { first }; static func buildPartialBlock(accumulated a: Int, next: Int) -> Int { a + next }; static func buildOptional(_ t: Int?) -> Int { t ?? 0 } }
func sum(@Sum _ f: () -> Int) -> Int { f() }
print(sum { 1; 2; if items.isEmpty { 9 } })
let x: Int = sum { 10; 20; 30 }
print(x)
extension Html { static func buildExpression(_ d: Double) -> String { String(format: "%.1f", d) } }
print(div { 2.25; "z" })
print(div { items[0] })
