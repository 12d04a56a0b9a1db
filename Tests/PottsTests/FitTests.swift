import Foundation
import Potts
import Tensors
import Testing

/// −log p(xᵢ | rest) of a sequence, by normalizing over the letters of each site.
private func reference(_ model: PottsModel, _ x: [UInt8]) -> Double {
  var sum = 0.0
  for i in x.indices where Int(x[i]) < model.alphabet.states {
    let scores: [Double] = (0..<model.alphabet.states).map { a in
      var y = x
      y[i] = UInt8(a)
      return model.score(y)
    }
    let top: Double = scores.max() ?? 0
    var total = 0.0
    for score in scores { total += exp(score - top) }
    sum += top + log(total) - model.score(x)
  }
  return sum
}

@Suite struct FitTests {
  /// Sequences with gaps, which are missing letters, and weights.
  private func alignment(_ letters: String, sites: Int, count: Int, seed: Int) -> Alignment {
    var generator = Generator(seed: seed)
    let alphabet = Alphabet(letters)
    let rows = (0..<count).map { _ in
      (0..<sites).map { _ in UInt8(generator.next() % UInt64(alphabet.states + 1)) }
    }
    return Alignment(rows, alphabet: alphabet)
      .weighted(by: (0..<count).map { _ in generator.uniform() + 0.1 })
  }

  @Test(arguments: [("ACG", 5, 40), ("ACDEFGHIKLMNPQRSTVWY", 7, 30), ("ACGT", 4, 1500)])
  func objectiveAndGradient(_ letters: String, _ sites: Int, _ count: Int) {
    let family = alignment(letters, sites: sites, count: count, seed: 1)
    let model = randomModel(Alphabet(letters), sites: sites, scale: 0.5, seed: 2)
    let (value, gradient) = model.pseudoObjective(family, lambdaFields: 0.3, lambdaCouplings: 0.7)
    var expected = 0.0
    for n in 0..<count { expected += family.weights[n] * reference(model, Array(family[n])) }
    expected += 0.3 * model.fields.reduce(0) { $0 + $1 * $1 }
    expected += 0.7 * model.couplings.reduce(0) { $0 + $1 * $1 }
    #expect(abs(value - expected) < 1e-9 * expected)
    func along(_ change: (inout PottsModel, Double) -> Void) -> Double {
      var (up, down) = (model, model)
      change(&up, 1e-5)
      change(&down, -1e-5)
      let high = up.pseudoObjective(family, lambdaFields: 0.3, lambdaCouplings: 0.7).value
      let low = down.pseudoObjective(family, lambdaFields: 0.3, lambdaCouplings: 0.7).value
      return (high - low) / 2e-5
    }
    for k in stride(from: 0, to: model.fields.count, by: 5) {
      #expect(abs(along { $0.fields[k] += $1 } - gradient.fields[k]) < 1e-4)
    }
    for k in stride(from: 0, to: model.couplings.count, by: model.couplings.count / 9) {
      #expect(abs(along { $0.couplings[k] += $1 } - gradient.couplings[k]) < 1e-4)
    }
  }

