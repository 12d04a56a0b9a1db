import Tensors
import Testing
import Transport

private let precise = SinkhornOptions(tolerance: 1e-12)

@Suite struct TransportGradientTests {
  let s = Sample(7, 9, seed: 21)

  @Test func costFollowsTheEnvelopeTheorem() throws {
    let s = s
    let byPoints = gradientCheck(at: s.x) { x in
      let cost = PointCost.squaredEuclidean.matrix(x, s.y)
      return try! entropicCost(s.a, s.b, cost: cost, epsilon: 0.1, options: precise)
    }
    #expect(byPoints < 1e-6)
    let byMass = gradientCheck(at: log(s.a)) { x in
      try! entropicCost(softmax(x), s.b, cost: s.cost, epsilon: 0.1, options: precise)
    }
    #expect(byMass < 1e-6)
    let byTarget = gradientCheck(at: log(s.b)) { x in
      try! entropicCost(s.a, softmax(x), cost: s.cost, epsilon: 0.1, options: precise)
    }
    #expect(byTarget < 1e-6)
    let (_, plan) = try valueAndGradient(at: s.cost) {
      try entropicCost(s.a, s.b, cost: $0, epsilon: 0.1, options: precise)
    }
    let solved = try sinkhorn(s.a, s.b, Geometry.matrix(s.cost), epsilon: 0.1, options: precise)
    #expect(largestGap(plan, solved.plan.matrix) < 1e-10)
  }

  @Test func gradientsHaveGradients() {
    let s = s
    let second = gradientCheck(at: s.cost, step: 1e-4) { cost in
      let g = gradient(at: cost) {
        try! entropicCost(s.a, s.b, cost: $0, epsilon: 0.1, options: precise)
      }
      return (square(g) * 10).sum()
    }
    #expect(second < 1e-5)
  }

  @Test func plansAreDifferentiatedImplicitlyAsUnrolled() throws {
    let s = s
    let weights = sin(Tensor.arange(63, dtype: .float64).reshaped(7, 9))
    func slope(_ way: PlanGradient) -> (Tensor, Tensor, Tensor) {
      gradient(at: s.cost, log(s.a), log(s.b)) { cost, a, b in
        let plan = try! entropicPlan(
          softmax(a), softmax(b), cost: cost, epsilon: 0.1, options: precise, gradient: way)
        return (plan * weights).sum()
      }
    }
    let implicit = slope(.implicit)
    let unrolled = slope(.unrolled(400))
    #expect(largestGap(implicit.0, unrolled.0) < 1e-8)
    #expect(largestGap(implicit.1, unrolled.1) < 1e-8)
    #expect(largestGap(implicit.2, unrolled.2) < 1e-8)
  }

  @Test func divergenceVanishesOnlyOnEqualMeasures() throws {
    let same = try sinkhornDivergence(s.x, s.x, epsilon: 0.05).item()
    let other = try sinkhornDivergence(s.x, s.x + 0.3, epsilon: 0.05).item()
    #expect(Swift.abs(same) < 1e-8)
    // Of a translation it is the squared length, at any ε.
    #expect(Swift.abs(other - 0.18) < 1e-6)
  }

  @Test func slicedCostsHaveGradients() {
    let s = s
    let slices = Tensor([[0.6, 0.8], [1.0, 0.0]], dtype: .float64)
    #expect(gradientCheck(at: s.x) { sliceCosts($0, s.y, along: slices).sum() } < 1e-6)
    #expect(gradientCheck(at: slices) { sliceCosts(s.x, s.y, along: $0, power: 1).sum() } < 1e-6)
  }
}

@Suite struct BatchTests {
  @Test(arguments: [DType.float32, .float64])
  func batchIsTheLoop(type: DType) throws {
    var generator = Generator(seed: 5)
    func masses() -> Tensor {
      let raw = square(Tensor.normal([6, 49], dtype: .float64, from: &generator))
      return raw / raw.sum(axis: 1, keepDims: true)
    }
    var (a, b) = (masses(), masses())
    a[2, 5] = Tensor(0.0)
    a = a / a.sum(axis: 1, keepDims: true)
    b[3] = a[3]
    let grid = Geometry.grid([7, 7])
    for epsilon in [0.05, 0.01, 0.005] {
      let tolerance = type == .float32 ? 1e-5 : 1e-8
      let options = SinkhornOptions(tolerance: tolerance)
      let geometry = try Geometry.matrix(grid.costMatrix.cast(to: type))
      let batch = try sinkhornBatch(a, b, geometry, epsilon: epsilon, options: options)
      #expect(batch.converged.allSatisfy { $0 })
      for k in 0..<6 {
        let alone = try sinkhorn(
          a[k], b[k], Geometry.matrix(grid.costMatrix), epsilon: epsilon,
          options: SinkhornOptions(tolerance: 1e-9))
        #expect(Swift.abs(batch.dualCosts[k].item() - alone.dualCost) < 30 * tolerance)
      }
    }
    let early = try sinkhornBatch(
      a, b, Geometry.matrix(grid.costMatrix), epsilon: 0.01,
      options: SinkhornOptions(tolerance: 1e-14, maximumIterations: 3))
    #expect(early.iterations == [3, 3, 3, 3, 3, 3] && !early.converged.contains(true))
  }
}
