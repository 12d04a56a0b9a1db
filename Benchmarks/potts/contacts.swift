// %%
// PF00014: contacts between heavy atoms.
let pf = try Alignment(folder + "/potts/PF00014.fasta.gz", alphabet: .proteinWithGap).weighted()
let rows = try unpacked("PF00014.distances.txt.gz").filter { $0.count >= 4 }
let distances = Dictionary(uniqueKeysWithValues: rows.map { ([Int($0[0]), Int($0[1])], $0[3]) })
let far = distances.filter { $0.key[1] - $0.key[0] >= 5 }
print("random", Double(far.values.count { $0 < 8 }) / Double(far.count))
func precision(_ scores: ContactScores) -> Double {
  let known = scores.ranked(separation: 5).filter { distances[[$0.first, $0.second]] != nil }
  let top = known.prefix(53)
  return Double(top.count { (distances[[$0.first, $0.second]] ?? 99) < 8 }) / Double(top.count)
}
print("pseudo_ppv", precision(try PseudoLikelihood(lambdaCouplings: 30).fit(pf).model.contacts))
print("meanfield_ppv", precision(try MeanField().fit(pf).contacts))
