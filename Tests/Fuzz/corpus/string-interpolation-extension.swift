extension String.StringInterpolation {
  mutating func appendInterpolation(hex n: Int) { appendLiteral(String(n, radix: 16)) }
}
"\(hex: 255)"
