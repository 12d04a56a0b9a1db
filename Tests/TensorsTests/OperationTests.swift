import Tensors
import Testing

private func close(_ a: [Double], _ b: [Double], _ tolerance: Double = 1e-9) -> Bool {
  a.count == b.count
    && zip(a, b).allSatisfy { Swift.abs($0 - $1) <= tolerance * (1 + Swift.abs($1)) }
}

@Suite struct Shapes {
  @Test func broadcastingStretchesOnes() {
    let a = Tensor([[1.0], [2.0]])
    let b = Tensor([10.0, 20.0, 30.0])
    #expect((a + b).doubles == [11, 21, 31, 12, 22, 32])
    #expect((Tensor.zeros([0, 3]) + b).shape == [0, 3])
  }

  @Test func indexingGivesViewsAndSelections() {
    let x = Tensor.arange(12).reshaped(3, 4)
    #expect(x[1].integers == [4, 5, 6, 7])
    #expect(x[-1, 2...].integers == [10, 11])
    #expect(x[0..., ..<2].integers == [0, 1, 4, 5, 8, 9])
    #expect(x[.ellipsis, .newAxis].shape == [3, 4, 1])
    #expect(x[stride(from: 2, through: 0, by: -1), 0].integers == [8, 4, 0])
    #expect(x[[2, 0]].integers == [8, 9, 10, 11, 0, 1, 2, 3])
    #expect(x[x .> 8].integers == [9, 10, 11])
    #expect(x[..<(-1), -2].integers == [2, 6])
    #expect(x.T[1].integers == [1, 5, 9])
  }

  @Test func assignmentLeavesCopiesAlone() {
    var x = Tensor.zeros(2, 3)
    let before = x
    x[0, 1...] = Tensor([5.0, 6.0])
    x[[1, 1], 0] = Tensor([1.0, 2.0])
    #expect(x.doubles == [0, 5, 6, 2, 0, 0])
    #expect(before.doubles == [0, 0, 0, 0, 0, 0])
  }

  @Test func assignmentIsDifferentiable() {
    let g = gradient(at: Tensor([1.0, 2.0, 3.0])) { x in
      var y = x * 2
      y[1] = x[0] * x[0]
      return sum(y * y)
    }
    #expect(g.doubles == [8 + 4, 0, 24])
  }

  @Test func joiningAndRearranging() {
    let x = Tensor.arange(6).reshaped(2, 3)
    #expect(concatenate([x, x], axis: 1).integers == [0, 1, 2, 0, 1, 2, 3, 4, 5, 3, 4, 5])
    #expect(stack([x, x], axis: 1).shape == [2, 2, 3])
    #expect(x.flipped(axes: [1]).integers == [2, 1, 0, 5, 4, 3])
    #expect(x.rolled(1, axis: 1).integers == [2, 0, 1, 5, 3, 4])
    #expect(x.tiled([1, 2]).integers == [0, 1, 2, 0, 1, 2, 3, 4, 5, 3, 4, 5])
    #expect(x.repeated(2, axis: 1).integers == [0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5])
    #expect(x.padded([(1, 0), (0, 1)], value: 9).shape == [3, 4])
  }
}

