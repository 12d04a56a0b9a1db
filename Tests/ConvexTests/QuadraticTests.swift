import Convex
import Foundation
import Tensors
import Testing

private func matrix(_ rows: [[Double]]) -> Tensor { Tensor(rows, dtype: .float64) }

/// Largest violation of the optimality conditions, in plain doubles and apart from the kernel.
private func violation(_ problem: QuadraticProgram, _ x: [Double], _ y: [Double]) -> Double {
  let (n, m) = (problem.variables, problem.constraints)
  let (p, a) = (problem.P.doubles, problem.A.doubles)
  var worst = 0.0
  for j in 0..<n {
    var s = problem.q[j]
    for i in 0..<n { s += p[j * n + i] * x[i] }
    for i in 0..<m { s += a[i * n + j] * y[i] }
    worst = max(worst, abs(s))
  }
  for i in 0..<m {
    var s = 0.0
    for j in 0..<n { s += a[i * n + j] * x[j] }
    worst = max(worst, s - problem.u[i], problem.l[i] - s)
    if y[i] > 0 { worst = max(worst, min(y[i], problem.u[i] - s)) }
    if y[i] < 0 { worst = max(worst, min(-y[i], s - problem.l[i])) }
  }
  return worst
}

/// A program with a solution: P of rank ≤ n, bounds around A·x₀, some rows equations.
private func random(
  _ n: Int, _ m: Int, rank: Int, _ generator: inout SplitMix
) throws -> QuadraticProgram {
  let r = (0..<n * rank).map { _ in generator.normal() }
  var p = [Double](repeating: 0, count: n * n)
  for i in 0..<n {
    for j in 0..<n { for k in 0..<rank { p[i * n + j] += r[i * rank + k] * r[j * rank + k] } }
  }
  let a = (0..<m * n).map { _ in generator.normal() }
  let x = (0..<n).map { _ in generator.normal() }
  var (l, u) = ([Double](), [Double]())
  var q = [Double](repeating: 0, count: n)
  for i in 0..<m {
    let s = (0..<n).reduce(0.0) { $0 + a[i * n + $1] * x[$1] }
    let kind = i % 4
    l.append(kind == 0 ? -.infinity : kind == 1 && i < 2 ? s : s - generator.uniform())
    u.append(kind == 1 && i < 2 ? s : kind == 2 ? .infinity : s + generator.uniform())
    // Multipliers of the right signs at x₀ keep the dual feasible, whatever the rank.
    let y = kind == 0 ? generator.uniform() : kind == 2 ? -generator.uniform() : generator.normal()
    for j in 0..<n { q[j] -= a[i * n + j] * y }
  }
  for i in 0..<n { for j in 0..<n { q[i] -= p[i * n + j] * x[j] } }
  return try QuadraticProgram(
    P: Tensor(p, shape: [n, n], dtype: .float64), q: q,
    A: Tensor(a, shape: [m, n], dtype: .float64),
    l: l, u: u)
}

extension QuadraticBatch {
  /// The matrix of problem k among those that follow each other.
  fileprivate func part(_ all: [Double], _ k: Int, _ rows: Int, _ columns: Int) -> Tensor {
    let size = rows * columns
    return Tensor(
      Array(all[k * size..<(k + 1) * size]), shape: [rows, columns], dtype: .float64)
  }
}

struct SplitMix {
  var state: UInt64
  mutating func uniform() -> Double {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return (Double((z ^ (z >> 31)) >> 11) + 0.5) * 0x1p-53
  }
  mutating func normal() -> Double {
    (-2 * log(uniform())).squareRoot() * cos(2 * Double.pi * uniform())
  }
}

