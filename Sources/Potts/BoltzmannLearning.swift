import Tensors

/// Fits a Potts model by its likelihood: the gradient is the difference between frequencies of the
/// data and of persistent Gibbs chains (doi:10.1145/1390156.1390290).
///
/// The only one of the fits whose samples have the data's pair statistics. Gaps should be a state.
/// Leave out fragments: the share of a mode that chains hardly reach, such as sequences that are mostly
/// gaps, is not learned, and the longer the learning the worse are new chains.
/// As in ``PseudoLikelihood`` couplings count deviations of letters from their frequencies, and steps
/// are divided by the variances that independent sites would have: rare pairs, which plain gradients
/// leave where they are, are learned as soon as common ones.
public struct BoltzmannLearning: Sendable {
  /// The number of persistent chains.
  public var chains: Int
  /// Sweeps between updates.
  public var sweeps: Int
  /// Length of the first steps, as a share of Newton's at independent sites; they shrink, to a half
  /// after a hundred updates.
  ///
  /// Long steps let chains follow the data while the model has not learned them: correlations of
  /// persistent chains are then high and those of new ones low.
  public var rate: Double
  /// The share of uniform letters in the data's frequencies.
  public var pseudocount: Double
  /// Stops when connected correlations of chains and data correlate like this.
  public var target: Double
  /// The most updates.
  public var maximumUpdates: Int

  /// Boltzmann machine learning.
  public init(
    chains: Int = 4000, sweeps: Int = 4, rate: Double = 0.04, pseudocount: Double = 0.001,
    target: Double = 0.95, maximumUpdates: Int = 200
  ) {
    precondition(chains > 1 && sweeps > 0 && rate > 0, "chains, sweeps and a rate above 0")
    (self.chains, self.sweeps, self.rate) = (chains, sweeps, rate)
    (self.pseudocount, self.target) = (pseudocount, target)
    self.maximumUpdates = maximumUpdates
  }

  /// A fitted model, its chains, and the correlation after each update.
  public struct Fit: Sendable {
    /// The model.
    public var model: PottsModel
    /// The persistent chains; to judge the model, sample it from new ones.
    public var sampler: GibbsSampler
    /// Pearson's correlation of connected correlations, before each update.
    public var correlations: [Double]
  }

  /// Fits a model, from that of a pseudo-likelihood fit if no start is given.
  ///
  /// The start's penalties, λJ a two-hundredth of the effective depth, keep couplings of rare pairs
  /// small enough for chains to mix.
  ///
  /// - Throws: ``PottsError`` if there is nothing to fit.
  public func fit(_ alignment: Alignment, from start: PottsModel? = nil, seed: Int)
    throws(PottsError) -> Fit
  {
    guard alignment.count > 1, alignment.sites > 1 else {
      throw PottsError("a fit needs two sequences of two sites at least")
    }
    let (sites, q) = (alignment.sites, alignment.alphabet.states)
    let data = PairStatistics(alignment, pseudocount: pseudocount)
    let wanted = PairStatistics(alignment).connected(sites: sites, states: q)
    let begin =
      if let start { start } else {
        try PseudoLikelihood(
          lambdaFields: 0.1, lambdaCouplings: alignment.effectiveDepth / 200, maximumIterations: 20,
          tolerance: 3e-3
        ).fit(alignment).model.zeroSumGauge
      }
    var sampler = GibbsSampler(begin, chains: chains, seed: seed)
    sampler.sweep(20)
    var correlations: [Double] = []
    for update in 0..<maximumUpdates {
      sampler.sweep(sweeps)
      let found = PairStatistics(sampler)
      correlations.append(pearsonCorrelation(wanted, found.connected(sites: sites, states: q)))
      if correlations[update] >= target { break }
      var next = sampler.model
      step(&next, length: rate / (1 + Double(update) / 100), from: found, to: data)
      sampler.model = next
    }
    return Fit(model: sampler.model, sampler: sampler, correlations: correlations)
  }

  /// Newton's step at independent sites, shortened; variances below a hundredth count as that, or the
  /// chains' noise would be all that rare pairs learn.
  private func step(
    _ model: inout PottsModel, length: Double, from found: PairStatistics, to data: PairStatistics
  ) {
    let (sites, q) = (model.sites, model.alphabet.states)
    let least = 0.01
    let mean = data.single
    let missing = zip(mean, found.single).map { $0 - $1 }
    let variance = mean.map { $0 * (1 - $0) }
    var fields = mean.indices.map { length * missing[$0] / (variance[$0] + least) }
    model.couplings.withUnsafeMutableBufferPointer { couplings in
      data.pairwise.withUnsafeBufferPointer { wanted in
        found.pairwise.withUnsafeBufferPointer { seen in
          var k = 0
          for i in 0..<sites {
            for j in (i + 1)..<max(sites, i + 1) {
              for x in (i * q)..<(i * q + q) {
                var sum = 0.0
                for y in (j * q)..<(j * q + q) {
                  let pull = wanted[k] - seen[k] - mean[x] * missing[y] - missing[x] * mean[y]
                  let change = length * pull / (variance[x] * variance[y] + least)
                  couplings[k] += change
                  // Fields give back what the couplings add to them on average.
                  sum += change * mean[y]
                  fields[y] -= change * mean[x]
                  k += 1
                }
                fields[x] -= sum
              }
            }
          }
        }
      }
    }
    for k in fields.indices { model.fields[k] += fields[k] }
  }
}
