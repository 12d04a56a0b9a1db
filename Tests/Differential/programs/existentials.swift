protocol Drawable { func draw() -> String }
struct A: Drawable { func draw() -> String { "A" } }
class B: Drawable { func draw() -> String { "B" } }
var items: [any Drawable] = [A(), B()]
print(items.map { $0.draw() })
var current: any Drawable = A()
print(current.draw())
current = B()
print(current.draw(), current is B)
let optional: (any Drawable)? = current
print(optional?.draw() ?? "none")
let byName: [String: any Drawable] = ["a": A()]
print(byName["a"]!.draw())
func make(_ n: Int) -> any Drawable { n > 0 ? A() : B() }
let made = make(1)
print(made.draw())
let type: any Drawable.Type = A.self
print(type == A.self)
let anything: [Any] = [1, "s", A(), Optional<Int>.none as Any]
print(anything.count, anything[0] as? Int ?? 0)
let object: AnyObject = B()
print(object is Drawable)
let composed: any Drawable & Sendable = A()
print(composed.draw())
let collection: any Collection<Int> = [1, 2, 3]
print(collection.count)
let fn: (any Drawable) -> String = { $0.draw() }
print(fn(made))
let err: any Error = CancellationError()
print(err is CancellationError)
let hash: AnyHashable = 3
print(hash == AnyHashable(3))
let meta: Int.Type = Int.self
print(meta, meta.init("4") ?? 0)
let kp: PartialKeyPath<String> = \String.count
print("abc"[keyPath: kp])
let opt: Int?? = .some(.none)
print(opt as Any)
let f2: @Sendable (Int) async throws -> Void = { _ in }
print("end")
