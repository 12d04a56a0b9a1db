struct P { var a = 1; var b = "x" }
print(String(describing: P.self), "\(type(of: P()))")
extension P: CustomDebugStringConvertible { var debugDescription: String { "P-debug" } }
class K { var v = 2 }
print(type(of: K()), String(describing: K.self))
enum E { case one, two(Int) }
print(E.one, E.two(3), [E.one])
for child in Mirror(reflecting: P()).children { print(child.label ?? "-", child.value) }
dump(P())
debugPrint(P(), [P()])
print(String(reflecting: 1), Optional(P()) as Any)
struct G<T> { var t: T }
print(G(t: 1), type(of: G(t: "s")), [G(t: 1.5)])
debugPrint(P())
print([P()])
func fn(_ p: P) -> Int { p.a }
print(type(of: fn), #function)
