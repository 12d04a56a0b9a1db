import Tensors
import Testing
import Transport

/// The problem of make_reference.py.
private func problem(_ n: Int, _ m: Int) -> (a: Tensor, b: Tensor, cost: Tensor) {
  let i = Tensor.arange(1, n + 1, dtype: .float64)
  let j = Tensor.arange(1, m + 1, dtype: .float64)
  let a = 1 + square(sin(3 * i))
  let b = 1 + square(cos(5 * j))
  let cost =
    square(sin(i).reshaped([n, 1]) - cos(2 * j).reshaped([1, m])) + 0.1 * sin(outer(i, j))
  return (a / a.sum(), b / b.sum(), cost)
}

@Suite struct ExactTests {
  @Test(arguments: [
    (5, 7, 0.07957214383845394), (20, 12, -0.02222964562740911), (40, 40, -0.060127728214762956),
  ])
  func agreesWithLinearProgramming(n: Int, m: Int, expected: Double) throws {
    let (a, b, cost) = problem(n, m)
    let r = try exactTransport(a, b, Geometry.matrix(cost))
    #expect(Swift.abs(r.cost - expected) < 1e-10)
    #expect(Swift.abs(r.gap) < 1e-9)
    #expect(r.plan.marginalErrors.l1 < 1e-12)
    #expect(r.plan.entries.count < n + m)
    // Dual feasibility, and no mass where the constraint is slack.
    let slack = cost - r.f.reshaped([n, 1]) - r.g.reshaped([1, m])
    #expect(slack.min().item() > -1e-9)
    #expect((slack * r.plan.matrix).sum().item() < 1e-10)
  }

  @Test func warmStartIsColdStart() throws {
    let (a, b, cost) = problem(40, 30)
    let geometry = try Geometry.matrix(cost)
    let cold = try exactTransport(a, b, geometry)
    let warm = try exactTransport(a, b, geometry, from: (cold.f, cold.g))
    let odd = try exactTransport(a, b, geometry, from: (cost.sum(axis: 1), cost.sum(axis: 0)))
    #expect(Swift.abs(warm.cost - cold.cost) < 1e-11 && Swift.abs(odd.cost - cold.cost) < 1e-10)
    #expect(Swift.abs(warm.gap) < 1e-9 && Swift.abs(odd.gap) < 1e-9)
  }

  @Test(arguments: [
    (5, 7, -0.0053790276135685655), (20, 12, -0.041084452684754746),
    (40, 40, -0.0453027799947861),
  ])
  func partialTransportAgreesWithLinearProgramming(n: Int, m: Int, expected: Double) throws {
    let (a, b, cost) = problem(n, m)
    let r = try partialTransport(a, b, Geometry.matrix(cost), mass: 0.5)
    #expect(Swift.abs(r.cost - expected) < 1e-10)
    #expect(Swift.abs(r.plan.mass - 0.5) < 1e-12)
    let plan = r.plan.matrix
    #expect((plan.sum(axis: 1) - a).max().item() < 1e-12)
    #expect((plan.sum(axis: 0) - b).max().item() < 1e-12)
  }

  @Test func assignmentAgreesWithSciPyAndTheSimplex() throws {
    let square = try assignment(problem(30, 30).cost)
    #expect(Swift.abs(square.cost - -1.5715810119856988) < 1e-10)
    #expect(Set(square.columns).count == 30)
    let wide = problem(12, 30).cost
    let found = try assignment(wide)
    #expect(Swift.abs(found.cost - -0.7972185270766544) < 1e-10)
    let slack =
      wide - Tensor(found.rowDuals, dtype: .float64).reshaped([12, 1])
      - Tensor(found.columnDuals, dtype: .float64).reshaped([1, 30])
    #expect(slack.min().item() > -1e-10)
    #expect(found.columnDuals.allSatisfy { $0 <= 1e-12 })
    let uniform = Tensor.full([30], 1.0 / 30, dtype: .float64)
    let exact = try exactTransport(uniform, uniform, Geometry.matrix(problem(30, 30).cost))
    #expect(Swift.abs(exact.cost * 30 - square.cost) < 1e-9)
  }

