import Amortization
import Tensors
import Testing

/// Second derivatives of rules of our own: right, or refused in words.
@Suite struct SecondDerivatives {
  /// How far the derivative of the gradient along a direction is from central differences.
  private func error(
    _ shape: [Int], _ project: @escaping (Tensor) -> Tensor
  ) -> Double {
    var generator = Generator(seed: 2)
    func draw(_ shape: [Int]) -> Tensor {
      Tensor.normal(shape, dtype: .float64, from: &generator)
    }
    let (x, weights, direction) = (draw(shape), draw(shape), draw(shape))
    return gradientCheck(at: x) { x in
      let slope = gradient(at: x) { (sin(project($0)) * weights).sum() }
      return (slope * direction).sum()
    }
  }

  @Test func projectionsHaveThem() {
    #expect(error([3, 5]) { simplexProjection($0) } < 1e-7)
    #expect(error([3, 5]) { softTopK($0, 2) } < 1e-7)
    #expect(error([3, 5]) { cappedSimplexProjection($0, sum: 2) } < 1e-7)
    #expect(error([3, 5]) { Domain.cone.project($0) } < 1e-7)
    #expect(error([2, 9]) { Domain.positiveDefinite(3).project($0) } < 1e-7)
    #expect(error([2, 6]) { Domain.orthogonal(3, 2).project($0) } < 1e-6)
  }

  /// At equal values a gradient is right, and a second one would be rounding.
  @Test func projectionsOfMatricesRefuseThemWhereValuesAreEqual() async {
    let eye = Tensor.eye(3, dtype: .float64).reshaped([1, 9])
    var generator = Generator(seed: 5)
    let direction = Tensor.normal([1, 9], dtype: .float64, from: &generator)
    for domain in [Domain.positiveDefinite(3), .orthogonal(3)] {
      #expect(gradientCheck(at: eye) { (sin(domain.project($0)) * direction).sum() } < 1e-7)
    }
    var result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let eye = Tensor.eye(3, dtype: .float64).reshaped([1, 9])
      _ = hessian(at: eye) { square(Domain.positiveDefinite(3).project($0)).sum() }
    }
    var words = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    #expect(words.contains("no second derivative here where two eigenvalues are equal"))
    result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let eye = Tensor.eye(3, dtype: .float64).reshaped([1, 9])
      _ = hessian(at: eye) { (sin(Domain.orthogonal(3).project($0))).sum() }
    }
    words = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    #expect(words.contains("no second derivative here where two singular values are equal"))
  }

  /// y = ½·sin(x + y): the gradient of the attached point, and no second one.
  @Test func implicitGradientsRefuseThem() async {
    let x = Tensor([[0.3, -0.4]], dtype: .float64)
    func point(_ x: Tensor) -> Tensor {
      var y = x.zerosLike()
      for _ in 0..<100 { y = 0.5 * sin(stopGradient(x) + y) }
      return attachingImplicitGradient(to: y) { y in 0.5 * sin(x + y) }
    }
    #expect(gradientCheck(at: x) { square(point($0)).sum() } < 1e-7)
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = hessian(at: Tensor([[0.3, -0.4]], dtype: .float64)) { x in
        attachingImplicitGradient(to: x) { y in 0.5 * sin(x + y) }.sum()
      }
    }
    let words = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    #expect(words.contains("an implicit gradient has no gradient here"))
  }
}
