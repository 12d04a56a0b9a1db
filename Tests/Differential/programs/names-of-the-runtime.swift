struct Tensor<Scalar: Numeric>: CustomStringConvertible { var shape: [Int]; var scalars: [Scalar]
  init(_ s: [Scalar]) { shape = [s.count]; scalars = s }
  var description: String { "T\(shape)\(scalars)" }
  static func + (a: Tensor, b: Tensor) -> Tensor { var c = a; for i in c.scalars.indices { c.scalars[i] += b.scalars[i] }; return c }
  static func * (k: Scalar, a: Tensor) -> Tensor { Tensor(a.scalars.map { k * $0 }) }
  func sum() -> Scalar { scalars.reduce(.zero, +) } }
let t = 2 * Tensor([1, 2]) + Tensor([3, 4])
print(t, t.sum())
extension Array where Element == Double {
  var mean: Double { isEmpty ? 0 : reduce(0, +) / Double(count) }
  var variance: Double { let m = mean; return map { ($0 - m) * ($0 - m) }.mean }
  func sum() -> Double { reduce(0, +) }
  func dot(_ o: [Double]) -> Double { zip(self, o).map(*).sum() }
  var norm: Double { dot(self).squareRoot() }
  func softmax() -> [Double] { let m = self.max()!; let e = map { exp($0 - m) }; return e.map { $0 / e.sum() } }
  var argmax: Int { indices.max { self[$0] < self[$1] }! }
  func normalized() -> [Double] { map { $0 / norm } }
  static func * (k: Double, a: [Double]) -> [Double] { a.map { k * $0 } }
  static func - (a: [Double], b: [Double]) -> [Double] { zip(a, b).map(-) }
}
let xs = [1.0, 2, 3, 4]
print(xs.mean, xs.variance, xs.sum(), xs.dot(xs), xs.norm, xs.softmax().sum(), xs.argmax, (2 * xs - xs).mean)
func softmax(_ x: [Double]) -> [Double] { x.softmax() }
func relu(_ x: Double) -> Double { max(0, x) }
func sigmoid(_ x: Double) -> Double { 1 / (1 + exp(-x)) }
func mean(_ x: [Double]) -> Double { x.mean }
func sum(_ x: [Double]) -> Double { x.sum() }
func dot(_ a: [Double], _ b: [Double]) -> Double { a.dot(b) }
func clamp<T: Comparable>(_ x: T, _ l: T, _ h: T) -> T { min(max(x, l), h) }
print(softmax([1, 1]), relu(-2), sigmoid(0), mean(xs), sum(xs), dot(xs, xs), clamp(5, 0, 3))
protocol Layer { associatedtype Input; associatedtype Output; func callAsFunction(_ x: Input) -> Output }
struct Dense: Layer { var w: [[Double]], b: [Double]; func callAsFunction(_ x: [Double]) -> [Double] { zip(w, b).map { dot($0, x) + $1 } } }
struct Activation: Layer { let f: (Double) -> Double; func callAsFunction(_ x: [Double]) -> [Double] { x.map(f) } }
struct Sequential<A: Layer, B: Layer>: Layer where A.Output == B.Input { let a: A, b: B; func callAsFunction(_ x: A.Input) -> B.Output { b(a(x)) } }
let net = Sequential(a: Dense(w: [[1, -1], [0.5, 0.5]], b: [0, 1]), b: Activation(f: relu))
print(net([1, 2]))
struct Adam { var rate = 0.1, m = 0.0, v = 0.0, step = 0
  mutating func update(_ p: inout Double, _ g: Double) { step += 1; m = 0.9 * m + 0.1 * g; v = 0.999 * v + 0.001 * g * g; p -= rate * (m / (1 - pow(0.9, Double(step)))) / ((v / (1 - pow(0.999, Double(step)))).squareRoot() + 1e-8) } }
func gradient(_ f: (Double) -> Double, at x: Double) -> Double { (f(x + 1e-5) - f(x - 1e-5)) / 2e-5 }
var p = 5.0
var adam = Adam()
for _ in 0..<3 { adam.update(&p, gradient({ $0 * $0 }, at: p)) }
print(String(format: "%.3f", p))
struct Normal { var mean = 0.0, deviation = 1.0; func logDensity(_ x: Double) -> Double { let z = (x - mean) / deviation; return -0.5 * z * z - log(deviation) - 0.5 * log(2 * .pi) } }
print(String(format: "%.5f", Normal().logDensity(1)))
enum Game { case win, draw; static let all: [Game] = [.win, .draw] }
struct Policy { let table: [Int: Game]; subscript(s: Int) -> Game? { table[s] } }
print(Policy(table: [1: .win])[1] as Any, Game.all)
struct Page { var title = "t" }; struct Claim { var holds = true }; struct Figure { var marks: [Mark] = [] }; enum Mark { case point, line(Int) }
print(Page().title, Claim().holds, Figure(marks: [.point, .line(2)]).marks)
final class Network { var weights: [Double] = []; init(_ n: Int) { weights = (0..<n).map(Double.init) } }
print(Network(3).weights)
typealias Vector = [Double]
let v: Vector = [3, 4]
print(v.norm, v.normalized())
struct Matrix { var rows: [[Double]]
  static func * (a: Matrix, b: Matrix) -> Matrix { Matrix(rows: a.rows.map { r in b.rows[0].indices.map { j in r.indices.map { r[$0] * b.rows[$0][j] }.sum() } }) }
  subscript(i: Int, j: Int) -> Double { get { rows[i][j] } set { rows[i][j] = newValue } }
  var transposed: Matrix { Matrix(rows: rows[0].indices.map { j in rows.map { $0[j] } }) } }
var m = Matrix(rows: [[1, 2], [3, 4]])
m[0, 0] = 0
print((m * m.transposed).rows)
struct Random: RandomNumberGenerator { var s: UInt64; mutating func next() -> UInt64 { s = s &* 6364136223846793005 &+ 1442695040888963407; return s } }
var rng = Random(s: 1)
print(Int.random(in: 0..<100, using: &rng), [1, 2, 3].shuffled(using: &rng).count)
extension Double { func rounded(to n: Int) -> Double { let k = pow(10, Double(n)); return (self * k).rounded() / k }
  var squared: Double { self * self } }
print(3.14159.rounded(to: 2), 3.0.squared)
infix operator ⊗: MultiplicationPrecedence
func ⊗ (a: [Double], b: [Double]) -> [[Double]] { a.map { x in b.map { x * $0 } } }
print([1, 2] ⊗ [3, 4])
extension Collection where Element: BinaryFloatingPoint { func average() -> Element { reduce(0, +) / Element(count) } ; func standardDeviation() -> Element { let m = average(); return (map { ($0 - m) * ($0 - m) }.reduce(0, +) / Element(count)).squareRoot() } }
print(xs.average(), [Float(1), 3].standardDeviation())
