func parse(_ s: String) -> Int? { Int(s) }
func parse(_ s: String) -> Double? { Double(s) }
func parse<T: LosslessStringConvertible>(_ s: String, as: T.Type) -> T? { T(s) }
let i: Int? = parse("12")
let d: Double? = parse("1.5")
print(i as Any, d as Any, parse("true", as: Bool.self) as Any)
func both() -> (Int, Double) { (parse("3")!, parse("4")!) }
print(both())
protocol FromInt { static func from(_ n: Int) -> Self }
extension Int: FromInt { static func from(_ n: Int) -> Int { n } }
extension String: FromInt { static func from(_ n: Int) -> String { "s\(n)" } }
func conv<T: FromInt>(_ n: Int) -> T { .from(n) }
let ci: Int = conv(1), cs: String = conv(2)
print(ci, cs)
struct Conf { func value(_ k: String) -> Int { k.count }; func value(_ k: String) -> String { k + "!" } }
extension Conf { func value(_ k: String) -> [String] { [k] }; subscript(k: String) -> Int { 1 }; subscript(k: String) -> String { "sub" } }
let n: Int = Conf().value("ab"), s: String = Conf().value("ab"), l: [String] = Conf().value("ab")
print(n, s, l, Conf()["k"] as Int, Conf()["k"] as String)
func now() -> Int { 1 }
func now() -> String { "one" }
func need(_ x: Int) -> String { "int\(x)" }
func need(_ x: String) -> String { "str\(x)" }
print(need(now() as Int), need(now() as String))
let fi: () -> Int = now, fs: () -> String = now
print(fi(), fs())
infix operator <+>: AdditionPrecedence
func <+> (a: Int, b: Int) -> Int { a + b }
func <+> (a: Int, b: Int) -> String { "\(a)\(b)" }
let oi: Int = 1 <+> 2
let os: String = 1 <+> 2
print(oi, os)
var pick: Int { 5 }
print(pick)
func gen<T>(_ x: T) -> T { x }
func gen<T>(_ x: T) -> [T] { [x] }
let g1: Int = gen(1), g2: [Int] = gen(1)
print(g1, g2)
