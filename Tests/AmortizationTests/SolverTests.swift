import Amortization
import Testing

/// ½Σ cᵢ(yᵢ − xᵢ)² with curvatures c = 1, 4, 10: y* = x.
var quadratic: ParametricProblem {
  ParametricProblem(
    dimension: 3, contexts: .normal(dimension: 3), dtype: .float64, solution: { $0 }
  ) { y, x in
    0.5 * (Tensor([1.0, 4.0, 10.0], dtype: .float64) * square(y - x)).sum(axis: -1)
  }
}

/// Rosenbrock's valley, whose steepness is the context; the minimum is (1, 1) for all.
private var valley: ParametricProblem {
  ParametricProblem(
    dimension: 2, contexts: .uniform(1, 100), dtype: .float64
  ) { y, x in
    x[0..., 0] * square(y[0..., 1] - square(y[0..., 0])) + square(1 - y[0..., 0])
  }
}

private func farthest(_ a: Tensor, _ b: Tensor) -> Double { abs(a - b).max().item() }

@Suite struct Solvers {
  @Test func everySolverFindsTheQuadraticsMinimum() {
    let x = quadratic.sampleContexts(20, seed: 1)
    let solvers: [any Solver] = [
      GradientDescent(tolerance: 1e-9), GradientDescent(stepSize: .constant(0.18), tolerance: 1e-9),
      AcceleratedGradient(stepSize: 0.1, tolerance: 1e-9), NewtonMethod(tolerance: 1e-9),
      LBFGS(tolerance: 1e-9), FixedPointIteration(stepSize: 0.15, tolerance: 1e-9),
      AndersonAcceleration(stepSize: 0.1, tolerance: 1e-9),
      OptimizerDescent(Adam(learningRate: 0.05), maximumIterations: 3000, tolerance: 1e-7),
    ]
    for solver in solvers {
      let found = solver.solve(quadratic, x)
      #expect(found.converged && found.advice.isEmpty, "\(found)")
      #expect(farthest(found.solution, x) < 1e-5, "\(found)")
      #expect(farthest(found.values, quadratic(found.solution, x)) < 1e-12)
    }
  }

  @Test func newtonNeedsOneStepOnQuadratics() {
    let found = NewtonMethod().solve(quadratic, quadratic.sampleContexts(5, seed: 2))
    #expect(found.iterations == [1, 1, 1, 1, 1])
  }

