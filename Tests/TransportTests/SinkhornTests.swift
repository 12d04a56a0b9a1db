import Tensors
import Testing
import Transport

/// A small problem with masses and costs from a seed.
struct Sample {
  var a: Tensor
  var b: Tensor
  var x: Tensor
  var y: Tensor

  init(_ n: Int, _ m: Int, seed: Int, dimension d: Int = 2) {
    var generator = Generator(seed: seed)
    let u = Tensor.uniform([n], low: 0.1, high: 1, dtype: .float64, from: &generator)
    let v = Tensor.uniform([m], low: 0.1, high: 1, dtype: .float64, from: &generator)
    (a, b) = (u / u.sum(), v / v.sum())
    x = Tensor.uniform([n, d], low: 0, high: 1, dtype: .float64, from: &generator)
    y = Tensor.uniform([m, d], low: 0, high: 1, dtype: .float64, from: &generator)
  }

  var cost: Tensor { PointCost.squaredEuclidean.matrix(x, y) }
}

/// Sinkhorn's algorithm as it is defined: two loops in logarithms, no tricks, many iterations.
func reference(_ a: Tensor, _ b: Tensor, _ cost: Tensor, _ epsilon: Double, _ steps: Int)
  -> (f: Tensor, g: Tensor, plan: Tensor, value: Double)
{
  var f = Tensor.zeros([a.size], dtype: .float64)
  var g = Tensor.zeros([b.size], dtype: .float64)
  let (left, right) = (log(a).reshaped([a.size, 1]), log(b).reshaped([1, b.size]))
  for _ in 0..<steps {
    let h = (g.reshaped([1, b.size]) - cost) / epsilon + right
    f = -epsilon * h.logSumExp(axis: 1)
    let k = (f.reshaped([a.size, 1]) - cost) / epsilon + left
    g = -epsilon * k.logSumExp(axis: 0)
  }
  let total = f.reshaped([a.size, 1]) + g.reshaped([1, b.size])
  let plan = exp((total - cost) / epsilon + left + right)
  return (f, g, plan, (dot(f, a) + dot(g, b)).item())
}

func largestGap(_ x: Tensor, _ y: Tensor) -> Double {
  abs(x.cast(to: .float64) - y.cast(to: .float64)).max().item()
}

@Suite struct SinkhornTests {
  @Test(arguments: [0.5, 0.05, 0.01])
  func agreesWithTheDefinition(epsilon: Double) throws {
    let s = Sample(23, 31, seed: 1)
    let expected = reference(s.a, s.b, s.cost, epsilon, 6000)
    for form in SinkhornForm.allCases {
      for acceleration in [
        Acceleration.none, .automatic, .overRelaxation(1.3), .anderson(memory: 4),
      ] {
        let options = SinkhornOptions(tolerance: 1e-9, form: form, acceleration: acceleration)
        let found = try sinkhorn(
          s.a, s.b, Geometry.matrix(s.cost), epsilon: epsilon, options: options)
        #expect(found.converged, "\(form) \(acceleration)")
        #expect(largestGap(found.plan.matrix, expected.plan) < 1e-9, "\(form) \(acceleration)")
        #expect(Swift.abs(found.dualCost - expected.value) < 1e-9)
        #expect(Swift.abs(found.gap) < 1e-9)
        #expect(Swift.abs(found.cost - (expected.plan * s.cost).sum().item()) < 1e-8)
      }
    }
  }

