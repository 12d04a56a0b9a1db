import Amortization
import Foundation
import SparseCoding
import Tensors
import Testing

/// What stops, and whether the message names the value, the column and the mend.
@Suite struct BadInputTests {
  @Test func atomsOfZeros() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      var atoms = Tensor.eye(4, dtype: .float64)
      atoms[0..., 2] = Tensor.zeros([4], dtype: .float64)
      _ = sparseCodes(of: Tensor.ones([1, 4], dtype: .float64), in: atoms, weight: 0.1)
    }
    #expect(lastWords(result).contains("atom 2 has length 0.0; drop the column"))
  }

  @Test func atomsThatAreNotNumbers() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = LISTA(Tensor([[1.0, Double.nan], [0, 1]]), weight: 0.1, layers: 2)
    }
    #expect(lastWords(result).contains("atom 1 has length nan"))
  }

  @Test func signalsOfAnotherWidth() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = sparseCodes(of: Tensor.ones([2, 3]), in: Tensor.eye(4), weight: 0.1)
    }
    #expect(lastWords(result).contains("signals [n, 4], not shape [2, 3]"))
  }

  @Test func signalsThatAreNotNumbers() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = sparseCodes(of: Tensor([[1.0, Double.infinity]]), in: Tensor.eye(2), weight: 0.1)
    }
    #expect(lastWords(result).contains("signal 0 has what is not a finite number"))
  }

  @Test func weightsBelowZero() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = sparseCodes(of: Tensor.ones([1, 2]), in: Tensor.eye(2), weight: -0.1)
    }
    #expect(lastWords(result).contains("weight -0.1"))
  }
}
