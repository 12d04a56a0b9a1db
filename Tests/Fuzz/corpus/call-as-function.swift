struct Polynomial {
  var coefficients: [Int]
  func callAsFunction(_ x: Int) -> Int { coefficients.reversed().reduce(0) { $0 * x + $1 } }
}
Polynomial(coefficients: [1, 0, 2])(3)
