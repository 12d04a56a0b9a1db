import Tensors
import Testing
import Transport

/// What transport problems may ask for, and what is refused.
@Suite struct Preconditions {
  private let half = Tensor([0.5, 0.5], dtype: .float64)
  private let other = Tensor([0.3, 0.7], dtype: .float64)
  private let cost = Tensor([[0, 1], [2, 0.5]], dtype: .float64)

  /// Asymmetric distances: pot 0.9.7, entropic_gromov_wasserstein(…, symmetric=False, solver='PGD').
  @Test func gromovWassersteinOfAsymmetricMatrices() throws {
    let c = Tensor([[0, 1, 4, 2], [2, 0, 1, 5], [3, 1, 0, 1], [1, 4, 2, 0]], dtype: .float64)
    let d = Tensor([[0, 2, 1], [5, 0, 2], [1, 3, 0]], dtype: .float64)
    let p = Tensor.full([4], 0.25, dtype: .float64)
    let q = Tensor([0.5, 0.25, 0.25], dtype: .float64)
    let result = try gromovWasserstein(p, q, c, d, epsilon: 1, maximumIterations: 500)
    #expect(abs(result.cost - 2.834684199259553) < 1e-6, "\(result.cost)")
    let expected = Tensor(
      [
        [3.98964989e-04, 2.42621957e-01, 6.97907773e-03],
        [3.03910759e-03, 7.30563420e-03, 2.39655258e-01],
        [2.47265358e-01, 1.33553209e-10, 2.73464186e-03],
        [2.49296569e-01, 7.24083851e-05, 6.31022196e-04],
      ], dtype: .float64)
    #expect((Tensors.abs(result.plan - expected) .< 1e-6).all())
    // The cost is the sum that defines it.
    let plan = result.plan
    let gaps = c.reshaped([4, 1, 4, 1]) - d.reshaped([1, 3, 1, 3])
    let pairs = plan.reshaped([4, 3, 1, 1]) * plan.reshaped([1, 1, 4, 3])
    #expect(abs((square(gaps) * pairs).sum().item() - result.cost) < 1e-6)
  }

  @Test func exactTransportBesideHugeCosts() throws {
    let a = Tensor.full([3], 1.0 / 3, dtype: .float64)
    let c = Tensor([[0.1, 0.7, 1e13], [1e13, 0.2, 0.6], [0.5, 1e13, 0.3]], dtype: .float64)
    let result = try exactTransport(a, a, Geometry.matrix(c))
    #expect(abs(result.cost - 0.2) < 1e-9)  // ot.emd2 with 10¹³ as 100
    #expect(abs(result.dualCost - 0.2) < 1e-6)
    // Where only huge costs are left they are paid.
    let forced = Tensor([[1e13, 0.7], [1e13, 0.2]], dtype: .float64)
    #expect(abs(try exactTransport(half, half, Geometry.matrix(forced)).cost / 5e12 - 1) < 1e-9)
    for scale in [1e-9, 1e-3, 1, 1e3, 1e9] {
      let r = try exactTransport(half, other, Geometry.matrix(cost * scale))
      #expect(abs(r.cost / scale - 0.45) < 1e-9)
    }
  }

