@propertyWrapper struct Clamped<V: Comparable> { private var v: V; let r: ClosedRange<V>; init(wrappedValue: V, _ r: ClosedRange<V>) { self.r = r; v = min(max(wrappedValue, r.lowerBound), r.upperBound) }; var wrappedValue: V { get { v } set { v = min(max(newValue, r.lowerBound), r.upperBound) } }; var projectedValue: (V, ClosedRange<V>) { (v, r) } }
enum G { @Clamped(0...10) static var level = 50 }
print(G.level, G.$level)
G.level = -4
print(G.level)
@propertyWrapper struct Logged<T> { var wrappedValue: T { willSet { print("will", newValue) } didSet { print("did", oldValue) } }; var projectedValue: Logged<T> { self } }
struct Nm { @Logged var name = "a" }
var nm = Nm()
nm.name = "b"
nm.name += "c"
print(nm.$name.wrappedValue)
struct S { @Clamped(1...5) var x = 9; @Logged var y: Int = 1; @Clamped(0.0...1.0) var z: Double = 0.5 }
var s = S()
s.x -= 2
s.y = 3
print(s.x, s.y, s.$z.1)
@propertyWrapper final class Shared<T> { var wrappedValue: T; init(wrappedValue: T) { self.wrappedValue = wrappedValue }; var projectedValue: Shared { self } }
struct Pl { @Shared var pool = [1, 2] }
let pl = Pl()
let alias = pl.$pool
alias.wrappedValue.append(3)
print(pl.pool)
func take(@Clamped(0...3) n: Int) -> Int { n }
print(take(n: 7))
@propertyWrapper struct Lazy<T> { enum State { case not(() -> T), yes(T) }; var state: State; init(wrappedValue: @autoclosure @escaping () -> T) { state = .not(wrappedValue) }; var wrappedValue: T { mutating get { switch state { case .not(let f): let v = f(); state = .yes(v); return v; case .yes(let v): return v } } set { state = .yes(newValue) } } }
func lz() { @Lazy var heavy = { print("computing"); return 12 }(); print("before"); print(heavy, heavy) }
lz()
class Host { @Shared var q = 1; @Logged var r = [Int]() }
let host = Host()
host.r.append(4)
host.$q.wrappedValue += 1
print(host.q, host.r)
print(s)
dump(alias)
