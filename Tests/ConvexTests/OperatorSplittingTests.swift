import Convex
import Foundation
import Tensors
import Testing

/// Programs with what PyPI osqp finds for them; see make_splitting_reference.py.
private struct Reference: Decodable {
  var n: Int, m: Int
  var P: [Double], q: [Double], A: [Double], l: [Double], u: [Double]
  var iterate: [Double], multipliers: [Double], solution: [Double]

  static let all: [Reference] = {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("splitting.json")
    return try! JSONDecoder().decode([Reference].self, from: Data(contentsOf: file))
  }()

  var program: QuadraticProgram {
    get throws {
      try QuadraticProgram(
        P: Tensor(P, shape: [n, n], dtype: .float64), q: q,
        A: Tensor(A, shape: [m, n], dtype: .float64), l: l, u: u)
    }
  }
  var sparse: QuadraticProgram {
    get throws {
      try QuadraticProgram(
        P: SparseMatrix(Tensor(P, shape: [n, n], dtype: .float64)), q: q,
        A: SparseMatrix(Tensor(A, shape: [m, n], dtype: .float64)), l: l, u: u)
    }
  }
}

private func distance(_ a: [Double], _ b: [Double]) -> Double {
  zip(a, b).map { abs($0 - $1) }.max()!
}

private func options(
  _ absolute: Double, relative: Double = 0, interval: Int = 10, limit: Int = 100_000
) -> SplittingOptions {
  var options = SplittingOptions(
    absoluteTolerance: absolute, relativeTolerance: relative, checkInterval: interval)
  options.maximumIterations = limit
  return options
}

/// Strongly convex random programs with bounds on both sides.
private func batch(_ count: Int, seed: Int) throws -> QuadraticBatch {
  var g = Generator(seed: seed)
  let (n, m) = (6, 10)
  let root = Tensor.normal([count, n, n], dtype: .float64, from: &g)
  return try QuadraticBatch(
    P: root.matmul(root.swapped(-1, -2)) + 0.1 * Tensor.eye(n, dtype: .float64),
    q: 3 * Tensor.normal([count, n], dtype: .float64, from: &g),
    A: Tensor.normal([count, m, n], dtype: .float64, from: &g),
    l: -Tensor.uniform([count, m], dtype: .float64, from: &g),
    u: Tensor.uniform([count, m], dtype: .float64, from: &g))
}

struct OperatorSplittingTests {
  @Test("Iterates without scaling are osqp's, dense and sparse", arguments: 0..<4)
  func iterates(_ k: Int) throws {
    let reference = Reference.all[k]
    var settings = options(1e-15, interval: 30)
    settings.scaling = 0
    for program in [try reference.program, try reference.sparse] {
      let splitting = try OperatorSplitting(program, options: settings)
      let state = splitting.advanced(splitting.begin())
      #expect(distance(state.x.doubles, reference.iterate) < 1e-9)
      #expect(distance(state.y.doubles, reference.multipliers) < 1e-9)
    }
  }

  @Test("Solutions are osqp's to 1e-3 and the interior point's to 1e-6", arguments: 0..<4)
  func solutions(_ k: Int) throws {
    let reference = Reference.all[k]
    let exact = try reference.program.solve(QuadraticOptions(absoluteTolerance: 1e-10))
    for program in [try reference.program, try reference.sparse] {
      let loose = try OperatorSplitting(program, options: options(1e-5)).solve()
      #expect(loose.isSolved)
      #expect(distance(loose.x.doubles, reference.solution) < 1e-3)
      let long = try OperatorSplitting(program, options: options(1e-9)).solve()
      #expect(long.isSolved)
      #expect(distance(long.x.doubles, exact.x) < 1e-6)
      #expect(long.residuals[0] == (try program.residuals(x: long.x.doubles, y: long.y.doubles)))
    }
  }