@Suite struct Reductions {
  @Test(arguments: [[3, 4, 5], [1, 7, 1], [2, 600, 3], [1, 1, 1]])
  func sumsAgreeWithLoops(shape: [Int]) {
    var generator = Generator(seed: 3)
    let x = Tensor.normal(shape, dtype: .float64, from: &generator)
    let v = x.doubles
    #expect(close([sum(x).item()], [v.reduce(0, +)]))
    let middle = sum(x, axis: 1).doubles
    var expected = [Double](repeating: 0, count: shape[0] * shape[2])
    for i in 0..<shape[0] {
      for j in 0..<shape[1] {
        for k in 0..<shape[2] {
          expected[i * shape[2] + k] += v[(i * shape[1] + j) * shape[2] + k]
        }
      }
    }
    #expect(close(middle, expected))
    #expect(
      close(
        x.transposed(2, 0, 1).sum(axis: 2).doubles,
        sum(x, axis: 1).T.doubles))
    #expect(x.max().item() == v.max())
    #expect(x.min(axis: 0).doubles == x.transposed(1, 2, 0).min(axis: 2).doubles)
    #expect(
      close([x.variance().item()], [(x * x).mean().item() - x.mean().item() * x.mean().item()]))
  }

  @Test func emptyAndNaN() {
    #expect(Tensor.zeros([0]).sum().item() == 0)
    #expect(Tensor.zeros([0]).mean().item().isNaN)
    #expect(Tensor([1.0, .nan]).max().item().isNaN)
    #expect(Tensor([-Double.infinity, -Double.infinity]).logSumExp().item() == -.infinity)
    #expect(Swift.abs(Tensor([1000.0, 1000.0]).logSumExp().item() - 1000.6931) < 1e-3)
  }

  /// LAPACK's iteration turned for ever on some of them; NumPy says that it did not converge.
  @Test func singularValuesOfInfinitiesAreRefused() {
    for bad in [Double.infinity, -.infinity, .nan] {
      let hostile = Tensor([[1, 2, 3], [bad, 0, bad], [1, bad, 1e30]], dtype: .float64)
      let matrices = stack([Tensor.eye(3, dtype: .float64), hostile], axis: 0)
      for dtype in [DType.float64, .float32] {
        #expect(throws: LinearAlgebraError.notConverged(operation: "svd", batch: 1)) {
          try svd(matrices.cast(to: dtype))
        }
        #expect(throws: LinearAlgebraError.self) { try pseudoInverse(matrices.cast(to: dtype)) }
        // `geev` wrote outside of its memory.
        #expect(throws: LinearAlgebraError.notConverged(operation: "eigenvalues", batch: 1)) {
          try eigenvalues(matrices.cast(to: dtype))
        }
      }
    }
  }

  /// Selection gives the same as Swift's own stable sort, with ties, both zeros and NaN.
  @Test(arguments: [DType.float32, .float64, .int32, .int64, .uint8])
  func theFirstInOrder(_ dtype: DType) {
    var generator = Generator(seed: 17)
    for n in [1, 2, 3, 10, 257, 1000] {
      let drawn = Tensor.randomIntegers([3, n], in: 0..<(n + 3) / 2, from: &generator)
      var rows = drawn.cast(to: dtype)
      if dtype.isFloating {
        rows = rows - Double(n / 4)
        rows = which((rows .== 0) .& (Tensor.uniform([3, n], from: &generator) .< 0.5), -0.0, rows)
        rows = which(rows .== 1, Double.nan, rows)
      }
      for k in Set([0, 1, n / 3, n - 1, n]) {
        let found = rows.topK(k).positions
        for (i, row) in (0..<3).map({ rows[$0].doubles }).enumerated() {
          let order = row.indices.sorted {
            let (a, b) = (row[$0], row[$1])
            if a.isNaN || b.isNaN { return a.isNaN == b.isNaN ? $0 < $1 : b.isNaN }
            return a == b ? $0 < $1 : a > b
          }
          #expect(found[i].integers == Array(order.prefix(k)), "\(n) \(k)")
        }
      }
    }
    // Numbers in order, and in order backwards, are no slow case.
    let line = Tensor.arange(200_000).cast(to: dtype == .uint8 ? .float32 : dtype)
    #expect(line.topK(3).positions.integers == [199_999, 199_998, 199_997])
    #expect((0 - line).topK(3).positions.integers == [0, 1, 2])
  }

  /// A seed's numbers are the same on every machine and however many threads draw them.
  ///
  /// The sums are of a scalar program without vector code.
  @Test func normalNumbersNeverChange() {
    var generator = Generator(seed: 7)
    let z = Tensor.normal([100_003], dtype: .float64, from: &generator)
    let hash = z.doubles.reduce(UInt64(0)) { $0 &* 6_364_136_223_846_793_005 &+ $1.bitPattern }
    #expect(hash == 14_626_315_252_112_946_685)
    let f = Tensor.normal([100_003], from: &generator)
    let short = f.floats.reduce(UInt64(0)) {
      $0 &* 6_364_136_223_846_793_005 &+ UInt64($1.bitPattern)
    }
    #expect(short == 16_345_965_841_228_262_917)
  }

  @Test func sortingAndSearching() {
    let x = Tensor([3.0, 1.0, .nan, 2.0])
    #expect(x.argsort().integers == [1, 3, 0, 2])
    #expect(Tensor([3, 1, 2]).topK(2).values.integers == [3, 2])
    #expect(Tensor([2, 1, 2]).unique().counts.integers == [1, 2])
    #expect(Tensor([1.0, 2.0, 4.0]).searchSorted(Tensor([2.0, 3.0])).integers == [1, 2])
    #expect(Tensor([1, 2, 3]).cumulativeSum().integers == [1, 3, 6])
    #expect(Tensor([[1.0, 5.0], [7.0, 2.0]]).argmax(axis: 1).integers == [1, 0])
  }
}

