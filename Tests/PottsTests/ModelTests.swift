import Foundation
import Potts
import Tensors
import Testing

/// A model with normal fields and couplings.
func randomModel(_ alphabet: Alphabet, sites: Int, scale: Double = 1, seed: Int) -> PottsModel {
  var generator = Generator(seed: seed)
  var model = PottsModel(alphabet: alphabet, numbers: Array(1...sites))
  for k in model.fields.indices { model.fields[k] = scale * generator.normal() }
  for k in model.couplings.indices { model.couplings[k] = scale * generator.normal() }
  return model
}

@Suite struct ModelTests {
  /// Two sites of two letters: four terms by hand.
  @Test func partitionOfFourSequences() {
    let model = PottsModel(
      alphabet: Alphabet("AC"), numbers: [5, 9], fields: [0.1, -0.2, 0.3, 0.7],
      couplings: [1, -0.5, 0.25, 2])
    let terms = [0.1 + 0.3 + 1, 0.1 + 0.7 - 0.5, -0.2 + 0.3 + 0.25, -0.2 + 0.7 + 2]
    var sum = 0.0
    for term in terms { sum += exp(term) }
    #expect(abs(model.logPartition - log(sum)) < 1e-12)
    let marginals = model.marginals
    #expect(abs(marginals.single[0] - (exp(terms[0]) + exp(terms[1])) / sum) < 1e-12)
    #expect(abs(marginals.pairwise[3] - exp(terms[3]) / sum) < 1e-12)
    #expect(model.coupling(0, 1, 1, 0) == 0.25 && model.coupling(1, 0, 0, 1) == 0.25)
  }

  /// A derivative of log Z by a field or a coupling is a marginal.
  @Test func marginalsAreDerivatives() {
    let model = randomModel(Alphabet("ACG"), sites: 4, seed: 1)
    let marginals = model.marginals
    for k in [0, 4, 11] {
      var (up, down) = (model, model)
      up.fields[k] += 1e-4
      down.fields[k] -= 1e-4
      let slope = (up.logPartition - down.logPartition) / 2e-4
      #expect(abs(slope - marginals.single[k]) < 1e-7)
    }
    for k in [0, 17, 53] {
      var (up, down) = (model, model)
      up.couplings[k] += 1e-4
      down.couplings[k] -= 1e-4
      let slope = (up.logPartition - down.logPartition) / 2e-4
      #expect(abs(slope - marginals.pairwise[k]) < 1e-7)
    }
  }

  @Test func gaugeKeepsTheDistribution() {
    let model = randomModel(Alphabet("ACGT"), sites: 4, seed: 2)
    let gauge = model.zeroSumGauge
    let (old, new) = (model.marginals.pairwise, gauge.marginals.pairwise)
    #expect(zip(old, new).allSatisfy { abs($0 - $1) < 1e-12 })
    for a in 0..<4 {
      let row = (0..<4).reduce(0.0) { $0 + gauge.coupling(1, a, 3, $1) }
      let column = (0..<4).reduce(0.0) { $0 + gauge.coupling(1, $1, 3, a) }
      #expect(abs(row) < 1e-12 && abs(column) < 1e-12)
    }
    #expect(abs(gauge.fields[0..<4].reduce(0, +)) < 1e-12)
    // The smallest of all gauges.
    let (before, after) = (model.couplings, gauge.couplings)
    #expect(after.reduce(0) { $0 + $1 * $1 } < before.reduce(0) { $0 + $1 * $1 })
  }