  @Test("A batch is its problems one by one, and rows that are done leave")
  func batches() throws {
    let batch = try batch(20, seed: 3)
    let all = try OperatorSplitting(batch, options: options(1e-7)).solve()
    let exact = try batch.solve(QuadraticOptions(absoluteTolerance: 1e-10))
    #expect(all.isSolved)
    #expect(abs(all.x - exact.x).max().item() < 1e-5)
    #expect(Set(all.iterations).count > 3)
    let twice = try OperatorSplitting(batch, options: options(1e-7)).solve(copies: 2)
    #expect(twice.iterations == all.iterations + all.iterations)
    #expect(twice.x == concatenate([all.x, all.x]))
  }

  @Test("A step is a function: the same again, and its argument stays as it was")
  func purity() throws {
    let splitting = try OperatorSplitting(try batch(5, seed: 4), options: options(1e-9))
    let begun = splitting.advanced(splitting.begin())
    let x = begun.x.doubles
    let rho = Tensor([0.1, 5, 0.1, 2, 0.1], dtype: .float64)
    let first = splitting.advanced(begun, rho: rho, alpha: Tensor([1.0, 1.2, 1.4, 1.6, 1.8]))
    let second = splitting.advanced(begun, rho: rho, alpha: Tensor([1.0, 1.2, 1.4, 1.6, 1.8]))
    #expect(first.x.doubles == second.x.doubles && begun.x.doubles == x)
    #expect(first.factorizations == [1, 2, 1, 2, 1] && begun.factorizations == [1, 1, 1, 1, 1])
    // Two intervals are one of twice the length.
    let long = splitting.advanced(splitting.begin(), iterations: 20)
    #expect(distance(splitting.advanced(begun).x.doubles, long.x.doubles) < 1e-12)
  }

  @Test("From a solution with its ρ nothing is left to do, and near it little")
  func warm() throws {
    let batch = try batch(10, seed: 5)
    let splitting = try OperatorSplitting(batch, options: options(1e-6, interval: 1))
    let cold = splitting.solve()
    #expect(splitting.solve(from: cold.start).iterations == [Int](repeating: 0, count: 10))
    var near = cold.start
    near.z = nil
    near.x = near.x + 1e-5
    let warm = splitting.solve(from: near)
    #expect(warm.isSolved && zip(warm.iterations, cold.iterations).allSatisfy { $0 < $1 })
    // What is not finite says nothing.
    var broken = cold.start
    broken.x = broken.x * Double.nan
    #expect(splitting.solve(from: broken).isSolved)
  }

  @Test("A solved status does not survive a mutated answer")
  func honesty() throws {
    let reference = Reference.all[0]
    let program = try reference.program
    let found = try OperatorSplitting(program, options: options(1e-6)).solve()
    #expect(found.residuals[0].largest <= 1e-6)
    for j in 0..<reference.n {
      var x = found.x.doubles
      x[j] += 1e-3
      #expect(try program.residuals(x: x, y: found.y.doubles).largest > 1e-5)
    }
  }

