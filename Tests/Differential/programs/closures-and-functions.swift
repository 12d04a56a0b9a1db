func compose<A, B, C>(_ f: @escaping (A) -> B, _ g: @escaping (B) -> C) -> (A) -> C { { g(f($0)) } }
let incThenString = compose({ (x: Int) in x + 1 }, { "<\($0)>" })
print(incThenString(4))
func apply(_ n: Int, times: Int = 2, _ f: (Int) -> Int) -> Int { (0..<times).reduce(n) { a, _ in f(a) } }
print(apply(1) { $0 * 3 }, apply(1, times: 3) { $0 + 10 })
func variadic(_ xs: Int..., label: String = "s") -> String { label + "\(xs.reduce(0, +))" }
print(variadic(1, 2, 3), variadic(4, label: "t"))
func swap2(_ a: inout Int, _ b: inout Int) { (a, b) = (b, a) }
var l = 1, r = 2
swap2(&l, &r)
print(l, r)
func lazyValue(_ f: @autoclosure () -> Int) -> Int { f() + 1 }
print(lazyValue(l * 10))
func overloaded(_ x: Int) -> String { "int" }
func overloaded(_ x: Double) -> String { "double" }
func overloaded(_ x: String) -> String { "string" }
print(overloaded(1), overloaded(1.5), overloaded("s"))
func fact(_ n: Int) -> Int { n < 2 ? 1 : n * fact(n - 1) }
print(fact(10))
let memo: (Int) -> Int = { var cache: [Int: Int] = [:]; func fib(_ n: Int) -> Int { if let c = cache[n] { return c }; let v = n < 2 ? n : fib(n - 1) + fib(n - 2); cache[n] = v; return v }; return fib($0) }
print(memo(40))
func tuple() -> (min: Int, max: Int) { (1, 9) }
print(tuple().min, tuple().max)
let t = tuple()
print(t.max - t.min)
func some() -> some Sequence<Int> { [3, 4].lazy.map { $0 + 1 } }
print(Array(some()))
let seq = some()
print(seq.reduce(0, +))
func nested() -> Int { func inner(_ k: Int) -> Int { k * 2 }; return inner(inner(3)) }
print(nested())
