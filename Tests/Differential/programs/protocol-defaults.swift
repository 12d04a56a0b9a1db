protocol P { func name() -> String }
extension P { func name() -> String { "default" }; func twice() -> String { name() + name() } }
struct S: P { func name() -> String { "own" } }
struct T: P {}
let s = S()
print(s.name(), s.twice(), T().name(), T().twice())
let anys: [any P] = [s, T()]
print(anys.map { $0.name() })
extension Sequence { func sorted() -> String { "mine" }; var firstTwo: [Element] { Array(prefix(2)) } }
extension Collection { func second() -> Element? { dropFirst().first } }
print([3, 1].second() ?? 0, [1, 2, 3].firstTwo)
extension P where Self == T { func special() -> String { "special" } }
print(T().special())
protocol Shape { var area: Double { get }; static var sides: Int { get } }
extension Shape { var description: String { "\(Self.sides) sides, \(area)" }; static var sides: Int { 0 } }
struct Sq: Shape { var a = 2.0; var area: Double { a * a }; static let sides = 4 }
struct Circle: Shape { var area: Double { 3 } }
print(Sq().description, Circle().description)
let shapes: [any Shape] = [Sq(), Circle()]
print(shapes.map { type(of: $0).sides }, shapes.reduce(0) { $0 + $1.area })
func total(_ shapes: [any Shape]) -> Double { shapes.map(\.area).reduce(0, +) }
print(total(shapes))
func generic<T: Shape>(_ x: T) -> String { x.description }
print(generic(Sq(a: 3)))
