import Foundation
import Plotting
import Potts
import Testing

@Suite struct FigureTests {
  private var structure: ProteinStructure {
    get throws {
      // Residues on a hairpin: k and 13 − k are 5 Å apart.
      let pdb = (1...12).map { k in
        let (x, y) = k <= 6 ? (4 * k, 0) : (4 * (13 - k), 5)
        func column(_ value: Int) -> String {
          let text = "\(value).000"
          return String(repeating: " ", count: 8 - text.count) + text
        }
        let number = String(repeating: " ", count: k < 10 ? 3 : 2) + "\(k)"
        return "ATOM      1  CA  GLY A\(number)    \(column(x))\(column(y))   0.000"
      }.joined(separator: "\n")
      return try ProteinStructure(text: pdb)
    }
  }

  private var scores: ContactScores {
    let pairs = (0..<12).flatMap { i in ((i + 1)..<max(i + 1, 12)).map { (i, $0) } }
    return ContactScores(
      numbers: Array(1...12), uncorrected: pairs.map { $0.0 + $0.1 == 11 || $0 == (0, 7) ? 2 : 1 })
  }

  /// Below the diagonal the structure's contacts, above it what is predicted: right, wrong, or not
  /// known.
  @Test func contactMap() throws {
    let map = Axes.contactMap(scores, over: try structure, count: 4, separation: 6)
    let figure = Figure(axes: [map])
    let text = figure.description
    #expect(text.contains("predicted, in contact") && text.contains("Cβ within 8 Å"))
    #expect(text.contains("predicted, apart"))
    #expect(!text.contains("not in the structure"))
    #expect(figure.audit() == [])
  }

  @Test func precisionCurvesHaveTheirRandomBaseline() throws {
    let hairpin = try structure
    let axes = Axes.precisionCurves(scores, over: hairpin, bands: [3...6, 7...9999])
    let rules = axes.marks.compactMap { $0 as? Rule }
    #expect(axes.marks.count == 4 && rules.count == 2)
    #expect(Figure(axes: [axes]).audit() == [])
    // 3 to 6 apart: of 30 pairs, those that face each other and their neighbours touch.
    let curve = scores.precisionCurve(against: hairpin, separation: 3, until: 6)
    #expect(curve.precisions.count == 30)
    let far = scores.precisionCurve(against: hairpin, separation: 7)
    #expect(far.precisions.count == 15)
  }

  @Test func sequencesMutationsEnergies() {
    let family = Alignment(
      [[0, 1, 2], [0, 1, 3], [0, 2, 0], [0, 2, 1]], alphabet: .dna, numbers: [5, 6, 8])
    let model = randomModel(.dna, sites: 3, seed: 1)
    let logo = Figure { Axes.logo(family) }
    // Site 5 is certain: two bits of A.
    #expect(logo.description.contains("highest letter is A at 5"))
    #expect(logo.audit() == [])
    let energies = Figure { Axes.energies(model, of: [("a", family), ("b", family)], bins: 5) }
    #expect(energies.audit() == [] && energies.description.contains("energy"))
    let mutations = Figure { Axes.mutations(model, of: [0, 1, 2]) }
    #expect(mutations.audit() == [] && mutations.description.contains("heat map"))
  }
}