  /// At the optimum the gradient of an independent evaluation vanishes, in both number types.
  @Test func fitsReachTheOptimum() throws {
    let family = alignment("ACGT", sites: 6, count: 80, seed: 3)
    let exact = try PseudoLikelihood(
      lambdaFields: 0.5, lambdaCouplings: 1, maximumIterations: 300, tolerance: 1e-7,
      dtype: .float64
    ).fit(family)
    #expect(exact.converged)
    let slope = exact.model.pseudoObjective(family, lambdaFields: 0.5, lambdaCouplings: 1).gradient
    #expect((slope.fields + slope.couplings).allSatisfy { abs($0) < 1e-5 })
    let single = try PseudoLikelihood(lambdaFields: 0.5, lambdaCouplings: 1, tolerance: 1e-3)
      .fit(family)
    #expect(abs(single.values.last! / exact.values.last! - 1) < 1e-6)
    let sites = try PseudoLikelihood(
      lambdaFields: 0.5, lambdaCouplings: 1, form: .asymmetric, tolerance: 1e-3
    ).fit(family)
    #expect(sites.converged)
    #expect(
      pearsonCorrelation(sites.model.zeroSumGauge.couplings, exact.model.zeroSumGauge.couplings)
        > 0.95)
  }

  /// Conserved sites with gaps, where a coupling moves its site's field as well: centred letters
  /// lead to the same optimum, which is unique, in fewer steps.
  @Test(arguments: [PseudoLikelihood.Form.symmetric, .asymmetric])
  func centredLettersLeadToTheSameOptimum(_ form: PseudoLikelihood.Form) throws {
    var generator = Generator(seed: 5)
    let rows = (0..<200).map { _ in
      (0..<16).map { _ in
        let draw = generator.uniform()
        return draw < 0.8 ? UInt8(0) : UInt8(min(Int((draw - 0.8) * 25), 4))
      }
    }
    let family = Alignment(rows, alphabet: Alphabet("ACGT"))
    func fit(_ scaled: Bool) throws -> PottsFit {
      try PseudoLikelihood(
        lambdaFields: 0.1, lambdaCouplings: 1, form: form, maximumIterations: 600,
        tolerance: 1e-7, dtype: .float64, scaled: scaled
      ).fit(family)
    }
    let (centred, plain) = (try fit(true), try fit(false))
    #expect(centred.converged)
    let least = centred.values.last!
    #expect(abs(plain.values.last! / least - 1) < 1e-8)
    #expect(centred.values[10] - least < 0.2 * (plain.values[10] - least))
    for (a, b) in zip(centred.model.couplings, plain.model.couplings) {
      #expect(abs(a - b) < 1e-3)
    }
    for (a, b) in zip(centred.model.fields, plain.model.fields) { #expect(abs(a - b) < 1e-2) }
  }

  /// All sequences of a small model, weighted by their probabilities: without a penalty the
  /// pseudo-likelihood is consistent, so its minimum is the model itself, fields included.
  @Test(arguments: [PseudoLikelihood.Form.symmetric, .asymmetric])
  func aPlantedModelIsRecoveredExactly(_ form: PseudoLikelihood.Form) throws {
    let truth = randomModel(Alphabet("ACD"), sites: 4, scale: 0.5, seed: 1)
    var rows: [[UInt8]] = [[]]
    for _ in 0..<4 { rows = rows.flatMap { head in (0..<3).map { head + [UInt8($0)] } } }
    let normalizer = truth.logPartition
    let family = Alignment(rows, alphabet: truth.alphabet, numbers: truth.numbers)
      .weighted(by: rows.map { Foundation.exp(truth.score($0) - normalizer) })
    let found = try PseudoLikelihood(
      lambdaFields: 0, lambdaCouplings: 0, form: form, maximumIterations: 500, tolerance: 1e-7,
      dtype: .float64
    ).fit(family)
    #expect(found.converged)
    let (one, other) = (found.model.zeroSumGauge, truth.zeroSumGauge)
    for (a, b) in zip(one.couplings, other.couplings) { #expect(abs(a - b) < 1e-4) }
    for (a, b) in zip(one.fields, other.fields) { #expect(abs(a - b) < 1e-4) }
  }

  /// Samples of a planted model on a ring with chords: its pairs are found, and mutual information
  /// finds fewer.
  @Test func plantedContactsAreFound() throws {
    let sites = 16
    var planted = PottsModel(alphabet: Alphabet("ACGT"), numbers: Array(1...sites))
    var generator = Generator(seed: 8)
    var edges = Set<[Int]>()
    for i in 0..<sites { edges.insert([i, (i + 1) % sites].sorted()) }
    for i in [0, 3, 5] { edges.insert([i, i + 8]) }
    for edge in edges.sorted(by: { $0.lexicographicallyPrecedes($1) }) {
      let base = planted.pair(edge[0], edge[1]) * 16
      for k in 0..<16 { planted.couplings[base + k] = 0.9 * generator.normal() }
    }
    var sampler = GibbsSampler(planted, chains: 3000, seed: 9)
    sampler.sweep(100)
    let family = sampler.samples
    func precision(_ scores: ContactScores) -> Double {
      let top = scores.ranked().prefix(edges.count)
      let hits = top.count { edges.contains([$0.first - 1, $0.second - 1]) }
      return Double(hits) / Double(edges.count)
    }
    let fit = try PseudoLikelihood(lambdaCouplings: 1).fit(family)
    let found = precision(fit.model.contacts)
    #expect(found >= 0.94)
    #expect(found > precision(family.mutualInformation()))
    // Fresh sequences are explained better than by independent sites, nearly as by the truth.
    var fresh = GibbsSampler(planted, chains: 1000, seed: 10)
    fresh.sweep(100)
    let held = fresh.samples
    let loss = fit.model.pseudoLoss(held)
    #expect(loss < PottsModel.independent(family).pseudoLoss(held) - 0.02)
    // 1080 couplings, each in two conditionals, from 3000 sequences of 16 letters cost 0.02.
    #expect(loss < planted.pseudoLoss(held) + 0.03)
  }

  /// Mean field is exact to second order: on weak couplings it finds them.
  @Test func meanFieldOnWeakCouplings() throws {
    let planted = randomModel(Alphabet("ACG"), sites: 5, scale: 0.25, seed: 11)
    var sampler = GibbsSampler(planted, chains: 60_000, seed: 12)
    sampler.sweep(30)
    let model = try MeanField(pseudocount: 0.001).fit(sampler.samples)
    #expect(
      pearsonCorrelation(model.zeroSumGauge.couplings, planted.zeroSumGauge.couplings) > 0.97)
  }

  /// Boltzmann learning reproduces exact pair frequencies of its data.
  @Test func boltzmannLearningMatchesPairs() throws {
    let planted = randomModel(Alphabet("ACG"), sites: 5, scale: 0.7, seed: 13)
    var sampler = GibbsSampler(planted, chains: 20_000, seed: 14)
    sampler.sweep(50)
    let fit = try BoltzmannLearning(
      chains: 4000, rate: 0.2, target: 0.995, maximumUpdates: 300
    ).fit(sampler.samples, from: .independent(sampler.samples), seed: 15)
    #expect(fit.correlations.last! >= 0.995)
    let (found, truth) = (fit.model.marginals.pairwise, planted.marginals.pairwise)
    #expect(zip(found, truth).allSatisfy { abs($0 - $1) < 0.03 })
    let start = PottsModel.independent(sampler.samples).marginals.pairwise
    #expect(zip(start, truth).contains { abs($0 - $1) > 0.06 })
  }

  /// A fit to few sequences keeps sums over them in place of couplings; plain L-BFGS over all
  /// couplings finds the same optimum, which is unique.
  @Test(arguments: [false, true]) func fewSequences(hasPrior: Bool) throws {
    let family = alignment("ACDEFGHIKLMNPQRSTVWY", sites: 14, count: 12, seed: 21)
    let prior = hasPrior ? randomModel(family.alphabet, sites: 14, scale: 0.3, seed: 22) : nil
    func fit(_ scaled: Bool) throws -> PottsFit {
      try PseudoLikelihood(
        lambdaFields: 0.2, lambdaCouplings: 1.5, maximumIterations: 1000, tolerance: 1e-8,
        dtype: .float64, scaled: scaled
      ).fit(family, towards: prior)
    }
    let (few, all) = (try fit(true), try fit(false))
    #expect(few.converged)
    #expect(abs(few.values[0] / all.values[0] - 1) < 1e-10)
    #expect(abs(few.values.last! / all.values.last! - 1) < 1e-10)
    for (a, b) in zip(few.model.couplings, all.model.couplings) { #expect(abs(a - b) < 1e-5) }
    for (a, b) in zip(few.model.fields, all.model.fields) { #expect(abs(a - b) < 1e-4) }
    // Not a start that nothing left.
    #expect(few.values.last! < 0.9 * few.values[0])
  }

  @Test func refusals() {
    let gaps = Alignment([[0, 4], [1, 4]], alphabet: Alphabet("ACGT"), numbers: [7, 12])
    #expect(throws: PottsError.self) { try PseudoLikelihood().fit(gaps) }
    do { _ = try PseudoLikelihood().fit(gaps) } catch { #expect(error.description.contains("12")) }
    #expect(throws: PottsError.self) { try PseudoLikelihood().fit(gaps.sequences([0])) }
    #expect(PseudoLikelihood().bytesNeeded(sites: 5000, states: 21, sequences: 10) > 1 << 35)
  }
}
