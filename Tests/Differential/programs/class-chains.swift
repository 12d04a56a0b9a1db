class A { func f() -> String { "A" }; var name: String { "a" }; subscript(i: Int) -> String { "A\(i)" }; class func make() -> String { "makeA" }; let id: Int; init(id: Int) { self.id = id }; convenience init() { self.init(id: 7) } }
class B: A { override func f() -> String { "B" + super.f() }; override var name: String { "b" + super.name } }
class C: B {}
let c = C()
print(c.f(), c.name, c[1], C.make(), c.id)
class D: C { override func f() -> String { "D" + super.f() }; override subscript(i: Int) -> String { "D" + super[i] }; override class func make() -> String { "makeD+" + super.make() } }
let all: [A] = [A(id: 1), B(id: 2), C(), D()]
print(all.map { $0.f() }, all.map(\.name), all.map { $0[3] })
print(type(of: all[3]).make())
final class E: D { deinit { print("E gone", id) } }
do { let e = E(id: 9); print(e.f()) }
func describe(_ a: A) -> String { "\(type(of: a)): \(a.f())" }
print(all.map(describe))
class Generic<T> { var value: T; init(_ value: T) { self.value = value }; func show() -> String { "G(\(value))" } }
class Ints: Generic<Int> { override func show() -> String { "I" + super.show() } }
class More: Ints { override func show() -> String { "M" + super.show() } }
print(Generic("x").show(), Ints(1).show(), More(2).show(), (More(3) as Generic<Int>).show())
print(all[1] is B, all[0] is B, (all[3] as? C)?.f() ?? "no")
