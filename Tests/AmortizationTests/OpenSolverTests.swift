import Amortization
import Testing

/// A solver as anyone can write it in a cell.
private struct HeavyBall: IterativeSolver {
  var name = "heavy ball"
  var maximumIterations = 1000
  var tolerance = 1e-8
  var (stepSize, momentum) = (0.05, 0.5)

  func begin(_ rows: inout SolverRows) {
    rows.memory = [rows.measure(), rows.y.zerosLike()]
  }
  func step(_ rows: inout SolverRows) {
    rows.memory[1] = momentum * rows.memory[1] - stepSize * rows.memory[0]
    rows.y = rows.y + rows.memory[1]
    rows.memory[0] = rows.measure()
  }
}

private final class Counter: @unchecked Sendable {
  var rows = 0
  var calls = 0
}

@Suite struct OpenSolvers {
  @Test func aSolverIsItsIteration() {
    let x = quadratic.sampleContexts(30, seed: 1)
    let found = HeavyBall().solve(quadratic, x)
    #expect(found.converged && abs(found.solution - x).max().item() < 1e-7)
    #expect(found.description.hasPrefix("heavy ball: 30 of 30 converged after "))
    #expect(found.history.first! > 1 && found.finalError <= 1e-8)
    // It serves wherever a solver does.
    let problem = quadratic.solved(by: HeavyBall())
    #expect(abs(problem.groundTruth(x) - x).max().item() < 1e-7)
  }

  @Test func rowsThatAreDoneLeave() {
    let counter = Counter()
    let problem = ParametricProblem(dimension: 1, contexts: .normal(), dtype: .float64) { y, x in
      counter.rows += y.dim(0)
      return square(y - x).sum(axis: -1)
    }
    // One row begins far away, the others at their solution.
    let x = Tensor.zeros([100, 1], dtype: .float64)
    var start = x
    start[0] = Tensor([1e6], dtype: .float64)
    let found = HeavyBall().solve(problem, x, from: start)
    #expect(found.converged && found.iterations.dropFirst().allSatisfy { $0 == 0 })
    #expect(counter.rows == 100 + found.iterations[0])
  }

  @Test func everyEndingHasItsName() {
    let x = quadratic.sampleContexts(3, seed: 2)
    #expect(
      HeavyBall().limited(to: 3).solve(quadratic, x).status == [
        .iterationLimit, .iterationLimit, .iterationLimit,
      ])
    var ball = HeavyBall()
    ball.stepSize = 100
    let wild = ball.solve(quadratic, x)
    #expect(wild.status.allSatisfy { $0 == .diverged } && wild.advice.contains("smaller step"))
    #expect(wild.description.contains("3 diverged"))
    // A valley with a sharp floor: no step along the gradient descends any more.
    let kink = ParametricProblem(dimension: 2, contexts: .normal(), dtype: .float64) { y, x in
      10 * abs(y[0..., 0] - 0.3 * y[0..., 1]) + abs(y[0..., 1] - 3 - x[0..., 0])
    }
    let stuck = GradientDescent().solve(kink, x[0..., ..<1])
    #expect(stuck.status.contains(.stalled) && !stuck.converged)
  }

  /// Ten iterations cost ten evaluations of the map, and one for the start.
  @Test(arguments: [0, 1]) func fixedPointSolversEvaluateTheirMapOnce(_ kind: Int) {
    let counter = Counter()
    let problem = ParametricProblem(
      fixedPoint: { y, x in
        counter.calls += 1
        return 0.5 * cos(y) + x
      }, dimension: 1, contexts: .normal(), dtype: .float64)
    let solvers: [any Solver] = [
      FixedPointIteration(maximumIterations: 10, tolerance: 0),
      AndersonAcceleration(maximumIterations: 10, tolerance: 0),
    ]
    let x = problem.sampleContexts(5, seed: 3)
    let found = solvers[kind].solve(problem, x)
    #expect(counter.calls == 11, "\(counter.calls) calls")
    // The objective is still the residual's square.
    let residual = 0.5 * cos(found.solution) + x - found.solution
    #expect(abs(found.values - square(residual).sum(axis: -1)).max().item() < 1e-15)
  }

  @Test func aFormulaIsASolver() {
    struct Formula: Solver {
      let name = "formula"
      var maximumIterations = 1
      func solve(_ request: SolveRequest) -> SolverResult {
        SolverResult(request, by: name, solution: request.contexts)
      }
    }
    let x = quadratic.sampleContexts(6, seed: 5)
    let found = Formula().solve(quadratic, x)
    #expect(found.converged && found.solution == x && found.finalError == 0)
    #expect(found.history.count == 1 && found.values.max().item() == 0)
    #expect(Safeguard(FullyAmortized(Dense(3, 3)), solver: Formula()).solve(quadratic, x).converged)
  }

  @Test func gradientMapsCostOneGradient() {
    let counter = Counter()
    let problem = ParametricProblem(dimension: 3, contexts: .normal(dimension: 3)) { y, x in
      counter.calls += 1
      return square(y - x).sum(axis: -1)
    }
    let x = problem.sampleContexts(2, seed: 4)
    _ = FixedPointIteration(maximumIterations: 10, tolerance: 0).solve(problem, x)
    #expect(counter.calls == 11, "\(counter.calls) calls")
  }

  @Test func allResultsSpeakOneLanguage() {
    let single = minimizeLBFGS(from: Tensor([3.0, -1.0], dtype: .float64)) { square($0).sum() }
    #expect(single.converged && single.value < 1e-10)
    #expect(single.description.hasPrefix("L-BFGS: converged after "))
    let outcomes: [any SolveOutcome] = [
      single, LBFGS().solve(quadratic, quadratic.sampleContexts(4, seed: 5)),
    ]
    for outcome in outcomes {
      #expect(outcome.converged && outcome.advice.isEmpty)
      #expect(outcome.history.count >= 2 && outcome.finalError <= 1e-6)
      #expect(outcome.mimeBundle["text/plain"] != nil)
    }
  }
}