  /// From a start off the axes, with η = 2/(m + L), the error shrinks by (L − m)/(L + m) = 9/11.
  @Test func gradientDescentHasItsRate() {
    let x = Tensor([[1.0, 0.0, 1.0]], dtype: .float64)
    let found = GradientDescent(stepSize: .constant(2.0 / 11), maximumIterations: 30, tolerance: 0)
      .solve(quadratic, x, from: x.zerosLike(), recordsPath: true)
    let errors = found.path.map { ($0 - x).norm().item() }
    for k in 1..<errors.count { #expect(abs(errors[k] / errors[k - 1] - 9.0 / 11) < 1e-6) }
    #expect(!found.converged && found.advice.contains("more iterations"))
  }

  @Test func accelerationKeepsItsBoundAndIsFaster() {
    let n = 50
    let curvatures = Tensor.linspace(0.001, 1, n, dtype: .float64)
    let hard = ParametricProblem(dimension: n, contexts: .normal(dimension: n), dtype: .float64) {
      y, x in 0.5 * (curvatures * square(y - x)).sum(axis: -1)
    }
    let x = hard.sampleContexts(4, seed: 3)
    let plain = GradientDescent(stepSize: .constant(1), maximumIterations: 100, tolerance: 0)
      .solve(hard, x)
    let fast = AcceleratedGradient(
      stepSize: 1, restarts: false, maximumIterations: 100, tolerance: 0
    )
    .solve(hard, x)
    #expect((fast.values - plain.values).max().item() < 0)
    for k in 1...100 {
      let bound = 2 * square(x).sum(axis: -1) / Double((k + 1) * (k + 1))
      #expect((fast.valueHistory[k] - bound).max().item() <= 0)
    }
  }

  @Test func theValleyIsSolvedRowByRow() {
    let x = valley.sampleContexts(40, seed: 4)
    let start = Tensor([-1.2, 1.0], dtype: .float64).broadcast(to: [40, 2])
    for solver in [LBFGS(tolerance: 1e-8), NewtonMethod(tolerance: 1e-8)] as [any Solver] {
      let found = solver.solve(valley, x, from: start)
      #expect(found.converged, "\(found)")
      #expect(farthest(found.solution, Tensor.ones([40, 2], dtype: .float64)) < 1e-6)
      // Rows end when they are done, not when the slowest is.
      #expect(Set(found.iterations).count > 3)
      // Each row is what it would be alone.
      let alone = solver.solve(valley, x[7..<8], from: start[7..<8])
      #expect(farthest(alone.solution, found.solution[7..<8]) < 1e-9)
      #expect(alone.iterations[0] == found.iterations[7])
    }
  }

  @Test func historiesKeepTheLastValueOfRowsThatAreDone() {
    let x = valley.sampleContexts(30, seed: 5)
    let found = LBFGS(tolerance: 1e-8).solve(valley, x)
    let last = found.valueHistory[found.valueHistory.dim(0) - 1]
    #expect(last == found.values)
    #expect(found.valueHistory.dim(0) == (found.iterations.max() ?? 0) + 1)
    let rise = found.valueHistory[1...] - found.valueHistory[..<(-1)]
    #expect(rise.max().item() < 1e-12)
  }

  @Test func projectedGradientFindsConstrainedMinima() {
    for c in convexCases where !c.domain.isManifold {
      let d = c.dimension
      let problem = ParametricProblem(
        dimension: d, contexts: .normal(std: 2, dimension: d), domain: c.domain, dtype: .float64
      ) { y, x in square(y - x).sum(axis: -1) }
      let x = problem.sampleContexts(20, seed: 6)
      let found = GradientDescent(tolerance: 1e-9).solve(problem, x)
      #expect(found.converged, "\(c.domain): \(found)")
      #expect(farthest(found.solution, c.domain.project(x)) < 1e-7, "\(c.domain)")
    }
  }

  /// The smallest eigenvalue is the least value of ⟨y, Ay⟩ on the sphere.
  @Test func riemannianGradientFindsEigenvectors() throws {
    let problem = ParametricProblem(
      dimension: 4, contexts: .normal(dimension: 16), domain: .sphere, dtype: .float64,
      start: { x in Tensor([0.5, 0.5, 0.5, 0.5], dtype: .float64).broadcast(to: [x.dim(0), 4]) }
    ) { y, x in
      let a = x.reshaped([-1, 4, 4])
      return (y * matmul(a + a.mT, y.expandedDims(axis: -1)).squeezed(axis: -1)).sum(axis: -1)
    }
    let x = problem.sampleContexts(10, seed: 7)
    let found = GradientDescent(maximumIterations: 5000, tolerance: 1e-6).solve(problem, x)
    let a = x.reshaped([-1, 4, 4])
    let smallest = try eigenSymmetric(a + a.mT).values[0..., 0]
    #expect(found.converged, "\(found)")
    #expect(farthest(found.values, smallest) < 1e-9)
  }

  /// With memory ≥ d, Anderson acceleration of a linear map is GMRES: d + 1 steps.
  @Test func andersonSolvesLinearMapsInDimensionPlusOneSteps() {
    let a = 0.25 * normal([4, 4], seed: 8)
    let problem = ParametricProblem(
      fixedPoint: { y, x in matmul(y, a) + x }, dimension: 4, contexts: .normal(dimension: 4),
      dtype: .float64)
    let x = problem.sampleContexts(10, seed: 9)
    let found = AndersonAcceleration(memory: 5, regularization: 0, tolerance: 1e-10)
      .solve(problem, x)
    #expect(found.iterations.allSatisfy { $0 <= 6 }, "\(found.iterations)")
    #expect(farthest(matmul(found.solution, a) + x, found.solution) < 1e-9)
    let plain = FixedPointIteration(tolerance: 1e-10).solve(problem, x)
    #expect(farthest(plain.solution, found.solution) < 1e-8)
    #expect(plain.iterations.min()! > 10)
  }

  @Test func andersonSurvivesConvergedRows() {
    let problem = ParametricProblem(
      fixedPoint: { y, x in 0.5 * cos(y) * x }, dimension: 3,
      contexts: .uniform(0, 1, dimension: 3),
      dtype: .float64)
    let x = problem.sampleContexts(20, seed: 10)
    let found = AndersonAcceleration(maximumIterations: 60, tolerance: 0).solve(problem, x)
    #expect(isFinite(found.solution).all())
    #expect(found.errors.max().item() < 1e-12)
  }

  @Test func samplingAndSectioningFindMinimaWithoutGradients() {
    let x = quadratic.sampleContexts(8, seed: 11)
    let sampled = CrossEntropyMethod(samples: 200, elites: 20, deviation: 2, maximumIterations: 60)
      .solve(quadratic, x)
    #expect(sampled.converged, "\(sampled)")
    #expect(farthest(sampled.solution, x) < 1e-2)
    let line = ParametricProblem(dimension: 1, contexts: .uniform(-2, 2), dtype: .float64) { y, x in
      abs(y - x)
    }
    let targets = line.sampleContexts(9, seed: 12)
    let found = GoldenSection(over: -3...3, tolerance: 1e-8).solve(line, targets)
    #expect(found.converged && farthest(found.solution, targets) < 1e-8)
    // Each iteration shrinks the interval by the golden ratio.
    let widths = found.errorHistory[0..., 0].doubles
    #expect(abs(widths[5] / widths[4] - 0.6180339887498949) < 1e-9)
  }

  @Test func divergenceIsNoticedAndAdvised() {
    let x = quadratic.sampleContexts(3, seed: 13)
    let found = GradientDescent(stepSize: .constant(10), maximumIterations: 2000).solve(
      quadratic, x)
    #expect(!found.converged)
    #expect(found.advice.contains("smaller step"))
  }

  @Test func unconstrainedProblemsAreSolvedByLBFGS() {
    let problem = ParametricProblem(
      dimension: 4, contexts: .normal(dimension: 4), domain: .simplex(), dtype: .float64
    ) { y, x in (y * (log(y) - x)).sum(axis: -1) }
    let x = problem.sampleContexts(6, seed: 14)
    let raw = LBFGS(tolerance: 1e-9).solve(problem.unconstrained, x)
    #expect(raw.converged, "\(raw)")
    // The entropic projection is the softmax.
    #expect(farthest(problem.domain.embed(raw.solution), softmax(x)) < 1e-7)
  }

  @Test func restartsFindTheDeeperMinimum() {
    let double = ParametricProblem(
      dimension: 1, contexts: .uniform(0.2, 0.4), dtype: .float64,
      start: { $0.zerosLike() + 1 }
    ) { y, x in square(square(y) - 1) + x * y }
    let x = double.sampleContexts(10, seed: 15)
    #expect(LBFGS().solve(double, x).solution.min().item() > 0)
    #expect(double.solved(by: LBFGS(), restarts: 8).groundTruth(x).max().item() < 0)
  }

  /// Of |y − x − ε|², an optimizer finds the mean over the noise, a line search one draw's minimum.
  @Test func optimizersSeeFreshNoise() {
    let problem = ParametricProblem(
      dimension: 2, contexts: .normal(dimension: 2), dtype: .float64
    ) { (y: Tensor, x: Tensor, noise: Generator) -> Tensor in
      var generator = noise
      let epsilon = Tensor.normal(y.shape, dtype: .float64, from: &generator)
      return square(y - x - epsilon).sum(axis: -1)
    }
    let x = problem.sampleContexts(50, seed: 16)
    func error(_ solver: some Solver) -> Double {
      (solver.solve(problem, x).solution - x).norm(axis: -1).mean().item()
    }
    #expect(error(LBFGS()) > 1)
    #expect(error(OptimizerDescent(SGD(learningRate: 0.005), maximumIterations: 1500)) < 0.2)
  }

  /// A tolerance that float32 cannot reach must not cost all iterations, and is named.
  @Test func rowsThatCannotGetBetterEnd() {
    let problem = ParametricProblem(dimension: 8, contexts: .normal(dimension: 8)) { y, x in
      logSumExp(3 * y) + 0.05 * square(y).sum(axis: -1) - 0.1 * (x * y).sum(axis: -1)
    }
    let x = problem.sampleContexts(100, seed: 17)
    for solver in [
      LBFGS(maximumIterations: 500, tolerance: 1e-9),
      NewtonMethod(maximumIterations: 500, tolerance: 1e-9),
    ]
      as [any Solver]
    {
      let found = solver.solve(problem, x)
      #expect(found.iterations.max()! < 150, "\(solver.name): \(found.iterations.max()!)")
      // L-BFGS counts as converged where nothing falls any more, Newton's method asks for float64.
      #expect(found.converged || found.advice.contains("float64"), "\(found.advice)")
      #expect(found.errors.max().item() < 1e-3)
    }
  }
}