  @Test func infiniteCostsForbid() throws {
    let inf = Double.infinity
    let c = Tensor([[0.1, inf], [0.2, 0.7]], dtype: .float64)
    let result = try exactTransport(half, half, Geometry.matrix(c))
    #expect(abs(result.cost - 0.4) < 1e-9)
    #expect(throws: TransportError.self) { try exactTransport(other, half, Geometry.matrix(c.T)) }
    #expect(throws: TransportError.self) {
      try sinkhorn(half, half, Geometry.matrix(c), epsilon: 0.1)
    }
    #expect(throws: TransportError.self) { try Geometry.matrix(-c) }
    #expect(throws: TransportError.self) { try Geometry.matrix(c * Double.nan) }
  }

  @Test func penalties() throws {
    func solve(_ row: Double?, _ column: Double? = nil) throws -> SinkhornResult {
      try sinkhorn(
        half, other, Geometry.matrix(cost), epsilon: 0.1,
        options: SinkhornOptions(tolerance: 1e-9, rowPenalty: row, columnPenalty: column))
    }
    let balanced = try solve(nil)
    // ot.sinkhorn and ot.unbalanced.sinkhorn_unbalanced with ρ = 10¹²: the same plan.
    #expect(
      (Tensors.abs(balanced.plan.matrix - Tensor([[0.3, 0.2], [1.04159579e-11, 0.5]])) .< 1e-7)
        .all())
    for large in [Double.infinity, 1e12] {
      let r = try solve(large, large)
      #expect(r.converged)
      #expect((Tensors.abs(r.plan.matrix - balanced.plan.matrix) .< 1e-6).all())
    }
    // A free row marginal: each column takes its mass from a·exp(−c/ε).
    let free = try solve(0)
    #expect(free.converged, "\(free.advice)")
    let weights = half.reshaped([2, 1]) * exp(-cost / 0.1)
    let expected = weights / weights.sum(axis: 0) * other
    #expect((Tensors.abs(free.plan.matrix - expected) .< 1e-9).all())
    #expect(free.primalCost.isFinite && free.dualCost.isFinite)
    #expect(throws: TransportError.self) { try solve(-1) }
    #expect(throws: TransportError.self) { try solve(.nan) }
    #expect(throws: TransportError.self) { try solve(nil, -0.5) }
  }

  /// Distances between close, opposite and far points, where products lose their digits.
  @Test func distancesAtAnyScale() throws {
    for type in [DType.float32, .float64] {
      for angle in [1e-5, 1e-3, 1, Double.pi - 1e-3] {
        let x = Tensor([[1.0, 0]], dtype: type)
        let y = concatenate([
          cos(Tensor([angle], dtype: .float64)), sin(Tensor([angle], dtype: .float64)),
        ])
        .reshaped(1, 2).cast(to: type)
        for (cost, expected) in [
          (PointCost.geodesic, angle),
          (.cosine, 2 * (sin(Tensor(angle / 2, dtype: .float64)) ** 2).item()),
        ] {
          let tolerance = (type == .float32 ? 1e-4 : 1e-9) * expected
          #expect(
            abs(try Geometry.points(x, y, cost: cost).costMatrix.item() - expected) < tolerance)
          #expect(abs(cost.matrix(x, y).item() - expected) < tolerance, "\(angle)")
        }
      }
      for scale in [1e-9, 1e-3, 1, 1e3, 1e9] {
        let (x, y) = (
          Tensor([[0, 0]], dtype: type), Tensor([[3 * scale, 4 * scale]], dtype: type)
        )
        // Norms of (3, 4): numpy.linalg.norm(…, p).
        for (cost, expected) in [
          (PointCost.euclidean, 5), (.norm(1), 7), (.norm(3), 4.497941445275415),
          (.norm(10), 4.021974149822332), (.norm(.infinity), 4), (.squaredEuclidean, 25 * scale),
        ] {
          let found = try Geometry.points(x, y, cost: cost).costMatrix.item() / scale
          #expect(abs(found / expected - 1) < 1e-5, "\(cost) \(scale)")
          #expect(abs(cost.matrix(x, y).item() / scale / expected - 1) < 1e-5)
        }
      }
    }
    let same = Tensor([[1.0, 2.0]], dtype: .float64)
    for cost in [PointCost.euclidean, .norm(3), .geodesic, .cosine] {
      let g = gradient(at: same) { cost.matrix($0, same).sum() }
      #expect(g.doubles == [0, 0])
    }
    #expect(throws: TransportError.self) {
      try Geometry.points(Tensor.zeros(2, 3), Tensor.ones(2, 3), cost: .geodesic)
    }
  }

  @Test func samplesOfWholeNumbers() {
    let whole = wasserstein1D(Tensor([0, 4, 1]), Tensor([2, 3]))
    let real = wasserstein1D(Tensor([0.0, 4.0, 1.0]), Tensor([2.0, 3.0]))
    #expect(abs(whole.item() - real.item()) < 1e-6 && real.item() > 0)
  }
}
