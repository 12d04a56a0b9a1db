// Times of solving and of predicting the same 1000 problems, CPU time for each context.
import Glibc

let d = 10
// A chain of robust estimates: f(y; x) = Σ √(1 + (yᵢ − xᵢ)²) + ½ Σ (yᵢ₊₁ − yᵢ)².
func objective(_ y: Tensor, _ x: Tensor) -> Tensor {
  let differences = y[0..., 1...] - y[0..., ..<(d - 1)]
  return sqrt(1 + square(y - x)).sum(axis: 1) + 0.5 * square(differences).sum(axis: 1)
}
let problem = ParametricProblem(
  dimension: d, contexts: .normal(std: 3, dimension: d), dtype: .float64, objective: objective)
let contexts = problem.sampleContexts(1000, seed: 1)
let path = getenv("CONTEXTS").map { String(cString: $0) } ?? "contexts.npz"
try saveNPZ(["x": contexts], path)

func milliseconds() -> Double {
  var t = timespec()
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t)
  return Double(t.tv_sec) * 1e3 + Double(t.tv_nsec) * 1e-6
}
func report(_ name: String, _ count: Int, _ body: () -> Tensor) {
  _ = body()
  var samples: [Double] = []
  var found = body()
  for _ in 0..<5 {
    let start = milliseconds()
    found = body()
    _ = found.doubles
    samples.append((milliseconds() - start) * 1e3 / Double(count))
  }
  let value = objective(found, contexts[..<count]).mean().item() as Double
  print("\(name)\t\(samples.sorted()[2])\t\(value)")
}
// %%
let solver = LBFGS(tolerance: 1e-5)
report("L-BFGS, 1000 at once", 1000) { solver.solve(problem, contexts).solution }
report("L-BFGS, one at a time", 100) {
  concatenate((0..<100).map { solver.solve(problem, contexts[$0..<($0 + 1)]).solution }, axis: 0)
}
// %%
let start = milliseconds()
let run = train(
  FullyAmortized(MLP([d, 128, 128, d], activation: .gelu)), on: problem, steps: 6000,
  options: TrainingOptions(
    batch: 256, schedule: .cosine(from: 3e-3, to: 1e-5, steps: 6000), heldOut: 0))
print("training\t\((milliseconds() - start) * 1e3)\t\(run.losses.last!)")
// %%
report("prediction, 1000 at once", 1000) { run.model(contexts, on: problem) }
report("prediction, one at a time", 100) {
  concatenate((0..<100).map { run.model(contexts[$0..<($0 + 1)], on: problem) }, axis: 0)
}
report("prediction + L-BFGS, 1000 at once", 1000) {
  solver.solve(problem, contexts, from: run.model(contexts, on: problem)).solution
}
