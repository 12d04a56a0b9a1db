import Convex
import Foundation
import Tensors
import Testing

private let tight = ConeOptions(absoluteTolerance: 1e-8)

private func normals(_ count: Int, _ generator: inout SplitMix) -> [Double] {
  (0..<count).map { _ in generator.normal() }
}

struct ConeProjectionTests {
  @Test("A point is its projection less that of its negative onto the dual, which are orthogonal")
  func moreau() throws {
    var generator = SplitMix(state: 3)
    let cones = Cones(
      zero: 2, nonnegative: 3, secondOrder: [1, 4, 3], semidefinite: [1, 2, 5], exponential: 4)
    for trial in 0..<400 {
      let size = pow(10, 3 * generator.normal())
      let v = normals(cones.rows, &generator).map {
        trial % 3 == 0 ? $0 : $0 * size * generator.uniform()
      }
      let onto = try cones.projection(of: v)
      let rest = try cones.projection(of: v.map { -$0 }, onDual: true)
      let scale = v.map { abs($0) }.max()!
      var product = 0.0
      for i in v.indices {
        #expect(abs(onto[i] - rest[i] - v[i]) <= 1e-12 * scale)
        product += onto[i] * rest[i]
      }
      #expect(abs(product) <= 1e-10 * scale * scale)
      // A projection stays where it is.
      for (a, b) in zip(try cones.projection(of: onto), onto) {
        #expect(abs(a - b) <= 1e-9 * scale)
      }
    }
  }

