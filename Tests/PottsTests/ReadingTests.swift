import Foundation
import Potts
import Tensors
import Testing

@Suite struct ReadingTests {
  @Test func formatsAgree() throws {
    let fasta = try Alignment(text: ">a\nAC-\nD\n>b\nACE\nD\n")
    let stockholm = try Alignment(text: "# STOCKHOLM 1.0\na AC-\nb ACE\n\na D\nb D\n//\n")
    let plain = try Alignment(text: "AC.D\r\nACED\r\n")
    for alignment in [fasta, stockholm, plain] {
      #expect(alignment.count == 2 && alignment.sites == 4)
      #expect(alignment.text(0) == "AC-D" && alignment.text(1) == "ACED")
    }
    #expect(fasta.names == ["a", "b"])
  }

  @Test func insertionsAndNumbers() throws {
    let a2m = try Alignment(text: ">q/11-15\nA.cDEF\n>r\nAg.D-F\n", query: "q")
    #expect(a2m.numbers == [11, 13, 14, 15])
    #expect(a2m.text(0) == "ADEF" && a2m.text(1) == "AD-F")
    #expect(a2m.site(12) == nil && a2m.site(13) == 1)
    let a3m = try Alignment(text: ">q\nADEF\n>r\nAggD-F\n", query: "q")
    #expect(a3m.text(1) == "AD-F" && a3m.numbers == [1, 2, 3, 4])
  }

  @Test func unknownLetters() throws {
    let text = ">a\nACX\n>b\nACD\n"
    #expect(try Alignment(text: text).text(0) == "AC-")
    #expect(try Alignment(text: text, unknown: .dropSequences).names == ["b"])
  }

