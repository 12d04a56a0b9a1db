// %%
// PF00014: sequences drawn after Boltzmann learning, one seed after another; all draws depend on it.
let pf = try Alignment(folder + "/potts/PF00014.fasta.gz", alphabet: .proteinWithGap).weighted()
let wanted = pf.connectedCorrelations
func agreement(_ samples: Alignment) -> Double {
  pearsonCorrelation(wanted, samples.connectedCorrelations)
}
func generate(seed: Int) throws {
  func tell(_ name: String, _ value: Double) { print("seed\(seed)_\(name)", value) }
  var learned: BoltzmannLearning.Fit?
  let learning = try timed {
    learned = try BoltzmannLearning(chains: 8000, target: 0.99, maximumUpdates: 100)
      .fit(pf, seed: seed)
  }
  guard let learned else { fatalError("no fit") }
  var chains = GibbsSampler(learned.model, chains: 10_000, seed: 100 + seed)
  let sampling = timed { chains.sweep(100) }
  tell("updates", Double(learned.correlations.count))
  tell("wall_s", learning.wall + sampling.wall)
  tell("cpu_s", learning.cpu + sampling.cpu)
  tell("start", learned.correlations[0])
  tell("persistent", learned.correlations.last ?? .nan)
  tell("pearson", agreement(chains.samples))
  tell("pearson_4000", agreement(chains.samples.sequences(0..<4000)))
  let nearest = chains.samples.sequences(0..<500).distancesToNearest(in: pf).sorted()
  tell("nearest", Double(nearest[250]))
  tell("copies", Double(nearest.count { $0 == 0 }))
  chains.sweep(200)
  tell("pearson_longer", agreement(chains.samples))
}
for seed in 1...3 { try generate(seed: seed) }
// %%
// What could be reached: sequences drawn from the data itself, by their weights, and its halves.
var dice = Generator(seed: 1)
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
