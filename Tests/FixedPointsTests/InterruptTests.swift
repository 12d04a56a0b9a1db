import Amortization
import Dispatch
import FixedPoints
import Networks
import Tensors
import Testing

/// Factorizations and accelerations in tasks that are cancelled while they run.
@Suite struct Interrupts {
  @Test(arguments: FactorizationMethod.allCases)
  func aCancelledFactorizationEndsWithItsLastWholeStep(_ method: FactorizationMethod) async throws {
    let v = abs(normal([40, 30], seed: 3))
    // It does not end by itself.
    let task = Task {
      try nonnegativeFactorization(
        v, rank: 5, method: method, from: .random(seed: 1), iterations: .max, tolerance: -1)
    }
    // From a queue of its own: threads of the global one are those of tasks, and may all be busy.
    DispatchQueue(label: "cancels").asyncAfter(deadline: .now() + 0.05) { task.cancel() }
    let found = try await task.value
    #expect(found.status == [.interrupted] && found.advice.contains("interrupted"))
    let taken = found.iterations[0]
    let limited = try nonnegativeFactorization(
      v, rank: 5, method: method, from: .random(seed: 1), iterations: taken, tolerance: -1)
    #expect(found.solution.w.doubles == limited.solution.w.doubles)
    #expect(found.solution.h.doubles == limited.solution.h.doubles)
    #expect(found.objective == limited.objective)
  }

  @Test func aCancelledAccelerationGoesBackFromItsTrialPoint() async {
    let problem = lassoIteration()
    let x = problem.sampleContexts(4, seed: 5)
    // No error is so small: it goes on until it is cancelled.
    let solver = BroydenMethod(memory: 3, maximumIterations: .max, tolerance: -1)
    let task = Task { solver.solve(lassoIteration(), x) }
    DispatchQueue(label: "cancels").asyncAfter(deadline: .now() + 0.05) { task.cancel() }
    let found = await task.value
    #expect(found.status.allSatisfy { $0 == .interrupted })
    let limited = solver.limited(to: found.iterations[0]).solve(problem, x)
    #expect(found.solution.doubles == limited.solution.doubles)
    #expect(found.errors.doubles == limited.errors.doubles)
  }
}
