protocol Animal: AnyObject { var name: String { get set }; func speak() -> String }
extension Animal { func speak() -> String { name + "?" } ; func shout() -> String { speak().uppercased() } }
class Dog: Animal { var name = "dog"; func speak() -> String { "woof" } }
class Cat: Animal { var name = "cat" }
let pets: [any Animal] = [Dog(), Cat()]
print(pets.map { $0.shout() })
pets[1].name = "tom"
print(pets[1].speak())
protocol Named { var name: String { get } }
extension Dog: Named {}
extension Cat: Named {}
func both(_ x: any Animal & Named) -> String { x.name }
print(both(Dog()))
if let d = pets[0] as? (any Animal & Named) { print(d.name) }
let any: Any = [1: "a"]
switch any { case let d as [Int: String]: print("dict", d); default: print("else") }
print((any as? [Int: Int]) as Any, 3 as Any is Int, (3 as Any) as! Int)
protocol Visitor { associatedtype R; func visit(_ n: Int) -> R }
struct Doubler: Visitor { func visit(_ n: Int) -> Int { n * 2 } }
struct Namer: Visitor { func visit(_ n: Int) -> String { "n\(n)" } }
func run<V: Visitor>(_ v: V) -> [V.R] { [1, 2].map(v.visit) }
print(run(Doubler()), run(Namer()))
let meta: any Animal.Type = Cat.self
print(meta, type(of: pets[0]) == Dog.self)
extension Int: @retroactive Identifiable { public var id: Int { self } }
print(5.id)
struct Eraser: Sequence { let f: () -> AnyIterator<Int>; init<S: Sequence>(_ s: S) where S.Element == Int { f = { AnyIterator(s.makeIterator()) } }; func makeIterator() -> AnyIterator<Int> { f() } }
print(Array(Eraser([1, 2])), Eraser(3...5).contains(4))
struct Temp: Hashable { var d: Double; func hash(into h: inout Hasher) { h.combine(Int(d)) }; static func == (a: Temp, b: Temp) -> Bool { Int(a.d) == Int(b.d) } }
print(Set([Temp(d: 1.2), Temp(d: 1.9)]).count)
print(AnyHashable(1) == AnyHashable(1.0), [AnyHashable("a"): 1]["a"]!)
