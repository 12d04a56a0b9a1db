protocol Q { func f() -> String; var g: Int { get } }
extension Q { func f() -> String { "Q.f" } }
struct R: Q { let g = 1 }
print(R().f(), R().g)
struct Adder { let n: Int }
extension Adder { func callAsFunction(_ x: Int) -> Int { x + n } }
let add2 = Adder(n: 2)
print(add2(3))
extension String.StringInterpolation { mutating func appendInterpolation(hex n: Int) { appendLiteral("0x" + String(n, radix: 16)) } }
print("\(hex: 255)")
@resultBuilder enum Lines { static func buildBlock(_ parts: String...) -> String { parts.joined(separator: "|") } }
extension Lines { static func buildExpression(_ n: Int) -> String { "#\(n)" }; static func buildExpression(_ s: String) -> String { s } }
@Lines func page() -> String { "a"; 7; "b" }
print(page())
struct Parity { let even: Bool }
extension Parity { static func ~= (p: Parity, n: Int) -> Bool { (n % 2 == 0) == p.even } }
switch 4 { case Parity(even: true): print("even"); default: print("odd") }
extension Array where Element == Int { func total() -> Int { reduce(0, +) } }
extension Array where Element == Double { func total() -> Double { reduce(0, +) } }
print([1, 2].total(), [1.5, 2].total())
extension R: CustomStringConvertible { var description: String { "R!" } }
print(R(), "\(R())")
