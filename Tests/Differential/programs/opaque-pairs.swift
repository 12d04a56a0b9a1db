protocol P { var n: Int { get } }
struct A: P { var n = 1 }
struct B: P { var n = 2 }
func f<X, Y>(_ x: X, _ y: Y) -> (some P, some P) { (A(), B()) }
let (l, r) = f(1, "s")
print(l.n + r.n, type(of: l))
func g() -> (some P, [some P]) { (A(), [B(), B()]) }
var (g1, g2) = g()
print(g1.n, g2.map(\.n))
g2.append(g2[0])
print(g2.count)
func nested<T: P>(_ t: T) -> some P { t }
let n1 = nested(nested(A()))
print(n1.n)
func thrower(_ b: Bool) throws -> (some P, Int) { if b { throw CancellationError() }; return (A(), 4) }
let (t1, t2) = try thrower(false)
print(t1.n, t2)
let opt = try? thrower(true)
print(opt?.1 ?? -1)
func later() async -> (some P, some Equatable) { (B(), 3) }
let (a1, a2) = await later()
print(a1.n, a2 == a2)
let holder = [nested(A()), nested(A())]
print(holder.map(\.n))
let dict = ["k": nested(B())]
print(dict["k"]!.n)
struct W<T> { let t: T }
func wrap<A, B>(_ a: A, _ b: B) -> some CustomStringConvertible { "\(a)\(b)" }
let w1 = wrap(W(t: 1), W(t: "z"))
print(w1)
let w2 = wrap([1: "a"], { (x: Int) in x } as Any is Int)
print(w2)
let w3 = wrap(w1, w2)
print(w3)
guard case let (c1, c2) = f(2, 3) else { fatalError() }
print(c1.n, c2.n)
let tup = f("a", [1])
print(tup.0.n, tup.1.n)
let (x1, (x2, x3)) = (1, f(1, 2))
print(x1, x2.n, x3.n)
let closure = { f(1, 2) }
print(closure().0.n)
