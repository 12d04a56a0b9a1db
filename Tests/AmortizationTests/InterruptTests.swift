import Amortization
import Networks
import Tensors
import Testing

/// Solvers in a task that is cancelled while they run.
@Suite struct Interrupts {
  private final class Counter: @unchecked Sendable {
    var count = 0
    let limit: Int

    init(_ limit: Int) { self.limit = limit }

    func note() {
      count += 1
      if count == limit { withUnsafeCurrentTask { $0?.cancel() } }
    }
  }

  /// Quadratics of condition 10⁴; an evaluation cancels the task that it is in.
  private func quadratics(cancelledAt limit: Int = .max) -> ParametricProblem {
    let weights = Tensor([1e-4, 1e-3, 1e-2, 0.1, 0.5, 1], dtype: .float64)
    let counter = Counter(limit)
    return ParametricProblem(
      dimension: 6, contexts: .normal(dimension: 6), dtype: .float64
    ) { y, x in
      counter.note()
      return (weights * square(y - x)).sum(axis: -1) / 2
    }
  }

  /// The same as a map that turns, too, so that accelerations have trial points.
  private func turning(cancelledAt limit: Int = .max) -> ParametricProblem {
    let counter = Counter(limit)
    let turn = Tensor([[0.0, -0.9, 0.0], [0.9, 0.0, 0.3], [0.0, 0.2, 0.95]], dtype: .float64)
    return ParametricProblem(
      fixedPoint: { y, x in
        counter.note()
        return tanh(matmul(y, turn)) + x
      }, dimension: 3, contexts: .normal(dimension: 3), dtype: .float64)
  }

  private func check(
    _ solver: some Solver & Sendable, _ family: @escaping @Sendable (Int) -> ParametricProblem,
    at limit: Int
  ) async {
    let x = family(.max).sampleContexts(5, seed: 1)
    let found = await Task { solver.solve(family(limit), x, recordsPath: true) }.value
    #expect(found.status.allSatisfy { $0 == .interrupted }, "\(found)")
    #expect(found.advice.contains("was interrupted"))
    let taken = found.iterations[0]
    #expect(taken > 0 && taken < solver.maximumIterations)
    // It is what the same solver has when its limit is there.
    let limited = solver.limited(to: taken).solve(family(.max), x, recordsPath: true)
    #expect(found.iterations == limited.iterations)
    #expect(found.solution.doubles == limited.solution.doubles)
    #expect(found.errors.doubles == limited.errors.doubles)
    #expect(found.errorHistory.doubles == limited.errorHistory.doubles)
    #expect(found.path.count == taken + 1)
  }

  @Test func aCancelledSolveEndsWithItsLastWholeIteration() async {
    for limit in [4, 9, 30] {
      await check(
        GradientDescent(tolerance: 1e-14), { self.quadratics(cancelledAt: $0) }, at: limit)
      await check(
        OptimizerDescent.adam(learningRate: 0.1), { self.quadratics(cancelledAt: $0) }, at: limit)
      await check(
        FixedPointIteration(tolerance: -1), { self.turning(cancelledAt: $0) }, at: limit)
    }
    for limit in 4...9 {
      await check(
        AndersonAcceleration(tolerance: 1e-15), { self.turning(cancelledAt: $0) }, at: limit)
    }
  }

  @Test func rowsThatWereDoneStayConverged() async {
    let found = await Task {
      let problem = self.quadratics(cancelledAt: 20)
      let zero = Tensor.zeros([1, 6], dtype: .float64)
      let x = concatenate([zero, problem.sampleContexts(2, seed: 1)])
      return GradientDescent(tolerance: 1e-12).solve(problem, x)
    }.value
    #expect(found.status == [.converged, .interrupted, .interrupted])
    #expect(found.iterations[0] == 0 && found.solution[0].norm().item() == 0.0)
  }

  @Test func whatWasFoundIsAStartForTheRest() async {
    let x = quadratics().sampleContexts(3, seed: 2)
    let found = await Task {
      FixedPointIteration(tolerance: 1e-12).solve(self.turning(cancelledAt: 30), x[0..., ..<3])
    }.value
    #expect(found.status[0] == .interrupted)
    let whole = FixedPointIteration(tolerance: 1e-12).solve(turning(), x[0..., ..<3])
    let rest = FixedPointIteration(tolerance: 1e-12)
      .solve(turning(), x[0..., ..<3], from: found.solution)
    #expect(whole.converged && rest.converged)
    #expect(rest.iterations[0] + found.iterations[0] == whole.iterations[0])
  }

  @Test func aTaskThatWasCancelledBeforeGetsTheStart() async {
    let found = await Task {
      withUnsafeCurrentTask { $0?.cancel() }
      let problem = self.quadratics()
      return GradientDescent().solve(problem, problem.sampleContexts(3, seed: 1))
    }.value
    #expect(found.status.allSatisfy { $0 == .interrupted })
    #expect(found.iterations == [0, 0, 0] && abs(found.solution).max().item() == 0.0)
  }
}