@Suite struct Products {
  /// However a product is shared among threads, an element's bits are those of its row and column.
  @Test(arguments: [(200, 190, 150), (190, 300, 120)])
  func elementsDoNotDependOnHowProductsAreShared(size: (Int, Int, Int)) {
    var generator = Generator(seed: 6)
    let (m, n, k) = size
    for type in [DType.float32, .float64] {
      let a = Tensor.normal([m, k], dtype: type, from: &generator)
      let b = Tensor.normal([k, n], dtype: type, from: &generator)
      let whole = matmul(a, b)
      for first in stride(from: 0, to: m, by: 37) {
        let rows = first..<Swift.min(first + 37, m)
        #expect(matmul(a[rows], b) == whole[rows])
      }
      for first in stride(from: 0, to: n, by: 41) {
        let columns = first..<Swift.min(first + 41, n)
        #expect(matmul(a, b[0..., columns]) == whole[0..., columns])
      }
    }
  }

  @Test(
    arguments: [
      (1, 1, 1), (5, 7, 3), (10, 40, 40), (40, 1, 10), (13, 33, 65), (40, 70, 300), (130, 257, 9),
    ], [false, true])
  func matmulAgreesWithTheDefinition(size: (Int, Int, Int), transposed: Bool) {
    var generator = Generator(seed: 5)
    let (m, n, k) = size
    for type in [DType.float32, .float64] {
      let a0 = Tensor.normal(transposed ? [k, m] : [m, k], dtype: type, from: &generator)
      let b0 = Tensor.normal(transposed ? [n, k] : [k, n], dtype: type, from: &generator)
      let (a, b) = transposed ? (a0.T, b0.T) : (a0, b0)
      let (p, q, c) = (a.doubles, b.doubles, matmul(a, b).doubles)
      var worst = 0.0
      for i in 0..<m {
        for j in 0..<n {
          var total = 0.0
          for l in 0..<k { total += p[i * k + l] * q[l * n + j] }
          worst = Swift.max(worst, Swift.abs(total - c[i * n + j]))
        }
      }
      #expect(worst < (type == .float32 ? 1e-4 : 1e-12))
    }
  }

  /// A batch that shares a matrix is one product; its items have the bits of products of their own.
  @Test(arguments: [(10, 40, 40), (3, 1, 40), (40, 10, 1), (7, 49, 17)], [false, true])
  func itemsOfABatchAreProductsOfTheirOwn(size: (Int, Int, Int), transposed: Bool) {
    var generator = Generator(seed: 7)
    let (m, n, k) = size
    for type in [DType.float32, .float64] {
      let a = Tensor.normal([2, 3, m, k], dtype: type, from: &generator)
      let b0 = Tensor.normal(transposed ? [n, k] : [k, n], dtype: type, from: &generator)
      let b = transposed ? b0.T : b0
      let shared = matmul(a, b.broadcast(to: [2, 3, k, n]))
      let own = matmul(a, b.broadcast(to: [2, 3, k, n]) + Tensor.zeros([2, 3, k, n], dtype: type))
      let turned = matmul((a.mT + Tensor.zeros([2, 3, k, m], dtype: type)).mT, b)
      for i in 0..<2 {
        for j in 0..<3 {
          let single = matmul(a[i, j], b)
          #expect(shared[i, j] == single && own[i, j] == single && turned[i, j] == single)
        }
      }
    }
  }

