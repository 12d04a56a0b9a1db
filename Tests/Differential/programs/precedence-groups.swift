precedencegroup Power {
  higherThan: MultiplicationPrecedence
  associativity: right
}
infix operator **: Power
func ** (a: Int, b: Int) -> Int { (0..<b).reduce(1) { x, _ in x * a } }
print(2 * 3 ** 2, 2 ** 3 ** 2)
precedencegroup Pipe {
  lowerThan: AdditionPrecedence
  higherThan: ComparisonPrecedence
  associativity: left
}
infix operator |>: Pipe
func |> <A, B>(a: A, f: (A) -> B) -> B { f(a) }
print(3 + 1 |> { $0 + 1 } |> { "\($0)!" })
precedencegroup Assigning {
  assignment: true
  associativity: right
  lowerThan: TernaryPrecedence
}
infix operator ??=: Assigning
func ??= <T>(a: inout T?, b: T) { if a == nil { a = b } }
var maybe: Int? = nil
maybe ??= 4
print(maybe!)
prefix operator √
prefix func √ (x: Double) -> Double { x.squareRoot() }
print(√16)
postfix operator %%
postfix func %% (x: Double) -> Double { x / 100 }
print(50%%)
extension String { static func * (a: String, n: Int) -> String { String(repeating: a, count: n) } }
print("ab" * 3 ** 1)
