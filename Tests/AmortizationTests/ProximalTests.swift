import Amortization
import Testing

private var parts: [(ProximalPart, String)] {
  [
    (.absolute(weight: 0.3), "absolute"), (.nonnegative(weight: 0.2), "nonnegative"),
    (.elasticNet(weight: 0.3, ridge: 0.7), "elastic net"),
    (.groups(of: 2, weight: 0.4), "groups"), (.inside(.ball(radius: 0.8)), "ball"),
  ]
}

private func matrix(_ m: Int, _ d: Int, seed: Int) -> Tensor {
  let a = normal([m, d], seed: seed)
  return a / a.norm(axis: 0, keepDims: true)
}

/// 50 atoms of 30 numbers, codes of a tenth of them.
private func lasso(_ part: ProximalPart = .absolute(weight: 0.3)) -> ParametricProblem {
  .leastSquares(
    matrix(30, 50, seed: 1), plus: part, contexts: .normal(dimension: 30), dtype: .float64)
}

@Suite struct ProximalParts {
  /// prox(v, t) is where h(y) + |y − v|²/2t is smallest: no point near or far is better.
  @Test(arguments: [0, 1, 2, 3, 4]) func operatorsMinimize(_ kind: Int) {
    let (part, name) = parts[kind]
    let v = normal([40, 4], seed: 2)
    let t = Tensor.full([40, 1], 0.6, dtype: .float64)
    func cost(_ y: Tensor) -> Tensor { part.value(y, v) + square(y - v).sum(axis: -1) / 1.2 }
    let y = part.prox(v, t, v)
    for seed in 3..<23 {
      for size in [1e-3, 0.1, 1] {
        let other = y + size * normal([40, 4], seed: seed)
        #expect((cost(other) - cost(y)).min().item() >= -1e-8, "\(name)")
      }
    }
  }

  /// h*(u) = max ⟨u, y⟩ − h(y), found by solving; and the scale leads to where it is finite.
  @Test func conjugatesAreMaxima() {
    for (part, name) in parts {
      guard let conjugate = part.conjugate else { continue }
      let u = normal([10, 4], seed: 5)
      let scaled = conjugate.scale(u, u).expandedDims(axis: 1) * u
      // ⟨u, y⟩ − h(y) over many y never exceeds h*, and a proximal ascent reaches it.
      var y = Tensor.zeros([10, 4], dtype: .float64)
      let t = Tensor.full([10, 1], 0.5, dtype: .float64)
      for _ in 0..<200 { y = part.prox(y + 0.5 * scaled, t, u) }
      func dual(_ y: Tensor) -> Tensor { (scaled * y).sum(axis: -1) - part.value(y, u) }
      let top = conjugate.value(scaled, u)
      #expect((dual(y) - top).max().item() < 1e-9, "\(name)")
      #expect(abs(dual(y) - top).max().item() < 1e-6, "\(name)")
    }
  }
}

@Suite struct CompositeSolvers {
  private var solvers: [any Solver] {
    [
      ProximalGradient(maximumIterations: 20_000, tolerance: 1e-8),
      FISTA(maximumIterations: 5000, tolerance: 1e-8),
      CoordinateDescent(maximumIterations: 5000, tolerance: 1e-8),
    ]
  }

