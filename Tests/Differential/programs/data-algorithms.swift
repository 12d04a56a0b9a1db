struct Matrix { let rows: Int, cols: Int; var grid: [Double]; init(_ rows: Int, _ cols: Int) { self.rows = rows; self.cols = cols; grid = Array(repeating: 0, count: rows * cols) }; subscript(r: Int, c: Int) -> Double { get { grid[r * cols + c] } set { grid[r * cols + c] = newValue } } }
var m = Matrix(2, 2)
m[0, 0] = 1; m[1, 1] = 2; m[0, 1] = 3
extension Matrix { static func * (a: Matrix, b: Matrix) -> Matrix { var r = Matrix(a.rows, b.cols); for i in 0..<a.rows { for j in 0..<b.cols { for k in 0..<a.cols { r[i, j] += a[i, k] * b[k, j] } } }; return r }; var transposed: Matrix { var t = Matrix(cols, rows); for i in 0..<rows { for j in 0..<cols { t[j, i] = self[i, j] } }; return t } }
print((m * m).grid, m.transposed.grid)
struct Heap<T: Comparable> { private var a: [T] = []; mutating func push(_ x: T) { a.append(x); var i = a.count - 1; while i > 0, a[i] < a[(i - 1) / 2] { a.swapAt(i, (i - 1) / 2); i = (i - 1) / 2 } }; mutating func pop() -> T? { guard !a.isEmpty else { return nil }; a.swapAt(0, a.count - 1); let top = a.removeLast(); var i = 0; while true { let l = 2 * i + 1, r = l + 1; var s = i; if l < a.count, a[l] < a[s] { s = l }; if r < a.count, a[r] < a[s] { s = r }; if s == i { break }; a.swapAt(i, s); i = s }; return top } }
var heap = Heap<Int>()
for x in [5, 3, 8, 1, 9, 2] { heap.push(x) }
var sorted: [Int] = []
while let x = heap.pop() { sorted.append(x) }
print(sorted)
func sieve(_ n: Int) -> [Int] { var p = Array(repeating: true, count: n + 1); var out: [Int] = []; for i in 2...n where p[i] { out.append(i); for j in stride(from: i * i, through: n, by: i) { p[j] = false } }; return out }
print(sieve(30))
func bfs(_ g: [Int: [Int]], from s: Int) -> [Int] { var seen = Set([s]), queue = [s], order: [Int] = []; while !queue.isEmpty { let v = queue.removeFirst(); order.append(v); for w in g[v] ?? [] where seen.insert(w).inserted { queue.append(w) } }; return order }
let graph = [1: [2, 3], 2: [4], 3: [4], 4: []]
print(bfs(graph, from: 1))
let dp = (1...10).reduce(into: [0, 1]) { a, _ in a.append(a[a.count - 1] + a[a.count - 2]) }
print(dp)
let words = "the quick brown the fox the".split(separator: " ")
let freq = Dictionary(grouping: words, by: { $0 }).mapValues(\.count)
print(freq.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { "\($0.key):\($0.value)" })