  @Test func identicalMeasuresCostNothing() throws {
    let s = Sample(25, 3, seed: 1)
    let r = try exactTransport(s.a, s.a, Geometry.points(s.x, s.x))
    #expect(Swift.abs(r.cost) < 1e-11)
    #expect(largestGap(r.plan.matrix, s.a.asDiagonal()) < 1e-12)
  }

  @Test func pointsWithoutMassChangeNothing() throws {
    let (a, b, cost) = problem(20, 12)
    let zero = Tensor.zeros([3], dtype: .float64)
    let padded = concatenate([cost, Tensor.full([3, 12], -5, dtype: .float64)])
    let r = try exactTransport(concatenate([a, zero]), b, Geometry.matrix(padded))
    #expect(Swift.abs(r.cost - -0.02222964562740911) < 1e-10)
  }

  @Test func sizesThatCannotFitAreRefusedBeforeAllocation() throws {
    let n = 300_000
    let geometry = try Geometry.points(Tensor.zeros([n, 1]), Tensor.ones([n, 1]))
    let a = Tensor.full([n], 1 / Double(n), dtype: .float64)
    #expect(throws: TransportError.self) { try exactTransport(a, a, geometry) }
  }

  /// Potentials below all costs that are worth as much as the plan prove that it is the cheapest.
  @Test(arguments: [(1, 1), (1, 9), (9, 1), (33, 2), (40, 300), (300, 40), (150, 150)])
  func potentialsProveThePlan(n: Int, m: Int) throws {
    setSeed(n * m)
    // Many ties, and masses that are lost beside the others.
    let cost = floor(Tensor.uniform([n, m], high: 20, dtype: .float64))
    var (a, b) = (Tensor.uniform([n], dtype: .float64), Tensor.uniform([m], dtype: .float64))
    if n > 1 { a[0] = Tensor(1e-17) }
    if m > 2 { b[1] = Tensor(1e-17) }
    a = a / a.sum()
    b = b / b.sum()
    let r = try exactTransport(a, b, Geometry.matrix(cost))
    let (f, g) = (r.f.reshaped([n, 1]), r.g.reshaped([1, m]))
    #expect((cost - f - g).min().item() > -1e-9)
    #expect(Swift.abs(dot(a, r.f).item() + dot(b, r.g).item() - r.cost) < 1e-9)
    let plan = r.plan.matrix
    #expect(plan.min().item() >= 0 && Swift.abs((plan * cost).sum().item() - r.cost) < 1e-9)
    #expect(largestGap(plan.sum(axis: 1), a) < 1e-12 && largestGap(plan.sum(axis: 0), b) < 1e-12)
  }

  @Test func tiesOfGridCostsDoNotCycle() throws {
    let grid = Geometry.grid([12, 12], power: 1)
    let a = Tensor.ones([144], dtype: .float64)
    let b = Tensor.arange(144, dtype: .float64)
    let r = try exactTransport(a / a.sum(), b / b.sum(), grid)
    #expect(Swift.abs(r.gap) < 1e-9)
  }

