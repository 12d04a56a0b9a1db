// What tuned baselines leave of two headlines, over three seeds: of an encoder's worth in steps of Adam, and of
// an optimizer learned on networks. run-baselines keeps what this prints.
import Foundation

let file = try loadNPZ("notebooks/data/digits.npz")
let images = file["images"]!.cast(to: .float32) / 255
let labels = file["labels"]!
let seeds = [1, 2, 3]
// %%
// An encoder against Adam from zero, under noise that no step has seen; page 20.
print("| seed | encoder's ELBO | step size | steps, mean bound | steps, median image | quartiles |")
print("|---|---|---|---|---|---|")
for seed in [20, 21, 22] {
  var generator = Generator(seed: seed)
  let pixels = images.reshaped([5000, 784])
  let contexts = Contexts.rows(pixels[..<4500], heldOut: pixels[4500...])
  let x = pixels[4500..<4700]
  let vae = VariationalAutoencoder(
    encoder: MLP([784, 128, 128, 20], from: &generator),
    decoder: MLP([10, 128, 128, 784], from: &generator), likelihood: .bernoulli, latents: 10)
  var run = TrainingRun(
    vae,
    options: TrainingOptions(
      batch: 128, schedule: .cosine(from: 1e-3, to: 1e-5, steps: 3000), heldOut: 0, seed: seed))
  run.advance(by: 3000, on: { $0.problem(contexts: contexts) }, showsProgress: false)
  let problem = run.model.problem(contexts: contexts)
  let judge = run.model.problem(contexts: contexts, samples: 16)
  func elbo(_ y: Tensor) -> [Double] { (-judge(y, x, noise: ScoreNoise(seed: 1))).doubles }
  let goal = elbo(run.model(x, on: problem))
  let level = goal.reduce(0, +) / 200
  for rate in [0.005, 0.05, 0.1, 0.2, 0.3, 0.4] {
    let (limit, spacing) = rate < 0.02 ? (2000, 40) : (400, 5)
    let path = OptimizerDescent(
      Adam(learningRate: rate), maximumIterations: limit, tolerance: 0
    ).solve(problem, x, recordsPath: true).path
    var first = [Int](repeating: .max, count: 200)
    var crossing = Int.max
    for k in stride(from: 0, through: limit, by: spacing) {
      let now = elbo(path[k])
      for i in 0..<200 where first[i] == .max && now[i] >= goal[i] { first[i] = k }
      if crossing == .max, now.reduce(0, +) / 200 >= level { crossing = k }
    }
    let sorted = first.sorted().map { $0 == .max ? "> \(limit)" : "\($0)" }
    let mean = crossing == .max ? "> \(limit)" : "\(crossing)"
    let quartiles = "\(sorted[50])–\(sorted[150])"
    print("| \(seed) | \(shortNumber(level)) | \(rate) | \(mean) | \(sorted[100]) | \(quartiles) |")
  }
}
// %%
// A rule learned on networks against Adam on other networks and other digits; page 24.
let pixels = images.reshaped([5000, 7, 4, 7, 4]).mean(axes: [2, 4]).reshaped([5000, 49])
let hot = labels.oneHot(10)
func network(_ own: inout Generator) -> MLP { MLP([49, 20, 10], activation: .sigmoid, from: &own) }
var first = Generator(seed: 0)
let form = ParameterRows(network(&first))
let starts = Contexts { count, own in
  var rows: [Tensor] = []
  for _ in 0..<count { rows.append(form.row(network(&own))) }
  return stack(rows)
}
func loss(_ y: Tensor, _ digits: Tensor, _ targets: Tensor) -> Tensor {
  let logits = form(y, digits)
  return (logSumExp(logits) - (logits * targets).sum(axis: -1)).mean(axis: -1)
}
func trainings(on rows: Range<Int>) -> ParametricProblem {
  ParametricProblem(dimension: form.count, contexts: starts, start: { $0 }) { y, _, noise in
    var own = noise
    let batch = Tensor.randomIntegers([128], in: rows, from: &own)
    return loss(y, pixels.take(batch), hot.take(batch))
  }
}
let later = trainings(on: 2500..<4500)
let eight = later.heldOutContexts(8, seed: 5)
let marks = [20, 50, 100, 200]
func judged(_ path: [Tensor], _ rows: Range<Int>) -> [Double] {
  marks.map { loss(path[$0], pixels[rows], hot[rows]).mean().item() }
}
func best(_ curves: [[Double]]) -> [Double] {
  marks.indices.map { k in curves.map { $0[k] }.min()! }
}
func line(_ who: String, _ fields: [Double]) {
  print("| \(who) | " + fields.map { shortNumber($0) }.joined(separator: " | ") + " |")
}
// %%
let paths = [0.01, 0.03, 0.06, 0.1, 0.2, 0.3].map { rate in
  OptimizerDescent(Adam(learningRate: rate), maximumIterations: 200, tolerance: 0)
    .solve(later, eight, recordsPath: true).path
}
let adam = best(paths.map { judged($0, 2500..<4500) })
let unseen = best(paths.map { judged($0, 4500..<5000) })
print("\n| cross entropy | after 20 | 50 | 100 | 200 | last 500: after 20 | 50 | 100 | 200 |")
print("|---|---|---|---|---|---|---|---|---|")
line("Adam, best of six at each", adam + unseen)
for seed in seeds {
  var own = Generator(seed: seed)
  var training = LearnedOptimizerTraining(
    RecurrentUpdate(hidden: 20, scale: 0.1, from: &own),
    schedule: .cosine(from: 1e-2, to: 1e-4, steps: 400), batch: 2, horizon: 200, seed: seed)
  training.advance(by: 400, on: trainings(on: 0..<2500), showsProgress: false)
  let path = SemiAmortized(start: Activation.identity, update: training.rule, steps: 200)
    .iterates(eight, on: later, noise: StepNoise(seed: 3))
  let (own200, others) = (judged(path, 2500..<4500), judged(path, 4500..<5000))
  line("learned, seed \(seed)", own200 + others)
  line("seed \(seed) / Adam", zip(own200 + others, adam + unseen).map { $0 / $1 })
}
