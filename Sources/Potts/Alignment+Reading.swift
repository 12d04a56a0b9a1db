/// What to do with letters that stand for several, such as X or B.
public enum UnknownLetters: Sendable {
  /// Treat them as gaps.
  case asGaps
  /// Leave out the sequences that have one at a site that is kept (as plmc does).
  case dropSequences
}

/// A sequence of a file with the places its letters came from.
private struct Record {
  var name: String
  var line: Int
  var letters: [UInt8] = []
  /// Where a line of the file begins among the letters: (index, line, position).
  var pieces: [(start: Int, line: Int, position: Int)] = []
  /// How many residues were taken out before each letter; empty where none were.
  var removed: [Int] = []

  mutating func append(_ text: ArraySlice<UInt8>, line: Int, position: Int) {
    var at = position
    for byte in text {
      if byte != 0x20 && byte != 0x09 {
        let follows = pieces.last.map {
          $0.line == line && $0.position + letters.count - $0.start == at
        }
        if follows != true { pieces.append((letters.count, line, at)) }
        letters.append(byte)
      }
      at += 1
    }
  }

  func place(_ index: Int) -> (line: Int, position: Int) {
    guard let piece = pieces.last(where: { $0.start <= index }) else { return (line, 1) }
    return (piece.line, piece.position + index - piece.start)
  }
}

private func isLower(_ byte: UInt8) -> Bool { byte >= 0x61 && byte <= 0x7A }
private func isUpper(_ byte: UInt8) -> Bool { byte >= 0x41 && byte <= 0x5A }
private let dash: UInt8 = 0x2D
private let dot: UInt8 = 0x2E

extension Alignment {
  /// Reads FASTA, A2M, A3M, Stockholm or plain text (one sequence a line), gzipped or not; the
  /// content decides which.
  ///
  /// In rows of different length, lower-case letters and dots are insertions (A3M) and left out.
  /// With a query, the sites are the query's upper-case letters, numbered as its name says
  /// (`NAME/17-120`, from 1 otherwise; its insertions count). Without, they are all columns but
  /// those of insertions.
  ///
  /// - Parameter query: the name of a sequence, or its beginning.
  /// - Throws: ``AlignmentError`` with file, line and position.
  public init(
    _ path: String, query: String? = nil, alphabet: Alphabet = .protein,
    unknown: UnknownLetters = .asGaps
  ) throws(AlignmentError) {
    try self.init(
      bytes: try readUnpacked(path), path: path, query: query, alphabet: alphabet,
      unknown: unknown)
  }

  /// Reads an alignment from text in one of the formats of files.
  public init(
    text: String, query: String? = nil, alphabet: Alphabet = .protein,
    unknown: UnknownLetters = .asGaps
  ) throws(AlignmentError) {
    try self.init(
      bytes: Array(text.utf8), path: "text", query: query, alphabet: alphabet, unknown: unknown)
  }

  private init(
    bytes: [UInt8], path: String, query: String?, alphabet: Alphabet, unknown: UnknownLetters
  ) throws(AlignmentError) {
    var records = try Alignment.records(bytes, path)
    guard let first = records.first else {
      throw AlignmentError(path: path, reason: "holds no sequence")
    }
    try Alignment.refuseNucleotides(records, as: alphabet, path)
    for record in records where record.letters.isEmpty {
      throw AlignmentError(path: path, line: record.line, reason: "\(record.name) is empty")
    }
    if records.contains(where: { $0.letters.count != first.letters.count }) {
      records = try Alignment.withoutInsertions(records, path)
    }
    let columns: [Int]
    var numbers: [Int] = []
    if let query {
      guard let row = records.first(where: { $0.name.hasPrefix(query) }) else {
        throw AlignmentError(path: path, reason: "has no sequence named \(query)")
      }
      (columns, numbers) = row.numbered
      guard !columns.isEmpty else {
        throw AlignmentError(
          path: path, line: row.line, reason: "the query \(row.name) has no upper-case letter")
      }
    } else {
      columns = (0..<records[0].letters.count).filter { j in
        // Rows say together what a column is: in A2M its insertions are lower-case or dots.
        let insertion = records.contains { isLower($0.letters[j]) }
        return !insertion || records.contains { isUpper($0.letters[j]) }
      }
      numbers = Array(1...max(columns.count, 1)).prefix(columns.count).map { $0 }
      guard !columns.isEmpty else {
        throw AlignmentError(path: path, line: first.line, reason: "has insertions only")
      }
    }
    var codes = [UInt8](repeating: 255, count: 256)
    for (k, letter) in alphabet.letters.enumerated() {
      guard let ascii = letter.asciiValue else { continue }
      codes[Int(ascii)] = UInt8(k)
      codes[Int(ascii) + 32] = UInt8(k)
    }
    (codes[Int(dash)], codes[Int(dot)]) = (alphabet.gap, alphabet.gap)
    var names: [String] = []
    var letters: [UInt8] = []
    for record in records {
      var row: [UInt8] = []
      var knows = true
      for j in columns {
        let byte = record.letters[j]
        let code = codes[Int(byte)]
        if code == 255 {
          guard isUpper(byte) || isLower(byte) || byte == 0x2A else {
            let (line, position) = record.place(j)
            throw AlignmentError(
              path: path, line: line, position: position,
              reason: "\(shown(byte)) in \(record.name) is no letter of an alignment")
          }
          knows = false
        }
        row.append(code == 255 ? alphabet.gap : code)
      }
      guard knows || unknown == .asGaps else { continue }
      names.append(record.name)
      letters += row
    }
    guard letters.contains(where: { $0 < alphabet.gap }) else {
      throw AlignmentError(
        path: path, reason: "has no letter of \"\(String(alphabet.letters))\"; another alphabet?")
    }
    self.init(names: names, letters: letters, alphabet: alphabet, numbers: numbers)
  }

