import Foundation

let data = try loadNPZ(ProcessInfo.processInfo.environment["DATA"] ?? "data.npz")
func table(_ name: String) -> Tensor { data[name]! }
/// Median and least milliseconds of wall time.
func measure(_ work: String, _ count: Int, _ check: String = "", _ body: () -> Void) {
  body()
  let clock = ContinuousClock()
  let times = (0..<count).map { _ in
    let passed = clock.measure(body).components
    return 1e3 * (Double(passed.seconds) + 1e-18 * Double(passed.attoseconds))
  }.sorted()
  print("\(work)\tours\t\(times[count / 2])\t\(times[0])\t\(check)")
}
// %%
let one = (table("A"), table("b"))
let found = sparseCodes(of: one.1, in: one.0, weight: table("alpha").item(), tolerance: 1e-6)
let half: Double = 0.5 * square(one.1).sum().item()
measure("lasso, 300 × 600, gap 1e-6 of ½|x|²", 40, "\(found.gaps.max().item() / half)") {
  _ = sparseCodes(of: one.1, in: one.0, weight: table("alpha").item(), tolerance: 1e-6)
}
let many = (table("D"), table("X"))
let codes = sparseCodes(of: many.1, in: many.0, weight: 0.15, tolerance: 1e-4)
let halves = 0.5 * square(many.1).sum(axis: 1)
measure(
  "1000 lassos, 64 × 256, gap 1e-4 of ½|x|²", 15, "\((codes.gaps / halves).max().item() as Double)"
) {
  _ = sparseCodes(of: many.1, in: many.0, weight: 0.15, tolerance: 1e-4)
}
// %%
var generator = Generator(seed: 1)
let images = Contexts.rows(Tensor.uniform([2000, 784], from: &generator), heldOut: 0)
var vae = TrainingRun(
  VariationalAutoencoder(
    encoder: MLP([784, 400, 40], from: &generator), decoder: MLP([20, 400, 784], from: &generator),
    likelihood: .bernoulli, latents: 20),
  options: TrainingOptions(batch: 128, heldOut: 0))
measure("VAE step, 784-400-20, batch 128", 15) {
  for _ in 0..<10 { vae.advance(by: 1, on: { $0.problem(contexts: images) }, showsProgress: false) }
}
// %%
let tasks = TaskFamily.sinusoids()
let layout = ParameterRows(MLP([1, 40, 40, 1], from: &generator))
let outer = ParametricProblem.taskLoss(tasks, layout)
var maml = TrainingRun(
  MAML(layout, tasks), options: TrainingOptions(batch: 25, heldOut: 0, recorded: true))
measure("MAML outer step, 25 sinusoids, 1-40-40-1", 15) {
  maml.advance(by: 20, on: outer, showsProgress: false)
}
let quadratic: Parts = ["matrix": [10, 10], "target": [10]]
let quadratics = ParametricProblem(
  dimension: 10, contexts: .normal(dimension: quadratic.width)
) { y, x in
  let row = quadratic(x)
  return square(matmul(row.matrix, y.expandedDims(axis: -1)).squeezed(axis: -1) - row.target).sum(
    axis: -1)
}
var learned = LearnedOptimizerTraining(RecurrentUpdate(hidden: 20, from: &generator))
measure("L2L meta-step, 64 quadratics, 20 steps", 15) {
  learned.advance(by: 1, on: quadratics, showsProgress: false)
}
