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

  /// Values of SciPy 1.11.
  @Test func theComplementOfTheErrorFunctionKeepsItsDigits() {
    let x = Tensor([-1.0, 0, 0.5, 5, 10, 26], dtype: .float64)
    let right = [
      1.8427007929497148, 1, 0.4795001221869535, 1.5374597944280347e-12, 2.088487583762545e-45,
      5.663192408856143e-296,
    ]
    for (found, right) in zip(erfc(x).doubles, right) { #expect(abs(found / right - 1) < 1e-13) }
    let single = erfc(Tensor([5.0], dtype: .float32)).item()
    #expect(abs(single / 1.5374597944280347e-12 - 1) < 1e-6)
    #expect(gradientCheck(at: Tensor([0.1, -0.7, 1.9])) { sum(erfc($0)) } < 1e-6)
  }

  @Test func eigenvaluesOfMatricesThatAreNotSymmetric() throws {
    let turn = try eigenvalues(Tensor([[0.0, -2], [2, 0]], dtype: .float64))
    #expect(abs(turn.real).max().item() < 1e-15)
    #expect(abs(turn.imaginary - Tensor([2.0, -2])).max().item() < 1e-14)
    // The companion matrix of (t − 1)(t − 2)(t − 3), and its transpose.
    let companion = Tensor([[6.0, -11, 6], [1, 0, 0], [0, 1, 0]], dtype: .float64)
    let both = try eigenvalues(stack([companion, companion.T]))
    #expect(both.real.shape == [2, 3] && both.imaginary.doubles.allSatisfy { $0 == 0 })
    for row in 0..<2 {
      for (found, right) in zip(both.real[row].doubles.sorted(), [1.0, 2, 3]) {
        #expect(abs(found - right) < 1e-12)
      }
    }
    #expect(try eigenvalues(Tensor.zeros([0, 0])).real.shape == [0])
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