  private static func records(_ bytes: [UInt8], _ path: String) throws(AlignmentError) -> [Record] {
    var records: [Record] = []
    var places: [String: Int] = [:]
    var kind: UInt8 = 0
    var line = 0
    // Other systems leave a mark of byte order before the text, or end lines with returns alone.
    let text = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes[...]
    let end: UInt8 = text.contains(0x0A) ? 0x0A : 0x0D
    for word in ["CLUSTAL", "MUSCLE", "PROBCONS"] where text.starts(with: word.utf8) {
      throw AlignmentError(
        path: path, line: 1, reason: "is of \(word)'s format, which is not read; save it as FASTA")
    }
    for piece in text.split(separator: end, omittingEmptySubsequences: false) {
      line += 1
      let text = piece.last == 0x0D ? piece.dropLast() : piece
      guard let head = text.first(where: { $0 != 0x20 && $0 != 0x09 }) else { continue }
      // > begins FASTA, # Stockholm; anything else is a sequence.
      if kind == 0 { kind = head == 0x3E || head == 0x23 ? head : 1 }
      switch kind {
      case 0x3E:
        if head == 0x3E {
          let name = String(decoding: text.dropFirst(), as: UTF8.self)
          records.append(Record(name: name, line: line))
        } else if head != 0x3B {
          records[records.count - 1].append(text, line: line, position: 1)
        }
      case 0x23:
        guard head != 0x23, !text.starts(with: [0x2F, 0x2F]) else { continue }
        let fields = text.split(whereSeparator: { $0 == 0x20 || $0 == 0x09 })
        guard fields.count == 2 else {
          throw AlignmentError(
            path: path, line: line, reason: "a line of Stockholm is a name and a sequence")
        }
        let name = String(decoding: fields[0], as: UTF8.self)
        let index = places[name] ?? records.count
        if index == records.count {
          places[name] = index
          records.append(Record(name: name, line: line))
        }
        records[index].append(
          fields[1], line: line, position: fields[1].startIndex - text.startIndex + 1)
      default:
        guard head != 0x3E else {
          throw AlignmentError(
            path: path, line: line, reason: "a name of FASTA after sequences that have none")
        }
        records.append(Record(name: "line \(line)", line: line))
        records[records.count - 1].append(text, line: line, position: 1)
      }
    }
    return records
  }

  /// A, C, G and T are amino acids, too: a file of genes would be read as a protein without a word.
  private static func refuseNucleotides(
    _ records: [Record], as alphabet: Alphabet, _ path: String
  ) throws(AlignmentError) {
    guard alphabet.letters.contains("W") else { return }
    var count = 0
    for record in records {
      for byte in record.letters where isUpper(byte) || isLower(byte) {
        guard "ACGTUNacgtun".utf8.contains(byte) else { return }
        count += 1
      }
    }
    guard count >= 60 else { return }
    throw AlignmentError(
      path: path, line: records[0].line,
      reason: "has letters of nucleotides only; read it with alphabet: .dna or .rna")
  }

  /// A3M: rows without their lower-case letters and dots must have one length.
  private static func withoutInsertions(_ records: [Record], _ path: String)
    throws(AlignmentError) -> [Record]
  {
    let kept = records.map { record in
      var copy = record
      copy.letters = []
      copy.pieces = []
      var removed = 0
      var follows = false
      for (k, byte) in record.letters.enumerated() {
        if isLower(byte) || byte == dot {
          removed += isLower(byte) ? 1 : 0
          follows = false
          continue
        }
        if !follows || record.pieces.contains(where: { $0.start == k }) {
          let (line, position) = record.place(k)
          copy.pieces.append((copy.letters.count, line, position))
          follows = true
        }
        copy.letters.append(byte)
        copy.removed.append(removed)
        removed = 0
      }
      return copy
    }
    let length = kept[0].letters.count
    if let odd = kept.first(where: { $0.letters.count != length }) {
      throw AlignmentError(
        path: path, line: odd.line,
        reason:
          "\(odd.name) has \(odd.letters.count) aligned letters, \(kept[0].name) has \(length)")
    }
    return kept
  }
}

extension Record {
  /// The columns of upper-case letters, and their residue numbers.
  fileprivate var numbered: (columns: [Int], numbers: [Int]) {
    var number = firstNumber
    var columns: [Int] = []
    var numbers: [Int] = []
    for (j, byte) in letters.enumerated() {
      // A residue that was taken out counts, whether a letter or a gap follows it.
      number += removed.isEmpty ? 0 : removed[j]
      guard isUpper(byte) || isLower(byte) else { continue }
      if isUpper(byte) {
        columns.append(j)
        numbers.append(number)
      }
      number += 1
    }
    return (columns, numbers)
  }

  /// 17 for NAME/17-120.
  fileprivate var firstNumber: Int {
    let word = name.split(separator: " ").first ?? ""
    guard let range = word.split(separator: "/").last, range.count < word.count,
      let start = range.split(separator: "-").first, let number = Int(start)
    else { return 1 }
    return number
  }
}

private func shown(_ byte: UInt8) -> String {
  byte > 0x20 && byte < 0x7F ? "\"\(Character(UnicodeScalar(byte)))\"" : "byte \(byte)"
}
