// What the benchmark's driver asks for, as lines `name number`.
import Foundation

func cpu() -> Double { Double(clock()) / Double(CLOCKS_PER_SEC) }
func timed(_ body: () throws -> Void) rethrows -> (wall: Double, cpu: Double) {
  let (start, used) = (Date(), cpu())
  try body()
  return (Date().timeIntervalSince(start), cpu() - used)
}
let folder = ProcessInfo.processInfo.environment["ANSATZ_SHARED_DATA"] ?? "../shared/data"

// %%
// One iteration of L-BFGS, gradient included: the difference between fits of 25 and of 5 iterations.
var dice = Generator(seed: 1)
let random = Alignment(
  (0..<1000).map { _ in (0..<100).map { _ in UInt8(dice.next() % 20) } }, alphabet: .protein)
func iterations(_ count: Int) throws -> (wall: Double, cpu: Double) {
  try timed {
    _ = try PseudoLikelihood(maximumIterations: count, tolerance: 0, scaled: false).fit(random)
  }
}
_ = try iterations(3)
var (walls, cpus) = ([Double](), [Double]())
for _ in 0..<7 {
  let (few, many) = (try iterations(5), try iterations(25))
  walls.append((many.wall - few.wall) / 20)
  cpus.append((many.cpu - few.cpu) / 20)
}
print("iteration_wall_ms", 1000 * walls.sorted()[3])
print("iteration_least_ms", 1000 * (walls.min() ?? 0))
print("iteration_cpu_ms", 1000 * cpus.sorted()[3])

// %%
if !FileManager.default.fileExists(atPath: folder + "/potts/DHFR.a2m.gz") {
  print("# no data of plmc in \(folder): its comparison is left out")
  exit(0)
}
func unpacked(_ name: String) throws -> [Double] {
  let process = Process()
  process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
  process.arguments = ["gzip", "-dc", folder + "/potts/" + name]
  let output = Pipe()
  process.standardOutput = output
  try process.run()
  let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
  return text.split(separator: "\n").compactMap { Double($0.split(separator: " ").last ?? "") }
}
let dhfr = try Alignment(
  folder + "/potts/DHFR.a2m.gz", query: "DYR_ECOLI", unknown: .dropSequences
).weighted()
let reference = try unpacked("DHFR.plmc-couplings.txt.gz")
func report(_ name: String, _ options: PseudoLikelihood) throws -> PottsFit {
  var fit: PottsFit?
  let time = try timed { fit = try options.fit(dhfr) }
  guard let fit else { fatalError("no fit") }
  print("\(name)_iterations", fit.iterations)
  print("\(name)_wall_s", time.wall)
  print("\(name)_cpu_s", time.cpu)
  print("\(name)_objective", fit.values.last ?? .nan)
  print("\(name)_gradient", (fit.gradientNorms.last ?? .nan) / fit.gradientNorms[0])
  print("\(name)_spearman", spearmanCorrelation(fit.model.contacts.scores, reference))
  return fit
}
_ = try report("plmc_way", PseudoLikelihood(tolerance: 0, scaled: false))
_ = try report("scaled", PseudoLikelihood(tolerance: 1e-3))
_ = try report(
  "scaled_tight", PseudoLikelihood(maximumIterations: 150, tolerance: 1e-6, dtype: .float64))

// %%
// PF00014: contacts between heavy atoms, and sequences drawn after Boltzmann learning.
let pf = try Alignment(folder + "/potts/PF00014.fasta.gz", alphabet: .proteinWithGap).weighted()
let process = Process()
process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
process.arguments = ["gzip", "-dc", folder + "/potts/PF00014.distances.txt.gz"]
let output = Pipe()
process.standardOutput = output
try process.run()
let table = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
  .split(separator: "\n").map { $0.split(whereSeparator: \.isWhitespace).compactMap { Double($0) } }
  .filter { $0.count >= 4 }
