import Foundation
import Potts
import Tensors
import Testing

@Suite struct AutoregressiveTests {
  private func family(count: Int, seed: Int) -> (PottsModel, Alignment) {
    let planted = randomModel(Alphabet("ACG"), sites: 4, scale: 0.8, seed: 31)
    var sampler = GibbsSampler(planted, chains: count, seed: seed)
    sampler.sweep(50)
    return (planted, sampler.samples)
  }

  private func everySequence() -> [[UInt8]] {
    (0..<81).map { (k: Int) -> [UInt8] in
      [27, 9, 3, 1].map { (place: Int) -> UInt8 in UInt8(k / place % 3) }
    }
  }

  /// Probabilities of all 81 sequences sum to one, in either order, and samples have them: χ² with 80
  /// degrees of freedom, whose 99.9 % quantile is 125.
  @Test(arguments: [AutoregressiveLearning.Order.sequence, .conservedFirst])
  func likelihoodIsExact(_ order: AutoregressiveLearning.Order) throws {
    let (_, data) = family(count: 500, seed: 32)
    let model = try AutoregressiveLearning(lambdaCouplings: 0.1, order: order).fit(data).model
    let probabilities = everySequence().map { exp(model.logLikelihood($0)) }
    #expect(abs(probabilities.reduce(0, +) - 1) < 1e-9)
    let drawn = model.samples(20_000, seed: 33)
    var counts = [Int](repeating: 0, count: 81)
    for n in 0..<drawn.count {
      var index = 0
      for letter in drawn[n] { index = 3 * index + Int(letter) }
      counts[index] += 1
    }
    var chiSquared = 0.0
    for (count, p) in zip(counts, probabilities) {
      let expected: Double = 20_000 * p
      let difference: Double = Double(count) - expected
      chiSquared += difference * difference / expected
    }
    #expect(chiSquared < 125)
  }

  /// No change of a parameter raises the likelihood minus the couplings' penalty, and the first site drawn,
  /// which has no couplings, has the data's frequencies.
  @Test func fitIsTheMaximum() throws {
    let (_, data) = family(count: 400, seed: 34)
    let fit = try AutoregressiveLearning(
      lambdaFields: 0, lambdaCouplings: 0.5, maximumIterations: 500, tolerance: 1e-7,
      dtype: .float64
    ).fit(data)
    let converged = fit.converged
    #expect(converged)
    func likelihood(_ model: AutoregressiveModel) -> Double {
      let penalty: Double = model.couplings.reduce(0.0) { $0 + $1 * $1 }
      return model.logLikelihoods(data).reduce(0, +) - 0.5 * penalty
    }
    let best = likelihood(fit.model)
    #expect(abs(best + fit.values.last!) < 1e-6 * abs(best))
    for k in [0, 4, 11] {
      for step in [-0.05, 0.05] {
        var other = fit.model
        other.fields[k] += step
        #expect(likelihood(other) < best)
      }
    }
    // The second site drawn, letter 1, given letter 2 at the first.
    for step in [-0.05, 0.05] {
      var other = fit.model
      other.couplings[((1 * 4 + 0) * 3 + 2) * 3 + 1] += step
      #expect(likelihood(other) < best)
    }
    var (p, first) = ([0.0, 0, 0], [0.0, 0, 0])
    for x in everySequence() { p[Int(x[fit.model.order[0]])] += exp(fit.model.logLikelihood(x)) }
    for n in 0..<data.count { first[Int(Array(data[n])[fit.model.order[0]])] += 1.0 / 400 }
    #expect(zip(p, first).allSatisfy { abs($0 - $1) < 1e-5 })
  }

  /// Fresh sequences: nearly the entropy of the truth, and better than independent sites, whose
  /// likelihood is exact, too.
  @Test func heldOutLikelihood() throws {
    let (planted, data) = family(count: 4000, seed: 35)
    let (_, fresh) = family(count: 4000, seed: 36)
    let normalizer = planted.logPartition
    func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }
    let truth: Double = mean((0..<fresh.count).map { planted.score(fresh[$0]) - normalizer })
    let found = mean(
      try AutoregressiveLearning(lambdaCouplings: 0.1).fit(data).model.logLikelihoods(fresh))
    let alone = PottsModel.independent(data)
    let own = alone.logPartition
    let apart: Double = mean((0..<fresh.count).map { alone.score(fresh[$0]) - own })
    #expect(found > truth - 0.02 && found < truth + 0.02)
    #expect(found > apart + 0.1)
  }
}
