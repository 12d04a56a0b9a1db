protocol Markup { func render(_ depth: Int) -> [String] }
struct Text: Markup { let s: String; init(_ s: String) { self.s = s }; func render(_ d: Int) -> [String] { [pad(d) + s] } }
func pad(_ d: Int) -> String { String(repeating: "  ", count: d) }
struct Group: Markup { let parts: [any Markup]; func render(_ d: Int) -> [String] { parts.flatMap { $0.render(d) } } }
struct Pair<A: Markup, B: Markup>: Markup { let a: A, b: B; func render(_ d: Int) -> [String] { a.render(d) + b.render(d) } }
struct Empty: Markup { func render(_: Int) -> [String] { [] } }
enum Either<A: Markup, B: Markup>: Markup { case first(A), second(B)
  func render(_ d: Int) -> [String] { switch self { case .first(let a): a.render(d); case .second(let b): b.render(d) } } }
@resultBuilder enum Build {
  static func buildExpression<M: Markup>(_ m: M) -> M { m }
  static func buildExpression(_ s: String) -> Text { Text(s) }
  static func buildBlock() -> Empty { Empty() }
  static func buildPartialBlock<M: Markup>(first: M) -> M { first }
  static func buildPartialBlock<A: Markup, B: Markup>(accumulated a: A, next b: B) -> Pair<A, B> { Pair(a: a, b: b) }
  static func buildOptional<M: Markup>(_ m: M?) -> Either<M, Empty> { m.map { .first($0) } ?? .second(Empty()) }
  static func buildEither<A: Markup, B: Markup>(first a: A) -> Either<A, B> { .first(a) }
  static func buildEither<A: Markup, B: Markup>(second b: B) -> Either<A, B> { .second(b) }
  static func buildArray<M: Markup>(_ a: [M]) -> Group { Group(parts: a) }
  static func buildLimitedAvailability<M: Markup>(_ m: M) -> Group { Group(parts: [m]) }
}
struct Tag<Body: Markup>: Markup {
  let name: String, body: Body
  init(_ name: String, @Build _ body: () -> Body) { self.name = name; self.body = body() }
  func render(_ d: Int) -> [String] { [pad(d) + "<\(name)>"] + body.render(d + 1) + [pad(d) + "</\(name)>"] }
}
let names = ["ada", "bob"]
var loud = false
@Build func page(_ title: String?) -> some Markup {
  Tag("head") { if let title { Tag("title") { title } } }
  Tag("body") {
    if loud { "LOUD" } else { Tag("i") { "quiet" } }
    for n in names { Tag("li") { n; "!" } }
  }
}
let first = page("Hi")
print(first.render(0).joined(separator: "\n"))
loud = true
let second = page(nil)
print(second.render(0).joined(separator: "\n"))
print(type(of: first) == type(of: second))
print(type(of: Tag("x") { "y"; "z" }))
struct View { @Build var body: some Markup { "v"; Empty() }
  @Build static func make(_ n: Int) -> some Markup { switch n { case 0: "zero"; case 1: "one"; default: Tag("n") { "\(n)" } } } }
print(View().body.render(1), View.make(0).render(0), View.make(5).render(0))
let closure: () -> any Markup = { Tag("c") { if #available(macOS 10, *) { "new" } } }
print(closure().render(0))
