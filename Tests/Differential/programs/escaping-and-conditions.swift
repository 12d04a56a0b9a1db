func place(_ f: String = #function, _ l: Int = #line) -> String { f }
func outerFunction() -> String { place() }
print(outerFunction())
func check(_ c: @autoclosure () -> Bool, _ m: @autoclosure () -> String) { if !c() { print(m()) } }
check(1 > 2, "false!")
var later: [() -> Int] = []
func add(_ f: @escaping () -> Int) { later.append(f) }
var base = 1
add { base * 10 }
add { [base] in base * 10 }
base = 5
print(later.map { $0() })
@discardableResult func noisy() -> Int { print("noise"); return 1 }
noisy()
#if os(Linux)
print("linux")
#else
print("other")
#endif
#if swift(>=5.9) && !DEBUG_X
let flavour = "new"
#endif
print(flavour)
@available(*, deprecated, message: "old") func old() -> Int { 3 }
print(old())
if #available(macOS 99, *) { print("available") }
func variadic(_ n: Int..., sep: String = "-") -> String { n.map(String.init).joined(separator: sep) }
print(variadic(1, 2, 3), variadic(sep: "x"))
func nested(_ n: Int) -> Int { func helper(_ k: Int) -> Int { k <= 0 ? base : helper(k - 1) + 1 }; return helper(n) }
print(nested(3))
base = 100
print(nested(1))
let fib: (Int) -> Int = { n in var (a, b) = (0, 1); for _ in 0..<n { (a, b) = (b, a + b) }; return a }
print((0..<8).map(fib))
func rec(_ n: Int) -> Int { n < 2 ? n : rec(n - 1) + rec(n - 2) }
print(rec(10))
typealias Handler = (_ x: Int) throws -> Void
let handler: Handler = { print("h", $0) }
try handler(4)
print(type(of: handler), Handler.self)
let t = (a: 1, b: "x")
print(t, t.a, t.1)
print(max(1, 2, 3), min("b", "a"), stride(from: 0, to: 1, by: 0.25).map { $0 }, zip([1, 2], "ab").map { "\($0)\($1)" })
