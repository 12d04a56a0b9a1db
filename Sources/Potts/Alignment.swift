import Tensors
internal import _CVectorKernels

/// Sequences written below one another: what a Potts model is fitted to.
///
/// ```swift
/// let family = try Alignment("DHFR.a2m.gz", query: "DYR_ECOLI").filtered(coverage: 0.7)
/// print(family.count, family.sites, family.weighted().effectiveDepth)
/// ```
public struct Alignment: Sendable {
  /// What the file calls the sequences.
  public private(set) var names: [String]

  /// The letters' numbers, sequence by sequence.
  public private(set) var letters: [UInt8]

  /// What the letters are.
  public let alphabet: Alphabet

  /// The residue number of each site: the query's numbering, or the column counted from 1.
  public private(set) var numbers: [Int]

  /// The weight of each sequence; 1 before ``weighted(identity:)``.
  public private(set) var weights: [Double]

  /// The number of sequences.
  public var count: Int { names.count }

  /// The number of sites.
  public var sites: Int { numbers.count }

  /// The sum of the weights: how many independent sequences this is worth (M_eff).
  public var effectiveDepth: Double { weights.reduce(0, +) }

  /// An alignment of letters' numbers, such as samples.
  ///
  /// - Precondition: rows of one length below the alphabet's number of states (or the gap).
  public init(
    _ sequences: [[UInt8]], alphabet: Alphabet, numbers: [Int]? = nil, names: [String]? = nil
  ) {
    let sites = sequences.first?.count ?? numbers?.count ?? 0
    for (k, row) in sequences.enumerated() {
      precondition(row.count == sites, "sequence \(k) has \(row.count) letters, others \(sites)")
      precondition(
        row.allSatisfy { $0 <= alphabet.gap }, "sequence \(k) has letters beyond the alphabet")
    }
    self.init(
      names: names ?? (0..<sequences.count).map { "sequence \($0 + 1)" },
      letters: Array(sequences.joined()), alphabet: alphabet,
      numbers: numbers ?? Array(0..<sites).map { $0 + 1 })
  }

  init(names: [String], letters: [UInt8], alphabet: Alphabet, numbers: [Int]) {
    precondition(letters.count == names.count * numbers.count, "letters do not fill the alignment")
    (self.names, self.letters, self.alphabet, self.numbers) = (names, letters, alphabet, numbers)
    weights = [Double](repeating: 1, count: names.count)
  }

  /// The letters' numbers of one sequence.
  public subscript(_ index: Int) -> ArraySlice<UInt8> {
    letters[(index * sites)..<((index + 1) * sites)]
  }

  /// One sequence as text.
  public func text(_ index: Int) -> String { String(self[index].map(alphabet.letter)) }

  /// The index of the site with a residue number; nil if it was excluded or never there.
  public func site(_ number: Int) -> Int? { numbers.firstIndex(of: number) }

  /// The sequences at `indices`, in that order, with their weights.
  public func sequences(_ indices: some Sequence<Int>) -> Alignment {
    let chosen = Array(indices)
    var copy = Alignment(
      names: chosen.map { names[$0] }, letters: chosen.flatMap { Array(self[$0]) },
      alphabet: alphabet, numbers: numbers)
    copy.weights = chosen.map { weights[$0] }
    return copy
  }

  /// The sites with residue numbers in a range; weights begin anew at 1.
  public func residues(_ range: ClosedRange<Int>) -> Alignment {
    let columns = (0..<sites).filter { range.contains(numbers[$0]) }
    return Alignment(
      names: names, letters: (0..<count).flatMap { k in columns.map { letters[k * sites + $0] } },
      alphabet: alphabet, numbers: columns.map { numbers[$0] })
  }

  /// Leaves out sequences that cover too little, then sites that are mostly gaps.
  ///
  /// - Parameters:
  ///   - coverage: the least share of sites that are letters in a sequence.
  ///   - gaps: the largest share of gaps at a site, among the sequences kept.
  /// Residue numbers stay. Weights begin anew at 1.
  public func filtered(coverage: Double = 0, gaps: Double = 1) -> Alignment {
    let kept = (0..<count).filter { k in
      let present = self[k].count { $0 < alphabet.gap }
      return Double(present) >= coverage * Double(sites)
    }
    let columns = (0..<sites).filter { j in
      let missing = kept.count { letters[$0 * sites + j] >= alphabet.gap }
      return Double(missing) <= gaps * Double(kept.count)
    }
    let chosen = kept.flatMap { k in columns.map { letters[k * sites + $0] } }
    return Alignment(
      names: kept.map { names[$0] }, letters: chosen, alphabet: alphabet,
      numbers: columns.map { numbers[$0] })
  }

  /// Weighs each sequence by 1 / the number of sequences that agree with it at `identity` of the
  /// sites or more, itself included; two gaps agree (as plmc and EVcouplings count).
  ///
  /// - Complexity: O(count² · sites) byte comparisons, on all threads.
  public func weighted(identity: Double = 0.8) -> Alignment {
    var copy = self
    var counts = [Int32](repeating: 0, count: count)
    // The tolerance keeps 0.8 · 5 from asking for more than 4.
    let least = Int((identity * Double(sites) - 1e-9).rounded(.up))
    letters.withUnsafeBufferPointer { x in
      guard let base = x.baseAddress else { return }
      vk_potts_neighbours(count, sites, base, least, &counts)
    }
    copy.weights = counts.map { 1 / Double(max($0, 1)) }
    return copy
  }

  /// The same sequences with given weights.
  ///
  /// - Precondition: as many finite weights as sequences, none below 0.
  public func weighted(by weights: [Double]) -> Alignment {
    precondition(
      weights.count == count && weights.allSatisfy { $0 >= 0 && $0.isFinite },
      "\(count) sequences need \(count) finite weights, none below 0")
    var copy = self
    copy.weights = weights
    return copy
  }

  /// Weighted frequencies of the states at each site, [sites, states], with a pseudocount.
  ///
  /// - Parameter pseudocount: the share λ of the uniform distribution in the result.
  public func frequencies(pseudocount: Double = 0) -> Tensor {
    let q = alphabet.states
    var sums = [Double](repeating: 0, count: sites * q)
    for k in 0..<count {
      for j in 0..<sites where Int(letters[k * sites + j]) < q {
        sums[j * q + Int(letters[k * sites + j])] += weights[k]
      }
    }
    for j in 0..<sites {
      let total = sums[(j * q)..<(j * q + q)].reduce(0, +)
      for a in 0..<q {
        let share = total > 0 ? sums[j * q + a] / total : 1 / Double(q)
        sums[j * q + a] = (1 - pseudocount) * share + pseudocount / Double(q)
      }
    }
    return Tensor(sums, shape: [sites, q], dtype: .float64)
  }
}
