import Tensors

/// The replacement of one letter, such as A42G.
public struct Mutation: Sendable, Hashable, CustomStringConvertible {
  /// The letter before.
  public var from: Character
  /// The residue number.
  public var number: Int
  /// The letter after.
  public var to: Character

  public var description: String { "\(from)\(number)\(to)" }

  /// A mutation by its parts.
  public init(_ from: Character, _ number: Int, _ to: Character) {
    (self.from, self.number, self.to) = (from, number, to)
  }

  /// A mutation as it is written: A42G.
  public init?(_ text: some StringProtocol) {
    guard let from = text.first, let to = text.last, text.count > 2,
      let number = Int(text.dropFirst().dropLast())
    else { return nil }
    self.init(from, number, to)
  }
}

extension PottsModel {
  /// The change of the score by mutations of a sequence: above 0 is fitter.
  ///
  /// - Throws: ``PottsError`` at a position that is not in the model, a letter that is not in the
  ///   alphabet, or one that the sequence does not have there.
  public func effect(_ mutations: [Mutation], of sequence: some Collection<UInt8>)
    throws(PottsError) -> Double
  {
    var mutant = Array(sequence)
    for mutation in mutations {
      guard let site = numbers.firstIndex(of: mutation.number) else {
        throw PottsError(
          "\(mutation): position \(mutation.number) is not in the model, which has \(numbers.count)"
            + " of \(numbers.first ?? 0)…\(numbers.last ?? 0)")
      }
      guard let code = alphabet.number(mutation.to), code < alphabet.gap else {
        throw PottsError("\(mutation): \(mutation.to) is no letter of the alphabet")
      }
      let present = alphabet.letter(Array(sequence)[site])
      guard present == mutation.from else {
        throw PottsError("\(mutation): the sequence has \(present) there")
      }
      mutant[site] = code
    }
    return score(mutant) - score(sequence)
  }

  /// The effects of all single mutations, `[sites, letters]`: 0 for the sequence's own letters.
  ///
  /// - Complexity: O(sites² · letters)
  public func singleEffects(of sequence: some Collection<UInt8>) -> Tensor {
    let x = sequence.map { Int($0) }
    let (q, count) = (alphabet.states, alphabet.letters.count)
    precondition(x.count == sites, "a sequence of \(x.count) letters for \(sites) sites")
    var effects = [Double](repeating: 0, count: sites * count)
    for i in 0..<sites {
      func local(_ a: Int) -> Double {
        guard a < q else { return 0 }
        var total = fields[i * q + a]
        for j in 0..<sites where j != i && x[j] < q { total += coupling(i, a, j, x[j]) }
        return total
      }
      let own = local(x[i])
      for a in 0..<count { effects[i * count + a] = local(a) - own }
    }
    return Tensor(effects, shape: [sites, count], dtype: .float64)
  }
}

/// A table of measured effects of mutations (a deep mutational scan).
public struct MutationScan: Sendable {
  /// Mutations that were made together, and what was measured; higher is fitter.
  public var rows: [(mutations: [Mutation], value: Double)]

  /// A table by its rows.
  public init(_ rows: [(mutations: [Mutation], value: Double)]) { self.rows = rows }

  /// Reads a table with a line of names.
  ///
  /// Mutations are written as `A42G` or `A42G:L55P`; columns are separated by a comma, a semicolon or
  /// a tab. Empty values are left out.
  ///
  /// - Throws: ``AlignmentError`` with file, line and position.
  public init(_ path: String, mutations: String = "mutant", values: String)
    throws(AlignmentError)
  {
    let text = String(decoding: try readUnpacked(path), as: UTF8.self)
    let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    let head = lines.first ?? ""
    let separator = (["\t", ";", ","] as [Character]).first { head.contains($0) } ?? ","
    func fields(_ line: Substring) -> [String] {
      line.split(separator: separator, omittingEmptySubsequences: false)
        .map { $0.filter { $0 != "\"" && $0 != " " } }
    }
    let names = fields(head)
    guard let first = names.firstIndex(of: mutations), let second = names.firstIndex(of: values)
    else {
      throw AlignmentError(
        path: path, line: 1,
        reason: "has no columns \(mutations) and \(values); it has \(names.joined(separator: ", "))"
      )
    }
    rows = []
    for (k, line) in lines.enumerated().dropFirst() where !line.isEmpty {
      let parts = fields(line)
      guard parts.count == names.count else {
        throw AlignmentError(
          path: path, line: k + 1, reason: "has \(parts.count) columns, not \(names.count)")
      }
      if parts[second].isEmpty || parts[second].lowercased() == "nan" { continue }
      guard let value = Double(parts[second]) else {
        throw AlignmentError(
          path: path, line: k + 1, position: second + 1, reason: "\(parts[second]) is no number")
      }
      var all: [Mutation] = []
      for word in parts[first].split(separator: ":") {
        guard let mutation = Mutation(word) else {
          throw AlignmentError(
            path: path, line: k + 1, position: first + 1,
            reason: "\(word) is no mutation such as A42G")
        }
        all.append(mutation)
      }
      rows.append((all, value))
    }
  }

  /// Spearman's correlation of measured and predicted effects, with a bootstrap interval.
  ///
  /// Rows with a position that the model lacks are left out, by count: nothing is invented.
  ///
  /// - Throws: ``PottsError`` for letters that disagree with the sequence, or fewer than 3 rows.
  public func spearman(
    _ model: PottsModel, of sequence: [UInt8], level: Double = 0.95, resamples: Int = 1000,
    seed: Int = 0
  ) throws(PottsError) -> (value: Double, interval: ClosedRange<Double>, used: Int, left: Int) {
    var (measured, predicted) = ([Double](), [Double]())
    for row in rows
    where row.mutations.allSatisfy({ model.numbers.contains($0.number) }) {
      measured.append(row.value)
      predicted.append(try model.effect(row.mutations, of: sequence))
    }
    guard measured.count > 2 else {
      throw PottsError("\(measured.count) of \(rows.count) rows are at positions of the model")
    }
    var generator = Generator(seed: seed)
    var draws = (0..<resamples).map { _ in
      let chosen = measured.indices.map { _ in Int.random(in: measured.indices, using: &generator) }
      return spearmanCorrelation(chosen.map { measured[$0] }, chosen.map { predicted[$0] })
    }.filter { $0.isFinite }
    draws.sort()
    let value = spearmanCorrelation(measured, predicted)
    guard let last = draws.indices.last else {
      return (value, value...value, measured.count, rows.count - measured.count)
    }
    let (low, high) = (
      draws[Int((1 - level) / 2 * Double(last))], draws[Int((1 + level) / 2 * Double(last))]
    )
    return (value, low...high, measured.count, rows.count - measured.count)
  }
}