  /// χ² of the sequences of a Gibbs sampler against enumeration: 26 degrees of freedom, of which
  /// 54 is the 99.9 % quantile.
  ///
  /// Chains are independent.
  @Test func gibbsIsStationary() {
    let model = randomModel(Alphabet("ACG"), sites: 3, scale: 0.8, seed: 3)
    let chains = 20_000
    var sampler = GibbsSampler(model, chains: chains, seed: 4)
    sampler.sweep(60)
    var counts = [Int](repeating: 0, count: 27)
    for c in 0..<chains {
      let x = sampler.letters[(3 * c)..<(3 * c + 3)].map { Int($0) }
      counts[x[0] * 9 + x[1] * 3 + x[2]] += 1
    }
    let normalizer = model.logPartition
    func chiSquared(_ model: PottsModel) -> Double {
      var sum = 0.0
      for k in 0..<27 {
        let x = [UInt8(k / 9), UInt8(k / 3 % 3), UInt8(k % 3)]
        let expected = Double(chains) * exp(model.score(x) - normalizer)
        sum += (Double(counts[k]) - expected) * (Double(counts[k]) - expected) / expected
      }
      return sum
    }
    #expect(chiSquared(model) < 54)
    var other = model
    other.fields[0] += 0.1
    #expect(chiSquared(other) > 54)
  }

  /// Letters that fill one to four vectors of the kernel.
  ///
  /// χ² of pairs of letters by Wilson and Hilferty's 99.9 % quantile; the number of chains is no
  /// multiple of those drawn together.
  @Test(arguments: [5, 12, 21, 26]) func gibbsIsStationary(states q: Int) {
    let letters = String("ABCDEFGHIJKLMNOPQRSTUVWXYZ".prefix(q))
    let model = randomModel(Alphabet(letters), sites: 2, scale: 0.5, seed: q)
    let chains = 60_013
    var sampler = GibbsSampler(model, chains: chains, seed: 6)
    sampler.sweep(30)
    var counts = [Int](repeating: 0, count: q * q)
    for c in 0..<chains {
      counts[Int(sampler.letters[2 * c]) * q + Int(sampler.letters[2 * c + 1])] += 1
    }
    func chiSquared(_ exact: [Double]) -> Double {
      var sum = 0.0
      for (count, p) in zip(counts, exact) {
        let expected = Double(chains) * p
        sum += (Double(count) - expected) * (Double(count) - expected) / expected
      }
      return sum
    }
    let freedom = Double(q * q - 1)
    let root = 1 - 2 / (9 * freedom) + 3.09 * (2 / (9 * freedom)).squareRoot()
    let quantile = freedom * root * root * root
    #expect(chiSquared(model.marginals.pairwise) < quantile)
    var other = model
    other.fields[1] += 0.4
    #expect(chiSquared(other.marginals.pairwise) > quantile)
  }

  /// Against enumeration, from a base that is far away; too little annealing tells of itself.
  @Test func annealingFindsThePartitionFunction() {
    let model = randomModel(Alphabet("ACGT"), sites: 7, scale: 0.6, seed: 9)
    let base = PottsModel(alphabet: model.alphabet, numbers: model.numbers, fields: model.fields)
    let found = model.estimatedLogPartition(chains: 2000, steps: 200, from: base, seed: 10)
    #expect(found.error < 0.03)
    #expect(abs(found.value - model.logPartition) < 4 * found.error)
    #expect(found.effectiveChains > 400 && found.effectiveChains <= 2000)
    let hasty = model.estimatedLogPartition(chains: 2000, steps: 1, from: base, seed: 10)
    #expect(hasty.effectiveChains < 0.5 * found.effectiveChains)
  }

  /// Two modes that single letters hardly leave: with exchanges both have half of the chains.
  @Test func temperingCrossesBarriers() {
    var model = PottsModel(alphabet: Alphabet("AC"), numbers: Array(1...8))
    for pair in 0..<model.pairs {
      model.couplings[pair * 4] = 1
      model.couplings[pair * 4 + 3] = 1
    }
    // A little more of C: log odds 0.8 between the modes.
    for i in 0..<8 { model.fields[2 * i + 1] = 0.1 }
    let exact = model.marginals.single[1]
    var tempering = ParallelTempering(model, chains: 2000, betas: [1, 0.7, 0.45, 0.2], seed: 5)
    tempering.sweep(60)
    let found = tempering.samples.frequencies().array(of: Double.self)[1]
    #expect(abs(found - exact) < 0.045)
    #expect(tempering.acceptance.allSatisfy { $0 > 0.05 && $0 < 1 })
  }
}
