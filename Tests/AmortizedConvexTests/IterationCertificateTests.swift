import Amortization
import AmortizedConvex
import Tensors
import Testing

struct IterationCertificateTests {
  @Test("Bounds are Clopper–Pearson's at δ over their number")
  func bounds() {
    let counts: [Int?] = (0..<100).map { $0 < 97 ? $0 : nil }
    let made = IterationCertificate(
      [counts, counts], tolerances: [1e-2, 1e-4], limits: [50, 1000], delta: 0.1)
    #expect(made.failures == [[49, 3], [49, 3]])
    #expect(made.bounds[0][1] == failureBound(failures: 3, of: 100, delta: 0.025))
    // No failures in n: 1 − (δ/cells)^(1/n).
    let none = IterationCertificate([[1, 1, 1, 1]], tolerances: [1], limits: [2], delta: 0.0625)
    #expect(abs(none.bounds[0][0] - 0.5) < 1e-9)
  }

  @Test("Of 1000 certificates at δ = 0.1 no more fail than a binomial's 99.9 % quantile")
  func coverage() {
    // Geometric counts: P(not done within k) = 0.9^k, known exactly.
    var failed = 0
    for seed in 0..<1000 {
      var g = Generator(seed: seed)
      let u = Tensor.uniform([60], dtype: .float64, from: &g)
      let counts = (log(u) / -0.10536051565782628).doubles.map { Optional(Int($0) + 1) }
      let made = IterationCertificate(
        [counts], tolerances: [1], limits: [5], delta: 0.1)
      if made.bounds[0][0] < 0.59049 { failed += 1 }
    }
    // P(Binomial(1000, 0.1) ≤ 130) = 0.9991 (scipy 1.16, binom.cdf).
    #expect(failed <= 130)
    #expect(failed > 20)
  }
}