  @Test func mistakesAreNamed() {
    func failure(_ text: String, query: String? = nil) -> AlignmentError? {
      do {
        _ = try Alignment(text: text, query: query)
        return nil
      } catch { return error }
    }
    #expect(failure("")?.reason.contains("no sequence") == true)
    #expect(failure(">a\nACD\n>b\nAC\n")?.line == 3)
    #expect(failure(">a\nAC\nD!\n>b\nACDE\n")?.position == 2)
    #expect(failure(">a\nAC\nD!\n>b\nACDE\n")?.line == 3)
    #expect(failure(">a\nACD\n", query: "z")?.reason.contains("z") == true)
    #expect(failure(">a\n>b\nACD\n")?.line == 1)
    #expect(failure(">a\n---\n>b\n---\n") != nil)
    #expect(failure("CLUSTAL W (1.83)\n\na  ACD\nb  ACE\n")?.reason.contains("FASTA") == true)
    #expect(failure("ACD\n>b\nACE\n")?.line == 2)
    let gene = String(repeating: "ACGT", count: 10)
    #expect(failure(">a\n\(gene)\n>b\n\(gene)\n")?.reason.contains(".dna") == true)
    #expect(throws: Never.self) {
      _ = try Alignment(text: ">a\n\(gene)\n>b\n\(gene)\n", alphabet: .dna)
      _ = try Alignment(text: ">a\nACGT\n>b\nACGA\n")
    }
  }

  @Test func textsOfOtherSystems() throws {
    for text in ["\u{FEFF}>a\nACD\n>b\nACE\n", ">a\rACD\r>b\rACE\r", ">a\r\nACD\r\n>b\r\nACE"] {
      let alignment = try Alignment(text: text)
      #expect(alignment.names == ["a", "b"])
      #expect(alignment.text(0) == "ACD" && alignment.text(1) == "ACE")
    }
  }

  @Test func weightsAndFilters() {
    // Agreements in 4 of 5 sites or more: 0 with 1; 2 alone.
    let rows: [[UInt8]] = [[0, 1, 2, 3, 0], [0, 1, 2, 3, 1], [3, 3, 3, 3, 4]]
    let alignment = Alignment(rows, alphabet: .dna, numbers: [3, 4, 6, 7, 8]).weighted()
    #expect(alignment.weights == [0.5, 0.5, 1] && alignment.effectiveDepth == 2)
    let filtered = alignment.filtered(coverage: 0.9, gaps: 0.2)
    #expect(filtered.count == 2 && filtered.sites == 5)
    #expect(alignment.filtered(gaps: 0.2).numbers == [3, 4, 6, 7])
    let shares = alignment.frequencies().array(of: Double.self)
    #expect(abs(shares[0] - 0.5) < 1e-12 && abs(shares[3] - 0.5) < 1e-12)
  }

  /// Three residues at known places; an alternative location, hydrogens and another chain.
  @Test func structures() throws {
    let pdb = """
      ATOM      1  CA  GLY A  10       0.000   0.000   0.000  1.00  0.00           C
      ATOM      2  CA  ALA A  11       3.000   0.000   0.000  1.00  0.00           C
      ATOM      3  CB AALA A  11       3.000   4.000   0.000  0.50  0.00           C
      ATOM      4  CB BALA A  11       9.000   9.000   9.000  0.50  0.00           C
      ATOM      5  HB1 ALA A  11       0.100   0.000   0.000  1.00  0.00           H
      ATOM      6  CB  TRP A  13       0.000   0.000  12.000  1.00  0.00           C
      ATOM      7  CB  TRP B  13       1.000   0.000  12.000  1.00  0.00           C
      """
    let cif = """
      loop_
      _atom_site.group_PDB
      _atom_site.type_symbol
      _atom_site.label_atom_id
      _atom_site.auth_comp_id
      _atom_site.auth_asym_id
      _atom_site.auth_seq_id
      _atom_site.pdbx_PDB_ins_code
      _atom_site.Cartn_x
      _atom_site.Cartn_y
      _atom_site.Cartn_z
      _atom_site.pdbx_PDB_model_num
      ATOM C CA GLY A 10 ? 0.000 0.000 0.000 1
      ATOM C CA ALA A 11 ? 3.000 0.000 0.000 1
      ATOM C CB ALA A 11 ? 3.000 4.000 0.000 1
      ATOM C CB TRP A 13 ? 0.000 0.000 12.000 1
      ATOM C CB TRP A 13 ? 0.000 0.000 99.000 2
      """
    for text in [pdb, cif] {
      var structure = try ProteinStructure(text: text)
      #expect(structure.chain == "A" && structure.numbers == [10, 11, 13])
      #expect(String(structure.sequence) == "GAW")
      #expect(structure.distance(10, 11) == 5)
      #expect(structure.distance(10, 13) == 12)
      #expect(structure.distance(10, 12) == nil)
      structure.measure = .heavyAtoms
      #expect(structure.distance(10, 11) == 3)
      let alignment = try Alignment(text: ">q\nGAKW\n", query: "q")
      let fitted = try structure.aligned(to: alignment, identity: 0.7)
      // The structure lacks the third residue, whatever its numbers say.
      #expect([1, 2, 3, 4].map { fitted.ownNumber($0) } == [10, 11, nil, 13])
      #expect(fitted.distance(1, 4) == structure.distance(10, 13))
      let other = try Alignment(text: ">q\nKKKK\n", query: "q")
      #expect(throws: PottsError.self) { try structure.aligned(to: other) }
    }
    #expect(throws: AlignmentError.self) { try ProteinStructure(text: pdb, chain: "Z") }
  }

  @Test func precisionCountsPairsOfKnownDistance() throws {
    let pdb = (0..<4).map { k in
      let place = "   \(k == 3 ? 1 : 20 * k).000".suffix(8)
      let column = String(repeating: " ", count: 8 - place.count) + place
      return "ATOM      1  CA  GLY A   \(k + 1)    \(column)   0.000   0.000"
    }.joined(separator: "\n")
    let structure = try ProteinStructure(text: pdb)
    // Pairs 12 13 14 23 24 34: only 1–4 is a contact, and its score is the highest.
    let scores = ContactScores(numbers: [1, 2, 3, 4], uncorrected: [1, 1, 9, 1, 1, 1])
    let top = scores.precision(count: 1, against: structure, separation: 1)
    #expect(top.precision == 1 && abs(top.random - 1.0 / 6) < 1e-12)
    let two = scores.precision(count: 2, against: structure, separation: 1)
    #expect(two.precision == 0.5)
  }

  @Test func mutations() throws {
    let model = randomModel(Alphabet("ACGT"), sites: 5, seed: 21)
    let wild: [UInt8] = [0, 1, 2, 3, 4]
    let effects = model.singleEffects(of: wild)
    let effect = try model.effect([Mutation("C", 2, "T")], of: wild)
    #expect(abs(effect - (model.score([0, 3, 2, 3, 4]) - model.score(wild))) < 1e-12)
    #expect(abs(effects[1, 3].item() - effect) < 1e-12)
    for wrong in ["C9T", "A2T", "C2W"] {
      let mutation = try #require(Mutation(wrong))
      #expect(throws: PottsError.self) { try model.effect([mutation], of: wild) }
    }
    #expect(Mutation("A42G") == Mutation("A", 42, "G") && Mutation("42") == nil)
  }

  /// A scan of a planted model with noise; rows at positions that are not modelled are counted.
  @Test func scans() throws {
    let model = randomModel(Alphabet("ACGT"), sites: 6, seed: 22)
    let wild: [UInt8] = [0, 1, 2, 3, 0, 1]
    var lines = ["mutant,fitness", "A99C,1.0"]
    for (k, letter) in wild.enumerated() {
      for a in 0..<4 where a != Int(letter) {
        let from = model.alphabet.letter(letter)
        let mutation = Mutation(from, k + 1, model.alphabet.letter(UInt8(a)))
        let value = exp(try model.effect([mutation], of: wild))
        lines.append("\(mutation),\(value)")
      }
    }
    let path = NSTemporaryDirectory() + "scan-\(UUID().uuidString).csv"
    try lines.joined(separator: "\n").write(toFile: path, atomically: true, encoding: .utf8)
    defer { try? FileManager.default.removeItem(atPath: path) }
    let result = try MutationScan(path, values: "fitness").spearman(model, of: wild)
    #expect(abs(result.value - 1) < 1e-12 && result.used == 18 && result.left == 1)
    #expect(result.interval.contains(1) || result.interval.upperBound > 0.999)
    #expect(throws: AlignmentError.self) { try MutationScan(path, values: "score") }
    #expect(abs(spearmanCorrelation([1, 2, 2, 3], [1, 2, 3, 4]) - 0.9486832980505138) < 1e-12)
  }
}
