let (a, b) = (1, "two")
var (c, (d, e)) = (3.0, (true, [1]))
c += 1; e.append(2)
print(a, b, c, d, e)
let (q, r) = 17.quotientAndRemainder(dividingBy: 5)
print(q, r)
var x = 1, y = 2
(x, y) = (y, x + y)
print(x, y)
swap(&x, &y)
print(x, y)
enum Tok { case num(Int), op(Character), pair(a: Int, b: String), end }
let toks: [Tok] = [.num(1), .op("+"), .num(2), .pair(a: 3, b: "z"), .end]
for case .num(let n) in toks { print("num", n) }
for case let .pair(a: k, b: s) in toks { print(k, s) }
if case .op(let ch) = toks[1] { print(ch) }
if case let .pair(_, s) = toks[3], s == "z" { print("z!") }
guard case .end = toks.last! else { fatalError() }
let opts: [Int?] = [1, nil, 3]
for case let n? in opts where n > 1 { print(n) }
for (i, t) in toks.enumerated() { if case .num = t { print(i, terminator: " ") } }
print()
var it = toks.makeIterator()
while case .some(let t) = it.next() { switch t { case .num(1...5), .op: continue; case .pair(let a, let b) where a > 2: print(a, b); default: print("other") } }
func classify(_ v: Any) -> String { switch v { case let n as Int where n < 0: "neg"; case is Int: "int"; case let (a, b) as (Int, Int): "pair \(a + b)"; case let s as String: s; case let f as () -> Int: "f\(f())"; case Optional<Any>.none: "nil"; default: "\(type(of: v))" } }
print(classify(-1), classify(2), classify((1, 2)), classify("s"), classify([1]), classify({ 5 }))
let point = (2, -2)
switch point { case (0, _): print("y axis"); case let (px, py) where px == -py: print("anti", px); case (_, 0): print("x"); default: break }
let (only, _) = (5, 6)
print(only)
let nested: (Int, (String, [Int]?)) = (1, ("k", [4]))
if case (1, ("k", let list?)) = nested { print(list) }
let v: Int = switch nested.0 { case 0: 0; case 1...: nested.0 * 100; default: -1 }
print(v)
func ~= (p: (Int) -> Bool, v: Int) -> Bool { p(v) }
let even = { (n: Int) in n % 2 == 0 }
switch 4 { case even: print("even"); default: print("odd") }
if case 1..<10 = 5, case let z = 3 + 4, z > 6 { print("z", z) }
guard let first = opts.first, let value = first else { fatalError() }
print(value)
let (m, n): (min: Int, max: Int) = { ($0.min()!, $0.max()!) }([3, 9, 2])
print(m, n)
let t: (lo: Int, hi: Int) = (m, n)
print(t, t.lo, t.1)
