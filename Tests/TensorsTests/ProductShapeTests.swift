import Tensors
import Testing

/// Products against their definition, on extents around those at which kernels change their way.
@Suite struct ProductShapes {
  @Test(arguments: [DType.float32, .float64]) func agreeWithTheirDefinition(type: DType) {
    var generator = Generator(seed: 3)
    for m in [1, 2, 6, 7, 25] {
      for n in [1, 3, 15, 16, 33, 150] {
        for k in [1, 31, 32, 256, 257, 600] {
          let a = Tensor.normal([m, k], dtype: type, from: &generator)
          let b = Tensor.normal([k, n], dtype: type, from: &generator)
          let expected = product(a.doubles, b.doubles, m, n, k)
          let tolerance = type == .float64 ? 1e-12 : 1e-4
          // Each factor as it is, and stored the other way round.
          let (turnedA, turnedB) = (copy(of: a.T).T, copy(of: b.T).T)
          for (x, y) in [(a, b), (turnedA, b), (a, turnedB), (turnedA, turnedB)] {
            #expect(agree(matmul(x, y), expected, tolerance), "\(m) \(n) \(k)")
          }
          // Rows and columns of larger matrices.
          let wide = concatenate([a, a], axis: 1)
          #expect(agree(matmul(wide[.all, 0..<k], b), expected, tolerance), "\(m) \(n) \(k)")
        }
      }
    }
  }

  /// The same numbers, stored in the order of its axes.
  private func copy(of x: Tensor) -> Tensor { Tensor(x.doubles, dtype: x.dtype).reshaped(x.shape) }

  private func product(_ a: [Double], _ b: [Double], _ m: Int, _ n: Int, _ k: Int) -> [Double] {
    var result = [Double](repeating: 0, count: m * n)
    for i in 0..<m {
      for p in 0..<k {
        for j in 0..<n { result[i * n + j] += a[i * k + p] * b[p * n + j] }
      }
    }
    return result
  }
}
