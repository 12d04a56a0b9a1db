class R { let n: String; init(_ n: String) { self.n = n }; deinit { print("~\(n)") } }
var x = R("x1")
x = R("x2")
func take(_ r: R) { print("take", r.n) }
take(R("arg"))
let tuple = (R("t1"), R("t2"))
var (p, q) = (R("p"), R("q"))
(p, q) = (q, p)
print(p.n, q.n)
p = q
var arr = [R("a"), R("b"), R("c")]
arr.removeAll { $0.n == "b" }
arr.swapAt(0, 1)
print(arr.map(\.n))
arr.removeLast()
var dict = [1: R("d1")]
dict[1] = R("d2")
dict.updateValue(R("d3"), forKey: 1)
_ = dict.removeValue(forKey: 1)
struct S { var r = R("s"); var i = 0 }
var s = S()
var s2 = s
s.r = R("s'")
s2 = s
s2.i = 1
s = S()
enum E { case a(R), b }
var e = E.a(R("e"))
e = .b
var opt: R? = R("o")
opt = opt.map { R($0.n + "+") }
opt = nil
var any: Any = R("any")
any = 3
var f: () -> Void = { let r = R("closure"); return { print("call", r.n) } }()
f()
f = {}
func make() -> R { let r = R("made"); defer { print("defer") }; return r }
var m = make()
m = make()
do { let r1 = R("d-1"), r2 = R("d-2"); print(r1.n, r2.n) }
if let r = Optional(R("iflet")) { print(r.n) }
for r in [R("f1"), R("f2")] { print("loop", r.n) }
switch R("sw") { case let r: print(r.n) }
print([R("m1"), R("m2")].map { $0.n })
let lazyMapped = [1, 2].lazy.map { R("l\($0)") }
print(lazyMapped.first!.n)
final class Node { let v: Int; var next: Node?; init(_ v: Int, _ n: Node?) { self.v = v; next = n }; deinit { print("node", v) } }
var node: Node? = Node(1, Node(2, Node(3, nil)))
node?.next = node?.next?.next
node = nil
weak var w: R?
do { let strong = R("strong"); w = strong; print(w?.n ?? "nil") }
print(w?.n ?? "nil")
var box: R! = R("iuo")
box = R("iuo2")
print(box.n)
var arr2 = Array(repeating: R("rep"), count: 3)
arr2[0] = R("other")
arr2 = []
var i = [R("i")].makeIterator()
print(i.next()!.n)
print("done")
