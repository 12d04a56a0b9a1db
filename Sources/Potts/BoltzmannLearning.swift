import Tensors

/// Fits a Potts model by its likelihood: the gradient is the difference between frequencies of the
/// data and of persistent Gibbs chains (doi:10.1145/1390156.1390290).
///
/// The only one of the fits whose samples have the data's pair statistics. Gaps should be a state.
public struct BoltzmannLearning: Sendable {
  /// The number of persistent chains.
  public var chains: Int
  /// Sweeps between updates.
  public var sweeps: Int
  /// Length of the steps.
  public var rate: Double
  /// The share of uniform letters in the data's frequencies.
  public var pseudocount: Double
  /// Stops when connected correlations of chains and data correlate like this.
  public var target: Double
  /// The most updates.
  public var maximumUpdates: Int

  /// Boltzmann machine learning.
  public init(
    chains: Int = 4000, sweeps: Int = 4, rate: Double = 0.05, pseudocount: Double = 0.001,
    target: Double = 0.95, maximumUpdates: Int = 500
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
    /// Pearson's correlation of connected correlations, after each update.
    public var correlations: [Double]
  }

  /// Fits a model, from that of independent sites if no start is given.
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
    var sampler = GibbsSampler(
      start ?? .independent(alignment), chains: chains, seed: seed)
    sampler.sweep(20)
    var correlations: [Double] = []
    for _ in 0..<maximumUpdates {
      sampler.sweep(sweeps)
      let model = PairStatistics(sampler.samples)
      correlations.append(
        pearsonCorrelation(wanted, model.connected(sites: sites, states: q)))
      if correlations[correlations.count - 1] >= target { break }
      var next = sampler.model
      for k in next.fields.indices {
        next.fields[k] += rate * (data.single[k] - model.single[k])
      }
      for k in next.couplings.indices {
        next.couplings[k] += rate * (data.pairwise[k] - model.pairwise[k])
      }
      sampler.model = next
    }
    return Fit(model: sampler.model, sampler: sampler, correlations: correlations)
  }
}
