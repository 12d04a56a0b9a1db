typealias Number = Double
typealias Pair<T> = (T, T)
let p: Pair<Number> = (1, 2)
print(p.0 + p.1)
typealias Handler = (Int) -> String
let h: Handler = { "h\($0)" }
print(h(1))
protocol Named { associatedtype Label = String; var label: Label { get } }
struct X: Named { var label: String { "x" } }
struct Y: Named { typealias Label = Int; var label: Int { 2 } }
print(X().label, Y().label)
func same<T: Named, U: Named>(_ t: T, _ u: U) -> Bool where T.Label == U.Label { true }
print(same(X(), X()))
extension Named where Label == Int { var next: Int { label + 1 } }
print(Y().next)
struct Meters: RawRepresentable, Comparable { var rawValue: Number; static func < (a: Meters, b: Meters) -> Bool { a.rawValue < b.rawValue } }
print(Meters(rawValue: 1) < Meters(rawValue: 2), max(Meters(rawValue: 1), Meters(rawValue: 3)).rawValue)
extension Meters: AdditiveArithmetic { static var zero: Meters { .init(rawValue: 0) }; static func + (a: Meters, b: Meters) -> Meters { .init(rawValue: a.rawValue + b.rawValue) }; static func - (a: Meters, b: Meters) -> Meters { .init(rawValue: a.rawValue - b.rawValue) } }
print([Meters(rawValue: 1), Meters(rawValue: 2)].reduce(.zero, +).rawValue)
extension Meters: ExpressibleByFloatLiteral { init(floatLiteral x: Double) { rawValue = x } }
let m: Meters = 2.5
print(m.rawValue)