let distances = Dictionary(uniqueKeysWithValues: table.map { ([Int($0[0]), Int($0[1])], $0[3]) })
let close = distances.filter { $0.key[1] - $0.key[0] >= 5 }
print("pf_random", Double(close.values.count { $0 < 8 }) / Double(close.count))
func precision(_ scores: ContactScores) -> Double {
  let top = scores.ranked(separation: 5).filter { distances[[$0.first, $0.second]] != nil }.prefix(
    53)
  return Double(top.count { (distances[[$0.first, $0.second]] ?? 99) < 8 }) / Double(top.count)
}
print("pf_pseudo_ppv", precision(try PseudoLikelihood(lambdaCouplings: 30).fit(pf).model.contacts))
print("pf_meanfield_ppv", precision(try MeanField().fit(pf).contacts))
// %%
let wanted = pf.connectedCorrelations
var learned: BoltzmannLearning.Fit?
let learning = try timed {
  learned = try BoltzmannLearning(chains: 8000, target: 0.99, maximumUpdates: 100).fit(pf, seed: 1)
}
let boltzmann = learned!
var chains = GibbsSampler(boltzmann.model, chains: 10_000, seed: 2)
let sampling = timed { chains.sweep(100) }
print("bm_updates", boltzmann.correlations.count)
print("bm_wall_s", learning.wall + sampling.wall)
print("bm_cpu_s", learning.cpu + sampling.cpu)
print("bm_start", boltzmann.correlations[0])
print("bm_persistent", boltzmann.correlations.last ?? .nan)
func agreement(_ samples: Alignment) -> Double {
  pearsonCorrelation(wanted, samples.connectedCorrelations)
}
print("bm_pearson", agreement(chains.samples))
print("bm_pearson_4000", agreement(chains.samples.sequences(0..<4000)))
chains.sweep(200)
print("bm_pearson_longer", agreement(chains.samples))
let nearest = chains.samples.sequences(0..<500).distancesToNearest(in: pf).sorted()
print("bm_nearest_median", nearest[250])
print("bm_copies", nearest.count { $0 == 0 })

// %%
// What could be reached: sequences drawn from the data itself, by their weights, and its halves.
var sums: [Double] = []
for weight in pf.weights { sums.append((sums.last ?? 0) + weight) }
func drawn(_ count: Int) -> Alignment {
  let total = sums[sums.count - 1]
  let indices = (0..<count).map { _ in
    let at = dice.uniform() * total
    var (low, high) = (0, sums.count - 1)
    while low < high {
      let middle = (low + high) / 2
      if sums[middle] > at { high = middle } else { low = middle + 1 }
    }
    return low
  }
  return pf.sequences(indices).weighted(by: [Double](repeating: 1, count: count))
}
print("ceiling_4000", agreement(drawn(4000)))
print("ceiling_10000", agreement(drawn(10_000)))
let isFirst = (0..<pf.count).map { _ in dice.uniform() < 0.5 }
let halves = [true, false].map { side in
  pf.sequences((0..<pf.count).filter { isFirst[$0] == side }).connectedCorrelations
}
print("ceiling_halves", pearsonCorrelation(halves[0], halves[1]))

// %%
// Likelihoods of 500 sequences that have no neighbour at 80 % in the family, after fits to the rest.
let alone = (0..<pf.count).filter { pf.weights[$0] > 0.99 }
let order = Tensor.permutation(alone.count, from: &dice).integers
let chosen = Set(order.prefix(500).map { alone[$0] })
let held = pf.sequences(chosen.sorted())
let rest = pf.sequences((0..<pf.count).filter { !chosen.contains($0) })
let base = PottsModel.independent(rest)
func likelihood(_ name: String, _ model: PottsModel) {
  let partition = model.estimatedLogPartition(chains: 500, steps: 500, from: base, seed: 3)
  let scores = model.energies(held).map { -$0 - partition.value }
  let mean = scores.reduce(0, +) / 500
  let variance = scores.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 499
  print("\(name)_likelihood", mean / 53)
  print("\(name)_sampling_error", (variance / 500).squareRoot() / 53)
  print("\(name)_annealing_error", partition.error / 53)
  print("\(name)_effective_chains", partition.effectiveChains)
}
likelihood("independent", base)
for share in [0.002, 0.005, 0.02] {
  let fit = try PseudoLikelihood(
    lambdaFields: 0.1, lambdaCouplings: share * rest.effectiveDepth, maximumIterations: 40,
    tolerance: 3e-3
  ).fit(rest)
  likelihood("pseudo_\(share)", fit.model)
}
for updates in [20, 80] {
  let fit = try BoltzmannLearning(chains: 8000, target: 0.99, maximumUpdates: updates)
    .fit(rest, seed: 1)
  likelihood("boltzmann_\(updates)", fit.model)
}
for lambda in [3.0, 20] {
  let fit = try AutoregressiveLearning(lambdaCouplings: lambda).fit(rest)
  let scores = fit.model.logLikelihoods(held)
  print("autoregressive_\(lambda)_likelihood", scores.reduce(0, +) / 500 / 53)
}