  @Test func linesAgreeWithTheSimplexAndSciPy() throws {
    let i = Tensor.arange(1, 8, dtype: .float64)
    let j = Tensor.arange(1, 10, dtype: .float64)
    let (x, y) = (sin(i), 2 * cos(j))
    let a = i / i.sum()
    let raw = 2 + Tensor((0..<9).map { Double($0 % 3) }, dtype: .float64)
    let b = raw / raw.sum()
    #expect(Swift.abs(try wasserstein1D(x, y, a: a, b: b, power: 1) - 0.7375768289527538) < 1e-12)
    let geometry = try Geometry.points(x.reshaped([7, 1]), y.reshaped([9, 1]))
    let exact = try exactTransport(a, b, geometry)
    #expect(Swift.abs(try wasserstein1D(x, y, a: a, b: b) - exact.cost) < 1e-10)
    let (p, q) = (
      Tensor.full([7], 1.0 / 7, dtype: .float64), Tensor.full([9], 1.0 / 9, dtype: .float64)
    )
    let uniform = try exactTransport(p, q, geometry)
    #expect(Swift.abs(wasserstein1D(x, y).item() - uniform.cost) < 1e-10)
    let single = wasserstein1D(x.cast(to: .float32), y.cast(to: .float32)).item()
    #expect(Swift.abs(single - uniform.cost) < 1e-6)
  }

  @Test func radixSortIsASort() {
    var generator = Generator(seed: 3)
    let x = Tensor.normal([3, 257], std: 50, from: &generator)
    let y = Tensor.zeros([3, 257])
    // The distance to zeros does not depend on the order; that to itself, rolled, does.
    #expect(wasserstein1D(x, x.rolled(13, axis: 1)).max().item() == 0)
    #expect(largestGap(wasserstein1D(x, y), square(x).mean(axis: 1)) < 1e-2)
    let z = Tensor.normal([1, 257], from: &generator)
    let by = gradient(at: x[0..<1]) { wasserstein1D($0, z).sum() }
    let slow = gradient(at: x[0..<1].cast(to: .float64)) {
      wasserstein1D($0, z.cast(to: .float64)).sum()
    }
    #expect(largestGap(by, slow) < 1e-4)
  }

  @Test func slicesAreBoundedByTransport() {
    let s = Sample(40, 40, seed: 4, dimension: 3)
    var generator = Generator(seed: 5)
    let sliced = slicedWasserstein(s.x, s.y, directions: 200, from: &generator).item()
    let largest = maxSlicedWasserstein(s.x, s.y, starts: 4, steps: 60, from: &generator)
    let whole = (try? wassersteinDistance(s.x, s.y)) ?? 0
    #expect(sliced < largest.cost && largest.cost <= whole * whole)
    #expect(Swift.abs(norm(largest.direction).item() - 1) < 1e-12)
    // On a translation, W₂² along θ is ⟨θ, shift⟩²: mean |shift|²/d, maximum |shift|².
    let shift = Tensor([1.0, 2.0, -2.0], dtype: .float64)
    let far = s.x + shift
    let best = maxSlicedWasserstein(s.x, far, starts: 4, steps: 200, from: &generator)
    #expect(Swift.abs(best.cost - 9) < 0.02)
    let mean = slicedWasserstein(s.x, far, directions: 4000, from: &generator).item()
    #expect(Swift.abs(mean - 3) < 0.2)
  }
}

@Suite struct ClosedFormTests {
  @Test func gaussiansHaveTheirClosedForm() throws {
    // Diagonal: Σ(√s − √t)² + |m|².
    let p = GaussianMeasure(mean: Tensor([0.0, 1.0]), covariance: Tensor([4.0, 9.0]).asDiagonal())
    let q = GaussianMeasure(
      mean: Tensor([3.0, 1.0]), covariance: Tensor([1.0, 16.0]).asDiagonal())
    #expect(Swift.abs(try p.squaredDistance(to: q) - (9 + 1 + 1)) < 1e-9)
    let (a, offset) = try p.map(to: q)
    #expect(largestGap(a, Tensor([0.5, 4.0 / 3]).asDiagonal()) < 1e-6)
    #expect(largestGap(offset, Tensor([3, 1 - 4.0 / 3])) < 1e-6)
    let half = try p.interpolated(to: q, at: 0.5)
    let away = try p.squaredDistance(to: half)
    #expect(Swift.abs(away - 11.0 / 4) < 1e-8)
  }

