import Tensors

#if canImport(Glibc)
  import Glibc
#endif

/// An estimate of log Σ exp(score) over all sequences.
public struct LogPartitionEstimate: Sendable {
  /// The estimate.
  public let value: Double
  /// Its standard error, by the spread of the chains' weights.
  public let error: Double
  /// How many equally weighted chains the estimate is worth; with few of them neither it nor its
  /// error is to be trusted.
  public let effectiveChains: Double
}

extension PottsModel {
  /// log Σ exp(score) over all sequences, by annealed importance sampling
  /// (doi:10.1023/A:1008923215028) from independent sites to this model.
  ///
  /// The partition function's estimate is unbiased, its logarithm tends to be too low.
  ///
  /// - Parameters:
  ///   - steps: intermediate models, with a sweep in each.
  ///   - base: independent sites to begin with, such as ``independent(_:)``; its couplings do not count.
  /// - Complexity: O(steps · chains · sites² · states)
  public func estimatedLogPartition(
    chains: Int = 1000, steps: Int = 1000, from base: PottsModel, seed: Int
  ) -> LogPartitionEstimate {
    precondition(chains > 1 && steps > 0, "an estimate needs chains and steps")
    precondition(base.sites == sites && base.alphabet == alphabet, "a base of other sites")
    let q = alphabet.states
    let start = PottsModel(alphabet: alphabet, numbers: numbers, fields: base.fields)
    var sampler = GibbsSampler(start, chains: chains, seed: seed)
    // Without couplings one sweep draws from the base itself.
    sampler.sweep(1)
    sampler.model = self
    var weights = [Double](repeating: 0, count: chains)
    for k in 1...steps {
      let beta = Double(k) / Double(steps)
      for c in 0..<chains {
        let x = sampler.letters[(c * sites)..<((c + 1) * sites)]
        weights[c] += (score(x) - start.fieldScore(x)) / Double(steps)
      }
      guard k < steps else { break }
      // β·(fields) + (1 − β)·(the base's), with the sampler's factor β in front of all.
      sampler.anneal(
        fields: zip(fields, base.fields).map { $0 + (1 - beta) / beta * $1 }, beta: beta)
      sampler.sweep(1)
    }
    var normalizer = 0.0
    for i in 0..<sites {
      normalizer += log(base.fields[(i * q)..<(i * q + q)].reduce(0) { $0 + exp($1) })
    }
    let top = weights.max() ?? 0
    let shares = weights.map { exp($0 - top) }
    let mean = shares.reduce(0, +) / Double(chains)
    let square = shares.reduce(0) { $0 + $1 * $1 } / Double(chains)
    let variance = max(square - mean * mean, 0) / Double(chains - 1)
    return LogPartitionEstimate(
      value: normalizer + top + log(mean), error: variance.squareRoot() / mean,
      effectiveChains: Double(chains) * mean * mean / square)
  }

  private func fieldScore(_ letters: ArraySlice<UInt8>) -> Double {
    let q = alphabet.states
    return letters.enumerated().reduce(0) { sum, at in
      Int(at.element) < q ? sum + fields[at.offset * q + Int(at.element)] : sum
    }
  }
}
