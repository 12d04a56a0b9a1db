func f(_ x: Any) -> String { "any" }
func f<T>(_ x: T) -> String { "generic" }
func f(_ x: Int) -> String { "int" }
func f(_ x: Double) -> String { "double" }
func f(_ x: Int?) -> String { "opt" }
func f<T: Equatable>(_ x: T) -> String { "equatable" }
print(f(1), f(2.0), f("s"), f(Optional(1)), f(1 as Any))
print(f("s" as Any), f(UInt8(1)), f(()))
func g(_ x: Int) -> Int { x }
func g(_ x: Int) -> String { "str\(x)" }
let gi: Int = g(1)
let gs: String = g(1)
print(gi, gs)
struct V { var x: Double }
func * (l: V, r: Double) -> V { V(x: l.x * r) }
func * (l: Double, r: V) -> V { V(x: l * r.x) }
func * (l: V, r: V) -> Double { l.x * r.x }
let v = V(x: 2)
print((v * 3).x, (3 * v).x, v * v)
func h(a: Int) -> String { "a" }
func h(b: Int) -> String { "b" }
func h(_ a: Int, b: Int = 0) -> String { "ab" }
func h(_ a: Int...) -> String { "var" }
print(h(a: 1), h(b: 1), h(1), h(1, b: 2), h(1, 2), h())
class A {}
class B: A {}
func k(_ a: A) -> String { "A" }
func k(_ b: B) -> String { "B" }
let ab: A = B()
print(k(ab), k(B()), k(A()))
func m(_ f: () -> Int) -> String { "sync" }
func m(_ f: () throws -> Int) rethrows -> String { "rethrows" }
print(m { 1 })
extension Collection { func kind() -> String { "collection" } }
extension Array { func kind() -> String { "array" } }
extension Array where Element == Int { func kind() -> String { "ints" } }
extension BidirectionalCollection { func kind() -> String { "bidi" } }
print([1].kind(), ["a"].kind(), "abc".kind(), (0..<3).kind(), Set([1]).kind())
let ref: (Double) -> String = f
print(ref(1))
let fs: [(Int) -> String] = [g, { "c\($0)" }]
print(fs.map { $0(5) })
prefix func - (v: V) -> V { V(x: -v.x) }
print((-v).x, -1)
func == (l: V, r: V) -> Bool { l.x == r.x }
print(v == V(x: 2))
func q(_ x: @autoclosure () -> Int) -> String { "auto" }
func q(_ x: () -> Int) -> String { "closure" }
print(q(1), q { 1 })
func n(_ x: some StringProtocol) -> String { "sp" }
func n(_ x: String) -> String { "string" }
print(n("a"), n("a".prefix(1)))