  @Test("Infeasible and unbounded programs are proved to be so, dense and sparse")
  func certificates() throws {
    let a = Tensor([[1.0, 1.0], [1.0, 1.0], [1.0, 0.0]], dtype: .float64)
    let identity = Tensor.eye(2, dtype: .float64)
    let flat = Tensor([[1.0, 0.0], [0.0, 0.0]], dtype: .float64)
    for isSparse in [false, true] {
      func program(
        _ p: Tensor, _ q: [Double], _ l: [Double], _ u: [Double]
      ) throws -> QuadraticProgram {
        isSparse
          ? try QuadraticProgram(P: SparseMatrix(p), q: q, A: SparseMatrix(a), l: l, u: u)
          : try QuadraticProgram(P: p, q: q, A: a, l: l, u: u)
      }
      // x₁ + x₂ ≥ 2 and ≤ 1.
      let empty = try program(identity, [1, 1], [2, -.infinity, -5], [.infinity, 1, 5])
      let proof = try OperatorSplitting(empty, options: options(1e-6)).solve()
      #expect(proof.status == [.primalInfeasible])
      let y = proof.y.doubles
      // Aᵀy = 0 and 2·min(y₁, 0) + max(y₂, 0) < 0.
      #expect(abs(y[0] + y[1] + y[2]) < 1e-8 && abs(y[0] + y[1]) < 1e-8 && 2 * y[0] + y[1] < 0)
      // Along −x₂ the objective falls without end.
      let open = try program(
        flat, [0, 1], [-.infinity, -.infinity, -5], [3, .infinity, 5])
      let ray = try OperatorSplitting(open, options: options(1e-6)).solve()
      #expect(ray.status == [.dualInfeasible])
      #expect(ray.x.doubles[1] < -0.5 && abs(ray.x.doubles[0]) < 1e-8)
      #expect(throws: ConvexError.self) {
        try OperatorSplitting(try program(identity - 1.5, [0, 0], [0, 0, 0], [1, 1, 1]))
      }
    }
  }

  @Test("Whatever a policy does, a race takes no longer than the plain iteration", arguments: 0..<5)
  func races(_ k: Int) throws {
    struct Stubborn: SplittingPolicy {
      var rho: Double
      var alpha: Double
      func choose(_ state: SplittingState) -> SplittingChoice {
        SplittingChoice(
          rho: Tensor.full([state.count], rho, dtype: .float64),
          alpha: Tensor.full([state.count], alpha, dtype: .float64))
      }
    }
    let policies = [
      Stubborn(rho: 1e6, alpha: 1.6), Stubborn(rho: 1e-6, alpha: 1.9),
      Stubborn(rho: .nan, alpha: .infinity), Stubborn(rho: -1, alpha: -1),
      Stubborn(rho: 2, alpha: 1.8),
    ]
    let splitting = try OperatorSplitting(try batch(30, seed: 6), options: options(1e-5))
    let plain = splitting.solve()
    let raced = splitting.solve(policies[k], racing: ResidualBalancing())
    #expect(raced.isSolved)
    #expect(zip(raced.iterations, plain.iterations).allSatisfy { $0 <= $1 })
    // Alone it is slow, but what it calls solved is.
    let alone = splitting.solve(policies[k])
    for (status, residual) in zip(alone.status, alone.residuals) {
      #expect((status == .solved) == (residual.largest <= 1e-5))
    }
  }

  @Test("The rule for ρ is OSQP's, and changes it only beyond the threshold")
  func balancing() throws {
    let splitting = try OperatorSplitting(try batch(8, seed: 7), options: options(1e-9))
    let state = splitting.advanced(splitting.begin())
    #expect(ResidualBalancing().choose(splitting.begin()).rho == nil)
    let eager = ResidualBalancing(threshold: 1).choose(state).rho!.doubles
    let slow = ResidualBalancing(threshold: 5).choose(state).rho!.doubles
    let (p, d) = (state.relativePrimal.doubles, state.relativeDual.doubles)
    for k in 0..<8 {
      let wanted = 0.1 * (p[k] / d[k]).squareRoot()
      #expect(abs(eager[k] - wanted) < 1e-9 * wanted)
      #expect(slow[k] == (wanted > 0.5 || wanted < 0.02 ? eager[k] : 0.1))
    }
  }

  @Test("Options out of their range say so")
  func limits() throws {
    let program = try Reference.all[0].program
    for change: (inout SplittingOptions) -> Void in [
      { $0.alpha = 2 }, { $0.rho = 0 }, { $0.checkInterval = 0 }, { $0.absoluteTolerance = 0 },
      { $0.sigma = .nan }, { $0.equalityFactor = 0.5 },
    ] {
      var settings = SplittingOptions()
      change(&settings)
      #expect(throws: ConvexError.self) { try OperatorSplitting(program, options: settings) }
    }
    // A program without constraints is a linear system.
    let free = try QuadraticProgram(P: Tensor([[2.0]], dtype: .float64), q: [4])
    let found = try OperatorSplitting(free).solve()
    #expect(found.isSolved && abs(found.x.doubles[0] + 2) < 1e-6)
  }
}
