import Tensors

#if canImport(Glibc)
  import Glibc
#endif

/// A pairwise model of sequences: p(x) ∝ exp(Σᵢ hᵢ(xᵢ) + Σ_{i<j} Jᵢⱼ(xᵢ, xⱼ)).
///
/// A gap that is no state of the alphabet adds nothing: it is a letter that is missing.
public struct PottsModel: Sendable {
  /// What the letters are.
  public let alphabet: Alphabet

  /// The residue number of each site.
  public let numbers: [Int]

  /// h, `[sites · states]`.
  public var fields: [Double]

  /// J for pairs i < j, `[pairs · states · states]`: pairs row by row, the letter at i first.
  public var couplings: [Double]

  /// The number of sites.
  public var sites: Int { numbers.count }

  /// The number of pairs of sites.
  public var pairs: Int { sites * (sites - 1) / 2 }

  /// A model with given fields and couplings; zeros where there are none.
  ///
  /// - Precondition: `fields` and `couplings` have the sizes that sites and alphabet ask for.
  public init(
    alphabet: Alphabet, numbers: [Int], fields: [Double]? = nil, couplings: [Double]? = nil
  ) {
    let (length, q) = (numbers.count, alphabet.states)
    let pairs = length * (length - 1) / 2
    self.alphabet = alphabet
    self.numbers = numbers
    self.fields = fields ?? [Double](repeating: 0, count: length * q)
    self.couplings = couplings ?? [Double](repeating: 0, count: pairs * q * q)
    precondition(self.fields.count == length * q, "\(length) sites need \(length * q) fields")
    precondition(
      self.couplings.count == pairs * q * q, "\(pairs) pairs need \(pairs * q * q) couplings")
  }

  /// The position of the pair of sites i < j among all pairs.
  public func pair(_ i: Int, _ j: Int) -> Int {
    precondition(0 <= i && i < j && j < sites, "\(i), \(j) is no pair of \(sites) sites")
    return i * (2 * sites - i - 1) / 2 + (j - i - 1)
  }

  /// J between letter `a` at site `i` and letter `b` at another site `j`.
  public func coupling(_ i: Int, _ a: Int, _ j: Int, _ b: Int) -> Double {
    let q = alphabet.states
    return i < j
      ? couplings[(pair(i, j) * q + a) * q + b] : couplings[(pair(j, i) * q + b) * q + a]
  }

  /// Σ h + Σ J of a sequence: higher is more probable; minus its energy.
  ///
  /// - Complexity: O(sites²)
  public func score(_ sequence: some Collection<UInt8>) -> Double {
    let x = sequence.map { Int($0) }
    let q = alphabet.states
    precondition(x.count == sites, "a sequence of \(x.count) letters for \(sites) sites")
    var total = 0.0
    var pair = 0
    for i in 0..<sites {
      if x[i] < q { total += fields[i * q + x[i]] }
      for j in (i + 1)..<max(sites, i + 1) {
        if x[i] < q && x[j] < q { total += couplings[(pair * q + x[i]) * q + x[j]] }
        pair += 1
      }
    }
    return total
  }

  /// The energies −Σ h − Σ J of an alignment's sequences.
  public func energies(_ alignment: Alignment) -> [Double] {
    (0..<alignment.count).map { -score(alignment[$0]) }
  }

  /// The same distribution in the zero-sum gauge, in which couplings are as small as can be.
  ///
  /// Sums of J over either letter vanish, and so do sums of h; probabilities of sequences without
  /// missing letters stay.
  public var zeroSumGauge: PottsModel {
    var model = self
    let q = alphabet.states
    for i in 0..<sites {
      for j in (i + 1)..<max(sites, i + 1) {
        let base = pair(i, j) * q * q
        var (rows, columns) = ([Double](repeating: 0, count: q), [Double](repeating: 0, count: q))
        var mean = 0.0
        for a in 0..<q {
          for b in 0..<q {
            let value = couplings[base + a * q + b] / Double(q)
            rows[a] += value
            columns[b] += value
            mean += value / Double(q)
          }
        }
        for a in 0..<q {
          for b in 0..<q { model.couplings[base + a * q + b] -= rows[a] + columns[b] - mean }
          model.fields[i * q + a] += rows[a] - mean
          model.fields[j * q + a] += columns[a] - mean
        }
      }
    }
    for i in 0..<sites {
      let mean = model.fields[(i * q)..<(i * q + q)].reduce(0, +) / Double(q)
      for a in 0..<q { model.fields[i * q + a] -= mean }
    }
    return model
  }

  /// Contacts by the Frobenius norm of couplings in the zero-sum gauge, with the average product
  /// correction (doi:10.1093/bioinformatics/btm604).
  public var contacts: ContactScores {
    let q = alphabet.states
    let gauge = zeroSumGauge
    let norms = (0..<pairs).map { p in
      var sum = 0.0
      for k in (p * q * q)..<((p + 1) * q * q) { sum += gauge.couplings[k] * gauge.couplings[k] }
      return sum.squareRoot()
    }
    return ContactScores(numbers: numbers, uncorrected: norms)
  }

  /// Scores of all sequences of a model that is small enough to write them down.
  ///
  /// - Precondition: at most 2²² sequences.
  private func everySequence(_ body: (_ letters: [UInt8], _ score: Double) -> Void) {
    let q = alphabet.states
    var count = 1
    for _ in 0..<sites {
      count *= q
      precondition(count <= 1 << 22, "more than 2²² sequences are not written down one by one")
    }
    var letters = [UInt8](repeating: 0, count: sites)
    for k in 0..<count {
      var rest = k
      for i in 0..<sites {
        letters[i] = UInt8(rest % q)
        rest /= q
      }
      body(letters, score(letters))
    }
  }

  /// log Σ exp(score) over all sequences, exactly.
  ///
  /// - Precondition: at most 2²² sequences.
  public var logPartition: Double {
    var (top, sum) = (-Double.infinity, 0.0)
    everySequence { _, score in
      if score > top {
        sum = sum * exp(top - score) + 1
        top = score
      } else {
        sum += exp(score - top)
      }
    }
    return top + log(sum)
  }

  /// Probabilities of letters and of pairs of letters, exactly, laid out as fields and couplings.
  ///
  /// - Precondition: at most 2²² sequences.
  public var marginals: (single: [Double], pairwise: [Double]) {
    let (q, normalizer) = (alphabet.states, logPartition)
    var single = [Double](repeating: 0, count: fields.count)
    var pairwise = [Double](repeating: 0, count: couplings.count)
    everySequence { x, score in
      let p = exp(score - normalizer)
      var pair = 0
      for i in 0..<sites {
        single[i * q + Int(x[i])] += p
        for j in (i + 1)..<max(sites, i + 1) {
          pairwise[(pair * q + Int(x[i])) * q + Int(x[j])] += p
          pair += 1
        }
      }
    }
    return (single, pairwise)
  }
}
