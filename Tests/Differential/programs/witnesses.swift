protocol Greeter { var name: String { get }; func greet() -> String }
extension Greeter { func greet() -> String { "hello " + name } }
struct A: Greeter { var name = "a" }
print(A().greet())
struct B: Greeter { var name = "b"; func greet() -> String { "yo " + name } }
let gs: [any Greeter] = [A(), B()]
print(gs.map { $0.greet() })
extension Greeter { func shout() -> String { greet().uppercased() } }
print(gs.map { $0.shout() })
extension Greeter where Self == B { func only() -> String { "only b" } }
print(B().only())
protocol Loud: Greeter { func shout() -> String }
extension A: Loud { func shout() -> String { "LOUD A" } }
print(A().shout(), (A() as any Greeter).shout(), (A() as any Loud).shout())
func gen<G: Greeter>(_ g: G) -> String { g.shout() }
print(gen(A()))
protocol Zero { static var zero: Self { get } }
extension Zero where Self: BinaryInteger { static var zero: Self { 0 } }
extension Int: Zero {}
extension Int8: Zero {}
func z<T: Zero>() -> T { .zero }
print(z() as Int, z() as Int8)
class Base: Greeter { var name: String { "base" }; func greet() -> String { "base greets" } }
class Derived: Base { override var name: String { "derived" } }
extension Derived: CustomStringConvertible { var description: String { name } }
print(Derived().greet(), Derived(), gen(Derived()))
protocol Stack2 { associatedtype E; var items: [E] { get set } }
extension Stack2 { mutating func push(_ e: E) { items.append(e) }; var top: E? { items.last } }
struct IntStack: Stack2 { var items: [Int] = [] }
var st = IntStack()
st.push(4)
print(st.top!)
extension Stack2 where E: Numeric { var sum: E { items.reduce(0, +) } }
st.push(6)
print(st.sum)
protocol Id { associatedtype ID: Hashable = Int; var id: ID { get } }
struct X: Id { var id: Int = 7 }
struct Y: Id { var id: String = "y" }
func ids<T: Id>(_ t: T) -> String { "\(T.ID.self) \(t.id)" }
print(ids(X()), ids(Y()))
protocol Copy { func copy() -> Self }
final class Doc: Copy { var t: String; init(_ t: String) { self.t = t }; func copy() -> Doc { Doc(t + "'") } }
func dup<C: Copy>(_ c: C) -> C { c.copy() }
print(dup(Doc("d")).t)
protocol Fmt { static func fmt(_ x: Self) -> String }
extension Fmt { static func fmt(_ x: Self) -> String { "<\(x)>" } }
extension Double: Fmt {}
extension String: Fmt { static func fmt(_ x: String) -> String { "'\(x)'" } }
func all(_ xs: any Fmt...) -> [String] { xs.map { x in func o<F: Fmt>(_ f: F) -> String { F.fmt(f) }; return o(x) } }
print(all(1.5, "s"))
extension Optional: Greeter where Wrapped: Greeter { var name: String { self?.name ?? "nobody" } }
print(Optional(A()).greet(), Optional<B>.none.greet(), (gs.first as? A).greet())