  @Test(arguments: [1, 7, 40, 130])
  func aRowBesideManyIsAddedToEach(width: Int) {
    let x = Tensor.normal([3, 12, width])
    for rows in [Tensor.normal([width]), Tensor.normal([3, 1, width])] {
      let all = rows + Tensor.zeros(x.shape)
      #expect(x + rows == x + all && rows - x == all - x)
      #expect((x .< rows) == (x .< all))
    }
    let (sum, parts) = (x.sum(axis: 1), (0..<12).map { x[0..., $0] })
    let added = parts.dropFirst().reduce(parts[0].cast(to: .float64)) { $0 + $1.cast(to: .float64) }
    #expect(abs(sum.cast(to: .float64) - added).max().item() < 1e-5)
  }

  @Test func einsumAgreesWithMatmul() {
    var generator = Generator(seed: 6)
    let a = Tensor.normal([2, 3, 4], dtype: .float64, from: &generator)
    let b = Tensor.normal([2, 4, 5], dtype: .float64, from: &generator)
    #expect(close(einsum("bij,bjk->bik", a, b).doubles, matmul(a, b).doubles))
    #expect(close(einsum("bij,bjk->ki", a, b).doubles, matmul(a, b).sum(axis: 0).T.doubles))
    #expect(einsum("ii->", Tensor.eye(3)).item() == 3)
    #expect(einsum("i,j", Tensor([1.0, 2.0]), Tensor([3.0, 4.0])).doubles == [3, 4, 6, 8])
  }
}

@Suite struct Functions {
  /// Float32 results against float64 ones, in units in the last place.
  private func ulps(_ f: (Tensor) -> Tensor, _ x: Tensor) -> Double {
    let exact = f(x.cast(to: .float64)).doubles
    let found = f(x).floats
    return zip(exact, found).map { e, g in
      let rounded = Float(e)
      if rounded == g || (rounded.isNaN && g.isNaN) { return 0 }
      return Swift.abs(e - Double(g)) / Double(rounded.magnitude.ulp)
    }.max() ?? 0
  }

  @Test func float32FunctionsAreWithinTwoAndAHalfUlps() {
    var generator = Generator(seed: 9)
    let x = concatenate([
      Tensor.uniform([4096], low: -10, high: 10, from: &generator),
      // Above the logarithm of the smallest normal number: below, exponentials are 0.
      Tensor.uniform([4096], low: -87, high: 88, from: &generator),
      Tensor.normal([4096], std: 1e-4, from: &generator),
    ])
    for (name, f) in [
      ("exp", exp), ("expm1", expm1), ("tanh", tanh), ("sigmoid", sigmoid), ("sin", sin),
      ("cos", cos),
    ] as [(String, (Tensor) -> Tensor)] {
      let error = ulps(f, x)
      #expect(error < 2.5, "\(name): \(error) ulps")
    }
    for (name, f) in [("log", log), ("log1p", log1p), ("sqrt", sqrt)]
      as [(String, (Tensor) -> Tensor)]
    {
      let error = ulps(f, abs(x))
      #expect(error < 2.5, "\(name): \(error) ulps")
    }
  }

