import Amortization
import Networks
import Tensors

#if canImport(Glibc)
  import Glibc
#endif

/// Families of proteins as contexts: what is seen of each, and the sequences a prediction is judged by.
///
/// ```swift
/// let families = PottsFamilies(coordinates, scored: 200)
/// let problem = families.problem(training: clan, heldOut: others, depths: 1...500, rows: 2000)
/// let run = train(FullyAmortized(network), on: problem)
/// families.coordinates.model(run.model(families.context(seen, scored: rest), on: problem))
/// ```
///
/// A context is a row of named ``parts``: *profile*, the letters' shares at each site of the sequences
/// that are seen, and that of gaps; *depth*, the logarithm of how many they are; *pairs* and *mean*,
/// if asked for, the covariances of pairs of letters and their mean-field couplings; *sequences* and
/// *weights*, by which the objective judges and which no network reads.
public struct PottsFamilies: Sendable {
  /// How predictions are written.
  public let coordinates: PottsCoordinates
  /// The parts of a row.
  public let parts: Parts
  /// Sequences that judge a prediction.
  public let scored: Int
  /// Whether covariances of pairs are seen.
  public let seesPairs: Bool

  /// Families of one number of sites.
  public init(_ coordinates: PottsCoordinates, scored: Int, seesPairs: Bool = false) {
    precondition(scored > 0, "predictions are judged by a sequence at least")
    (self.coordinates, self.scored, self.seesPairs) = (coordinates, scored, seesPairs)
    let (sites, q) = (coordinates.sites, coordinates.states)
    let pairs = sites * (sites - 1) / 2
    var shapes: [(name: String, shape: [Int])] = [("profile", [sites, q + 1]), ("depth", [1])]
    if seesPairs { shapes += [("pairs", [pairs, q * q]), ("mean", [pairs, q * q])] }
    parts = Parts(shapes + [("sequences", [scored, sites]), ("weights", [scored])])
  }

  /// The row of a family of which the sequences `seen` are known, judged by `scored` (the first so
  /// many of them); `[1, width]`.
  ///
  /// - Throws: ``PottsError`` for alignments of other sites or letters, or without a sequence.
  public func context(_ seen: Alignment, scored judges: Alignment) throws(PottsError) -> Tensor {
    for alignment in [seen, judges] {
      guard alignment.sites == coordinates.sites, alignment.alphabet == coordinates.alphabet else {
        throw PottsError(
          "a family of \(alignment.sites) sites for coordinates of \(coordinates.sites) sites")
      }
      guard alignment.count > 0 else { throw PottsError("a family without a sequence") }
    }
    let (sites, q) = (coordinates.sites, coordinates.states)
    var profile = [Double](repeating: 0, count: sites * (q + 1))
    let depth = max(seen.effectiveDepth, 1e-9)
    for n in 0..<seen.count {
      for (i, letter) in seen[n].enumerated() {
        profile[i * (q + 1) + min(Int(letter), q)] += seen.weights[n] / depth
      }
    }
    var row: [String: Tensor] = [
      "profile": Tensor(profile, shape: [1, sites, q + 1], dtype: .float32),
      "depth": Tensor([log(depth) / 3], shape: [1, 1], dtype: .float32),
    ]
    if seesPairs {
      let pairs = sites * (sites - 1) / 2
      // The pseudocount of two sequences' worth keeps single letters from looking certain.
      let pseudocount = 2 / (2 + depth)
      let covariances = PairStatistics(seen, pseudocount: pseudocount)
        .connected(sites: sites, states: q)
      let couplings = try MeanField(pseudocount: max(pseudocount, 0.02)).fit(seen).zeroSumGauge
        .couplings
      row["pairs"] = Tensor(covariances, shape: [1, pairs, q * q], dtype: .float32)
      row["mean"] = Tensor(couplings, shape: [1, pairs, q * q], dtype: .float32)
    }
    let gap = Double(coordinates.alphabet.gap)
    var letters = [Double](repeating: max(gap, Double(q)), count: scored * sites)
    var weights = [Double](repeating: 0, count: scored)
    for n in 0..<min(scored, judges.count) {
      weights[n] = judges.weights[n]
      for (i, letter) in judges[n].enumerated() { letters[n * sites + i] = Double(letter) }
    }
    row["sequences"] = Tensor(letters, shape: [1, scored, sites], dtype: .float32)
    row["weights"] = Tensor(weights, shape: [1, scored], dtype: .float32)
    return parts.joined(row)
  }

  /// Rows of families: of each, a random part of random size is seen, and other sequences judge
  /// (all of them, if there are not enough others).
  ///
  /// - Parameter depths: how many are seen; logarithms are uniform.
  public func contexts(
    _ families: [Alignment], depths: ClosedRange<Int>, rows: Int, seed: Int
  ) throws(PottsError) -> Tensor {
    guard !families.isEmpty else { throw PottsError("no families to draw from") }
    var generator = Generator(seed: seed)
    var all: [Tensor] = []
    for k in 0..<rows {
      let family = families[k % families.count]
      let (low, high) = (log(Double(depths.lowerBound)), log(Double(depths.upperBound) + 1))
      let wish = Int(exp(low + (high - low) * generator.uniform()))
      let depth = max(1, min(wish, depths.upperBound, family.count - 1))
      var order = Array(0..<family.count)
      for i in order.indices.dropLast() {
        order.swapAt(i, Int.random(in: i..<order.count, using: &generator))
      }
      let rest = order.dropFirst(depth)
      let judges = rest.count >= scored ? Array(rest.prefix(scored)) : Array(order.suffix(scored))
      all.append(
        try context(family.sequences(order.prefix(depth)), scored: family.sequences(judges)))
    }
    return concatenate(all, axis: 0)
  }

  /// The problem of predicting models: f(y; x) is the mean negative pseudo-log-likelihood per letter
  /// of the family's other sequences, plus λ times the mean square of the couplings.
  ///
  /// - Parameter rows: how many rows are drawn of the training families, once.
  public func problem(
    training: [Alignment], heldOut: [Alignment], depths: ClosedRange<Int>, rows: Int,
    heldOutRows: Int = 64, lambda: Double = 0, seed: Int
  ) throws(PottsError) -> ParametricProblem {
    let known = try contexts(training, depths: depths, rows: rows, seed: seed)
    let unseen = try contexts(heldOut, depths: depths, rows: heldOutRows, seed: seed &+ 1)
    return problem(.rows(known, heldOut: unseen), lambda: lambda)
  }

  /// The same problem over contexts that were made before, such as rows of ``context(_:scored:)``.
  public func problem(_ contexts: Contexts, lambda: Double = 0) -> ParametricProblem {
    let (coordinates, parts) = (coordinates, parts)
    return ParametricProblem(dimension: coordinates.dimension, contexts: contexts) { y, x in
      let row = parts(x)
      let parameters = coordinates.parameters(y)
      let value = pseudoLoss(
        parameters, letters: row.sequences, weights: row.weights, states: coordinates.states)
      guard lambda > 0 else { return value }
      return value + lambda * square(parameters[0..., coordinates.fieldCount...]).mean(axis: 1)
    }
  }
}
