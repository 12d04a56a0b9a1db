import Amortization
import Testing

/// A domain, the dimension of its points, and points of it by an independent route.
struct DomainCase: Sendable, CustomTestStringConvertible {
  let domain: Domain
  let dimension: Int
  /// Membership by definition, to within a tolerance, of one row.
  let contains: @Sendable ([Double]) -> Bool

  var testDescription: String { domain.name }
}

private let margin = 1e-7

private func isOrthonormal(_ y: [Double], _ rows: Int, _ columns: Int) -> Bool {
  for i in 0..<columns {
    for j in 0..<columns {
      let product = (0..<rows).reduce(0.0) { $0 + y[$1 * columns + i] * y[$1 * columns + j] }
      if abs(product - (i == j ? 1 : 0)) > margin { return false }
    }
  }
  return true
}

/// For 2 × 2: symmetric with trace and determinant that allow no eigenvalue below the floor.
private func isPositiveDefinite2(_ y: [Double], floor: Double) -> Bool {
  let (a, b, c) = (y[0] - floor, y[1], y[3] - floor)
  return abs(y[1] - y[2]) < margin && a > -margin && c > -margin && a * c - b * b > -margin
}

private func length(_ y: some Sequence<Double>) -> Double {
  y.reduce(0) { $0 + $1 * $1 }.squareRoot()
}

let convexCases = [
  DomainCase(domain: .box(-0.5, 2), dimension: 4) { $0.allSatisfy { $0 >= -0.5 && $0 <= 2 } },
  DomainCase(domain: .box(Tensor([-1.0, 0.0]), Tensor([0.0, 3.0])), dimension: 2) {
    $0[0] >= -1 && $0[0] <= 0 && $0[1] >= 0 && $0[1] <= 3
  },
  DomainCase(domain: .orthant, dimension: 5) { $0.allSatisfy { $0 >= 0 } },
  DomainCase(domain: .ball(radius: 1.5), dimension: 3) { length($0) <= 1.5 + margin },
  DomainCase(domain: .cone, dimension: 4) { length($0.dropFirst()) <= $0[0] + margin },
  DomainCase(domain: .simplex(), dimension: 6) {
    $0.allSatisfy { $0 >= 0 } && abs($0.reduce(0, +) - 1) < margin
  },
  DomainCase(domain: .subsets(of: 3), dimension: 7) {
    $0.allSatisfy { $0 >= 0 && $0 <= 1 } && abs($0.reduce(0, +) - 3) < margin
  },
  DomainCase(domain: .positiveDefinite(2, floor: 0.1), dimension: 4) {
    isPositiveDefinite2($0, floor: 0.1)
  },
  DomainCase(domain: .product([(3, .simplex()), (2, .euclidean), (2, .orthant)]), dimension: 7) {
    $0[..<3].allSatisfy { $0 >= 0 } && abs($0[..<3].reduce(0, +) - 1) < margin
      && $0[5...].allSatisfy { $0 >= 0 }
  },
]

let manifoldCases = [
  DomainCase(domain: .sphere, dimension: 4) { abs(length($0) - 1) < margin },
  DomainCase(domain: .orthogonal(3), dimension: 9) { isOrthonormal($0, 3, 3) },
  DomainCase(domain: .orthogonal(4, 2), dimension: 8) { isOrthonormal($0, 4, 2) },
  DomainCase(domain: .positiveDefinite(2, floor: 1e-9), dimension: 4) {
    isPositiveDefinite2($0, floor: 1e-9)
  },
  DomainCase(domain: .product([(3, .sphere), (2, .euclidean), (2, .sphere)]), dimension: 7) {
    abs(length($0[..<3]) - 1) < margin && abs(length($0[5...]) - 1) < margin
  },
]

func normal(_ shape: [Int], seed: Int, std: Double = 1) -> Tensor {
  var generator = Generator(seed: seed)
  return Tensor.normal(shape, std: std, dtype: .float64, from: &generator)
}

private func rows(_ y: Tensor) -> [[Double]] { (0..<y.dim(0)).map { y[$0].doubles } }

