import Tensors
internal import _CVectorKernels

#if canImport(Glibc)
  import Glibc
#endif

/// Frequencies of letters and of pairs of letters, laid out as a model's fields and couplings.
struct PairStatistics {
  private(set) var single, pairwise: [Double]

  /// Weighted frequencies of an alignment; sequences count at a pair where both letters are there.
  init(_ alignment: Alignment, pseudocount: Double = 0) {
    self.init(
      letters: alignment.letters, weights: alignment.weights, sites: alignment.sites,
      states: alignment.alphabet.states, pseudocount: pseudocount)
  }

  /// Frequencies where samplers' chains are.
  init(_ sampler: GibbsSampler) {
    self.init(
      letters: sampler.letters, weights: [Double](repeating: 1, count: sampler.chains),
      sites: sampler.model.sites, states: sampler.model.alphabet.states, pseudocount: 0)
  }

  private init(
    letters: [UInt8], weights: [Double], sites: Int, states q: Int, pseudocount: Double
  ) {
    single = [Double](repeating: 0, count: sites * q)
    pairwise = [Double](repeating: 0, count: sites * (sites - 1) / 2 * q * q)
    let count = weights.count
    var columns = [UInt8](repeating: 0, count: letters.count)
    for n in 0..<count { for i in 0..<sites { columns[i * count + n] = letters[n * sites + i] } }
    single.withUnsafeMutableBufferPointer { single in
      pairwise.withUnsafeMutableBufferPointer { pairwise in
        columns.withUnsafeBufferPointer { columns in
          weights.withUnsafeBufferPointer { weights in
            let counts = Counts(
              sites: sites, states: q, pseudocount: pseudocount, columns: columns,
              weights: weights, single: single, pairwise: pairwise)
            withUnsafePointer(to: counts) { counts in
              vk_parallel(
                vk_int(sites), 1,
                { counts, begin, end in
                  guard let counts = counts?.assumingMemoryBound(to: Counts.self) else { return }
                  for i in Int(begin)..<Int(end) { counts.pointee.count(i) }
                }, UnsafeMutableRawPointer(mutating: counts))
            }
          }
        }
      }
    }
  }

  /// What the threads share: each first site of pairs has its own part of the memory.
  private struct Counts {
    let sites, states: Int
    let pseudocount: Double
    /// Letters site by site: a pair's table then stays in the first cache.
    let columns: UnsafeBufferPointer<UInt8>
    let weights: UnsafeBufferPointer<Double>
    let single, pairwise: UnsafeMutableBufferPointer<Double>

    func count(_ i: Int) {
      let (q, n) = (states, weights.count)
      for k in 0..<n {
        let a = Int(columns[i * n + k])
        if a < q { single[i * q + a] += weights[k] }
      }
      normalize(single, (i * q)..<(i * q + q))
      var base = i * (2 * sites - i - 1) / 2 * q * q
      for j in (i + 1)..<max(sites, i + 1) {
        for k in 0..<n {
          let (a, b) = (Int(columns[i * n + k]), Int(columns[j * n + k]))
          if a < q && b < q { pairwise[base + a * q + b] += weights[k] }
        }
        normalize(pairwise, base..<(base + q * q))
        base += q * q
      }
    }

    private func normalize(_ sums: UnsafeMutableBufferPointer<Double>, _ range: Range<Int>) {
      var total = 0.0
      for k in range { total += sums[k] }
      let uniform = 1 / Double(range.count)
      for k in range {
        let share = total > 0 ? sums[k] / total : uniform
        sums[k] = (1 - pseudocount) * share + pseudocount * uniform
      }
    }
  }

  /// Covariances f(a, b) − f(a)·f(b) of all pairs i < j.
  func connected(sites: Int, states q: Int) -> [Double] {
    var result = pairwise
    var base = 0
    for i in 0..<sites {
      for j in (i + 1)..<max(sites, i + 1) {
        for a in 0..<q {
          for b in 0..<q { result[base + a * q + b] -= single[i * q + a] * single[j * q + b] }
        }
        base += q * q
      }
    }
    return result
  }
}

extension Alignment {
  /// Connected two-point correlations fᵢⱼ(a, b) − fᵢ(a)·fⱼ(b) of all pairs i < j,
  /// `[pairs · states · states]`, weighted.
  public var connectedCorrelations: [Double] {
    PairStatistics(self).connected(sites: sites, states: alphabet.states)
  }

  /// Mutual information of pairs of sites, in nats, with a pseudocount: the baseline of contacts.
  public func mutualInformation(pseudocount: Double = 0.01) -> ContactScores {
    let statistics = PairStatistics(self, pseudocount: pseudocount)
    let q = alphabet.states
    var (scores, base) = ([Double](), 0)
    for i in 0..<sites {
      for j in (i + 1)..<max(sites, i + 1) {
        var sum = 0.0
        for a in 0..<q {
          for b in 0..<q {
            let p = statistics.pairwise[base + a * q + b]
            let product = statistics.single[i * q + a] * statistics.single[j * q + b]
            if p > 0 && product > 0 { sum += p * log(p / product) }
          }
        }
        scores.append(sum)
        base += q * q
      }
    }
    return ContactScores(numbers: numbers, uncorrected: scores)
  }

  /// For each sequence, the number of sites in which it differs from the nearest of `others`.
  public func distancesToNearest(in others: Alignment) -> [Int] {
    precondition(sites == others.sites, "alignments of different length")
    return (0..<count).map { k in
      (0..<others.count).map { n in zip(self[k], others[n]).count { $0 != $1 } }.min() ?? sites
    }
  }
}

/// Pearson's correlation of two samples.
public func pearsonCorrelation(_ a: [Double], _ b: [Double]) -> Double {
  precondition(a.count == b.count, "\(a.count) and \(b.count) numbers")
  let n = Double(a.count)
  let (meanA, meanB) = (a.reduce(0, +) / n, b.reduce(0, +) / n)
  var (cross, squareA, squareB) = (0.0, 0.0, 0.0)
  for (x, y) in zip(a, b) {
    cross += (x - meanA) * (y - meanB)
    squareA += (x - meanA) * (x - meanA)
    squareB += (y - meanB) * (y - meanB)
  }
  return cross / (squareA * squareB).squareRoot()
}

/// Spearman's correlation of ranks; equal numbers share their mean rank.
public func spearmanCorrelation(_ a: [Double], _ b: [Double]) -> Double {
  func ranks(_ values: [Double]) -> [Double] {
    let order = values.indices.sorted { values[$0] < values[$1] }
    var (result, start) = ([Double](repeating: 0, count: values.count), 0)
    while start < order.count {
      var end = start + 1
      while end < order.count && values[order[end]] == values[order[start]] { end += 1 }
      for k in start..<end { result[order[k]] = Double(start + end - 1) / 2 }
      start = end
    }
    return result
  }
  return pearsonCorrelation(ranks(a), ranks(b))
}
