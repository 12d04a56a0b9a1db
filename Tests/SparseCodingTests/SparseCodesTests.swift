import Amortization
import SparseCoding
import Tensors
import Testing

/// A random dictionary with unit atoms.
func randomAtoms(_ m: Int, _ d: Int, seed: Int) -> Tensor {
  var generator = Generator(seed: seed)
  let raw = Tensor.normal([m, d], dtype: .float64, from: &generator)
  return raw / raw.norm(axis: 0, keepDims: true)
}

/// Signals of codes in which a tenth of the atoms is used.
func sparseSignals(_ atoms: Tensor, _ count: Int, seed: Int) -> Tensor {
  var generator = Generator(seed: seed)
  let (m, d) = (atoms.dim(0), atoms.dim(1))
  let share = Tensor(0.1, dtype: .float64).broadcast(to: [count, d])
  let used = Tensor.bernoulli(share, from: &generator)
  let codes = used * Tensor.normal([count, d], dtype: .float64, from: &generator)
  let noise = 0.01 * Tensor.normal([count, m], dtype: .float64, from: &generator)
  return matmul(codes, atoms.T) + noise
}

@Suite struct SparseCodesTests {
  /// Codes of scikit-learn 1.9.1, see make_reference.py.
  private static let lasso = [
    0, 0.1591102476, 0, -0.2560373898, -0.1944469099, 0.1104563092, -0.4942943305, 0, 0,
    0.4112900494,
    0, -0.1771213457, 0.2570658769, -0.2456040823, 0, 0, 0.0412311329, 0, 0, 0.3961590004,
    0, -0.3481323293, 0.1349897017, 0.1707022268, 0.2983789153, -0.1283408591, 0.5841323248, 0, 0,
    0,
  ]
  private static let elasticNet = [
    0.1992763856, 0.1737550655, 0, -0.2786760815, -0.2255953634, 0.1434213356, -0.3246468894, 0, 0,
    0.3348023058,
    0, -0.1746858863, 0.2606817916, -0.2593278348, 0, 0, 0.0591519922, 0, 0, 0.3619721146,
    -0.2223391696, -0.3066164817, 0.1628588352, 0.0872848215, 0.1922983272, -0.1926279292,
    0.3697262362, 0, -0.0200028124, -0.1454746960,
  ]

  /// Copies of the three signals, so that the way for many rows is taken too.
  @Test(arguments: [1, 8])
  func codesAreThoseOfScikitLearn(copies: Int) {
    let (i, j) = (
      Tensor.arange(0, 6, dtype: .float64).reshaped([6, 1]),
      Tensor.arange(0, 10, dtype: .float64).reshaped([1, 10])
    )
    let atoms = sin(1 + 3 * i + 7 * j + i * j)
    let k = Tensor.arange(0, 3, dtype: .float64).reshaped([3, 1])
    let steps = Tensor.arange(0, 6, dtype: .float64)
    let signals = cos(5 * k + 2 * steps * sqrt(steps))
    let x = concatenate(Array(repeating: signals, count: copies))
    for (weight, ridge, expected) in [(0.3, 0.0, Self.lasso), (0.2, 0.5, Self.elasticNet)] {
      let found = sparseCodes(of: x, in: atoms, weight: weight, ridge: ridge, tolerance: 1e-14)
      let reference = Tensor(expected, shape: [3, 10], dtype: .float64)
      let all = concatenate(Array(repeating: reference, count: copies))
      #expect(abs(found.solution - all).max().item() < 1e-6)
      #expect(found.converged)
    }
  }

  @Test(arguments: [0.0, 0.3])
  func answersSatisfyTheOptimalityConditions(ridge: Double) {
    let atoms = randomAtoms(50, 100, seed: 1)
    for count in [3, 40] {
      let x = sparseSignals(atoms, count, seed: 2)
      let found = sparseCodes(of: x, in: atoms, weight: 0.1, ridge: ridge, tolerance: 1e-13)
      let y = found.solution
      let slope = matmul(x - matmul(y, atoms.T), atoms) - ridge * y
      let violation = which(y .== 0, relu(abs(slope) - 0.1), abs(slope - 0.1 * sign(y)))
      #expect(violation.max().item() < 1e-6)
      // The error that the result tells is this one.
      #expect(abs(violation.max(axis: 1) - found.errors).max().item() < 1e-9)
      // Another method, another program path: FISTA's values are no lower than the gap allows.
      let problem = ParametricProblem.sparseCoding(
        atoms, weight: 0.1, ridge: ridge, contexts: .rows(x, heldOut: 0), dtype: .float64)
      let other = FISTA(maximumIterations: 3000, tolerance: 1e-9).solve(problem, x)
      #expect(abs(problem(y, x) - found.values).max().item() < 1e-10)
      #expect((found.values - other.values).max().item() < 1e-8)
      #expect(abs(problem.groundTruth(x) - y).max().item() < 1e-5)
    }
  }

  /// With orthonormal atoms, codes are thresholded products.
  @Test func orthonormalAtomsThreshold() {
    let (q, _) = qr(randomAtoms(12, 12, seed: 3))
    let x = sparseSignals(q, 5, seed: 4)
    let found = sparseCodes(of: x, in: q, weight: 0.2)
    #expect(abs(found.solution - softThreshold(matmul(x, q), 0.2)).max().item() < 1e-12)
    #expect(found.iterations.allSatisfy { $0 <= 4 })
  }

  @Test func aLimitIsToldAndNothingIsCodedAtALargeWeight() {
    let atoms = randomAtoms(20, 60, seed: 5)
    let x = sparseSignals(atoms, 4, seed: 6)
    let cut = sparseCodes(of: x, in: atoms, weight: 1e-3, tolerance: 1e-12, maximumIterations: 2)
    #expect(!cut.converged && cut.advice.contains("iterations"))
    let none = sparseCodes(of: x, in: atoms, weight: 1e3)
    #expect(none.solution.max().item() == 0.0 && none.converged)
    let zero = sparseCodes(of: x.zerosLike(), in: atoms, weight: 0.1)
    #expect(zero.converged && abs(zero.solution).max().item() == 0.0)
  }
}