  @Test(arguments: [DType.float32, .float64])
  func edgeValues(type: DType) {
    func f(_ g: (Tensor) -> Tensor, _ v: Double) -> Double {
      g(Tensor([v, 0.5], dtype: type))[0].item()
    }
    #expect(f(exp, .infinity) == .infinity && f(exp, -.infinity) == 0 && f(exp, .nan).isNaN)
    #expect(f(exp, 1000) == .infinity && f(exp, -1000) == 0 && f(exp, 0) == 1)
    #expect(f(log, 0) == -.infinity && f(log, -1).isNaN && f(log, .infinity) == .infinity)
    #expect(f(log, 1) == 0 && f(log1p, 0) == 0 && f(log1p, -1) == -.infinity)
    #expect(f(tanh, .infinity) == 1 && f(tanh, -.infinity) == -1 && f(tanh, .nan).isNaN)
    #expect(f(sigmoid, -.infinity) == 0 && f(sigmoid, .infinity) == 1)
    #expect(f(softplus, .infinity) == .infinity && f(softplus, -.infinity) == 0)
    #expect(f(sin, .infinity).isNaN && f(cos, 0) == 1 && f(sqrt, -1).isNaN)
    #expect(f(expm1, -.infinity) == -1 && f(expm1, .infinity) == .infinity)
    #expect((Tensor([-7.0, 7.0], dtype: type) % 3).doubles == [2, 1])
  }
}

@Suite struct Conversions {
  @Test func convolutionAgreesWithPyTorch() {
    // make_reference.py, torch 2.15.0
    let expected = [
      -1.0539947813763508, -1.0647718833392081, -0.18801275855425503, -0.8035785413271115,
      -4.588116213367856, -2.8401943119610897, -0.11002514267211616, -1.765398884296992,
      -6.532147956943159, -4.640148282128421, 0.8992404870180195, -1.669121750609086,
      -12.23601305964926, -5.996819107838606, 0.6758145552347052, -3.6511991010106497,
    ]
    let x = (Tensor.arange(1, 65, dtype: .float64) * 0.1).reshaped(2, 4, 4, 2)
    let k = cos(Tensor.arange(36, dtype: .float64)).reshaped(3, 3, 2, 2)
    #expect(close(conv2d(x, k, stride: 2, padding: 1).doubles, expected, 1e-12))
  }

  @Test func descriptionsAreAligned() {
    #expect(Tensor([[1.0, -2.5], [10.0, 0.0]]).description == "[[ 1.0, -2.5],\n [10.0,  0.0]]")
    #expect(Tensor([1, 2]).description == "[1, 2]  (int32)")
    #expect(Tensor(2.0).description == "2.0")
    #expect(Tensor.zeros([2000]).description.contains("…"))
  }
}

@Suite struct Random {
  @Test func philoxReferenceVectors() {
    // Salmon et al., Random123's kat_vectors for philox4x32-10.
    #expect(
      Generator.philox(key: 0, counter: [0, 0, 0, 0])
        == [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8])
    #expect(
      Generator.philox(key: .max, counter: [.max, .max, .max, .max])
        == [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd])
    #expect(
      Generator.philox(
        key: 0x299f_31d0_a409_3822,
        counter: [0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344])
        == [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1])
  }

  @Test func momentsAndRepetition() {
    var a = Generator(seed: 1)
    var b = Generator(seed: 1)
    let x = Tensor.normal([20000], from: &a)
    #expect(x == Tensor.normal([20000], from: &b))
    #expect(Swift.abs(x.mean().item()) < 0.03 && Swift.abs(x.variance().item() - 1) < 0.05)
    let g = Tensor.gamma(Tensor.full([5000], 2.5), from: &a)
    #expect(Swift.abs(g.mean().item() - 2.5) < 0.1)
    let t = Tensor.truncatedNormal([2000], low: 1, high: 4, from: &a)
    #expect(t.min().item() >= 1 && Swift.abs(t.mean().item() - 1.52) < 0.05)
    let d = Tensor.dirichlet(Tensor.ones([100, 3]), from: &a)
    #expect(Swift.abs(d.sum(axis: 1).mean().item() - 1) < 1e-5)
    #expect(Tensor.permutation(50, from: &a).sorted() == Tensor.arange(50))
    #expect(a.split() != a.split())
  }
}
