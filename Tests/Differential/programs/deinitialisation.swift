final class Res { let n: String; init(_ n: String) { self.n = n; print("+", n) }; deinit { print("-", n) } }
var r: Res? = Res("a")
r = Res("b")
r = nil
var list = [Res("x"), Res("y")]
list.removeFirst()
print("removed")
list = []
func scope() { let local = Res("local"); _ = local; defer { print("defer") }; print("in") }
scope()
struct Cow { private var box: Res = Res("box"); var shared: Bool { mutating get { !isKnownUniquelyReferenced(&box) } } }
var c = Cow()
print(c.shared)
var d = c
print(c.shared, d.shared)
class Parent { var child: Child?; deinit { print("parent") } }
class Child { weak var parent: Parent?; deinit { print("child") } }
do { let p = Parent(), ch = Child(); p.child = ch; ch.parent = p }
var closures: [() -> Void] = []
do { let t = Res("captured"); closures.append { print("uses", t.n) } }
closures[0]()
closures.removeAll()
weak var ghost: Res?
do { let g = Res("ghost"); ghost = g; print(ghost!.n) }
print(ghost == nil)
