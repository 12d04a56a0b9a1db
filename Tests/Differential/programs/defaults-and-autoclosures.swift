func lazyOr(_ a: Bool, _ b: @autoclosure () -> Bool) -> Bool { a || b() }
func noisy(_ s: String) -> Bool { print("eval", s); return true }
print(lazyOr(true, noisy("x")), lazyOr(false, noisy("y")))
var store: [() -> Int] = []
func later(_ f: @autoclosure @escaping () -> Int) { store.append(f) }
var base = 10
later(base * 2)
base = 50
later(base + 1)
print(store.map { $0() })
func def(_ a: Int = base, _ b: Int = base * 2, file: String = #function) -> Int { a + b }
print(def())
base = 1
print(def(), def(5), def(5, 6))
func counted(_ n: Int = next()) -> Int { n }
var cnt = 0
func next() -> Int { cnt += 1; return cnt }
print(counted(), counted(), counted(100), counted())
func sum(_ xs: Int..., times k: Int = 1, and ys: Double...) -> Double { Double(xs.reduce(0, +) * k) + ys.reduce(0, +) }
print(sum(), sum(1, 2), sum(1, 2, times: 3), sum(1, times: 2, and: 0.5, 0.25))
func assertThat(_ c: @autoclosure () throws -> Bool, _ m: @autoclosure () -> String = "msg \(base)") rethrows { if try !c() { print(m()) } }
assertThat(base == 1)
assertThat(base == 2)
base = 9
assertThat(base == 2)
struct Cfg { var a = base, b = "d\(base)"; init(a: Int = base + 100) { self.a = a } }
print(Cfg())
base = 10
print(Cfg(), Cfg(a: 0))
func trailing(_ n: Int, _ f: (Int) -> Int = { $0 + base }, then g: (Int) -> String = { "<\($0)>" }) -> String { g(f(n)) }
print(trailing(1), trailing(1) { $0 * 2 }, trailing(1) { $0 } then: { "\($0)!" })
extension Array { func at(_ i: Int, default d: @autoclosure () -> Element) -> Element { i < count ? self[i] : d() } }
print([1].at(0, default: { print("no"); return 0 }()), [1].at(3, default: { print("yes"); return 0 }()))
class Lz { lazy var v: Int = { print("lz"); return base }(); let t: () -> Int; init(_ t: @escaping @autoclosure () -> Int) { self.t = t } }
let lz = Lz(base + 1)
base = 3
print(lz.t(), lz.v, lz.v)
func either<T>(_ a: @autoclosure () throws -> T, _ b: @autoclosure () throws -> T) rethrows -> T { do { return try a() } catch { return try b() } }
struct Bad: Error {}
func fail() throws -> Int { throw Bad() }
print(try either(try fail(), 7))
func take(_ a: Int, _ b: inout Int, c: Int = 4) { b = a + c }
take(1, &base)
print(base)
@discardableResult func dr() -> Int { print("dr"); return 3 }
dr()
let got = dr()
_ = dr()
print(got)