  @Test("The boundary of the exponential cone is where it should be")
  func exponential() throws {
    let cone = Cones(exponential: 1)
    // (1, 1, e) lies on the boundary, its outward normal is (e, 0, −1).
    let e = exp(1.0)
    let found = try cone.projection(of: [1 + 0.3 * e, 1, e - 0.3])
    for (a, b) in zip(found, [1, 1, e]) { #expect(abs(a - b) < 1e-12) }
    #expect(try cone.projection(of: [-3, 0, 2]) == [-3, 0, 2])
    #expect(try cone.projection(of: [-3, -1, -2]) == [-3, 0, 0])
    // Where exp overflows the answer is a face.
    for (v, right) in [([0.01, -9.0, 4.0], [0.0, 0, 4]), ([-9.0, 0.01, -1.0], [-9.0, 0.01, 0])] {
      for (a, b) in zip(try cone.projection(of: v), right) { #expect(abs(a - b) < 1e-12) }
    }
  }
}

struct ConeProgramTests {
  @Test("The shortest point of a plane is the closed form's")
  func shortest() throws {
    let program = try ConeProgram(
      c: [1, 0, 0],
      A: Tensor([[0, 1, 2], [-1, 0, 0], [0, -1, 0], [0, 0, -1]], dtype: .float64), b: [5, 0, 0, 0],
      cones: Cones(zero: 1, secondOrder: [3]))
    let found = try program.solve(tight)
    #expect(found.isSolved)
    for (x, right) in zip(found.x, [sqrt(5.0), 1, 2]) { #expect(abs(x - right) < 1e-7) }
    // A changed answer is not one.
    var x = found.x
    x[1] += 1e-3
    #expect(try program.residuals(x: x, y: found.y, s: found.s).largest > 1e-4)
    let again = try program.solve(tight, from: (found.x, found.y, found.s))
    #expect(again.isSolved && again.iterations < found.iterations)
  }

  @Test("The max-cut bound of odd cycles is n/2·(1 + cos π/n)", arguments: [3, 5, 7])
  func cycles(n: Int) throws {
    var laplacian = [[Double]](repeating: [Double](repeating: 0, count: n), count: n)
    for i in 0..<n {
      let j = (i + 1) % n
      laplacian[i][i] = 2
      laplacian[i][j] = -1
      laplacian[j][i] = -1
    }
    var cut = ConeModel()
    let x = cut.semidefinite(n)
    cut.require(x.diagonal, equals: 1)
    cut.minimize(x.inner(Tensor(laplacian, dtype: .float64)).times(-0.25))
    let found = try cut.solve(tight)
    #expect(found.isSolved)
    #expect(abs(-found.objective - Double(n) / 2 * (1 + cos(Double.pi / Double(n)))) < 1e-6)
    let values = try eigenSymmetric(found[x]).values.doubles
    #expect(values.min()! > -1e-7)
  }

  @Test("Of all distributions the uniform one has the largest entropy, and a tilted one its mean")
  func entropy() throws {
    var model = ConeModel()
    let p = model.variable(4)
    model.require(p.sum, equals: 1)
    model.require(p.weighted(by: [0, 1, 2, 3]), equals: 1)
    model.minimize(model.negativeEntropy(p))
    let found = try model.solve(tight)
    // pᵢ ∝ rⁱ with mean 1: r solves Σ (i − 1)·rⁱ = 0.
    var r = 0.5
    for _ in 0..<50 {
      let f = -1 + r * r + 2 * r * r * r
      r -= f / (2 * r + 6 * r * r)
    }
    let total = 1 + r + r * r + r * r * r
    for (i, value) in found[p].enumerated() {
      #expect(abs(value - pow(r, Double(i)) / total) < 1e-6)
    }
    var smooth = ConeModel()
    let x = smooth.variable(3)
    smooth.require(x.sum, equals: 6)
    smooth.minimize(smooth.logSumExp(x))
    #expect(abs(try smooth.solve(tight).objective - (2 + log(3))) < 1e-6)
  }

  @Test("With orthonormal columns a lasso shrinks, and Huber's function clips")
  func closedForms() throws {
    let b = [2.0, -0.3, -1.5, 0.4]
    var lasso = ConeModel()
    let w = lasso.variable(4)
    lasso.minimize(
      lasso.halfSquares(matmul(Tensor.eye(4, dtype: .float64), w).minus(b))
        + lasso.absoluteSum(w).times(0.5))
    let found = try lasso.solve(tight)
    for (x, right) in zip(found[w], [1.5, 0, -1, 0]) { #expect(abs(x - right) < 1e-6) }
    // The least of Σ h(m − bᵢ) with δ = ½ is where clipped distances cancel: for m between the
    // middle values, (m + 0.3) + (m − 0.4) + ½ − ½ = 0.
    var robust = ConeModel()
    let m = robust.variable()
    robust.minimize(robust.huber(m - AffineExpression(b), 0.5))
    let center = try robust.solve(tight)
    #expect(center.isSolved && abs(center[m][0] - 0.05) < 1e-6)
  }

  @Test("Machines, portfolios and absolute deviations agree with the interior-point method")
  func quadraticPrograms() throws {
    var generator = SplitMix(state: 8)
    let (count, n) = (30, 4)
    let features = Tensor(normals(count * n, &generator), shape: [count, n], dtype: .float64)
    let labels = (0..<count).map { $0 % 2 == 0 ? 1.0 : -1.0 }
    // SVM: ½|w|² + Σ max(0, 1 − yᵢ(xᵢ·w)); by its dual, 0 ≤ a ≤ 1, on the other side.
    var machine = ConeModel()
    let w = machine.variable(n)
    let margins = matmul(features, w).scaled(by: labels)
    machine.minimize(machine.halfSquares(w) + machine.positiveSum(AffineExpression([1]) - margins))
    let signed = features * Tensor(labels, shape: [count, 1], dtype: .float64)
    let dual = try QuadraticProgram(
      P: matmul(signed, signed.T), q: labels.map { _ in -1 }, A: Tensor.eye(count, dtype: .float64),
      l: labels.map { _ in 0 }, u: labels.map { _ in 1 }
    ).solve(QuadraticOptions(absoluteTolerance: 1e-9))
    let right = matmul(signed.T, Tensor(dual.x, shape: [count, 1], dtype: .float64)).doubles
    let primal = try machine.solve(tight)
    #expect(primal.isSolved && dual.isSolved)
    for (a, b) in zip(primal[w], right) { #expect(abs(a - b) < 1e-5) }
    // Markowitz: min ½|Fx|² − μ·x over the simplex.
    let gains = normals(n, &generator).map { 0.3 * $0 }
    var portfolio = ConeModel()
    let x = portfolio.variable(n, atLeast: 0)
    portfolio.require(x.sum, equals: 1)
    portfolio.minimize(portfolio.halfSquares(matmul(features, x)) - x.weighted(by: gains))
    let rows = concatenate([Tensor.ones([1, n], dtype: .float64), Tensor.eye(n, dtype: .float64)])
    let shares = try QuadraticProgram(
      P: matmul(features.T, features), q: gains.map { -$0 }, A: rows, l: [1, 0, 0, 0, 0],
      u: [1] + [Double](repeating: .infinity, count: n)
    ).solve(QuadraticOptions(absoluteTolerance: 1e-9))
    for (a, b) in zip(try portfolio.solve(tight)[x], shares.x) { #expect(abs(a - b) < 1e-5) }
    // Least absolute deviations of a constant: the median.
    var deviations = ConeModel()
    let m = deviations.variable()
    let sample = normals(9, &generator)
    deviations.minimize(deviations.absoluteSum(m - AffineExpression(sample)))
    #expect(abs(try deviations.solve(tight)[m][0] - sample.sorted()[4]) < 1e-6)
  }

  @Test("Programs without a solution come with their proofs")
  func certificates() throws {
    // |x| ≤ 1 and x₀ ≥ 2.
    let infeasible = try ConeProgram(
      c: [0, 0], A: Tensor([[-1, 0], [0, 0], [-1, 0], [0, -1]], dtype: .float64), b: [-2, 1, 0, 0],
      cones: Cones(nonnegative: 1, secondOrder: [3]))
    let proof = try infeasible.solve()
    #expect(proof.status == .primalInfeasible)
    let y = proof.y
    let combined = [-y[0] - y[2], -y[3]]
    #expect(combined.allSatisfy { abs($0) < 1e-6 } && abs(-2 * y[0] + y[1] + 1) < 1e-9)
    #expect(y[0] >= 0 && y[1] >= (y[2] * y[2] + y[3] * y[3]).squareRoot() - 1e-12)
    // min −t with |x| ≤ t.
    let unbounded = try ConeProgram(
      c: [-1, 0], A: Tensor([[-1, 0], [0, -1]], dtype: .float64), b: [0, 0],
      cones: Cones(secondOrder: [2]))
    let direction = try unbounded.solve()
    #expect(direction.status == .dualInfeasible)
    #expect(abs(direction.x[0] - 1) < 1e-9 && abs(direction.x[1]) <= 1 + 1e-6)
  }

  @Test("At the limit the last points are combined: on the cones, and better than they are")
  func combined() throws {
    var generator = SplitMix(state: 21)
    let (n, count, size) = (8, 4, 4)
    let cones = Cones(secondOrder: [Int](repeating: size, count: count))
    var ratios: [Double] = []
    for _ in 0..<20 {
      // Feasible on both sides: s and y are inside of their cones.
      func inside() -> [Double] {
        (0..<count).flatMap { _ in
          let rest = normals(size - 1, &generator)
          return [rest.reduce(0) { $0 + $1 * $1 }.squareRoot() + generator.uniform()] + rest
        }
      }
      let a = Tensor(
        normals(count * size * n, &generator), shape: [count * size, n], dtype: .float64)
      let x = Tensor(normals(n, &generator), dtype: .float64)
      let (s, y) = (Tensor(inside(), dtype: .float64), -Tensor(inside(), dtype: .float64))
      let b = matmul(a, x) + s
      let program = try ConeProgram(
        c: matmul(a.T, y).doubles, A: a, b: b.doubles, cones: cones)
      func answer(_ memory: Int, limit: Int) throws -> ConeSolution {
        var options = ConeOptions(absoluteTolerance: 1e-14)
        options.memory = memory
        options.maximumIterations = limit
        return try program.solve(options)
      }
      let (plain, found) = (try answer(0, limit: 10), try answer(20, limit: 10))
      #expect(plain.status == .iterationLimit && found.status == .iterationLimit)
      for (v, onDual) in [(found.s, false), (found.y, true)] {
        for (one, two) in zip(v, try cones.projection(of: v, onDual: onDual)) {
          #expect(abs(one - two) <= 1e-12 * (1 + abs(one)))
        }
      }
      let residuals = try program.residuals(x: found.x, y: found.y, s: found.s)
      #expect(residuals.largest == found.residuals.largest)
      ratios.append(found.residuals.largest / plain.residuals.largest)
    }
    // A tenth here: the extrapolation has hardly begun after ten iterations.
    #expect(ratios.sorted()[10] < 0.4)
  }

  @Test("Large costs and right sides are no proof of anything")
  func unitsProveNothing() throws {
    // Relative to a cost of 1e8, every direction would seem to keep the rows.
    func check(_ c: [Double], _ a: [[Double]], _ b: [Double], _ cones: Cones, _ x: [Double]?) throws
    {
      let rows = Tensor(a.flatMap { $0 }, shape: [b.count, c.count], dtype: .float64)
      var options = ConeOptions(absoluteTolerance: 1e-6, relativeTolerance: 1e-9)
      options.maximumIterations = 3000
      let found = try ConeProgram(c: c, A: rows, b: b, cones: cones).solve(options)
      #expect([.solved, .iterationLimit, .stalled].contains(found.status), "\(found)")
      guard let x else { return }
      #expect(found.isSolved)
      for (one, two) in zip(found.x, x) { #expect(abs(one - two) < 1e-6 * abs(two)) }
    }
    // The solutions are x = 1, (0.6, 0.8), 1e8 and (1e8, 1e8).
    try check([-1e8], [[1]], [1], Cones(nonnegative: 1), nil)
    try check(
      [-3e8, -4e8], [[0, 0], [-1, 0], [0, -1]], [1, 0, 0], Cones(secondOrder: [3]), nil)
    try check([1], [[-1]], [-1e8], Cones(nonnegative: 1), [1e8])
    try check(
      [1, 2], [[1, 1], [-1, 0], [0, -1]], [3e8, -1e8, -1e8], Cones(nonnegative: 3), [1e8, 1e8])
    // These have none in any units.
    let endless = try ConeProgram(
      c: [-1e8, -1e8], A: Tensor([[1, -1]], dtype: .float64), b: [1], cones: Cones(nonnegative: 1))
    #expect(try endless.solve().status == .dualInfeasible)
    let empty = try ConeProgram(
      c: [1], A: Tensor([[1], [-1]], dtype: .float64), b: [1e8, -2e8], cones: Cones(nonnegative: 2))
    #expect(try empty.solve().status == .primalInfeasible)
  }

  @Test("A cancelled solve has its status and says what it has")
  func interrupted() async throws {
    let program = try ConeProgram(
      c: [1, 0, 0],
      A: Tensor([[0, 1, 2], [-1, 0, 0], [0, -1, 0], [0, 0, -1]], dtype: .float64), b: [5, 0, 0, 0],
      cones: Cones(zero: 1, secondOrder: [3]))
    let task = Task { () throws -> ConeSolution in
      while !Task.isCancelled { await Task.yield() }
      return try program.solve()
    }
    task.cancel()
    let found = try await task.value
    #expect(found.status == .interrupted && found.iterations == 0)
    #expect(try program.residuals(x: found.x, y: found.y, s: found.s) == found.residuals)
  }

  @Test("Bad input is named")
  func refusals() throws {
    func message(_ body: () throws -> Void) -> String {
      do {
        try body()
        return ""
      } catch { return "\(error)" }
    }
    let one = Tensor([[1.0, 0.0], [0.0, 1.0]], dtype: .float64)
    func program(
      P: Tensor? = nil, c: [Double] = [1, 0], A: Tensor? = nil, b: [Double] = [1, 1],
      _ cones: Cones = Cones(nonnegative: 2)
    ) -> String {
      message { _ = try ConeProgram(P: P, c: c, A: A ?? one, b: b, cones: cones).solve() }
    }
    #expect(program(c: [1, .infinity]).contains("c[1] is inf"))
    #expect(program(b: [.nan, 1]).contains("b[0] is nan"))
    #expect(
      program(A: Tensor([[1, 0], [.nan, 1]], dtype: .float64)).contains("A[1, 0] is nan"))
    #expect(program(c: []).contains("no variables"))
    #expect(program(b: [1]).contains("A has 2 rows, b 1 entries"))
    #expect(program(Cones(nonnegative: 3)).contains("the cones have 3 rows, A and b 2"))
    #expect(
      program(Cones(nonnegative: 2, secondOrder: [0])).contains("second-order cone 0 has size 0"))
    #expect(program(Cones(nonnegative: 3, exponential: -1)).contains("exponential rows is -1"))
    #expect(
      program(P: Tensor([[1, 2], [0, 1]], dtype: .float64)).contains("not symmetric"))
    // x ≤ 1 cannot hide the eigenvalue −3.
    #expect(
      program(P: Tensor([[1, 0], [0, -3]], dtype: .float64)).contains("least eigenvalue is -3.0"))
    #expect(
      message {
        let ok = try ConeProgram(c: [1, 1], A: one, b: [1, 1], cones: Cones(nonnegative: 2))
        _ = try ok.solve(from: ([1], [1, 1], [1, 1]))
      }.contains("the start has 1, 2 and 2 numbers"))
    var options = ConeOptions()
    options.relaxation = 2
    let refused = options
    #expect(
      message {
        let ok = try ConeProgram(c: [1, 1], A: one, b: [1, 1], cones: Cones(nonnegative: 2))
        _ = try ok.solve(refused)
      }.contains("relaxation lies between 0 and 2"))
  }
}
