struct Res: ~Copyable { let id: Int; init(_ i: Int) { id = i; print("+\(i)") }; deinit { print("-\(id)") }; consuming func finish() -> Int { let i = id; discard self; return i } }
func eat(_ r: consuming Res) { print("eat", r.id) }
func peek(_ r: borrowing Res) -> Int { r.id }
func change(_ r: inout Res) { r = Res(r.id + 100) }
do { var r = Res(1); change(&r); print(peek(r)); eat(r) }
struct Stack<T: ~Copyable>: ~Copyable { private var p: UnsafeMutablePointer<T>; private(set) var count = 0; init(_ n: Int) { p = .allocate(capacity: n) }; mutating func push(_ t: consuming T) { (p + count).initialize(to: t); count += 1 }; mutating func pop() -> T { count -= 1; return (p + count).move() }; deinit { for i in 0..<count { (p + i).deinitialize(count: 1) }; p.deallocate() } }
do { var s = Stack<Res>(4); s.push(Res(2)); s.push(Res(3)); print(s.pop().finish(), s.count) }
extension Stack where T: Copyable { func all() -> [T] { [] } }
extension Stack where T: ~Copyable { var isEmpty: Bool { count == 0 } }
do { let s = Stack<Int>(1); print(s.isEmpty, s.all()) }
enum Opt<W: ~Copyable>: ~Copyable { case none; case some(W); consuming func take() -> W? where W: Copyable { switch consume self { case .none: nil; case .some(let w): w } } }
print(Opt<Int>.some(3).take() as Any)
func opt() -> Res? { Res(8) }
if let r = opt() { print("has", r.id) }
protocol Shut: ~Copyable { consuming func shut() }
extension Res: Shut { consuming func shut() { print("shut", finish()) } }
func run<S: Shut & ~Copyable>(_ s: consuming S) { s.shut() }
run(Res(9))
final class Keeper { var r: Res; init(_ r: consuming Res) { self.r = r } }
var keeper: Keeper? = Keeper(Res(10))
print(keeper!.r.id)
keeper = nil
func pass(_ x: consuming [Int]) -> [Int] { x.append(1); return x }
let xs = [0]
print(pass(xs), xs)
do { var a = Res(20), b = Res(21); swap(&a, &b); print(a.id, b.id) }
struct Pt: ~Copyable { var x: Int, y: Int; static func + (a: borrowing Pt, b: borrowing Pt) -> Pt { Pt(x: a.x + b.x, y: a.y + b.y) } }
do { let p = Pt(x: 1, y: 2) + Pt(x: 3, y: 4); print(p.x, p.y) }
func make(_ f: () -> Res) -> Int { f().finish() }
print(make { Res(30) })
var held: Res? = Res(40)
if let h = held.take() { print("took", h.id) }
print(held == nil ? "empty" : "full")
