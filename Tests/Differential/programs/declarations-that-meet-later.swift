var threshold = 10 { willSet { print("from", threshold, "to", newValue) } didSet { if threshold < 0 { threshold = 0 } } }
var doubled: Int { get { threshold * 2 } set { threshold = newValue / 2 } }
doubled = 30
threshold = -4
doubled += 6
print(threshold, doubled)
@propertyWrapper struct Clamped<V: Comparable> {
  private var value: V
  let range: ClosedRange<V>
  var projectedValue: ClosedRange<V> { range }
  var wrappedValue: V { get { value } set { value = min(max(newValue, range.lowerBound), range.upperBound) } }
  init(wrappedValue: V, _ range: ClosedRange<V>) { self.range = range; value = min(max(wrappedValue, range.lowerBound), range.upperBound) }
}
struct Settings { @Clamped(0...1) var volume = 3.0; @Clamped("a"..."m") var letter: String = "z" }
var settings = Settings()
settings.volume -= 0.25
print(settings.volume, settings.letter, settings.$volume)
struct Temperature { var celsius: Double }
let today = Temperature(celsius: 21.5)
extension Temperature {
  enum Scale: String, CaseIterable { case celsius, fahrenheit, kelvin }
  subscript(scale: Scale) -> Double {
    get { switch scale { case .celsius: celsius; case .fahrenheit: celsius * 9 / 5 + 32; case .kelvin: celsius + 273.15 } }
    set { switch scale { case .celsius: celsius = newValue; case .fahrenheit: celsius = (newValue - 32) * 5 / 9; case .kelvin: celsius = newValue - 273.15 } }
  }
}
print(Temperature.Scale.allCases.map { "\($0.rawValue) \(today[$0])" })
var other = today
other[.fahrenheit] = 212
print(other.celsius)
protocol Shape { var area: Double { get } }
extension Shape { func describe() -> String { "area \(area)" } }
struct Square: Shape { var side: Double; var area: Double { side * side } }
let shapes: [any Shape] = [Square(side: 2)]
print(shapes.map { $0.describe() })
extension Square: CustomStringConvertible { var description: String { "□\(side)" } }
print(shapes[0], "\(Square(side: 1))", [Square(side: 3)])
extension Array where Element == any Shape { var total: Double { reduce(0) { $0 + $1.area } } }
print((shapes + [Square(side: 3)]).total)
extension Temperature: Comparable { static func < (a: Self, b: Self) -> Bool { a.celsius < b.celsius } }
print([other, today].sorted().map(\.celsius), max(today, other).celsius)
func area(_ n: Int) -> String { "int \(n)" }
func area(_ s: some Shape) -> String { "shape \(s.area)" }
func area(_ d: Double) -> String { "double \(d)" }
print(area(3), area(2.5), area(Square(side: 1)))
struct Matrix2 {
  var m: (Double, Double, Double, Double)
  static let identity = Matrix2(m: (1, 0, 0, 1))
  static func * (a: Self, b: Self) -> Self {
    Self(m: (a.m.0 * b.m.0 + a.m.1 * b.m.2, a.m.0 * b.m.1 + a.m.1 * b.m.3, a.m.2 * b.m.0 + a.m.3 * b.m.2, a.m.2 * b.m.1 + a.m.3 * b.m.3))
  }
}
infix operator ^^ : MultiplicationPrecedence
func ^^ (base: Matrix2, n: Int) -> Matrix2 { n == 0 ? .identity : n % 2 == 0 ? (base * base) ^^ (n / 2) : base * (base ^^ (n - 1)) }
print((Matrix2(m: (1, 1, 1, 0)) ^^ 30).m.1)
prefix operator √
prefix func √ (x: Double) -> Double { x.squareRoot() }
print(√16.0 + √(9.0))
let compose: (@escaping (Int) -> Int, @escaping (Int) -> Int) -> (Int) -> Int = { f, g in { f(g($0)) } }
let shift = compose({ $0 + 1 }, { $0 * 10 })
print((1...3).map(shift), [1, 2].map(compose(shift, shift)))
enum Tree<T> { indirect case node(Tree, T, Tree); case leaf }
extension Tree: Sequence {
  func makeIterator() -> AnyIterator<T> {
    switch self {
    case .leaf: AnyIterator { nil }
    case .node(let l, let v, let r):
      AnyIterator((Array(l) + [v] + Array(r)).makeIterator())
    }
  }
}
extension Tree where T: Comparable {
  func inserting(_ new: T) -> Tree {
    switch self {
    case .leaf: .node(.leaf, new, .leaf)
    case let .node(l, v, r): new < v ? .node(l.inserting(new), v, r) : .node(l, v, r.inserting(new))
    }
  }
}
var tree = Tree<String>.leaf
for word in "the quick brown fox jumps over the lazy dog".split(separator: " ") { tree = tree.inserting(String(word)) }
print(Array(tree), tree.contains("fox"), tree.first { $0 > "m" } ?? "")
