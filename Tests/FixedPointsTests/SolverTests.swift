import Amortization
import FixedPoints
import Tensors
import Testing

@Suite struct FixedPointSolvers {
  /// Broyden's method ends after at most 2·d steps on linear maps (Gay 1979).
  @Test func broydenSolvesLinearMaps() throws {
    let a = 0.5 * normal([4, 4], seed: 1)
    let problem = ParametricProblem(
      fixedPoint: { y, x in matmul(y, a) + x }, dimension: 4, contexts: .normal(dimension: 4),
      dtype: .float64)
    let x = problem.sampleContexts(30, seed: 2)
    let found = BroydenMethod(growth: 1e9, tolerance: 1e-8).solve(problem, x)
    let exact = try solve((Tensor.eye(4, dtype: .float64) - a).T, x.T).T
    #expect(found.converged && found.iterations.max()! <= 9, "\(found)")
    #expect(farthest(found.solution, exact) < 1e-6)
  }

  @Test func broydenFindsRepellingFixedPoints() {
    let problem = ParametricProblem(
      fixedPoint: { y, x in -3 * y + x }, dimension: 3, contexts: .normal(dimension: 3),
      dtype: .float64)
    let x = problem.sampleContexts(10, seed: 3)
    let plain = FixedPointIteration(maximumIterations: 2000).solve(problem, x)
    #expect(plain.status.allSatisfy { $0 == .diverged } && !plain.advice.isEmpty)
    // Far from the largest number, a growing error is no matter of patience either.
    let short = FixedPointIteration(maximumIterations: 50).solve(problem, x)
    #expect(short.status.allSatisfy { $0 == .diverged })
    #expect(short.description.contains("have grown"), "\(short)")
    let few = FixedPointIteration(maximumIterations: 5).solve(problem, x)
    #expect(few.status.allSatisfy { $0 == .iterationLimit })
    let found = BroydenMethod(growth: 1e3, tolerance: 1e-10).solve(problem, x)
    #expect(found.converged && farthest(found.solution, x / 4) < 1e-9, "\(found)")
  }

  /// Nonlinear rows of different difficulty, a memory that fills, and rows that leave.
  @Test func broydenAgreesWithThePlainIteration() {
    let problem = lassoIteration()
    let x = problem.sampleContexts(40, seed: 4)
    let plain = FixedPointIteration(maximumIterations: 20000, tolerance: 1e-11).solve(problem, x)
    let found = BroydenMethod(memory: 8, maximumIterations: 2000, tolerance: 1e-11)
      .solve(problem, x)
    #expect(plain.converged && found.converged, "\(found)")
    #expect(farthest(plain.solution, found.solution) < 1e-8)
    #expect(found.iterations.reduce(0, +) * 2 < plain.iterations.reduce(0, +))
  }

  /// A quarter turn keeps distances: the plain iteration circles, the damped one spirals in.
  @Test func dampingTamesARotation() {
    let turn = Tensor([[0.0, 1.0], [-1.0, 0.0]], dtype: .float64)
    let problem = ParametricProblem(
      fixedPoint: { y, x in matmul(y, turn) + x }, dimension: 2, contexts: .normal(dimension: 2),
      dtype: .float64)
    let x = problem.sampleContexts(10, seed: 5)
    let plain = FixedPointIteration(tolerance: 1e-9).solve(problem, x)
    #expect(plain.status.allSatisfy { $0 == .iterationLimit })
    let damped = FixedPointIteration(damping: 0.5, tolerance: 1e-9).solve(problem, x)
    #expect(damped.converged && damped.solver == "damped iteration")
    // z = (1 − i)⁻¹·x in complex numbers.
    let exact = stack(
      [(x[0..., 0] - x[0..., 1]) / 2, (x[0..., 0] + x[0..., 1]) / 2], axis: -1)
    #expect(farthest(damped.solution, exact) < 1e-8)
  }

  /// What a solver gives back at its limit is a point it accepted, not one it only tried.
  @Test(arguments: Array(1...20)) func aLimitEndsAtAnAcceptedPoint(_ limit: Int) {
    let problem = ParametricProblem.matrixGame(
      rows: 4, columns: 5, payoffs: .normal(dimension: 20))
    let x = problem.sampleContexts(50, seed: 4)
    func check(_ solver: some Solver) {
      let found = solver.solve(problem, x)
      let best = found.errorHistory.min(axis: 0)
      // Sizes are compared by length, errors by the largest element.
      let excess = (found.errors - 2 * 9.0.squareRoot() * best).max().item() as Double
      #expect(excess <= 1e-9, "\(solver.name) after \(limit)")
    }
    check(AndersonAcceleration(memory: 10, maximumIterations: limit * 10, tolerance: 1e-9))
    check(BroydenMethod(maximumIterations: limit * 10, tolerance: 1e-9))
  }
}