@Suite struct Products {
  /// f = ½|p − a|² + ½|s − b|² − ⟨u, c⟩ over a simplex, an orthant and a sphere: block by block the
  /// solution is the projection of a, max(b, 0) and c/‖c‖.
  @Test func blocksAreSolvedEachInItsDomain() {
    let parts: Parts = ["p": [3], "s": [2], "u": [3]]
    let domain = Domain.product(parts, ["p": .simplex(), "s": .orthant, "u": .sphere])
    let problem = ParametricProblem(
      dimension: 8, contexts: .normal(dimension: 8), domain: domain, dtype: .float64
    ) { y, x in
      let (own, target) = (parts(y), parts(x))
      return 0.5 * square(own.p - target.p).sum(axis: -1)
        + 0.5 * square(own.s - target.s).sum(axis: -1) - (own.u * target.u).sum(axis: -1)
    }
    let x = problem.sampleContexts(20, seed: 1)
    let found = GradientDescent(stepSize: .constant(0.3), tolerance: 1e-9).solve(problem, x)
    #expect(found.converged, "\(found)")
    let c = parts(x).u
    let exact = parts.joined([
      "p": simplexProjection(parts(x).p), "s": relu(parts(x).s),
      "u": c / c.norm(axis: -1, keepDims: true),
    ])
    #expect(abs(found.solution - exact).max().item() < 1e-7)
    // The start lies in the domain, and raw numbers come in block by block.
    #expect(domain.violation(problem.startingPoints(x)).max().item() < 1e-12)
    let raw = parts(domain.embed(x))
    #expect(raw.p == softmax(parts(x).p) && raw.s == softplus(parts(x).s))
    // Rounding makes a choice of the simplex and leaves the rest.
    let rounded = parts(domain.round!(found.solution))
    #expect((rounded.p * (1 - rounded.p)).max().item() == 0)
    #expect(rounded.s == parts(found.solution).s)
  }

  @Test func productsOfEuclideanSpacesAreEuclidean() {
    #expect(Domain.product([(2, .euclidean), (3, .euclidean)]).isEuclidean)
  }
}

@Suite struct Domains {
  @Test(arguments: convexCases + manifoldCases)
  func projectionsAndEmbeddingsEndInTheDomain(_ c: DomainCase) {
    let raw = normal([60, c.dimension], seed: 1, std: 2)
    #expect(rows(c.domain.project(raw)).allSatisfy(c.contains))
    #expect(rows(c.domain.embed(raw)).allSatisfy(c.contains))
    let origin = c.domain.origin(c.dimension, .float64).reshaped([1, c.dimension])
    #expect(rows(origin).allSatisfy(c.contains))
  }

