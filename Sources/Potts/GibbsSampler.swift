import Tensors
import Networks
internal import _CVectorKernels

#if canImport(Glibc)
  import Glibc
#endif

/// Markov chains whose stationary distribution is that of a Potts model.
///
/// A sweep draws each site anew given the others. Chains persist: a change of `model` keeps where
/// they are.
public struct GibbsSampler: Sendable {
  /// The model that is sampled.
  public var model: PottsModel {
    didSet { layOut() }
  }
  /// The inverse temperature: 1 is the model itself, less is flatter.
  public var beta: Double
  /// Where the chains are, `[chains · sites]`.
  public private(set) var letters: [UInt8]
  /// The number of chains.
  public let chains: Int

  private var keys: [UInt64]
  private var fields: [Float] = []
  private var full: [Float] = []

  /// Chains that begin at random letters.
  public init(_ model: PottsModel, chains: Int, beta: Double = 1, seed: Int) {
    precondition(chains > 0, "a sampler needs a chain")
    var generator = Generator(seed: seed)
    self.model = model
    self.beta = beta
    self.chains = chains
    let q = UInt64(model.alphabet.states)
    letters = (0..<(chains * model.sites)).map { _ in UInt8(generator.next() % q) }
    keys = (0..<chains).map { _ in generator.next() }
    layOut()
  }

  private mutating func layOut() {
    let (sites, q) = (model.sites, model.alphabet.states)
    let width = (q + 7) / 8 * 8
    fields = [Float](repeating: 0, count: sites * width)
    full = [Float](repeating: 0, count: sites * sites * q * width)
    for i in 0..<sites {
      for a in 0..<q { fields[i * width + a] = Float(model.fields[i * q + a]) }
    }
    var pair = 0
    for i in 0..<sites {
      for j in (i + 1)..<max(sites, i + 1) {
        for a in 0..<q {
          for b in 0..<q {
            let value = Float(model.couplings[(pair * q + a) * q + b])
            full[((i * sites + j) * q + b) * width + a] = value
            full[((j * sites + i) * q + a) * width + b] = value
          }
        }
        pair += 1
      }
    }
  }

  /// Fields in the model's place and an inverse temperature for both them and its couplings.
  mutating func anneal(fields new: [Double], beta: Double) {
    let q = model.alphabet.states
    let width = (q + 7) / 8 * 8
    for i in 0..<model.sites {
      for a in 0..<q { fields[i * width + a] = Float(new[i * q + a]) }
    }
    self.beta = beta
  }

  /// Draws every site of every chain anew, `sweeps` times.
  ///
  /// - Complexity: O(sweeps · chains · sites² · states), on all threads.
  public mutating func sweep(_ sweeps: Int = 1) {
    vk_potts_gibbs(
      chains, model.sites, model.alphabet.states, fields, full, beta, sweeps, &keys, &letters)
  }

  /// Where the chains are, as an alignment.
  public var samples: Alignment {
    Alignment(
      (0..<chains).map { Array(letters[($0 * model.sites)..<(($0 + 1) * model.sites)]) },
      alphabet: model.alphabet, numbers: model.numbers)
  }

  /// Exchanges chain `c` of this sampler with chain `c` of another, by Metropolis's rule for both
  /// temperatures; gives the share that changed.
  mutating func exchange(with other: inout GibbsSampler, from generator: inout Generator) -> Double
  {
    var changed = 0
    let sites = model.sites
    for c in 0..<chains {
      let range = (c * sites)..<((c + 1) * sites)
      let (mine, theirs) = (model.score(letters[range]), model.score(other.letters[range]))
      if generator.uniform() < exp((beta - other.beta) * (theirs - mine)) {
        for k in range { (letters[k], other.letters[k]) = (other.letters[k], letters[k]) }
        changed += 1
      }
    }
    return Double(changed) / Double(chains)
  }
}

/// Gibbs chains at several temperatures that exchange their places, so that rare sequences are
/// reached through flat ones (doi:10.1143/JPSJ.65.1604).
public struct ParallelTempering: Sendable {
  /// The samplers, the coldest (the model itself) first.
  public private(set) var rungs: [GibbsSampler]
  /// The share of exchanges that were accepted between neighbours, in the last run.
  public private(set) var acceptance: [Double] = []
  private var generator: Generator

  /// Chains at the inverse temperatures `betas`, of which the first is 1.
  public init(_ model: PottsModel, chains: Int, betas: [Double] = [1, 0.8, 0.6, 0.4], seed: Int) {
    precondition(betas.first == 1, "the first temperature is the model's own: 1")
    rungs = betas.enumerated().map { k, beta in
      GibbsSampler(model, chains: chains, beta: beta, seed: seed &+ k &* 7919)
    }
    generator = Generator(seed: seed).stream(1)
  }

  /// Sweeps at all temperatures, with an exchange after each.
  public mutating func sweep(_ sweeps: Int = 1) {
    var sums = [Double](repeating: 0, count: rungs.count - 1)
    for _ in 0..<sweeps {
      for k in rungs.indices { rungs[k].sweep() }
      for k in sums.indices {
        var hotter = rungs[k + 1]
        sums[k] += rungs[k].exchange(with: &hotter, from: &generator)
        rungs[k + 1] = hotter
      }
    }
    acceptance = sums.map { $0 / Double(max(sweeps, 1)) }
  }

  /// Where the chains of the model itself are.
  public var samples: Alignment { rungs[0].samples }
}