struct QuadraticTests {
  @Test("The projection onto the simplex is the sorted one's")
  func projection() throws {
    let point = [0.9, -0.2, 0.7, 0.1]
    let rows = [[1.0, 1, 1, 1], [1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]]
    let problem = try QuadraticProgram(
      P: Tensor.eye(4, dtype: .float64), q: point.map { -$0 }, A: matrix(rows),
      l: [1, 0, 0, 0, 0], u: [1, .infinity, .infinity, .infinity, .infinity])
    let found = try problem.solve(QuadraticOptions(absoluteTolerance: 1e-10))
    // Sorted 0.9, 0.7, 0.1: the level (0.9 + 0.7 − 1) / 2 = 0.3 is above 0.1.
    for (x, right) in zip(found.x, [0.6, 0, 0.4, 0]) { #expect(abs(x - right) < 1e-9) }
    #expect(found.isSolved)
  }

  @Test("Random programs of every rank satisfy the optimality conditions", arguments: [1, 2, 3])
  func conditions(seed: UInt64) throws {
    var generator = SplitMix(state: seed)
    for trial in 0..<60 {
      let n = 1 + trial % 17
      let problem = try random(n, trial % 29, rank: trial % (n + 1), &generator)
      let found = try problem.solve(QuadraticOptions(absoluteTolerance: 1e-8))
      #expect(found.status == .solved, "n \(n), trial \(trial): \(found)")
      #expect(violation(problem, found.x, found.y) < 1e-3)
    }
  }

  @Test("Sparse and dense storage agree")
  func sparse() throws {
    var generator = SplitMix(state: 9)
    let dense = try random(12, 20, rank: 12, &generator)
    let sparse = try QuadraticProgram(
      P: SparseMatrix(dense.P), q: dense.q, A: SparseMatrix(dense.A), l: dense.l, u: dense.u)
    let options = QuadraticOptions(absoluteTolerance: 1e-9)
    let (a, b) = (try dense.solve(options), try sparse.solve(options))
    #expect(a.isSolved && b.isSolved)
    for (x, z) in zip(a.x, b.x) { #expect(abs(x - z) < 1e-6) }
  }

  @Test("A mutated answer is not within the tolerances")
  func mutation() throws {
    var generator = SplitMix(state: 4)
    let problem = try random(6, 8, rank: 6, &generator)
    let found = try problem.solve()
    #expect(try problem.residuals(x: found.x, y: found.y).largest <= 1e-6)
    for j in 0..<6 {
      var x = found.x
      x[j] += 1e-3
      #expect(try problem.residuals(x: x, y: found.y).largest > 1e-6)
      x[j] = .nan
      #expect(!(try problem.residuals(x: x, y: found.y).largest <= 1e-6))
    }
    for i in 0..<8 {
      var y = found.y
      y[i] += 1e-3
      #expect(try problem.residuals(x: found.x, y: y).largest > 1e-6)
    }
  }

  @Test("Infeasible rows and unbounded objectives come with their proofs")
  func certificates() throws {
    let infeasible = try QuadraticProgram(
      P: Tensor.eye(2, dtype: .float64), q: [0, 0], A: matrix([[1, 1], [1, 0], [0, 1]]),
      l: [3, -.infinity, -.infinity], u: [.infinity, 1, 1])
    let proof = try infeasible.solve()
    #expect(proof.status == .primalInfeasible)
    // Aᵀy = 0 and 3·y₀ + y₁ + y₂ < 0 with y₀ < 0 < y₁, y₂.
    #expect(abs(proof.y[0] + proof.y[1]) < 1e-8 && abs(proof.y[0] + proof.y[2]) < 1e-8)
    #expect(3 * proof.y[0] + proof.y[1] + proof.y[2] < 0 && proof.y[0] < 0)

    let unbounded = try QuadraticProgram(
      P: matrix([[1, 0], [0, 0]]), q: [0, -1], A: matrix([[0, 1]]), l: [0], u: [.infinity])
    let direction = try unbounded.solve()
    #expect(direction.status == .dualInfeasible)
    #expect(abs(direction.x[0]) < 1e-8 && direction.x[1] > 0)
  }

  @Test("A row that rounding made infeasible is not called so")
  func rounding() throws {
    let problem = try QuadraticProgram(
      P: Tensor.eye(1, dtype: .float64), q: [-2], A: matrix([[0], [1]]),
      l: [-.infinity, -.infinity], u: [-1e-17, 1])
    let found = try problem.solve()
    #expect(found.isSolved && abs(found.x[0] - 1) < 1e-6)
  }

  @Test("The previous solution as a start takes fewer iterations and the same answer")
  func warm() throws {
    var generator = SplitMix(state: 12)
    let problem = try random(16, 32, rank: 16, &generator)
    let cold = try problem.solve()
    let q = problem.q.map { $0 + 1e-4 }
    let next = try QuadraticProgram(
      P: problem.P, q: q, A: problem.A, l: problem.l, u: problem.u)
    let (again, warm) = (try next.solve(), try next.solve(from: (cold.x, cold.y)))
    #expect(warm.isSolved && warm.startWasEnough)
    #expect(warm.iterations < again.iterations)
    for (x, z) in zip(warm.x, again.x) { #expect(abs(x - z) < 1e-5) }
    let hostile = try next.solve(from: (cold.x.map { _ in .nan }, cold.y.map { _ in 1e300 }))
    #expect(hostile.isSolved)
  }

  @Test("A batch is its problems one by one, shared arrays or not")
  func batch() throws {
    var generator = SplitMix(state: 21)
    let first = try random(5, 7, rank: 5, &generator)
    let q = Tensor((0..<15).map { _ in generator.normal() }, shape: [3, 5], dtype: .float64)
    let (l, u) = (Tensor(first.l, dtype: .float64), Tensor(first.u, dtype: .float64))
    let batch = try QuadraticBatch(P: first.P, q: q, A: first.A, l: l, u: u)
    let found = try batch.solve()
    #expect(found.isSolved && found.x.shape == [3, 5] && found.y.shape == [3, 7])
    for k in 0..<3 {
      let single = try QuadraticProgram(
        P: first.P, q: q[k].doubles, A: first.A, l: first.l, u: first.u
      ).solve()
      for (x, z) in zip(found.x[k].doubles, single.x) { #expect(abs(x - z) < 1e-9) }
    }
  }

  @Test("In a batch of mixed programs each has its own status and answer")
  func mixedBatch() throws {
    var generator = SplitMix(state: 33)
    let (n, m, count) = (4, 7, 21)
    var (p, q, a, l, u) = ([Double](), [Double](), [Double](), [Double](), [Double]())
    for k in 0..<count {
      let program = try random(n, m, rank: n, &generator)
      var (rows, low, high, bowl) = (program.A.doubles, program.l, program.u, program.P.doubles)
      if k % 4 == 1 {
        // 0·x ≥ 1.
        for j in 0..<n { rows[j] = 0 }
        (low[0], high[0]) = (1, 2)
      }
      if k % 4 == 2 { bowl[0] -= 100 }
      if k % 4 == 3 {
        bowl = bowl.map { _ in 0 }
        rows = rows.map { _ in 0 }
        (low, high) = (low.map { _ in -1 }, high.map { _ in 1 })
      }
      (p, q, a, l, u) = (p + bowl, q + program.q, a + rows, l + low, u + high)
    }
    func stack(_ values: [Double], _ shape: [Int]) -> Tensor {
      Tensor(values, shape: [count] + shape, dtype: .float64)
    }
    let batch = try QuadraticBatch(
      P: stack(p, [n, n]), q: stack(q, [n]), A: stack(a, [m, n]), l: stack(l, [m]), u: stack(u, [m])
    )
    let found = try batch.solve()
    for k in 0..<count {
      let expected: ConvexStatus =
        [.solved, .primalInfeasible, .notConvex, .dualInfeasible][k % 4]
      #expect(found.status[k] == expected, "program \(k)")
      guard expected == .solved else { continue }
      let single = try QuadraticProgram(
        P: batch.part(p, k, n, n), q: Array(q[k * n..<(k + 1) * n]), A: batch.part(a, k, m, n),
        l: Array(l[k * m..<(k + 1) * m]), u: Array(u[k * m..<(k + 1) * m]))
      let (x, y) = (found.x[k].doubles, found.y[k].doubles)
      #expect(violation(single, x, y) < 1e-4)
      #expect(try single.residuals(x: x, y: y) == found.residuals[k])
      for (mine, one) in zip(x, try single.solve().x) { #expect(abs(mine - one) < 1e-4) }
    }
  }

  /// Sizes around the blocks and limits of the method for eight problems at once.
  @Test("Batches of larger programs", arguments: [(37, 61), (50, 100), (64, 128), (66, 40)])
  func largeBatch(_ n: Int, _ m: Int) throws {
    var generator = SplitMix(state: 41)
    let programs = try (0..<9).map { try random(n, m, rank: n - $0, &generator) }
    func stack(_ values: [Double], _ shape: [Int]) -> Tensor {
      Tensor(values, shape: [9] + shape, dtype: .float64)
    }
    let batch = try QuadraticBatch(
      P: stack(programs.flatMap { $0.P.doubles }, [n, n]), q: stack(programs.flatMap(\.q), [n]),
      A: stack(programs.flatMap { $0.A.doubles }, [m, n]), l: stack(programs.flatMap(\.l), [m]),
      u: stack(programs.flatMap(\.u), [m]))
    let found = try batch.solve()
    for (k, program) in programs.enumerated() {
      let single = try program.solve()
      #expect(found.status[k] == single.status)
      let (x, y) = (found.x[k].doubles, found.y[k].doubles)
      // A gap of 1e-6 may be a slack and a multiplier of 1e-3.
      #expect(violation(program, x, y) < 1e-3)
      #expect(try program.residuals(x: x, y: y) == found.residuals[k])
      #expect(abs(found.residuals[k].objective - single.residuals.objective) < 2e-4)
    }
  }

  @Test("Bad input is named")
  func refusals() throws {
    let one = Tensor.eye(2, dtype: .float64)
    func message(_ body: () throws -> Void) -> String {
      do {
        try body()
        return ""
      } catch { return "\(error)" }
    }
    #expect(message { _ = try QuadraticProgram(P: one, q: [.nan, 0]) }.contains("q[0] is nan"))
    #expect(message { _ = try QuadraticProgram(P: one, q: []) }.contains("not [2, 2]"))
    #expect(
      message { _ = try QuadraticProgram(P: matrix([[1, 2], [0, 1]]), q: [0, 0]) }
        .contains("not symmetric"))
    #expect(
      message { _ = try QuadraticProgram(P: one, q: [0, 0], A: one, l: [2, 0], u: [1, 0]) }
        .contains("l[0] = 2.0 is above u[0] = 1.0"))
    #expect(
      message { _ = try QuadraticProgram(P: Tensor.zeros([0, 0], dtype: .float64), q: []) }
        .contains("no variables"))
    #expect(
      message { _ = try QuadraticProgram(P: matrix([[1, .infinity], [0, 1]]), q: [0, 0]) }
        .contains("P[0, 1] is inf"))
    #expect(
      message { _ = try QuadraticProgram(P: one, q: [0, 0], A: one, l: [0, .nan], u: [1, 1]) }
        .contains("bound 1 is NaN"))
    #expect(
      message {
        _ = try QuadraticProgram(
          P: one, q: [0, 0], A: one, l: [0, .infinity], u: [1, .infinity])
      }.contains("row 1 has no values"))
    #expect(
      message { _ = try QuadraticProgram(P: one, q: [0, 0], A: one, l: [0], u: [1]) }
        .contains("A has 2 rows"))
    let hole = SparseMatrix(rows: 2, columns: 2, entries: [(1, 0, .nan)])
    #expect(
      message {
        _ = try QuadraticProgram(P: SparseMatrix(one), q: [0, 0], A: hole, l: [0, 0], u: [1, 1])
      }.contains("A[1, 0] is nan"))
    func batch(_ q: [[Double]], l: [Double] = [0, 0], u: [Double] = [1, 1]) -> String {
      message {
        _ = try QuadraticBatch(
          P: one, q: matrix(q), A: one, l: Tensor(l, dtype: .float64),
          u: Tensor(u, dtype: .float64))
      }
    }
    #expect(batch([[0, 0], [0, .nan]]).contains("q[1, 1] is nan"))
    #expect(batch([[0, 0]], l: [0, 2]).contains("problem 0, row 1: l = 2.0, u = 1.0"))
    #expect(
      batch([[0, 0]], l: [0, .infinity], u: [1, .infinity]).contains("row 1 has no values"))
    #expect(batch([[0, 0]], l: [0]).contains("has shape"))
    #expect(
      message { _ = try QuadraticProgram(P: matrix([[1, 0], [0, -3]]), q: [0, 0]).solve() }
        .contains("least eigenvalue is -3.0"))
  }
}
