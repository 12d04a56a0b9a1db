precedencegroup Exponentiation {
  higherThan: MultiplicationPrecedence
  associativity: right
}
infix operator **: Exponentiation
func ** (base: Int, exponent: Int) -> Int { (0..<exponent).reduce(1) { n, _ in n * base } }
2 * 3 ** 2
