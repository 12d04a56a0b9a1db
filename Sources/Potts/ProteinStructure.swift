import Tensors

/// One chain of a structure: enough of PDB and mmCIF for distances between residues.
///
/// The first model and each atom's first alternative location count. Residues have the author's
/// numbers; those with an insertion code are found through ``aligned(to:sequence:identity:)`` only, as
/// their numbers are not unique.
public struct ProteinStructure: Sendable {
  /// An atom that is not hydrogen.
  public struct Atom: Sendable {
    /// Its name, such as CB.
    public var name: String
    /// Its place in Å.
    public var x, y, z: Double
  }

  /// What two residues' distance is.
  public enum Measure: Sendable {
    /// Between Cβ atoms (Cα in glycine).
    case betaCarbons
    /// Between the closest heavy atoms.
    case heavyAtoms
  }

  /// The chain's name.
  public let chain: String
  /// Residue numbers in order.
  public private(set) var numbers: [Int] = []
  /// One-letter names, in the order of the numbers.
  public private(set) var sequence: [Character] = []
  /// What ``distance(_:_:)`` measures.
  public var measure = Measure.betaCarbons

  private var atoms: [[Atom]] = []
  /// Where the residue with a number of the structure, or of the alignment it fits, stands.
  private var index: [Int: Int] = [:]

  /// Reads one chain, the first if none is named, of a file that may be gzipped.
  ///
  /// - Throws: ``AlignmentError`` with file and line.
  public init(_ path: String, chain: String? = nil) throws(AlignmentError) {
    try self.init(text: String(decoding: try readUnpacked(path), as: UTF8.self), chain, path)
  }

  /// Reads one chain from the text of a file.
  public init(text: String, chain: String? = nil) throws(AlignmentError) {
    try self.init(text: text, chain, "text")
  }

  private init(text: String, _ wanted: String?, _ path: String) throws(AlignmentError) {
    let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    let isCIF = lines.contains { $0.hasPrefix("_atom_site.") }
    let records = try isCIF ? atomsOfCIF(lines, path) : atomsOfPDB(lines, path)
    guard let first = records.first else {
      throw AlignmentError(path: path, reason: "has no atoms")
    }
    let name = wanted ?? first.chain
    chain = name
    var seen = Set<String>()
    var last = ""
    for record in records where record.chain == name {
      guard record.element != "H" && record.element != "D" else { continue }
      let residue = "\(record.number)\(record.insertion)"
      guard seen.insert("\(residue) \(record.atom.name)").inserted else { continue }
      if residue != last {
        if record.insertion.isEmpty && index[record.number] == nil {
          index[record.number] = numbers.count
        }
        last = residue
        numbers.append(record.number)
        sequence.append(letters[record.residue] ?? "X")
        atoms.append([])
      }
      atoms[atoms.count - 1].append(record.atom)
    }
    guard !numbers.isEmpty else {
      let chains = Set(records.map(\.chain)).sorted().joined(separator: ", ")
      throw AlignmentError(path: path, reason: "has no chain \(name); it has \(chains)")
    }
  }

  /// The structure's own number of the residue that has a number in the alignment it was aligned to.
  public func ownNumber(_ number: Int) -> Int? { index[number].map { numbers[$0] } }

  /// The distance in Å between residues, by the numbers of the alignment the structure was aligned to,
  /// or by its own; nil if one is not in the structure.
  public func distance(_ first: Int, _ second: Int) -> Double? {
    guard let i = index[first], let j = index[second] else { return nil }
    func apart(_ a: Atom, _ b: Atom) -> Double {
      let (x, y, z) = (a.x - b.x, a.y - b.y, a.z - b.z)
      return (x * x + y * y + z * z).squareRoot()
    }
    switch measure {
    case .betaCarbons:
      guard let a = beta(i), let b = beta(j) else { return nil }
      return apart(a, b)
    case .heavyAtoms:
      var least = Double.infinity
      for a in atoms[i] { for b in atoms[j] { least = min(least, apart(a, b)) } }
      return least
    }
  }

  private func beta(_ i: Int) -> Atom? {
    atoms[i].first { $0.name == "CB" } ?? atoms[i].first { $0.name == "CA" }
  }

