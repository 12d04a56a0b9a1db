// %%
let dhfr = try Alignment(
  folder + "/potts/DHFR.a2m.gz", query: "DYR_ECOLI", unknown: .dropSequences
).weighted()
let reference = try unpacked("DHFR.plmc-couplings.txt.gz").compactMap(\.last)
func report(_ name: String, _ options: PseudoLikelihood) throws {
  var fit: PottsFit?
  let time = try timed { fit = try options.fit(dhfr) }
  guard let fit else { fatalError("no fit") }
  print("\(name)_iterations", fit.iterations)
  print("\(name)_wall_s", time.wall)
  print("\(name)_cpu_s", time.cpu)
  print("\(name)_objective", fit.values.last ?? .nan)
  print("\(name)_gradient", (fit.gradientNorms.last ?? .nan) / fit.gradientNorms[0])
  print("\(name)_spearman", spearmanCorrelation(fit.model.contacts.scores, reference))
}
if section == "plmc" {
  try report("plmc_way", PseudoLikelihood(tolerance: 0, scaled: false))
  try report("scaled", PseudoLikelihood(tolerance: 1e-3))
} else {
  try report(
    "tight", PseudoLikelihood(maximumIterations: 150, tolerance: 1e-6, dtype: .float64))
}
