import Tensors
import Testing

@Suite struct SpecialFunctionTests {
  /// Values of SciPy 1.17, `scipy.special.erfinv`.
  @Test func inverseOfTheErrorFunction() {
    let x = Tensor([0.0, 0.1, 0.5, -0.9, 0.999, 1e-12], dtype: .float64)
    let expected = [
      0.0, 0.08885599049425769, 0.4769362762044699, -1.1630871536766743, 2.326753765513525,
      8.862269254527581e-13,
    ]
    for (found, right) in zip(erfInverse(x).doubles, expected) {
      #expect(abs(found - right) <= 1e-13 * abs(right))
    }
    let edges = erfInverse(Tensor([1.0, -1, 1.5])).doubles
    #expect(edges[0] == .infinity && edges[1] == -.infinity && edges[2].isNaN)
    #expect(gradientCheck(at: Tensor([0.1, -0.7, 0.9])) { sum(erfInverse($0)) } < 1e-6)
  }

  @Test func hypotenusesDoNotOverflow() {
    let a = Tensor([3.0, 1e300, 0, -5e-320, Double.infinity], dtype: .float64)
    let b = Tensor([4.0, 1e300, 0, 0, 1], dtype: .float64)
    let found = hypot(a, b).doubles
    #expect(found[0] == 5 && abs(found[1] / 1e300 - 2.0.squareRoot()) < 1e-15)
    #expect(found[2] == 0 && found[3] == 5e-320 && found[4] == .infinity)
    let at = Tensor([3.0, 0, -1], dtype: .float64), other = Tensor([4.0, 0, 2], dtype: .float64)
    let slope = gradient(at: at) { sum(hypot($0, other)) }.doubles
    #expect(abs(slope[0] - 0.6) < 1e-15 && slope[1] == 0)
    #expect(abs(slope[2] + 0.2.squareRoot()) < 1e-15)
  }
}
