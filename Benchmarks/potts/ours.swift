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
var learned: BoltzmannLearning.Fit?
let learning = try timed {
  learned = try BoltzmannLearning(
    chains: 4000, sweeps: 4, rate: 0.2, target: 0.97, maximumUpdates: 400
  ).fit(pf, seed: 1)
}
let boltzmann = learned!
var chains = GibbsSampler(boltzmann.model, chains: 4000, seed: 2)
let sampling = timed { chains.sweep(300) }
print("bm_updates", boltzmann.correlations.count)
print("bm_wall_s", learning.wall + sampling.wall)
print("bm_cpu_s", learning.cpu + sampling.cpu)
print(
  "bm_pearson", pearsonCorrelation(pf.connectedCorrelations, chains.samples.connectedCorrelations))
let nearest = chains.samples.sequences(0..<500).distancesToNearest(in: pf).sorted()
print("bm_nearest_median", nearest[250])
print("bm_copies", nearest.count { $0 == 0 })
