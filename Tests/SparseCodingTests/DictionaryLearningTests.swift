import Amortization
import SparseCoding
import Tensors
import Testing

@Suite struct DictionaryLearningTests {
  /// Signals that a dictionary has made tell the dictionary, up to order and sign.
  @Test func plantedAtomsAreFound() {
    let planted = randomAtoms(16, 24, seed: 1)
    let signals = sparseSignals(planted, 4000, seed: 2)
    var learning = DictionaryLearning(atoms: 24, signal: 16, weight: 0.1, seed: 3)
    learning.advance(by: 200, on: .rows(signals, heldOut: 0), showsProgress: false)
    #expect(abs(learning.atoms.norm(axis: 0) - 1).max().item() < 1e-9)
    let matches = abs(matmul(planted.T, learning.atoms)).max(axis: 1).doubles
    #expect(matches.count { $0 > 0.95 } >= 18, "\(matches)")
    func objective(_ atoms: Tensor) -> Double {
      sparseCodes(of: signals[..<500], in: atoms, weight: 0.1).values.mean().item()
    }
    #expect(objective(learning.atoms) < 1.1 * objective(planted))
    #expect(learning.objectives.count == 200 && learning.objectives[199] < learning.objectives[0])
    // Copies go on alike.
    var (a, b) = (learning, learning)
    a.advance(by: 2, on: .rows(signals, heldOut: 0), showsProgress: false)
    b.advance(by: 2, on: .rows(signals, heldOut: 0), showsProgress: false)
    #expect(a.atoms == b.atoms)
  }

  @Test func patchesAreStandardized() {
    var generator = Generator(seed: 1)
    let line = Tensor.linspace(0, 6, 30, dtype: .float64)
    let picture = sin(line.reshaped([30, 1])) * cos(2 * line)
    let flat = Tensor.zeros([12, 12], dtype: .float64)
    let patches = imagePatches([picture, flat], size: 6, count: 50, from: &generator)
    #expect(patches.shape == [50, 36])
    #expect(abs(patches.mean(axis: 1)).max().item() < 1e-12)
    #expect(Swift.abs(square(patches).sum(axis: 1).mean().item() - 1) < 1e-12)
  }
}
