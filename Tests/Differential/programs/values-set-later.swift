let a: Int
a = 3
print(a)
var b: String
if a > 2 { b = "big" } else { b = "small" }
print(b)
let c: (Int, String)
c = (1, "x")
print(c)
let d: [Int], e: Double
d = [1]; e = 2.5
print(d, e)
var f: (Int) -> Int
f = { $0 + a }
print(f(1))
let g: Int
switch a { case 3: g = 30; default: g = 0 }
print(g)
var h: Int!
print(h as Any)
h = 4
print(h + 1)
var i: Int?
print(i as Any)
i = i.map { $0 + 1 } ?? 0
print(i!)
let j: String = if b == "big" { "J" } else { "K" }
print(j)
let k: Result<Int, Never>
do { k = .success(5) }
print(k)
struct S { let x: Int; let y: Int; init(_ x: Int) { self.x = x; if x > 0 { y = 1 } else { y = -1 } } }
let s: S
s = S(-4)
print(s)
var t: (any Error)?
do { throw CancellationError() } catch { t = error }
print(t is CancellationError)
let u: some Equatable = 5
print(u == u)
let (v, w): (Int, Int)
(v, w) = (8, 9)
print(v, w)
