class Shape { var name: String { "shape" }; required init() {}; class var sides: Int { 0 }; static let origin = (0, 0); func area() -> Double { 0 }; final func info() -> String { "\(name) \(area()) \(type(of: self).sides)" } }
class Sq: Shape { var s: Double; override var name: String { "sq" }; init(_ s: Double) { self.s = s; super.init() }; required init() { s = 1; super.init() }; override class var sides: Int { 4 }; override func area() -> Double { s * s } }
print(Sq(3).info(), Shape().info())
let types: [Shape.Type] = [Shape.self, Sq.self]
print(types.map { $0.init().info() })
class Cube: Sq { override func area() -> Double { 6 * super.area() }; override var s: Double { didSet { print("s", oldValue, s) } }; convenience init(side: Double) { self.init(side); s = side + 1 } }
let cube = Cube(side: 2)
cube.s = 1
print(cube.info(), cube is Sq, (cube as Shape) as? Sq === cube)
extension Shape: CustomStringConvertible { var description: String { "S(\(name))" } }
print([cube, Sq(1), Shape()])
class Tracker { static var live = 0; init() { Tracker.live += 1 }; deinit { Tracker.live -= 1 } }
var ts: [Tracker] = (0..<3).map { _ in Tracker() }
print(Tracker.live)
ts.removeLast()
print(Tracker.live)
class Gen<T> { var v: T; init(_ v: T) { self.v = v }; func show() -> String { "\(T.self):\(v)" } }
class IntGen: Gen<Int> { override func show() -> String { "int " + super.show() } }
print(IntGen(3).show(), Gen("x").show())
class Conv { let a: Int; let b: Int; init(a: Int, b: Int) { self.a = a; self.b = b }; convenience init() { self.init(a: 1, b: 2) }; init?(_ s: String, _ z: Int = 0) { guard let n = Int(s) else { return nil }; a = n; b = n } }
class Conv2: Conv { var c = 9; override init(a: Int, b: Int) { super.init(a: a * 2, b: b * 2) } }
print(Conv().a, Conv2(a: 5, b: 1).a, Conv("z") as Any, Conv("4")!.a)
protocol Del: AnyObject { func did(_ n: Int) }
class Btn { weak var d: Del?; func tap() { d?.did(1); print(d == nil) } }
class Ctl: Del { var n = 0; func did(_ k: Int) { n += k } }
let btn = Btn()
var ctl: Ctl? = Ctl()
btn.d = ctl
btn.tap()
print(ctl!.n)
ctl = nil
btn.tap()
class Lazy { lazy var x: [Int] = { print("build"); return [1] }(); lazy private(set) var y = x.count }
let lz = Lazy()
print(lz.y, lz.x)
class Node: Hashable { let v: Int; var edges: Set<Node> = []; init(_ v: Int) { self.v = v }; static func == (a: Node, b: Node) -> Bool { a === b }; func hash(into h: inout Hasher) { h.combine(ObjectIdentifier(self)) } }
let n1 = Node(1), n2 = Node(2)
n1.edges.insert(n2); n2.edges.insert(n1)
print(n1.edges.first!.edges.first! === n1)
class Over { func f(_ x: Int) -> String { "int" }; func f(_ x: Double) -> String { "dbl" }; subscript(i: Int) -> Int { i } }
class Over2: Over { override func f(_ x: Int) -> String { "o" + super.f(x) }; override subscript(i: Int) -> Int { super[i] * 2 } }
print(Over2().f(1), Over2().f(1.5), (Over2() as Over)[4])
final class Singleton { static let shared = Singleton(); private init() { print("made") }; var hits = 0 }
Singleton.shared.hits += 1
Singleton.shared.hits += 1
print(Singleton.shared.hits)