  @Test func mapsOfGaussiansCarryTheCovariance() throws {
    var generator = Generator(seed: 1)
    func random() -> GaussianMeasure {
      let m = Tensor.normal([4, 4], dtype: .float64, from: &generator)
      return GaussianMeasure(
        mean: Tensor.normal([4], dtype: .float64, from: &generator),
        covariance: matmul(m, m.T) + 0.1 * Tensor.eye(4, dtype: .float64))
    }
    let (p, q, r) = (random(), random(), random())
    let a = try p.map(to: q).matrix
    #expect(largestGap(matmul(matmul(a, p.covariance), a.T), q.covariance) < 1e-8)
    #expect(largestGap(a, a.T) < 1e-9)
    // The barycentre's mean map is the identity.
    let centre = try barycenter([p, q, r], weights: [1, 2, 3])
    var mean = Tensor.zeros([4, 4], dtype: .float64)
    for (m, w) in zip([p, q, r], [1.0, 2, 3]) { mean += (w / 6) * (try centre.map(to: m).matrix) }
    #expect(largestGap(mean, Tensor.eye(4, dtype: .float64)) < 1e-6)
  }

  @Test func barycentresOfShiftedHistogramsLieBetween() throws {
    let x = Tensor.linspace(0, 1, 101, dtype: .float64)
    func bump(_ centre: Double) -> Tensor {
      let h = exp(-square((x - centre) / 0.05) / 2)
      return h / h.sum()
    }
    let r = try barycenter(
      of: stack([bump(0.2), bump(0.7)]), Geometry.grid([101]), epsilon: 1e-3, weights: [3, 1],
      tolerance: 1e-6)
    #expect(r.converged)
    let mean = dot(r.masses, x).item()
    #expect(Swift.abs(mean - (0.75 * 0.2 + 0.25 * 0.7)) < 1e-3)
    let spread = dot(r.masses, square(x - mean)).item()
    // The barycentre of equal shapes is that shape, but for blur of the order of ε.
    #expect(spread > 0.9 * 0.0025 && spread < 0.0025 + 1e-3)
  }

  @Test func gromovWassersteinFindsARotation() throws {
    let s = Sample(12, 12, seed: 6)
    let turn = Tensor([[0.0, -1.0], [1.0, 0.0]], dtype: .float64)
    let order = Tensor([3, 1, 4, 0, 5, 9, 2, 6, 8, 7, 11, 10])
    let y = matmul(s.x, turn).take(order)
    let c = PointCost.euclidean.matrix(s.x, s.x)
    let d = PointCost.euclidean.matrix(y, y)
    let u = Tensor.full([12], 1.0 / 12, dtype: .float64)
    // From a hint of the right coupling: the problem has local optima.
    let truth = order.oneHot(12, dtype: .float64).T / 12
    let start = 0.6 * truth + 0.4 * outer(u, u)
    let r = try gromovWasserstein(u, u, c, d, epsilon: 2e-3, from: start)
    #expect(largestGap(r.plan, truth) < 5e-3)
    #expect(r.cost < 2e-3)
    #expect((r.costs.last ?? 1) < r.costs[0])
  }

  @Test func interpolationBeginsAndEndsAtTheMeasures() throws {
    let s = Sample(36, 36, seed: 3)
    let r = try exactTransport(s.a, s.b, Geometry.grid([6, 6]))
    #expect(largestGap(r.plan.image(6, 6, at: 0).flattened(), s.a) < 1e-12)
    #expect(largestGap(r.plan.image(6, 6, at: 1).flattened(), s.b) < 1e-12)
    #expect(Swift.abs(r.plan.image(6, 6, at: 0.3).sum().item() - 1) < 1e-12)
    let (points, masses) = r.plan.interpolated(s.x, s.y, at: 0.5)
    #expect(points.shape[0] == masses.size)
    #expect(Swift.abs(masses.sum().item() - 1) < 1e-12)
  }
}