  @Test func marginalsAreMetAndReported() throws {
    let s = Sample(40, 30, seed: 2)
    let r = try sinkhorn(
      s.a, s.b, Geometry.matrix(s.cost), epsilon: 0.02, options: SinkhornOptions(tolerance: 1e-7))
    let plan = r.plan.matrix
    let rows = abs(plan.sum(axis: 1) - s.a)
    let columns = abs(plan.sum(axis: 0) - s.b)
    #expect(Swift.abs(r.marginalErrors.l1 - (rows.sum() + columns.sum()).item()) < 1e-12)
    #expect(
      Swift.abs(r.marginalErrors.lInfinity - Swift.max(rows.max().item(), columns.max().item()))
        < 1e-12)
    #expect(r.marginalErrors.l1 < 1e-7)
  }

  @Test(arguments: [1e-2, 1e-3, 1e-4])
  func smallEpsilonNeitherUnderflowsNorStops(epsilon: Double) throws {
    let s = Sample(60, 50, seed: 3)
    let exact = try exactTransport(s.a, s.b, Geometry.matrix(s.cost))
    for type in [DType.float32, .float64] {
      let r = try sinkhorn(
        s.a, s.b, Geometry.matrix(s.cost.cast(to: type)), epsilon: epsilon,
        options: SinkhornOptions(tolerance: 1e-4, maximumIterations: 50_000))
      #expect(r.converged)
      #expect(r.marginalErrors.l1 < 1.1e-4)
      // ⟨P, c⟩ lies above the exact cost by at most ε·log(n·m), within the marginal error.
      #expect(r.cost > exact.cost - 1e-3 && r.cost < exact.cost + epsilon * 8.1 + 1e-3)
    }
  }

  @Test func geometriesAgree() throws {
    let s = Sample(35, 36, seed: 4)
    let grid = Geometry.grid([5, 7])
    var points: [[Double]] = []
    for i in 0..<5 { for j in 0..<7 { points.append([Double(i) / 6, Double(j) / 6]) } }
    let x = Tensor(points, dtype: .float64)
    let b = s.b[..<35] / s.b[..<35].sum()
    let options = SinkhornOptions(tolerance: 1e-10)
    for epsilon in [0.05, 0.002] {
      let results = [
        try sinkhorn(s.a, b, grid, epsilon: epsilon, options: options),
        try sinkhorn(s.a, b, Geometry.matrix(grid.costMatrix), epsilon: epsilon, options: options),
        try sinkhorn(s.a, b, Geometry.points(x, x), epsilon: epsilon, options: options),
        try sinkhorn(
          s.a, b,
          Geometry.points(x, x, cost: .custom { PointCost.squaredEuclidean.matrix($0, $1) }),
          epsilon: epsilon, options: options),
        try sinkhorn(
          s.a, b,
          Geometry.lowRank(
            concatenate(
              [square(x).sum(axis: 1, keepDims: true), x, Tensor.ones([35, 1])], axis: 1),
            concatenate(
              [Tensor.ones([35, 1]), -2 * x, square(x).sum(axis: 1, keepDims: true)], axis: 1)),
          epsilon: epsilon, options: options),
      ]
      for r in results {
        #expect(r.converged)
        #expect(largestGap(r.plan.matrix, results[0].plan.matrix) < 1e-8)
        #expect(Swift.abs(r.dualCost - results[0].dualCost) < 1e-9)
      }
    }
  }

  @Test func costsOfPointsAreTheirDefinitions() throws {
    let s = Sample(9, 21, seed: 5, dimension: 3)
    let costs: [PointCost] = [
      .squaredEuclidean, .euclidean, .norm(1), .norm(3), .norm(.infinity), .cosine, .geodesic,
    ]
    for cost in costs {
      for type in [DType.float32, .float64] {
        let geometry = try Geometry.points(s.x.cast(to: type), s.y.cast(to: type), cost: cost)
        let expected = cost.matrix(s.x, s.y)
        #expect(geometry.costMatrix.dtype == type)
        #expect(largestGap(geometry.costMatrix, expected) < (type == .float32 ? 2e-3 : 1e-7))
        #expect(largestGap(geometry.transposed.costMatrix, expected.T) < 2e-3)
        #expect(largestGap(geometry.cost(rows: 3..<5), expected[3..<5]) < 2e-3)
      }
    }
    let a = s.x[0].doubles
    let b = s.y[0].doubles
    let cubes = zip(a, b).map {
      let d = Swift.abs($0 - $1); return d * d * d
    }
    let third = PointCost.norm(3).matrix(s.x, s.y)[0, 0].item()
    #expect(Swift.abs(third * third * third - cubes.reduce(0, +)) < 1e-12)
  }

  @Test func swappingMeasuresTransposesThePlan() throws {
    let s = Sample(12, 17, seed: 6)
    let options = SinkhornOptions(tolerance: 1e-11)
    let one = try sinkhorn(s.a, s.b, Geometry.matrix(s.cost), epsilon: 0.05, options: options)
    let two = try sinkhorn(s.b, s.a, Geometry.matrix(s.cost.T), epsilon: 0.05, options: options)
    #expect(largestGap(one.plan.matrix, two.plan.matrix.T) < 1e-10)
  }

  @Test func scalingCostAndEpsilonScalesTheValue() throws {
    let s = Sample(12, 17, seed: 7)
    let options = SinkhornOptions(tolerance: 1e-11)
    let one = try sinkhorn(s.a, s.b, Geometry.matrix(s.cost), epsilon: 0.05, options: options)
    let two = try sinkhorn(
      s.a, s.b, Geometry.matrix(s.cost * 1000), epsilon: 50, options: options)
    #expect(Swift.abs(two.dualCost / one.dualCost - 1000) < 1e-6)
    let heavy = try sinkhorn(
      s.a * 3, s.b * 3, Geometry.matrix(s.cost), epsilon: 0.05, options: options)
    #expect(Swift.abs(heavy.cost / one.cost - 3) < 1e-8)
  }

  @Test func warmStartIsColdStartAndTakesOneCheck() throws {
    let s = Sample(30, 30, seed: 8)
    for geometry in [try Geometry.matrix(s.cost), Geometry.grid([6, 5])] {
      let options = SinkhornOptions(tolerance: 1e-8)
      let cold = try sinkhorn(s.a, s.b, geometry, epsilon: 0.02, options: options)
      let warm = try sinkhorn(
        s.a, s.b, geometry, epsilon: 0.02, options: options, from: (cold.f, cold.g))
      #expect(warm.iterations <= 2)
      #expect(largestGap(warm.plan.matrix, cold.plan.matrix) < 1e-7)
      let half = try sinkhorn(
        s.a, s.b, geometry, epsilon: 0.02, options: options, from: (cold.f, nil))
      #expect(half.iterations <= 2)
    }
  }

  @Test func pointsWithoutMassChangeNothing() throws {
    let s = Sample(10, 12, seed: 9)
    let options = SinkhornOptions(tolerance: 1e-10)
    let plain = try sinkhorn(s.a, s.b, Geometry.matrix(s.cost), epsilon: 0.01, options: options)
    let a = concatenate([s.a, Tensor.zeros([2], dtype: .float64)])
    let x = concatenate([s.x, Tensor([[0.5, 0.5], [40.0, 40.0]], dtype: .float64)])
    for form in SinkhornForm.allCases {
      let padded = try sinkhorn(
        a, s.b, Geometry.points(x, s.y), epsilon: 0.01,
        options: SinkhornOptions(tolerance: 1e-10, form: form))
      #expect(padded.converged)
      #expect(largestGap(padded.plan.rows(0..<10), plain.plan.matrix) < 1e-9)
      #expect(padded.plan.rows(10..<12).sum().item() == 0)
      #expect(isFinite(padded.f).all())
    }
  }

  @Test func softMarginalsTendToHardOnesAndToNone() throws {
    let s = Sample(15, 14, seed: 10)
    let geometry = try Geometry.matrix(s.cost)
    let hard = try sinkhorn(
      s.a, s.b, geometry, epsilon: 0.05, options: SinkhornOptions(tolerance: 1e-10))
    func soft(_ rho: Double) throws -> SinkhornResult {
      try sinkhorn(
        s.a, s.b * 1.0, geometry, epsilon: 0.05,
        options: SinkhornOptions(tolerance: 1e-10, rowPenalty: rho, columnPenalty: rho))
    }
    #expect(largestGap(try soft(1e5).plan.matrix, hard.plan.matrix) < 1e-5)
    let loose = try soft(0.1)
    #expect(loose.converged)
    #expect(Swift.abs(loose.gap) < 1e-8)
    // Optimality: P's first marginal is a·exp(−f/ρ).
    let expected = s.a * exp(-loose.f / 0.1)
    #expect(largestGap(loose.plan.matrix.sum(axis: 1), expected) < 1e-8)
  }

  @Test func badDataIsNamed() throws {
    let s = Sample(4, 4, seed: 11)
    func message(_ body: () throws -> SinkhornResult) -> String {
      do { _ = try body() } catch { return "\(error)" }
      return ""
    }
    var bad = s.a
    bad[2] = Tensor(Double.nan)
    let geometry = try Geometry.matrix(s.cost)
    #expect(message { try sinkhorn(bad, s.b, geometry, epsilon: 0.1) }.contains("a[2] is nan"))
    bad[2] = Tensor(-0.5)
    #expect(message { try sinkhorn(s.a, bad, geometry, epsilon: 0.1) }.contains("b[2] is -0.5"))
    #expect(message { try sinkhorn(s.a, s.b * 2, geometry, epsilon: 0.1) }.contains("mass"))
    #expect(message { try sinkhorn(s.a, s.b, geometry, epsilon: 0) }.contains("epsilon is 0"))
    #expect(
      message { try sinkhorn(s.a, s.b, Geometry.matrix(s.cost / 0), epsilon: 1) }
        .contains("[0, 0] is inf"))
    // Rounding is no mismatch.
    let single = s.a.cast(to: .float32)
    #expect(try sinkhorn(single, s.b * (1 + 3e-7), geometry, epsilon: 0.1).converged)
  }

  @Test func limitIsReportedWithAdvice() throws {
    let s = Sample(30, 30, seed: 12)
    let r = try sinkhorn(
      s.a, s.b, Geometry.matrix(s.cost), epsilon: 1e-3,
      options: SinkhornOptions(tolerance: 1e-12, maximumIterations: 5))
    #expect(r.status == .iterationLimit && r.iterations <= 5)
    #expect(r.advice.contains("maximumIterations"))
  }
}
