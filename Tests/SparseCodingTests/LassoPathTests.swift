import SparseCoding
import Tensors
import Testing

@Suite struct LassoPathTests {
  /// Weights of all knots, and the last code, of `lars_path` of scikit-learn 1.9.1, see make_reference.py.
  private static let reference: [(weights: [Double], code: [Double])] = [
    (
      [
        2.7811892741, 2.0059283532, 0.6720024102, 0.6402956186, 0.6399901953, 0.4695154032, 0.01,
      ],
      [
        0, 0.3075649804, 0, -0.6077803626, -0.5270987092, 0.1803069596, -0.6170676168, 0, 0,
        0.0054872325,
      ]
    ),
    (
      [
        2.2530502157, 1.2409812089, 1.0613723372, 0.7946352784, 0.4307896127, 0.1803790761, 0.01,
      ],
      [
        0, -0.2930381905, 0.344292435, -0.3353798677, 0, -0.0732102601, 0.1322940329, 0, 0,
        0.4177088258,
      ]
    ),
    (
      [
        2.2504834298, 1.4376950648, 1.4007570023, 1.2285334927, 0.6709085935, 0.6308850529,
        0.5998975438, 0.5882586434, 0.01,
      ],
      [
        0, -0.4495856217, 0.2660852945, 0.2725466714, 0.3870423477, -0.2574570192, 0.6763432901, 0,
        0, 0,
      ]
    ),
  ]

  @Test(arguments: 0..<3)
  func knotsAreThoseOfScikitLearn(k: Int) {
    let (i, j) = (
      Tensor.arange(0, 6, dtype: .float64).reshaped([6, 1]),
      Tensor.arange(0, 10, dtype: .float64).reshaped([1, 10])
    )
    let steps = Tensor.arange(0, 6, dtype: .float64)
    let path = lassoPath(
      of: cos(5 * Double(k) + 2 * steps * sqrt(steps)), in: sin(1 + 3 * i + 7 * j + i * j),
      downTo: 0.01)
    let (weights, code) = Self.reference[k]
    #expect(path.weights.count == weights.count)
    for (a, b) in zip(path.weights, weights) { #expect(abs(a - b) < 1e-8) }
    #expect(abs(path.code(at: 0.01) - Tensor(code, dtype: .float64)).max().item() < 1e-8)
  }

  /// At every knot and between them, codes satisfy the optimality conditions; also where the dictionary
  /// has more atoms than numbers, and atoms leave.
  @Test(arguments: [(20, 50), (30, 30), (40, 12)])
  func codesAreOptimalForEveryWeight(m: Int, d: Int) {
    let atoms = randomAtoms(m, d, seed: m)
    var generator = Generator(seed: 5)
    let x = Tensor.normal([m], dtype: .float64, from: &generator)
    let path = lassoPath(of: x, in: atoms, downTo: 1e-3)
    #expect(path.isComplete)
    let middles = zip(path.weights, path.weights.dropFirst()).map { 0.5 * ($0 + $1) }
    for alpha in path.weights + middles {
      let y = path.code(at: alpha)
      let c = matmul((x - matmul(atoms, y.reshaped([d, 1])).flattened()).reshaped([1, m]), atoms)[0]
      let violation = which(y .== 0, relu(abs(c) - alpha), abs(c - alpha * sign(y)))
      #expect(violation.max().item() < 1e-9, "α = \(alpha)")
    }
  }

  /// Codes of the path and of coordinate descent are the same.
  @Test func itAgreesWithCoordinateDescent() {
    let atoms = randomAtoms(50, 100, seed: 1)
    let x = sparseSignals(atoms, 1, seed: 2)
    let path = lassoPath(of: x[0], in: atoms, downTo: 0.02)
    for alpha in [0.5, 0.1, 0.02] {
      let found = sparseCodes(of: x, in: atoms, weight: alpha, tolerance: 1e-14).solution[0]
      #expect(abs(path.code(at: alpha) - found).max().item() < 1e-6)
    }
  }

  /// A copy of an atom is left out, and the codes are still optimal.
  @Test func copiesOfAtomsAreLeftOut() {
    let atoms = randomAtoms(10, 8, seed: 3)
    let twice = concatenate([atoms, atoms], axis: 1)
    let x = sparseSignals(atoms, 1, seed: 4)[0] + 0.3
    let (one, two) = (
      lassoPath(of: x, in: atoms, downTo: 0.01), lassoPath(of: x, in: twice, downTo: 0.01)
    )
    #expect(two.isComplete)
    let y = two.code(at: 0.01)
    #expect(abs(y[..<8] + y[8...] - one.code(at: 0.01)).max().item() < 1e-9)
  }

  @Test func aLargeWeightHasTheZeroCode() {
    let atoms = randomAtoms(5, 7, seed: 6)
    let path = lassoPath(of: Tensor([0.1, 0, 0, 0, 0], dtype: .float64), in: atoms, downTo: 3)
    #expect(path.isComplete && path.weights == [3])
    #expect(path.code(at: 4) == Tensor.zeros([7], dtype: .float64))
  }
}
