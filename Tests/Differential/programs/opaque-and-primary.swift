protocol Shape<Unit> { associatedtype Unit: Numeric; var area: Unit { get } }
struct Sq<U: Numeric>: Shape { let s: U; var area: U { s * s } }
struct Rect: Shape { let w, h: Double; var area: Double { w * h } }
func make() -> some Shape<Int> { Sq(s: 3) }
let m = make()
print(m.area, type(of: m))
var boxes: [any Shape<Double>] = [Rect(w: 2, h: 3), Sq(s: 1.5)]
print(boxes.map { $0.area }.reduce(0, +))
func total(_ xs: [any Shape<Double>]) -> Double { xs.reduce(0) { $0 + $1.area } }
print(total(boxes))
boxes.append(Sq(s: 2))
func describe(_ s: any Shape) -> String { func open<S: Shape>(_ s: S) -> String { "\(S.self) \(s.area)" }; return open(s) }
for b in boxes { print(describe(b)) }
var evens: some Sequence<Int> { stride(from: 0, to: 10, by: 2) }
print(Array(evens))
func twice<T: Equatable>(_ t: T) -> (some Equatable, some Collection<T>) { (t, [t, t]) }
let tw = twice("q")
print(tw.1.count, type(of: tw.0))
let lazyOne: some Sequence<String> = ["a", "b"].lazy.map { $0 + "!" }
for x in lazyOne { print(x, terminator: " ") }
print()
func same(_ a: some Equatable) -> Bool { a == a }
print(same(3), same("x"))
extension Shape where Unit == Double { var doubled: some Shape<Double> { Rect(w: area, h: 2) } }
print(Rect(w: 1, h: 2).doubled.area)
struct AnyShape<U: Numeric>: Shape { private let f: () -> U; init(_ s: some Shape<U>) { f = { s.area } }; var area: U { f() } }
let erased = [AnyShape(Sq(s: 2)), AnyShape(make())]
print(erased.map(\.area))
typealias IntShape = any Shape<Int>
let shapes: [String: IntShape] = ["a": make(), "b": Sq(s: 5)]
print(shapes.sorted { $0.key < $1.key }.map { "\($0.key)\($0.value.area)" })
if let d = boxes[0] as? Rect { print("rect", d.w) }
let opt: (any Shape)? = boxes.first
print(opt.map { "\(type(of: $0))" } ?? "-")
func pick(_ b: Bool) -> any Shape { b ? Sq(s: 1) : Rect(w: 1, h: 1) }
print(type(of: pick(true)), type(of: pick(false)))
struct Hold { let s: any Shape & Sendable }
extension Rect: Sendable {}
print(Hold(s: Rect(w: 4, h: 4)).s.area)
