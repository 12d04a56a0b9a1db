var grid: InlineArray<4, Int> = [1, 2, 3, 4]
grid[2] = 30
print(grid.count, grid[2])
func total<let n: Int>(_ a: InlineArray<n, Int>) -> Int { var s = 0; for i in a.indices { s += a[i] }; return s }
print(total(grid), total([5, 6]))
struct Vec<let N: Int> { var e: InlineArray<N, Double>; init(_ v: Double) { e = .init(repeating: v) }; static func dot(_ a: Self, _ b: Self) -> Double { var s = 0.0; for i in 0..<N { s += a.e[i] * b.e[i] }; return s } }
let v = Vec<3>(2)
print(Vec.dot(v, v), type(of: v))
struct Mat<let R: Int, let C: Int> { var rows = InlineArray<R, InlineArray<C, Int>>(repeating: .init(repeating: 0)); var shape: (Int, Int) { (R, C) } }
var m = Mat<2, 3>()
m.rows[1][2] = 7
print(m.rows[1][2], m.shape)
extension Vec where N == 3 { func cross() -> String { "3d" } }
print(v.cross(), MemoryLayout<Vec<5>>.size)
let sq: InlineArray<3, Int> = .init { $0 * $0 }
for i in sq.indices { print(sq[i], terminator: " ") }
print()
func sum(_ s: Span<Int>) -> Int { var t = 0; for i in s.indices { t += s[i] }; return t }
let arr = [1, 2, 3]
print(sum(arr.span))
func fill(_ s: inout MutableSpan<Int>) { for i in s.indices { s[i] = i } }
do { var a = [9, 9, 9]; var ms = a.mutableSpan; fill(&ms); print(a) }
print(MemoryLayout<InlineArray<4, Int32>>.size, MemoryLayout<InlineArray<4, Int32>>.alignment)
var three: [3 of Int] = [7, 8, 9]
three.swapAt(0, 2)
print(three[0])
struct Ring<let n: Int, T> { var s: [n of T]; var at = 0; mutating func push(_ t: T) { s[at % n] = t; at += 1 } }
var ring = Ring<2, String>(s: ["", ""])
for w in ["a", "b", "c"] { ring.push(w) }
print(ring.s[0], ring.s[1], Ring<9, Int>.self)
