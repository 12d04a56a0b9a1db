import Tensors

/// How strongly pairs of sites are coupled, and which pairs are in contact by that.
public struct ContactScores: Sendable {
  /// A pair of residues and its score.
  public struct Pair: Sendable, Equatable {
    /// The residue numbers, the smaller first.
    public var first, second: Int
    /// The corrected score; higher is more likely a contact.
    public var score: Double
  }

  /// The residue number of each site.
  public let numbers: [Int]

  /// Scores of pairs i < j before the correction, row by row.
  public let uncorrected: [Double]

  /// Scores with the average product correction.
  public let scores: [Double]

  /// Scores of pairs i < j, row by row; the average product correction is applied.
  public init(numbers: [Int], uncorrected: [Double]) {
    let sites = numbers.count
    precondition(
      uncorrected.count == sites * (sites - 1) / 2, "scores do not fill the pairs of \(sites) sites"
    )
    self.numbers = numbers
    self.uncorrected = uncorrected
    var (means, total) = ([Double](repeating: 0, count: sites), 0.0)
    var pair = 0
    for i in 0..<sites {
      for j in (i + 1)..<max(sites, i + 1) {
        means[i] += uncorrected[pair]
        means[j] += uncorrected[pair]
        total += uncorrected[pair]
        pair += 1
      }
    }
    let others = Double(max(sites - 1, 1))
    let mean = total / Double(max(uncorrected.count, 1))
    var corrected = uncorrected
    pair = 0
    for i in 0..<sites {
      for j in (i + 1)..<max(sites, i + 1) {
        let product = (means[i] / others) * (means[j] / others)
        if mean > 0 { corrected[pair] -= product / mean }
        pair += 1
      }
    }
    scores = corrected
  }

  /// Pairs from the strongest on, `separation` to `until` residues apart.
  public func ranked(separation: Int = 1, until: Int = .max) -> [Pair] {
    var all: [Pair] = []
    var pair = 0
    for i in numbers.indices {
      for j in (i + 1)..<max(numbers.count, i + 1) {
        if (separation...max(until, separation)).contains(numbers[j] - numbers[i]) {
          all.append(Pair(first: numbers[i], second: numbers[j], score: scores[pair]))
        }
        pair += 1
      }
    }
    return all.sorted { $0.score > $1.score }
  }

  /// The scores as a symmetric matrix `[sites, sites]`, zero on the diagonal.
  public var matrix: Tensor {
    let sites = numbers.count
    var values = [Double](repeating: 0, count: sites * sites)
    var pair = 0
    for i in 0..<sites {
      for j in (i + 1)..<max(sites, i + 1) {
        values[i * sites + j] = scores[pair]
        values[j * sites + i] = scores[pair]
        pair += 1
      }
    }
    return Tensor(values, shape: [sites, sites], dtype: .float64)
  }

  /// The share of contacts among the strongest `count` pairs whose distance is known, and the share
  /// among all such pairs: what a random order reaches.
  public func precision(
    count: Int, against structure: ProteinStructure, within distance: Double = 8,
    separation: Int = 6
  ) -> (precision: Double, random: Double, pairs: Int) {
    let curve = precisionCurve(
      against: structure, within: distance, separation: separation)
    guard count > 0, !curve.precisions.isEmpty else { return (.nan, curve.random, 0) }
    let used = min(count, curve.precisions.count)
    return (curve.precisions[used - 1], curve.random, used)
  }

  /// Precision after each pair of the ranking, and that of a random order.
  public func precisionCurve(
    against structure: ProteinStructure, within distance: Double = 8, separation: Int = 6,
    until: Int = .max
  ) -> (precisions: [Double], random: Double) {
    var (hits, precisions) = (0, [Double]())
    for pair in ranked(separation: separation, until: until) {
      guard let apart = structure.distance(pair.first, pair.second) else { continue }
      hits += apart < distance ? 1 : 0
      precisions.append(Double(hits) / Double(precisions.count + 1))
    }
    return (precisions, precisions.last ?? .nan)
  }
}
