struct Tagged<Tag, Value> { var value: Value; init(_ v: Value) { value = v } }
extension Tagged: Equatable where Value: Equatable {}
extension Tagged: Hashable where Value: Hashable {}
extension Tagged: ExpressibleByIntegerLiteral where Value == Int { init(integerLiteral v: Int) { self.init(v) } }
enum User {}
enum Order {}
let id: Tagged<User, Int> = 7
print(id == 7, Set([id, 7, 8]).count, type(of: id))
protocol Store<Key, Item> { associatedtype Key: Hashable; associatedtype Item; subscript(key: Key) -> Item? { get set } }
struct Memory<Key: Hashable, Item>: Store { private var all: [Key: Item] = [:]; init() {}; subscript(key: Key) -> Item? { get { all[key] } set { all[key] = newValue } } }
func fill(_ store: inout some Store<String, Int>, _ names: [String]) { for (i, n) in names.enumerated() { store[n] = i } }
var memory = Memory<String, Int>()
fill(&memory, ["x", "y"])
print(memory["y"] ?? -1, memory["z"] as Any)
let erased: any Store<String, Int> = memory
func read(_ s: any Store<String, Int>) -> Int { s["x"] ?? -1 }
print(read(erased))
func zipAll<each A, each B>(_ a: repeat each A, with b: repeat each B) -> (repeat (each A, each B)) { (repeat (each a, each b)) }
let zipped = zipAll(1, "a", with: 2.5, true)
print(zipped.0, zipped.1)
struct Pipeline<each Stage> {
  let stages: (repeat each Stage)
  init(_ s: repeat each Stage) { stages = (repeat each s) }
  var names: [String] { var all: [String] = []; repeat all.append("\(type(of: each stages))"); return all }
}
print(Pipeline(1, "two", [3.0]).names)
extension Sequence {
  func grouped<K: Hashable>(by key: (Element) throws -> K) rethrows -> [K: [Element]] { try Dictionary(grouping: self, by: key) }
  func scan<R>(_ start: R, _ f: (R, Element) -> R) -> some Sequence<R> { var all = [start]; for e in self { all.append(f(all.last!, e)) }; return all }
}
print(Array((1...5).scan(0, +)), (1...6).grouped { $0 % 3 }.sorted { $0.key < $1.key }.map(\.value))
infix operator <> : AdditionPrecedence
protocol Monoid { static var empty: Self { get }; static func <> (a: Self, b: Self) -> Self }
extension String: Monoid { static var empty: String { "" }; static func <> (a: String, b: String) -> String { a + b } }
extension Array: Monoid { static var empty: [Element] { [] }; static func <> (a: [Element], b: [Element]) -> [Element] { a + b } }
extension Optional: Monoid where Wrapped: Monoid {
  static var empty: Wrapped? { nil }
  static func <> (a: Wrapped?, b: Wrapped?) -> Wrapped? { switch (a, b) { case let (a?, b?): a <> b; default: a ?? b } }
}
func concat<M: Monoid>(_ all: [M]) -> M { all.reduce(.empty, <>) }
print(concat(["a", "b"]), concat([[1], [2, 3]]), concat([Optional("x"), nil, "y"]) as Any)
class Animal { class var sound: String { "…" }; required init() {}; func speak() -> String { Self.sound }; static func make() -> Self { Self() } }
final class Dog: Animal { override class var sound: String { "wuff" } }
let kinds: [Animal.Type] = [Animal.self, Dog.self]
print(kinds.map { $0.init().speak() }, Dog.make().speak(), type(of: Dog.make() as Animal))
func describe<T>(_ x: T) -> String { "any" }
func describe<T: Collection>(_ x: T) -> String where T.Element: Numeric { "numbers \(x.count)" }
func describe(_ x: some StringProtocol) -> String { "text" }
print(describe(1), describe([1, 2]), describe("s"), describe(["s"]), describe("abc".dropFirst()))
struct Lens<Whole, Part> {
  let get: (Whole) -> Part, set: (inout Whole, Part) -> Void
  init(_ path: WritableKeyPath<Whole, Part>) { get = { $0[keyPath: path] }; set = { $0[keyPath: path] = $1 } }
  func over(_ w: Whole, _ f: (Part) -> Part) -> Whole { var w = w; set(&w, f(get(w))); return w }
}
struct Point { var x = 1, y = 2; var tags = ["a", "b"] }
print(Lens(\Point.x).over(Point()) { $0 + 10 }, Lens(\Point.tags[1]).over(Point()) { $0 + "!" }.tags)
@resultBuilder enum Sum { static func buildBlock(_ v: Int...) -> Int { v.reduce(0, +) }; static func buildOptional(_ v: Int?) -> Int { v ?? 0 }; static func buildArray(_ v: [Int]) -> Int { v.reduce(0, +) }; static func buildEither(first v: Int) -> Int { v }; static func buildEither(second v: Int) -> Int { -v } }
func total(@Sum _ body: () -> Int) -> Int { body() }
let flag = id.value > 3
print(total { 1; 2; if flag { 10 }; for k in 1...3 { k }; if !flag { 100 } else { 1000 } })
@dynamicMemberLookup struct Proxy<T> { var base: T; subscript<V>(dynamicMember p: WritableKeyPath<T, V>) -> V { get { base[keyPath: p] } set { base[keyPath: p] = newValue } } }
var proxy = Proxy(base: Point())
proxy.x += 5
proxy.tags.append("c")
print(proxy.base, proxy.tags.count)
func apply<R, E: Error>(_ f: () throws(E) -> R) throws(E) -> R { try f() }
struct Odd: Error { var n: Int }
do { print(apply { 3 }); _ = try apply { () throws(Odd) -> Int in throw Odd(n: 5) } } catch { print(error.n) }
