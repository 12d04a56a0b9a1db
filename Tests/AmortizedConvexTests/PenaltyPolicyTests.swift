import Amortization
import AmortizedConvex
import Convex
import Reinforcement
import Tensors
import Testing

private func splitting(
  _ count: Int, seed: Int, rho: Double = 0.1, limit: Int = 4000
) throws -> OperatorSplitting {
  var options = SplittingOptions(
    absoluteTolerance: 1e-4, relativeTolerance: 1e-4, checkInterval: 10)
  options.rho = rho
  options.maximumIterations = limit
  return try OperatorSplitting(
    try QuadraticFamily.random.sample(count, seed: seed), options: options)
}

struct PenaltyPolicyTests {
  @Test("With its first parameters the policy is OSQP's rule")
  func initial() throws {
    let splitting = try splitting(30, seed: 1)
    var theta = PenaltyPolicy.initial(.common)
    theta[0] = -2.302585092994046
    theta[5] = 1.6094379124341003
    let learned = splitting.solve(PenaltyPolicy(Tensor(theta, dtype: .float64)))
    let rule = splitting.solve(ResidualBalancing(threshold: 5))
    #expect(learned.iterations == rule.iterations)
    #expect(learned.factorizations == rule.factorizations)
    // A network of zeros adds nothing.
    let form = PenaltyPolicy.Form.perConstraint(hidden: 4)
    let wide = PenaltyPolicy(Tensor(PenaltyPolicy.initial(form), dtype: .float64), form: form)
    let plain = PenaltyPolicy(Tensor(PenaltyPolicy.initial(.common), dtype: .float64))
    #expect(splitting.solve(wide).iterations == splitting.solve(plain).iterations)
  }

  @Test(
    "Candidates side by side are candidates one by one",
    arguments: [
      PenaltyPolicy.Form.common, .perConstraint(), .perConstraint(hidden: 3),
    ])
  func candidates(_ form: PenaltyPolicy.Form) throws {
    let splitting = try splitting(12, seed: 2)
    var g = Generator(seed: 3)
    let first = Tensor(PenaltyPolicy.initial(form), dtype: .float64)
    let all = first + 0.2 * Tensor.normal([4, first.dim(0)], dtype: .float64, from: &g)
    let together = splitting.solve(PenaltyPolicy(all, rows: 12, form: form), copies: 4)
    for k in 0..<4 {
      let alone = splitting.solve(PenaltyPolicy(all[k], form: form))
      #expect(Array(together.iterations[12 * k..<12 * k + 12]) == alone.iterations)
    }
  }

  @Test("A search lowers the work on problems that it has not seen")
  func search() throws {
    let training = try splitting(60, seed: 4)
    let problem = ParametricProblem.policySearch(
      PenaltyPolicy.self, form: .perConstraint(), on: [training])
    let context = Tensor.zeros([1, 1], dtype: .float64)
    let solver = CrossEntropyMethod(samples: 24, elites: 5, deviation: 0.3, maximumIterations: 8)
    let found = solver.solve(problem, context)
    let begun = problem(problem.startingPoints(context), context).item() as Double
    #expect(found.values.item() < begun - 0.02)
    let unseen = try splitting(200, seed: 5)
    let work = SplittingWork(variables: 15, constraints: 30)
    let learned = shiftedGeometricMean(
      work(
        unseen.solve(PenaltyPolicy(found.solution, form: .perConstraint()))))
    let rule = shiftedGeometricMean(work(unseen.solve(ResidualBalancing(threshold: 5))))
    #expect(learned < 0.95 * rule)
  }

  @Test("Whatever α a policy chooses, nothing is factored again and all is solved")
  func relaxation() throws {
    let splitting = try splitting(20, seed: 6, rho: 0.3, limit: 40_000)
    let fixed = splitting.solve(FixedPenalty())
    let initial = RelaxationPolicy(Tensor(RelaxationPolicy.initial(1.6), dtype: .float64))
    #expect(splitting.solve(initial).iterations == fixed.iterations)
    for odd in [[-9.0, 0, 0, 0], [9, 0, 0, 0], [0, 3, -3, 1]] {
      let found = splitting.solve(RelaxationPolicy(Tensor(odd, dtype: .float64)))
      #expect(found.isSolved && found.factorizations.allSatisfy { $0 == 1 })
    }
  }

  @Test("Work counts what an iteration multiplies")
  func work() {
    // n 15, m 30: AᵀρA 3375, its factor 562.5; an iteration 900 + 225.
    #expect(abs(SplittingWork(variables: 15, constraints: 30).factorization - 3.5) < 1e-12)
    #expect(abs(shiftedGeometricMean([0, 3]) - 1) < 1e-12)
  }
}

struct SplittingEnvironmentTests {
  @Test("An episode is a solve: its steps are the checks")
  func episodes() throws {
    let splitting = try splitting(6, seed: 7)
    let environment = SplittingEnvironment(splitting)
    // ρ stays 1: log₁₀ ρ = 0.
    var worlds = Worlds(environment, count: 6, seed: 1)
    let problems = worlds.states[0..., 0].doubles.map { Int($0) }
    var steps = [Int?](repeating: nil, count: 6)
    for t in 1...100 where steps.contains(nil) {
      let result = worlds.step(Tensor.zeros([6, 1]))
      for (k, isOver) in result.terminated.booleans.enumerated() where isOver && steps[k] == nil {
        steps[k] = t
      }
      #expect(result.rewards.doubles == [Double](repeating: -1, count: 6))
      worlds.restart()
    }
    struct One: SplittingPolicy {
      func choose(_ state: SplittingState) -> SplittingChoice {
        SplittingChoice(rho: Tensor.ones([state.count], dtype: .float64))
      }
    }
    let solved = splitting.solve(One())
    for (k, problem) in problems.enumerated() {
      #expect(steps[k].map { 10 * $0 } == solved.iterations[problem])
    }
    let agent = AgentPenalty(environment) { seen in Tensor.zeros([seen.dim(0), 1]) }
    #expect(splitting.solve(agent).iterations == solved.iterations)
  }

  @Test("A change of ρ costs a factorization")
  func price() throws {
    let environment = SplittingEnvironment(try splitting(1, seed: 8))
    var worlds = Worlds(environment, count: 1, seed: 1)
    #expect(worlds.step(Tensor.zeros([1, 1])).rewards.item() == -1)
    let paid = worlds.step(Tensor.full([1, 1], 0.5)).rewards.item() as Double
    #expect(abs(paid + 1 + 0.35) < 1e-6)
    #expect(worlds.step(Tensor.full([1, 1], 0.51)).rewards.item() == -1)
  }
}
