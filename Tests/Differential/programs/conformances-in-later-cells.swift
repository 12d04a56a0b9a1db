struct Celsius { var deg: Double }
class Animal { let name: String; init(_ n: String) { name = n } }
enum Dir { case n, s, e, w }
let temps = [Celsius(deg: 20), Celsius(deg: 10)]
let pets = [Animal("rex"), Animal("tom")]
extension Celsius: CustomStringConvertible { var description: String { "\(deg)C" } }
extension Celsius: Comparable { static func < (a: Celsius, b: Celsius) -> Bool { a.deg < b.deg } }
print(temps.min()!, temps.sorted(), temps[0] == temps[0])
extension Celsius: ExpressibleByFloatLiteral, ExpressibleByIntegerLiteral { init(floatLiteral v: Double) { self.init(deg: v) }; init(integerLiteral v: Int) { self.init(deg: Double(v)) } }
let c: Celsius = 3.5, d: Celsius = 4
print(c < d, max(c, d))
extension Celsius: AdditiveArithmetic { static func + (a: Self, b: Self) -> Self { .init(deg: a.deg + b.deg) }; static func - (a: Self, b: Self) -> Self { .init(deg: a.deg - b.deg) }; static var zero: Self { 0 } }
extension Sequence where Element: AdditiveArithmetic { func sum() -> Element { reduce(.zero, +) } }
print(temps.sum(), [1, 2].sum())
extension Animal: Equatable { static func == (a: Animal, b: Animal) -> Bool { a.name == b.name } }
print(pets.contains(Animal("tom")), pets.firstIndex(of: Animal("tom"))!)
extension Animal: Hashable { func hash(into h: inout Hasher) { h.combine(name) } }
print(Set(pets + [Animal("rex")]).count)
class Dog: Animal, CustomDebugStringConvertible { var debugDescription: String { "Dog:" + name } }
print([Dog("d")], Dog("d") == Animal("d"))
extension Animal: Identifiable { var id: String { name } }
print(pets.map(\.id))
extension Dir: CaseIterable, RawRepresentable { init?(rawValue: Int) { self = Dir.allCases[rawValue] }; var rawValue: Int { switch self { case .n: 0; case .s: 1; case .e: 2; case .w: 3 } } }
print(Dir.allCases.count, Dir(rawValue: 2)!, Dir.w.rawValue)
protocol Named { var name: String { get } }
extension Animal: Named {}
func greet(_ n: some Named) -> String { "hi " + n.name }
print(greet(pets[0]), greet(Dog("z")), pets[0] is any Named)
extension Named { var loud: String { name.uppercased() } }
print(pets[1].loud)
extension Dir: Strideable { func distance(to o: Dir) -> Int { o.rawValue - rawValue }; func advanced(by n: Int) -> Dir { Dir(rawValue: rawValue + n)! } }
print(Dir.n.distance(to: .w))
print((Dir.n...Dir.e).contains(.s), Array(Dir.n ..< .w))
