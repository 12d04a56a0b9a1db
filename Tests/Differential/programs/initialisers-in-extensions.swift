struct Temp { var celsius: Double }
extension Temp { init(fahrenheit f: Double) { celsius = (f - 32) / 1.8 } }
print(Temp(fahrenheit: 212), Temp(celsius: 3))
struct H { var a: Int; var b: String }
extension H: Hashable {}
print(H(a: 1, b: "x") == H(a: 1, b: "x"), Set([H(a: 1, b: "x"), H(a: 1, b: "x"), H(a: 2, b: "y")]).count)
struct E1 { var n = 1; var inner: Temp? }
extension Temp: Equatable {}
extension E1: Equatable {}
print(E1() == E1(), E1(inner: Temp(celsius: 1)) == E1())
enum Suit { case clubs, hearts(Int), spades(name: String, Int) }
extension Suit: Equatable {}
print(Suit.clubs == .clubs, Suit.hearts(1) == .hearts(2), Suit.spades(name: "a", 1) == .spades(name: "a", 1))
enum Dir { case north, south, east }
extension Dir: CaseIterable {}
print(Dir.allCases.count, Dir.allCases)
extension Dir: Comparable {}
print(Dir.north < .south, [Dir.east, .north].sorted())
struct Cfg { var name: String; var size: Int?; let tags: [String] }
extension Cfg: Codable {}
let data = try JSONEncoder().encode(Cfg(name: "n", size: nil, tags: ["a"]))
print(try JSONDecoder().decode(Cfg.self, from: data))
struct Pair<A, B> { var a: A; var b: B }
extension Pair: Equatable where A: Equatable, B: Equatable {}
print(Pair(a: 1, b: "x") == Pair(a: 1, b: "x"))
extension Pair where A == Int { init(twice n: Int, b: B) { self.init(a: 2 * n, b: b) } }
print(Pair(twice: 4, b: 1))