  @Test(arguments: convexCases + manifoldCases)
  func projectingTwiceChangesNothing(_ c: DomainCase) {
    let once = c.domain.project(normal([40, c.dimension], seed: 2, std: 2))
    #expect(abs(c.domain.project(once) - once).max().item() < 1e-9)
    #expect(c.domain.violation(once).max().item() < 1e-9)
    let outside = once + 10
    #expect(
      c.domain.violation(outside).min().item() > 0.01 || c.domain.name == "y ≥ 0"
        || c.domain.name == "second-order cone" || c.domain.name.hasPrefix("positive definite"))
  }

  /// P(y) is nearest in a convex set iff ⟨y − P(y), z − P(y)⟩ ≤ 0 for every z of the set.
  @Test(arguments: convexCases)
  func projectionsAreNearest(_ c: DomainCase) {
    let y = normal([50, c.dimension], seed: 3, std: 2)
    let nearest = c.domain.project(y)
    // The gradient of ½|y − ·|² is symmetric only for symmetric matrices.
    let away = c.domain.name.hasPrefix("positive") ? symmetric(y) - nearest : y - nearest
    for seed in 4..<8 {
      let z = c.domain.embed(normal([50, c.dimension], seed: seed, std: 3))
      #expect((away * (z - nearest)).sum(axis: -1).max().item() < 1e-7)
    }
  }

  private func symmetric(_ y: Tensor) -> Tensor {
    let m = y.reshaped([-1, 2, 2])
    return (0.5 * (m + m.mT)).reshaped([-1, 4])
  }

  /// Spheres and orthogonal matrices are not convex: nearer points must not be found by search.
  @Test(arguments: manifoldCases.dropLast())
  func manifoldProjectionsAreNearest(_ c: DomainCase) {
    let y = normal([50, c.dimension], seed: 9, std: 2)
    let best = (y - c.domain.project(y)).norm(axis: -1)
    for seed in 10..<14 {
      let z = c.domain.project(normal([50, c.dimension], seed: seed))
      #expect(((y - z).norm(axis: -1) - best).min().item() > -1e-9)
      let near = c.domain.retract(
        c.domain.project(y), 0.01 * normal([50, c.dimension], seed: seed + 10))
      #expect(((y - near).norm(axis: -1) - best).min().item() > -1e-9)
    }
  }

  @Test(arguments: convexCases + manifoldCases)
  func mapsHaveTheirGradients(_ c: DomainCase) {
    let raw = normal([3, c.dimension], seed: 21, std: 1.3)
    let weight = normal([3, c.dimension], seed: 22)
    let projected = gradientCheck(at: raw) { (c.domain.project($0) * weight).sum() }
    #expect(projected < 1e-6)
    let embedded = gradientCheck(at: raw) { (c.domain.embed($0) * weight).sum() }
    #expect(embedded < 1e-6)
    let target = c.domain.embed(normal([3, c.dimension], seed: 23))
    let distance = gradientCheck(at: raw) { c.domain.distance(c.domain.embed($0), target).sum() }
    #expect(distance < 1e-6)
  }

  /// R(y, tv) = y + t·Tv + o(t), and directions that are tangent stay as they are.
  @Test(arguments: manifoldCases)
  func retractionsAgreeWithTangentsToFirstOrder(_ c: DomainCase) {
    let y = c.domain.embed(normal([20, c.dimension], seed: 31))
    let v = c.domain.tangent(y, normal([20, c.dimension], seed: 32))
    #expect(abs(c.domain.tangent(y, v) - v).max().item() < 1e-9)
    func remainder(_ t: Double) -> Double {
      abs(c.domain.retract(y, t * v) - y - t * v).max().item()
    }
    // A remainder of second order is a hundredth for a tenth of the step.
    #expect(remainder(1e-4) < 1e-4)
    #expect(remainder(1e-4) < 0.02 * remainder(1e-3) + 1e-12)
    #expect(rows(c.domain.retract(y, v)).allSatisfy(c.contains))
  }

  @Test func sphereDistancesAreAnglesEvenForNearAndOppositePoints() {
    let a = Tensor([[1.0, 0.0], [1.0, 0.0], [1.0, 0.0], [1.0, 0.0]], dtype: .float64)
    let angles = [0.0, 1e-9, 1.0, 3.141592653589793]
    let t = Tensor(angles, dtype: .float64)
    let b = stack([cos(t), sin(t)], axis: 1)
    let found = Domain.sphere.distance(a, b).doubles
    for (x, y) in zip(found, angles) { #expect(abs(x - y) < 1e-15 + 1e-12 * y) }
  }

  @Test func positiveDefiniteDistancesAreInvariant() throws {
    let domain = Domain.positiveDefinite(3)
    let a = domain.embed(normal([5, 9], seed: 41))
    let b = domain.embed(normal([5, 9], seed: 42))
    let m = normal([3, 3], seed: 43)
    func moved(_ y: Tensor) -> Tensor {
      matmul(matmul(m, y.reshaped([-1, 3, 3])), m.T).reshaped([-1, 9])
    }
    let difference = domain.distance(a, b) - domain.distance(moved(a), moved(b))
    #expect(abs(difference).max().item() < 1e-6)
    // Multiples of the identity: √n·|log c|.
    let eye = Tensor.eye(3, dtype: .float64).reshaped([1, 9])
    let expected = Double(3).squareRoot() * log(Tensor(4.0, dtype: .float64)).item()
    #expect(abs(domain.distance(eye, 4 * eye).item() - expected) < 1e-12)
  }

  @Test func softTopKSumsToKAndSharpens() {
    let z = normal([30, 9], seed: 51)
    for temperature in [0.1, 1.0, 5.0] {
      let p = softTopK(z, 4, temperature: temperature)
      #expect(abs(p.sum(axis: -1) - 4).max().item() < 1e-9)
      #expect(p.min().item() > 0 && p.max().item() < 1)
      #expect(gradientCheck(at: z) { (softTopK($0, 4, temperature: temperature) * z).sum() } < 1e-6)
    }
    let hard = softTopK(z, 4, temperature: 0)
    #expect(abs(softTopK(z, 4, temperature: 1e-4) - hard).max().item() < 1e-3)
    // The four largest, by sorting.
    let limit = z.sorted(axis: -1)[0..., 5].expandedDims(axis: -1)
    let largest = (z .>= limit).cast(to: .float64)
    #expect(hard == largest)
    // Second derivatives pass through the rule as well.
    let slope = gradientCheck(at: z) { z in
      square(gradient(at: z) { (softTopK($0, 4) ** 3).sum() }).sum()
    }
    #expect(slope < 1e-5)
  }

  @Test func temperatureMakesSimplexPointsChoices() {
    let raw = normal([20, 5], seed: 61)
    let domain = Domain.simplex(temperature: 1e-3)
    guard let round = domain.round else {
      Issue.record("simplices round to choices")
      return
    }
    let sharp = domain.embed(raw)
    #expect(abs(sharp - round(raw)).mean().item() < 0.02)
    #expect(round(raw).sum(axis: -1) == Tensor.ones([20], dtype: .float64))
  }
}
