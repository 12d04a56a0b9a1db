precedencegroup Pipe { associativity: left higherThan: AssignmentPrecedence lowerThan: TernaryPrecedence }
infix operator |>: Pipe
func |> <A, B>(a: A, f: (A) -> B) -> B { f(a) }
print(3 |> { $0 + 1 } |> { "\($0)!" })
precedencegroup Pow { associativity: right higherThan: MultiplicationPrecedence }
infix operator **: Pow
func ** (a: Int, b: Int) -> Int { (0..<b).reduce(1) { r, _ in r * a } }
func ** (a: Double, b: Double) -> Double { pow(a, b) }
print(2 ** 3 ** 2, 2 * 3 ** 2, 2.0 ** 0.5 > 1.41)
infix operator <>: AdditionPrecedence
protocol Semigroup { static func <> (a: Self, b: Self) -> Self }
extension String: Semigroup { static func <> (a: String, b: String) -> String { a + "·" + b } }
extension Array: Semigroup { static func <> (a: [Element], b: [Element]) -> [Element] { a + b } }
func fold<S: Semigroup>(_ xs: [S], _ z: S) -> S { xs.reduce(z, <>) }
print("a" <> "b", fold(["x", "y"], "z"), [1] <> [2])
postfix operator %%
postfix func %% (x: Double) -> Double { x / 100 }
print(50%%)
prefix operator √
prefix func √ (x: Double) -> Double { x.squareRoot() }
print(√16 + √9)
infix operator +-: RangeFormationPrecedence
func +- (a: Int, b: Int) -> ClosedRange<Int> { (a - b)...(a + b) }
print(5 +- 2, (5 +- 2).contains(4))
infix operator ??=: AssignmentPrecedence
func ??= <T>(a: inout T?, b: @autoclosure () -> T) { if a == nil { a = b() } }
var o: Int?
o ??= 4
o ??= 5
print(o as Any)
infix operator .*
func .* (a: [Int], b: [Int]) -> [Int] { zip(a, b).map(*) }
print([1, 2] .* [3, 4])
precedencegroup CompositionPrecedence { associativity: left higherThan: Pipe }
infix operator >>>: CompositionPrecedence
func >>> <A, B, C>(f: @escaping (A) -> B, g: @escaping (B) -> C) -> (A) -> C { { g(f($0)) } }
let inc: (Int) -> Int = { $0 + 1 }
print((inc >>> inc >>> String.init)(1), 1 |> inc >>> inc)
struct M: Equatable { var r: [[Int]]; static func * (a: M, b: M) -> M { M(r: a.r.map { row in b.r[0].indices.map { j in zip(row, b.r).reduce(0) { $0 + $1.0 * $1.1[j] } } }) }; static func *= (a: inout M, b: M) { a = a * b }; static prefix func ! (m: M) -> M { M(r: m.r.reversed()) } }
var m = M(r: [[1, 1], [1, 0]])
m *= m
print(m.r, (!m).r)
let ops: [String: (Int, Int) -> Int] = ["+": (+), "**": (**), "max": max]
print(ops["**"]!(2, 5), ops["+"]!(2, 5), ops["max"]!(2, 5))
infix operator &&&: LogicalConjunctionPrecedence
func &&& (a: Bool, b: Bool) -> Bool { a && b }
print(true &&& false, true || false &&& false)
