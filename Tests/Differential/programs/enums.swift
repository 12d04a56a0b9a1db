enum Op: Character, CaseIterable { case add = "+", mul = "*"; func apply(_ a: Int, _ b: Int) -> Int { switch self { case .add: a + b; case .mul: a * b } } }
print(Op.allCases.map { $0.apply(3, 4) }, Op(rawValue: "+") as Any)
indirect enum Expr { case num(Int), bin(Op, Expr, Expr); func eval() -> Int { switch self { case .num(let n): return n; case let .bin(op, a, b): return op.apply(a.eval(), b.eval()) } } }
let e = Expr.bin(.add, .num(2), .bin(.mul, .num(3), .num(4)))
print(e.eval())
extension Expr: CustomStringConvertible { var description: String { switch self { case .num(let n): "\(n)"; case .bin(let op, let a, let b): "(\(a)\(op.rawValue)\(b))" } } }
print(e)
enum State: Equatable { case idle, running(progress: Double), done }
var s = State.idle
s = .running(progress: 0.5)
if case .running(let p) = s { print(p) }
print(s == .running(progress: 0.5), s != .done)
extension State { var isActive: Bool { if case .running = self { true } else { false } }; mutating func finish() { self = .done } }
print(s.isActive)
s.finish()
print(s, s.isActive)
struct Flags: OptionSet { let rawValue: Int; static let a = Flags(rawValue: 1), b = Flags(rawValue: 2) }
let f: Flags = [.a, .b]
print(f.contains(.a), f.rawValue)
extension Flags { static let c = Flags(rawValue: 4) }
print(f.union(.c).rawValue)