  /// The optimality conditions of the lasso, and a gap that bounds the error.
  @Test func allReachTheLassosMinimum() {
    let problem = lasso()
    let w = matrix(30, 50, seed: 1)
    let x = problem.sampleContexts(8, seed: 6)
    for solver in solvers {
      let found = solver.solve(problem, x)
      #expect(found.converged, "\(found)")
      let correlation = matmul(x - matmul(found.solution, w.T), w)
      let active = (abs(found.solution) .> 1e-9).cast(to: .float64)
      #expect((abs(correlation) - 0.3).max().item() < 1e-7, "\(solver.name)")
      #expect(
        (active * abs(correlation - 0.3 * sign(found.solution))).max().item() < 1e-7,
        "\(solver.name)")
      #expect(active.mean().item() < 0.7)
      let gaps = found.gaps!
      #expect(gaps.min().item() > -1e-10 && gaps.max().item() < 1e-6, "\(solver.name)")
    }
    // Away from the minimum the gap is a bound.
    let best = problem(solvers[2].solve(problem, x).solution, x)
    let y = 0.1 * normal([8, 50], seed: 7)
    #expect((problem.dualityGap!(y, x) - (problem(y, x) - best)).min().item() > -1e-9)
  }

  @Test func otherPartsAgreeAmongSolvers() {
    for part in [ProximalPart.elasticNet(weight: 0.2, ridge: 0.3), .nonnegative(weight: 0.2)] {
      let problem = lasso(part)
      let x = problem.sampleContexts(6, seed: 8)
      let all = solvers.map { $0.solve(problem, x) }
      for found in all {
        #expect(found.converged, "\(found)")
        #expect(abs(found.values - all[0].values).max().item() < 1e-9)
        #expect(found.gaps!.max().item() < 1e-6)
      }
    }
    let groups = lasso(.groups(of: 5, weight: 0.6))
    let x = groups.sampleContexts(6, seed: 9)
    let found = FISTA(maximumIterations: 5000, tolerance: 1e-8).solve(groups, x)
    #expect(found.converged && found.gaps!.max().item() < 1e-6)
    // Whole groups are 0.
    let lengths = found.solution.reshaped([6, 10, 5]).norm(axis: -1)
    #expect((lengths .== 0).cast(to: .float64).mean().item() > 0.1)
  }

  /// f − f* ≤ 2‖y₀ − y*‖²/(η(k + 1)²).
  @Test func fistaKeepsItsRate() {
    let problem = lasso()
    let x = problem.sampleContexts(5, seed: 10)
    let best = CoordinateDescent(maximumIterations: 5000, tolerance: 1e-11).solve(problem, x)
    let w = matrix(30, 50, seed: 1)
    let eta = try! 1 / eigenSymmetric(matmul(w.T, w)).values.max().item() as Double
    let slow = FISTA(
      stepSize: .constant(eta), restarts: false, maximumIterations: 200, tolerance: 0
    ).solve(problem, x)
    let distance = square(best.solution).sum(axis: -1)
    for k in [1, 5, 20, 100, 200] {
      let bound = 2 * distance / (eta * Double((k + 1) * (k + 1)))
      #expect((slow.valueHistory[k] - best.values - bound).max().item() <= 1e-12)
    }
    let fast = FISTA(maximumIterations: 200, tolerance: 0).solve(problem, x)
    let left = ((fast.values - best.values).max(), (slow.values - best.values).max())
    #expect(left.0.item() <= 0.5 * left.1.item() + 1e-12)
  }

  @Test func aSetIsAProximalPart() {
    let a = matrix(6, 4, seed: 11)
    let x = normal([5, 6], seed: 12)
    let free = ParametricProblem.leastSquares(
      a, plus: .inside(.box(-0.2, 0.3)), contexts: .normal(dimension: 6), dtype: .float64)
    let boxed = ParametricProblem(
      dimension: 4, contexts: .normal(dimension: 6), domain: .box(-0.2, 0.3), dtype: .float64
    ) { y, x in 0.5 * square(x - matmul(y, a.T)).sum(axis: -1) }
    let one = FISTA(tolerance: 1e-9).solve(free, x)
    let two = GradientDescent(maximumIterations: 5000, tolerance: 1e-9).solve(boxed, x)
    #expect(one.converged && abs(one.solution - two.solution).max().item() < 1e-6)
  }

  @Test func smoothSolversNameTheKink() {
    let w = matrix(30, 50, seed: 1)
    let undeclared = ParametricProblem(
      dimension: 50, contexts: .normal(dimension: 30), dtype: .float64
    ) { y, x in
      0.5 * square(x - matmul(y, w.T)).sum(axis: -1) + 0.1 * abs(y).sum(axis: -1)
    }
    let x = undeclared.sampleContexts(8, seed: 13)
    let smooth: [any Solver] = [
      LBFGS(), AcceleratedGradient(stepSize: 0.1), GradientDescent(maximumIterations: 300),
    ]
    for solver in smooth {
      let found = solver.solve(undeclared, x)
      #expect(!found.converged && found.advice.contains("kink"), "\(found)")
      #expect(found.advice.contains("FISTA()"))
    }
    // A smooth objective that needs more steps has no kink.
    let chain = ParametricProblem(dimension: 20, contexts: .normal(dimension: 20), dtype: .float64)
    {
      y, x in
      sqrt(1 + square(y - x)).sum(axis: -1)
        + 50 * square(y[0..., 1...] - y[0..., ..<19]).sum(axis: -1)
    }
    let early = AcceleratedGradient(stepSize: 4e-3, maximumIterations: 20)
      .solve(chain, chain.sampleContexts(5, seed: 14))
    #expect(!early.converged && !early.advice.contains("kink"), "\(early)")
  }
}
