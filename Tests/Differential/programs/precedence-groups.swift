precedencegroup Power { higherThan: MultiplicationPrecedence; associativity: right }
infix operator **: Power
func ** (a: Int, b: Int) -> Int { (0..<b).reduce(1) { x, _ in x * a } }
print(2 * 3 ** 2, 2 ** 3 ** 2)
infix operator |>: AdditionPrecedence
func |> <A, B>(a: A, f: (A) -> B) -> B { f(a) }
print(3 |> { $0 + 1 } |> { "\($0)!" })
infix operator ??=: AssignmentPrecedence
func ??= <T>(a: inout T?, b: T) { if a == nil { a = b } }
var maybe: Int? = nil
maybe ??= 4
print(maybe!)
infix operator ≈: ComparisonPrecedence
func ≈ (a: Double, b: Double) -> Bool { abs(a - b) < 1e-6 }
print(0.1 + 0.2 ≈ 0.3)
prefix operator ++
prefix func ++ (n: inout Int) -> Int { n += 1; return n }
var k = 1
print(++k, k)
