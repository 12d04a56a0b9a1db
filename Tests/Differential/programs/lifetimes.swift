final class T { let n: String; init(_ n: String) { self.n = n; print("init", n) }; deinit { print("deinit", n) } }
var a: T? = T("a")
weak var wa = a
unowned var ua = a!
print(wa?.n ?? "-", ua.n)
a = T("b")
print(wa?.n ?? "gone")
var list = [T("l1"), T("l2"), T("l3")]
list.removeFirst()
list[0] = T("l4")
print(list.map(\.n))
list = []
do { let local = T("local"); print("in", local.n) }
_ = T("discarded")
T("temp").n.count == 4 ? print("four") : print("?")
func mk() -> T { T("made") }
mk()
var box: (T, Int)? = (mk(), 1)
box?.1 = 2
box = nil
var d: [String: T] = ["k": T("dk")]
d["k"] = T("dk2")
d.removeAll()
class Parent { var kid: Kid?; deinit { print("parent gone") } }
class Kid { unowned let p: Parent; weak var q: Parent?; init(_ p: Parent) { self.p = p; q = p }; deinit { print("kid gone") } }
var par: Parent? = Parent()
par!.kid = Kid(par!)
weak var kid = par!.kid
par = nil
print(kid == nil)
var f: (() -> Void)? = { [x = T("cap")] in print("f", x.n) }
f?()
f = nil
func scope() { defer { print("deferred") }; let t = T("sc"); print(t.n) }
scope()
a = nil
var e: Any = T("any")
e = 1
print(e)
var s = Optional(T("opt"))
if let t = s { print(t.n) }
s = .none
print(ObjectIdentifier(T.self) == ObjectIdentifier(T.self))
let same = T("same"), other = same
print(same === other, same !== T("x"))
var it: IndexingIterator<[T]>? = [T("i")].makeIterator()
it = nil
unowned(unsafe) let uu = same
print(uu.n)
withExtendedLifetime(T("ext")) { print($0.n) }
print("end")
