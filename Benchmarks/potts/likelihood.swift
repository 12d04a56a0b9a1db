// %%
// Likelihoods of 500 sequences that have no neighbour at 80 % in the family, after fits to the rest.
let pf = try Alignment(folder + "/potts/PF00014.fasta.gz", alphabet: .proteinWithGap).weighted()
var dice = Generator(seed: 1)
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
  let options = PseudoLikelihood(
    lambdaFields: 0.1, lambdaCouplings: share * rest.effectiveDepth, maximumIterations: 40,
    tolerance: 3e-3)
  likelihood("pseudo_\(share)", try options.fit(rest).model)
}
for updates in [20, 80] {
  let options = BoltzmannLearning(chains: 8000, target: 0.99, maximumUpdates: updates)
  likelihood("boltzmann_\(updates)", try options.fit(rest, seed: 1).model)
}
for lambda in [3.0, 20] {
  let fit = try AutoregressiveLearning(lambdaCouplings: lambda).fit(rest)
  let scores = fit.model.logLikelihoods(held)
  print("autoregressive_\(lambda)_likelihood", scores.reduce(0, +) / 500 / 53)
}
