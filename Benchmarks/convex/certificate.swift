// A certificate of a learned penalty, and 100 000 further problems that it is held against. Lines
// "tolerance limit bound late problems" for peers.py.
let tolerances = [1e-2, 1e-3, 1e-4]
let limits = [20, 30, 50, 70, 100, 150, 200, 300]
func prepared(_ count: Int, seed: Int) throws -> OperatorSplitting {
  let options = SplittingOptions(
    absoluteTolerance: 1e-4, relativeTolerance: 1e-4, checkInterval: 10)
  return try OperatorSplitting(QuadraticFamily.random.sample(count, seed: seed), options: options)
}
// %% A policy, searched for on 50 problems
let training = [try prepared(50, seed: 1033)]
let problem = ParametricProblem.policySearch(
  PenaltyPolicy.self, form: .perConstraint(), on: training)
let search = CrossEntropyMethod(samples: 32, elites: 6, deviation: 0.25, maximumIterations: 12)
let found = search.solve(problem, Tensor.zeros([1, 1], dtype: .float64), noise: StepNoise(seed: 0))
let policy = PenaltyPolicy(found.solution, form: .perConstraint())
func counts(_ n: Int, seed: Int) throws -> [[Int?]] {
  var splitting = try prepared(n, seed: seed)
  return tolerances.map { tolerance in
    (splitting.options.absoluteTolerance, splitting.options.relativeTolerance) =
      (tolerance, tolerance)
    return splitting.solve(policy).solvedIterations
  }
}
// %% The certificate, then parts of the further problems, so that their data fit into memory
let certificate = IterationCertificate(
  try counts(5000, seed: 4033), tolerances: tolerances, limits: limits)
let (parts, each) = (20, 5000)
var seen = tolerances.map { _ in limits.map { _ in 0 } }
for part in 0..<parts {
  for (row, iterations) in try counts(each, seed: 50_000 + part).enumerated() {
    for (k, late) in IterationCertificate.failures(in: iterations, limits).enumerated() {
      seen[row][k] += late
    }
  }
}
// %%
for (row, tolerance) in tolerances.enumerated() {
  for (k, limit) in limits.enumerated() {
    print(tolerance, limit, certificate.bounds[row][k], seen[row][k], parts * each)
  }
}
