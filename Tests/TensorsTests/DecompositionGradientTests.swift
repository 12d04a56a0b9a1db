import Tensors
import Testing

/// Gradients of functions of a whole matrix where its singular values are equal or zero.
///
/// References: jax 0.10.2 in float64.
@Suite struct DecompositionGradients {
  private let eye = Tensor.eye(2, dtype: .float64)

  @Test func pseudoInverse() throws {
    let weights = Tensor([[1.0, 3.0], [10.0, 7.0]], dtype: .float64)
    // jax.grad(lambda a: (jnp.linalg.pinv(a) * weights).sum())(jnp.eye(2))
    let g = try gradient(at: eye) { a in (try Tensors.pseudoInverse(a) * weights).sum() }
    #expect(agree(g, [-1, -3, -10, -7]))
  }

  @Test func leastSquaresOfRectangles() throws {
    let b = Tensor([1.0, 10.0], dtype: .float64)
    let direction = Tensor([1.0, 2.0], dtype: .float64)
    let g = try gradient(at: eye) { a in dot(try leastSquares(a, b), direction) }
    #expect(agree(g, [-1, -10, -2, -20]))
    let tall = Tensor([[1.0, 0], [0, 1], [1, 1]], dtype: .float64)
    let right = Tensor([1.0, 2.0, 4.0], dtype: .float64)
    let h = try gradient(at: tall) { a in
      dot(try leastSquares(a, right), Tensor([1.0, -2.0], dtype: .float64))
    }
    #expect(
      agree(h, [-2.22222222, -2.55555556, 1.77777778, 4.44444444, 0.88888889, 0.22222222], 1e-8))
    for shape in [[3, 5], [5, 3], [2, 4, 3]] {
      var generator = Generator(seed: 3)
      let a = Tensor.normal(shape, dtype: .float64, from: &generator)
      let w = Tensor.normal(shape, dtype: .float64, from: &generator)
      let f = { (x: Tensor) in (sin((try? Tensors.pseudoInverse(x)) ?? x) * w.mT).sum() }
      #expect(gradientCheck(at: a, of: f) < 1e-7)
      #expect(gradientCheck(at: a) { x in square(gradient(at: x, of: f)).sum() } < 1e-5)
    }
  }

  @Test func pseudoInverseWithACutThroughValues() throws {
    var generator = Generator(seed: 5)
    let a = Tensor.normal([4, 3], dtype: .float64, from: &generator)
    let s = try svd(a).s.doubles
    let cutoff = 0.5 * (s[1] + s[2]) / s[0]
    let w = Tensor.normal([3, 4], dtype: .float64, from: &generator)
    let error = gradientCheck(at: a) { x in
      (((try? Tensors.pseudoInverse(x, cutoff: cutoff)) ?? x.mT) * w).sum()
    }
    #expect(error < 1e-6)
  }

  @Test func typesOfBothSides() throws {
    let x = try leastSquares(Tensor([[2.0, 0], [0, 4]]), Tensor([1.0, 1.0], dtype: .float64))
    #expect(x.dtype == .float64)
    #expect(agree(x, [0.5, 0.25]))
    #expect(try leastSquares(Tensor.zeros([0, 2]), Tensor.zeros([0])).shape == [2])
  }

  @Test func determinantsOfSingularMatrices() {
    // jax.grad(jnp.linalg.det)
    let two = Tensor([[1.0, 2], [2, 4]], dtype: .float64)
    #expect(agree(gradient(at: two) { determinant($0) }, [4, -2, -2, 1]))
    let three = Tensor([[1.0, 2, 3], [4, 5, 6], [7, 8, 9]], dtype: .float64)
    #expect(
      agree(gradient(at: three) { determinant($0) }, [-3, 6, -3, 6, -12, 6, -3, 6, -3], 1e-9))
    #expect(gradient(at: Tensor.zeros([3, 3])) { determinant($0) }.doubles.allSatisfy { $0 == 0 })
    // numpy.linalg.det
    #expect(agree(determinant(Tensor([[1.0, 2], [3, 4]], dtype: .float64)), [-2]))
    #expect(determinant(Tensor.zeros([2, 2])).item() == 0)
  }

  @Test func nuclearNormOfADeficientMatrix() throws {
    // The singular values' gradient needs no vectors' derivatives: u·vᵀ.
    let a = Tensor([[3.0, 0], [0, 0], [0, 0]], dtype: .float64)
    let g = try gradient(at: a) { try svd($0).s.sum() }
    #expect(g.doubles.allSatisfy { $0.isFinite })
    #expect(agree(g[0, 0], [1]))
    let same = try gradient(at: eye * 2) { try svd($0).s.sum() }
    #expect(agree(same, [1, 0, 0, 1]))
    let values = try gradient(at: eye * 2) { try eigenSymmetric($0).values.sum() }
    #expect(agree(values, [1, 0, 0, 1]))
  }

  @Test func triangularFactors() {
    var generator = Generator(seed: 8)
    let a = Tensor.normal([2, 4, 4], dtype: .float64, from: &generator)
    let w = Tensor.normal([2, 4, 4], dtype: .float64, from: &generator)
    let f = { (x: Tensor) -> Tensor in
      let (_, l, u) = lu(x)
      return (sin(l) * w + square(u) * w.mT).sum()
    }
    #expect(gradientCheck(at: a, of: f) < 1e-6)
    #expect(gradientCheck(at: a) { x in square(gradient(at: x, of: f)).sum() } < 1e-4)
  }
}
