import AmortizedTransport
import Tensors
import Testing
import Transport

@Suite struct ConvexPotentialTests {
  let family = ConvexPotentials(dimension: 3, units: 11, curvature: 0.2)

  private func parameters(_ batch: Int, seed: Int) -> Tensor {
    var generator = Generator(seed: seed)
    let noise = Tensor.normal([batch, family.parameterCount], dtype: .float64, from: &generator)
    return noise
  }

  private func cloud(_ shape: [Int], seed: Int) -> Tensor {
    var generator = Generator(seed: seed)
    return Tensor.normal(shape, dtype: .float64, from: &generator)
  }

  @Test func valuesFollowTheFormula() {
    let θ = parameters(1, seed: 1)
    let x = cloud([1, 4, 3], seed: 2)
    let p = θ.doubles
    for point in 0..<4 {
      let z = x[0, point].doubles
      var expected = 0.0
      for i in 0..<3 {
        expected += 0.1 * z[i] * z[i] + p[9 + i] * z[i]
        let column = (0..<3).reduce(0.0) { $0 + p[$1 * 3 + i] * z[$1] }
        expected += 0.5 * column * column
      }
      for k in 0..<11 {
        let t = (0..<3).reduce(p[45 + k]) { $0 + p[12 + 3 * k + $1] * z[$1] }
        let weight = softplus(Tensor(p[56 + k], dtype: .float64)).item()
        expected += weight / 11 * 0.5 * (t + (t * t + 1).squareRoot())
      }
      #expect(abs(family.values(θ, x)[0, point].item() - expected) < 1e-12)
    }
  }

  @Test func mapsAreGradients() {
    let θ = parameters(2, seed: 3)
    let x = cloud([2, 5, 3], seed: 4)
    let byTape = gradient(at: x) { family.values(θ, $0).sum() }
    #expect(abs(byTape - family.gradients(θ, x)).max().item() < 1e-12)
    #expect(gradientCheck(at: θ) { family.values($0, x).sum() } < 1e-7)
  }

  /// ⟨∇φ(x) − ∇φ(y), x − y⟩ ≥ α|x − y|².
  @Test func mapsAreStronglyMonotone() {
    let θ = parameters(3, seed: 5)
    let (x, y) = (3 * cloud([3, 50, 3], seed: 6), 3 * cloud([3, 50, 3], seed: 7))
    let difference = x - y
    let change = family.gradients(θ, x) - family.gradients(θ, y)
    let excess = (change * difference).sum(axis: -1) - 0.2 * square(difference).sum(axis: -1)
    #expect(excess.min().item() > -1e-9)
  }

  @Test func conjugatePointsInvertTheMap() {
    let θ = 2 * parameters(3, seed: 8)
    let x = 3 * cloud([3, 40, 3], seed: 9)
    let found = family.conjugatePoints(θ, family.gradients(θ, x), tolerance: 1e-10)
    #expect(found.residual < 1e-9)
    #expect(abs(found.points - x).max().item() < 1e-8)
    #expect(found.iterations > 1 && found.iterations < 60)
  }

  /// Fenchel's inequality φ(x) + φ*(y) ≥ ⟨x, y⟩, equal where y = ∇φ(x).
  @Test func conjugatesSatisfyFenchel() {
    let θ = parameters(1, seed: 10)
    let (x, y) = (cloud([1, 60, 3], seed: 11), cloud([1, 60, 3], seed: 12))
    func slack(_ y: Tensor) -> Tensor {
      family.values(θ, x) + family.conjugates(θ, y) - (x * y).sum(axis: -1)
    }
    #expect(slack(y).min().item() > 0)
    #expect(abs(slack(family.gradients(θ, x))).max().item() < 1e-11)
  }

  @Test func conjugatesHaveDanskinsGradients() {
    let θ = parameters(1, seed: 13)
    let y = cloud([1, 6, 3], seed: 14)
    #expect(gradientCheck(at: θ) { family.conjugates($0, y).sum() } < 1e-5)
    #expect(gradientCheck(at: y) { family.conjugates(θ, $0).sum() } < 1e-5)
    let x = cloud([1, 5, 3], seed: 15)
    #expect(gradientCheck(at: θ) { family.dual($0, x, y).sum() } < 1e-5)
  }

  @Test func envelopesRefuseSecondDerivatives() async {
    var result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let own = ConvexPotentialTests()
      _ = hessian(at: own.cloud([1, 2, 3], seed: 14)) {
        own.family.conjugates(own.parameters(1, seed: 13), $0).sum()
      }
    }
    var words = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    #expect(words.contains("conjugates: the gradient has no gradient"))
    result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let own = ConvexPotentialTests()
      let x = own.cloud([1, 2, 3], seed: 15)
      _ = hessian(at: own.parameters(1, seed: 13)) { own.family.dual($0, x, x + 1).sum() }
    }
    words = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    #expect(words.contains("dual: the gradient has no gradient"))
  }

  /// For φ = ½xᵀAx the conjugate is ½yᵀA⁻¹y.
  @Test func quadraticConjugateHasAClosedForm() throws {
    let family = ConvexPotentials(dimension: 2, units: 1, curvature: 0.5)
    let root = Tensor([1.0, 0, 0.5, 2], dtype: .float64)
    let rest = Tensor([0.0, 0, 0, 0, 0, -800], dtype: .float64)  // a unit of weight 0
    let θ = concatenate([root, rest]).expandedDims(axis: 0)
    let l = root.reshaped(2, 2)
    let a = matmul(l, l.T) + 0.5 * Tensor.eye(2, dtype: .float64)
    let y = cloud([1, 7, 2], seed: 16)
    let expected = 0.5 * (matmul(y, try inverted(a)) * y).sum(axis: -1)
    #expect(abs(family.conjugates(θ, y) - expected).max().item() < 1e-12)
  }

  @Test func dualIsBelowHalfTheSquaredDistance() throws {
    let (x, y) = (cloud([2, 40, 3], seed: 17), 2 * cloud([2, 50, 3], seed: 18) + 1)
    for scale in [0.3, 1, 2] {
      let dual = family.dual(scale * parameters(2, seed: 19), x, y)
      for i in 0..<2 {
        let exact = try wassersteinDistance(x[i], y[i])
        #expect(dual[i].item() < 0.5 * exact * exact)
      }
    }
  }

  /// A cloud and its image under ∇φ: φ is optimal, the dual reaches ½W₂² = ½·mean|∇φ(x) − x|².
  @Test func dualIsReachedByBrenierPotentials() throws {
    let θ = parameters(1, seed: 20)
    let x = cloud([1, 80, 3], seed: 21)
    let y = family.gradients(θ, x)
    let half = 0.5 * square(y - x).sum(axis: -1).mean()
    #expect(abs(family.dual(θ, x, y)[0] - half).item() < 1e-11)
    let exact = try wassersteinDistance(x[0], y[0])
    #expect(abs(half.item() - 0.5 * exact * exact) < 1e-9)
  }

  @Test func singlePrecisionIsEnoughForTraining() {
    let θ = parameters(2, seed: 22)
    let (x, y) = (cloud([2, 30, 3], seed: 23), cloud([2, 30, 3], seed: 24))
    let exact = family.dual(θ, x, y)
    let single = family.dual(
      θ.cast(to: .float32), x.cast(to: .float32), y.cast(to: .float32))
    #expect(single.dtype == .float32)
    #expect(abs(single.cast(to: .float64) - exact).max().item() < 1e-4)
  }
}