  /// The structure with the residue numbers of an alignment, one of whose sequences is this protein
  /// or nearly: pairs of equal letters in the same order, as many as can be (Needleman and Wunsch,
  /// doi:10.1016/0022-2836(70)90057-4), with runs of residues preferred.
  ///
  /// - Complexity: O(sites · residues)
  /// - Throws: ``PottsError`` if fewer than `identity` of the sequence's letters agree.
  public func aligned(
    to alignment: Alignment, sequence row: Int = 0, identity: Double = 0.5
  ) throws(PottsError) -> ProteinStructure {
    guard alignment.count > row, row >= 0 else {
      throw PottsError("the alignment has no sequence \(row)")
    }
    let known = zip(alignment.numbers, alignment[row]).filter { $0.1 < alignment.alphabet.gap }
    let letters = known.map { alignment.alphabet.letter($0.1) }
    // best[i][j]: the score of the first i letters against the first j residues; a pair is worth 3
    // or −1, the begin of a gap costs 2, which three states keep apart from its continuation.
    let (n, m) = (letters.count, sequence.count)
    let worst = -1_000_000
    var paired = [[Int]](repeating: [Int](repeating: worst, count: m + 1), count: n + 1)
    var (skipped, added) = (paired, paired)
    paired[0][0] = 0
    // Residues before the first and after the last letter cost nothing.
    for j in 0...m { added[0][j] = 0 }
    for i in 0...n {
      for j in 0...m where i + j > 0 {
        if i > 0 {
          skipped[i][j] = max(paired[i - 1][j] - 2, skipped[i - 1][j], added[i - 1][j] - 2)
        }
        if j > 0 && i > 0 {
          let free = i == n ? 0 : 2
          added[i][j] = max(paired[i][j - 1] - free, added[i][j - 1], skipped[i][j - 1] - free)
          let before = max(paired[i - 1][j - 1], skipped[i - 1][j - 1], added[i - 1][j - 1])
          paired[i][j] = before + (letters[i - 1] == sequence[j - 1] ? 3 : -1)
        }
      }
    }
    var copy = self
    copy.index = [:]
    // Back along the way by which the best score came about, state by state.
    var (i, j, agreeing) = (n, m, 0)
    func largest(_ scores: [Int]) -> Int { scores.indices.max { scores[$0] < scores[$1] } ?? 0 }
    var state = largest([paired[n][m], skipped[n][m], added[n][m]])
    while i > 0 && j > 0 {
      let free = i == n ? 0 : 2
      switch state {
      case 0:
        copy.index[known[i - 1].0] = j - 1
        agreeing += letters[i - 1] == sequence[j - 1] ? 1 : 0
        (i, j) = (i - 1, j - 1)
        state = largest([paired[i][j], skipped[i][j], added[i][j]])
      case 1:
        i -= 1
        state = largest([paired[i][j] - 2, skipped[i][j], added[i][j] - 2])
      default:
        j -= 1
        state = largest([paired[i][j] - free, skipped[i][j] - free, added[i][j]])
      }
    }
    guard n > 0, Double(agreeing) >= identity * Double(n) else {
      throw PottsError(
        "numbers do not fit the structure: at best \(agreeing) of \(n) letters of "
          + "\(alignment.names[row]) agree with chain \(chain)")
    }
    return copy
  }
}

private struct AtomRecord {
  var chain: String
  var number: Int
  var insertion: String
  var residue: String
  var element: String
  var atom: ProteinStructure.Atom
}

private let letters: [String: Character] = [
  "ALA": "A", "CYS": "C", "ASP": "D", "GLU": "E", "PHE": "F", "GLY": "G", "HIS": "H", "ILE": "I",
  "LYS": "K", "LEU": "L", "MET": "M", "ASN": "N", "PRO": "P", "GLN": "Q", "ARG": "R", "SER": "S",
  "THR": "T", "VAL": "V", "TRP": "W", "TYR": "Y", "MSE": "M",
]

private func atomsOfPDB(_ lines: [Substring], _ path: String) throws(AlignmentError)
  -> [AtomRecord]
{
  var records: [AtomRecord] = []
  for (k, line) in lines.enumerated() {
    if line.hasPrefix("ENDMDL") { break }
    let isModified = line.hasPrefix("HETATM") && line.dropFirst(17).hasPrefix("MSE")
    guard line.hasPrefix("ATOM  ") || isModified else { continue }
    let columns = Array(line)
    func field(_ range: Range<Int>) -> String {
      String(columns[range.clamped(to: 0..<columns.count)].filter { $0 != " " })
    }
    guard let number = Int(field(22..<26)), let x = Double(field(30..<38)),
      let y = Double(field(38..<46)), let z = Double(field(46..<54))
    else {
      throw AlignmentError(path: path, line: k + 1, reason: "an atom without number or place")
    }
    let name = field(12..<16)
    var element = field(76..<78)
    if element.isEmpty { element = String(name.drop { $0.isNumber }.prefix(1)) }
    records.append(
      AtomRecord(
        chain: field(21..<22), number: number, insertion: field(26..<27), residue: field(17..<20),
        element: element, atom: .init(name: name, x: x, y: y, z: z)))
  }
  return records
}

private func atomsOfCIF(_ lines: [Substring], _ path: String) throws(AlignmentError)
  -> [AtomRecord]
{
  var columns: [String: Int] = [:]
  var records: [AtomRecord] = []
  var model: Substring?
  for (k, line) in lines.enumerated() {
    if line.hasPrefix("_atom_site.") {
      columns[line.dropFirst(11).trimmed] = columns.count
      continue
    }
    guard !columns.isEmpty, line.hasPrefix("ATOM") || line.hasPrefix("HETATM") else { continue }
    let fields = line.split(whereSeparator: \.isWhitespace)
    func field(_ names: String...) -> Substring {
      for name in names { if let c = columns[name], c < fields.count { return fields[c] } }
      return ""
    }
    model = model ?? field("pdbx_PDB_model_num")
    guard model == field("pdbx_PDB_model_num") else { continue }
    let residue = String(field("auth_comp_id", "label_comp_id"))
    guard line.hasPrefix("ATOM") || residue == "MSE" else { continue }
    guard let number = Int(field("auth_seq_id", "label_seq_id")), let x = Double(field("Cartn_x")),
      let y = Double(field("Cartn_y")), let z = Double(field("Cartn_z"))
    else {
      throw AlignmentError(path: path, line: k + 1, reason: "an atom without number or place")
    }
    let insertion = field("pdbx_PDB_ins_code")
    let name = field("auth_atom_id", "label_atom_id").filter { $0 != "\"" }
    records.append(
      AtomRecord(
        chain: String(field("auth_asym_id", "label_asym_id")), number: number,
        insertion: insertion == "?" || insertion == "." ? "" : String(insertion),
        residue: residue, element: String(field("type_symbol")),
        atom: .init(name: String(name), x: x, y: y, z: z)))
  }
  return records
}

extension Substring {
  fileprivate var trimmed: String {
    String(drop { $0.isWhitespace }.prefix { !$0.isWhitespace })
  }
}
