protocol Visitor { associatedtype Out; func visit(_ n: Int) -> Out }
struct Dbl: Visitor { func visit(_ n: Int) -> Int { n * 2 } }
func run<V: Visitor>(_ v: V, _ n: Int) -> V.Out { v.visit(n) }
print(run(Dbl(), 3))
func hidden() -> some Visitor { Dbl() }
let v = hidden()
print(run(v, 4))
func generic<T>(_ t: T) -> some Collection<T> { [t, t] }
let g = generic("x")
print(g.count, g.first ?? "")
class Base<T> { var v: T; init(_ v: T) { self.v = v }; func d() -> String { "Base \(v)" } }
class Derived: Base<Int> { override func d() -> String { "D " + super.d() } }
let derived = Derived(3)
print(derived.d())
protocol Clone: AnyObject { init(); func copy() -> Self }
extension Clone { func copy() -> Self { Self() } }
final class Sheep: Clone { var n = 1; init() {} }
print(Sheep().copy().n)
extension Sheep: Equatable { static func == (a: Sheep, b: Sheep) -> Bool { a.n == b.n } }
print(Sheep() == Sheep())
extension Sheep: Hashable { func hash(into h: inout Hasher) { h.combine(n) } }
print(Set([Sheep(), Sheep()]).count)
enum Json: ExpressibleByStringLiteral, ExpressibleByDictionaryLiteral { case s(String), d([String: Json]); init(stringLiteral s: String) { self = .s(s) }; init(dictionaryLiteral e: (String, Json)...) { self = .d(Dictionary(uniqueKeysWithValues: e)) } }
let j: Json = ["a": "b"]
if case .d(let d) = j { print(d.count) }
@discardableResult func maybe(_ n: Int) -> Int? { n > 0 ? n : nil }
maybe(3)
guard let got = maybe(2) else { fatalError() }
print(got)
guard case let .some(z) = maybe(9), z > 3 else { fatalError() }
print(z)
var count = 0
while count < 3 { count += 1; if count == 2 { continue }; print(count) }
do { let count = "inner"; print(count) }
print(count)
func outer() -> [Int] { var r: [Int] = []; func add(_ i: Int) { r.append(i + count) }; add(1); add(2); return r }
print(outer())
extension Int { static func random() -> Int { 4 }; var isEven: Bool { self % 2 == 0 } }
print(Int.random(), 4.isEven)
extension Optional where Wrapped == Int { var orZero: Int { self ?? 0 } }
print(maybe(-1).orZero)
struct Celsius { var v: Double }; struct Fahr { var v: Double }
extension Celsius { init(_ f: Fahr) { self.init(v: (f.v - 32) / 1.8) } }
print(Celsius(Fahr(v: 212)).v)
func with<T>(_ x: T, _ f: (inout T) throws -> Void) rethrows -> T { var y = x; try f(&y); return y }
print(with([3, 1]) { $0.sort() })
struct Meta { static var registry: [String: Any.Type] = [:]; static func add<T>(_ t: T.Type) { registry["\(t)"] = t } }
Meta.add(Celsius.self)
print(Meta.registry.keys.sorted())
let ops: [(String, (Double, Double) -> Double)] = [("+", (+)), ("*", (*))]
for (n, f) in ops { print(n, f(3, 4)) }
