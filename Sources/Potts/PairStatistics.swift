import Tensors

#if canImport(Glibc)
  import Glibc
#endif

/// Frequencies of letters and of pairs of letters, laid out as a model's fields and couplings.
struct PairStatistics {
  var single, pairwise: [Double]

  /// Weighted frequencies of an alignment; sequences count at a pair where both letters are there.
  init(_ alignment: Alignment, pseudocount: Double = 0) {
    let (sites, q) = (alignment.sites, alignment.alphabet.states)
    let pairs = sites * (sites - 1) / 2
    pairwise = [Double](repeating: 0, count: pairs * q * q)
    single = alignment.frequencies(pseudocount: pseudocount).array(of: Double.self)
    alignment.letters.withUnsafeBufferPointer { x in
      pairwise.withUnsafeMutableBufferPointer { out in
        for n in 0..<alignment.count {
          let (row, weight) = (n * sites, alignment.weights[n])
          var base = 0
          for i in 0..<sites {
            let a = Int(x[row + i])
            for j in (i + 1)..<max(sites, i + 1) {
              let b = Int(x[row + j])
              if a < q && b < q { out[base + a * q + b] += weight }
              base += q * q
            }
          }
        }
      }
    }
    let uniform = pseudocount / Double(q * q)
    for pair in 0..<pairs {
      let range = (pair * q * q)..<((pair + 1) * q * q)
      let total = pairwise[range].reduce(0, +)
      for k in range {
        let share = total > 0 ? pairwise[k] / total : 1 / Double(q * q)
        pairwise[k] = (1 - pseudocount) * share + uniform
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
