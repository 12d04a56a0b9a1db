struct Vec: Equatable { var x: Double; static func + (a: Vec, b: Vec) -> Vec { Vec(x: a.x + b.x) }; static prefix func - (a: Vec) -> Vec { Vec(x: -a.x) }; static func * (k: Double, v: Vec) -> Vec { Vec(x: k * v.x) }; static func += (a: inout Vec, b: Vec) { a = a + b } }
var v = Vec(x: 1)
let w = Vec(x: 1) + Vec(x: 2)
print(w, -v, 2.0 * w, w == v, w != v)
v += w
print(v)
extension Vec { static func - (a: Vec, b: Vec) -> Vec { Vec(x: a.x - b.x) } }
print(w - v)
infix operator <+>: AdditionPrecedence
extension Vec { static func <+> (a: Vec, b: Vec) -> Double { a.x + b.x } }
func * (a: Vec, b: Double) -> Vec { Vec(x: a.x * b) }
print(v <+> w * 1)
prefix operator √
prefix func √ (v: Vec) -> Double { v.x.squareRoot() }
print(√Vec(x: 9))
class Box { var n: Int; init(_ n: Int) { self.n = n }; static func == (a: Box, b: Box) -> Bool { a.n == b.n } }
print(Box(1) == Box(1))
enum Level: Int { case low, high; static func < (a: Level, b: Level) -> Bool { a.rawValue < b.rawValue } }
print(Level.low < Level.high)
postfix operator %%
postfix func %% (n: Int) -> Double { Double(n) / 100 }
print(50%%)
