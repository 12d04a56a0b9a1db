import Tensors
import Testing

/// Values at the edges of functions; from NumPy 2.4, SciPy 1.17 and JAX 0.10, which are named.
@Suite struct EdgeValues {
  @Test func kinksHaveTheDerivativesOfJAX() {
    for x in [0.0, -0.0] {
      #expect(gradient(at: Tensor(x)) { elu($0) }.item() == 1)
      #expect(gradient(at: Tensor(x)) { leakyRelu($0) }.item() == 1)
      #expect(gradient(at: Tensor(x)) { relu($0) }.item() == 0)
    }
    #expect(
      agree(
        gradient(at: Tensor([-2.0, 3.0], dtype: .float64)) { elu($0).sum() },
        [0.1353352832366127, 1]))
    #expect(elu(Tensor([1])).item() == 1)
    #expect(agree(elu(Tensor([1000.0, -1000.0])), [1000, -1]))
    #expect(agree(gradient(at: Tensor([1000.0, -1000.0])) { elu($0).sum() }, [1, 0]))
  }

  /// mpmath: x·Φ(x), its derivative, 1/cosh²(x) and its derivative.
  @Test func tailsKeepTheirDigits() {
    let x = Tensor([-8.0, -9, -12, -20, 3], dtype: .float64)
    func near(_ a: Tensor, _ b: [Double]) -> Bool {
      zip(a.doubles, b).allSatisfy { Swift.abs($0 - $1) <= 1e-12 * Swift.abs($1) }
    }
    #expect(
      near(
        gelu(x),
        [
          -4.9767684594174273e-15, -1.0157295653584566e-18, -2.1317785344932148e-32,
          -5.5072482372124674e-88, 2.9959503059051097,
        ]))
    #expect(
      near(
        gradient(at: x) { gelu($0).sum() },
        [
          -3.979607261086796e-14, -9.1389373739066393e-18, -2.5578956616748956e-31,
          -1.1014360483133464e-86, 1.0119456472041839,
        ]))
    let far = Tensor([0.5, 4, -10, 20, 300], dtype: .float64)
    let slopes = [
      0.78644773296592741, 0.0013409506830258969, 8.2446144557673974e-9, 1.6993417021166356e-17,
      1.0601586212017243e-260,
    ]
    #expect(near(gradient(at: far) { tanh($0).sum() }, slopes))
    let single = gradient(at: far[..<4].cast(to: .float32)) { tanh($0).sum() }.doubles
    #expect(zip(single, slopes).allSatisfy { Swift.abs($0 - $1) <= 1e-6 * $1 })
    // Normal numbers though exp(−2|x|) is none.
    let last = Tensor([354.3, -354.6], dtype: .float64)
    #expect(
      near(
        gradient(at: last) { tanh($0).sum() },
        [7.2608943015778591e-308, 3.9848632811546476e-308]))
    let lastSingle = gradient(at: Tensor([43.9, -44.1], dtype: .float32)) { tanh($0).sum() }
    #expect(
      zip(lastSingle.doubles, [2.95803395462e-38, 1.98284155891e-38]).allSatisfy {
        Swift.abs($0 - $1) <= 1e-6 * $1
      })
    #expect(
      near(
        gradient(at: far) { x in gradient(at: x) { tanh($0).sum() }.sum() },
        [
          -0.72686198138358728, -0.0026801026141057864, 1.6489228843561127e-8,
          -3.3986834042332711e-17, -2.1203172424034487e-260,
        ]))
    #expect(gradient(at: Tensor([Double.infinity])) { tanh($0).sum() }.item() == 0)
  }

  /// numpy.cumprod: products are taken in order.
  @Test func runningProductsThatOverflow() {
    let inf = Double.infinity
    func products(_ values: [Double]) -> Tensor {
      Tensor(values, dtype: .float64).cumulativeProduct()
    }
    #expect(agree(products([1e200, 1e200, 1e-200, 1e-200]), [1e200, inf, inf, inf]))
    #expect(agree(products([1e-200, 1e-200, 1e200, 1e200]), [1e-200, 0, 0, 0]))
    #expect(agree(products([1e300, 1e300, 0]), [1e300, inf, .nan]))
    #expect(agree(products([2, inf, 0.5, -3]), [2, inf, inf, -inf]))
    let x = Tensor([2.0, 0, 3, 0.5], dtype: .float64)
    #expect(gradient(at: x) { $0.cumulativeProduct().sum() }.doubles == [1, 11, 0, 0])
    let rows = Tensor([[2.0, -1, 3], [0.5, 4, 0]], dtype: .float64)
    for axis in [0, 1] {
      #expect(gradientCheck(at: rows) { sin($0.cumulativeProduct(axis: axis)).sum() } < 1e-7)
      let slope = { (x: Tensor) in
        square(gradient(at: x) { sin($0.cumulativeProduct(axis: axis)).sum() }).sum()
      }
      #expect(gradientCheck(at: rows, of: slope) < 1e-6)
      #expect(gradientCheck(at: rows) { gradient(at: $0, of: slope).sum() } < 1e-5)
    }
  }

  @Test func drawsFromNaNEndTheProgram() async {
    let coins = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Tensor.bernoulli(Tensor([0.5, .nan]))
    }
    #expect(lastWords(coins).contains("bernoulli: probabilities outside of [0, 1], or NaN"))
    let choice = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Tensor.categorical(logits: Tensor([0.5, .nan]))
    }
    #expect(lastWords(choice).contains("categorical: logits that are NaN"))
    // Impossible outcomes are fine.
    #expect(Tensor.categorical(logits: Tensor([-1e30, 0])).item() == 1)
  }

  /// numpy.logaddexp; derivatives at equal numbers are ½ and the second ¼, as in JAX.
  @Test func logAddExpOfInfinities() {
    let inf = Double.infinity
    let a = Tensor([-inf, -inf, 1, inf, inf, .nan], dtype: .float64)
    let b = Tensor([-inf, 2, -inf, inf, -inf, 1], dtype: .float64)
    #expect(agree(logAddExp(a, b), [-inf, 2, 1, inf, inf, .nan]))
    let g = gradient(at: Tensor([1.0, 1.0], dtype: .float64)) { x in logAddExp(x[0], x[1]) }
    #expect(g.doubles == [0.5, 0.5])
    let h = hessian(at: Tensor([1.0, 1.0], dtype: .float64)) { x in logAddExp(x[0], x[1]) }
    #expect(agree(h, [0.25, -0.25, -0.25, 0.25]))
    let (p, q) = gradient(at: Tensor([-inf, 2]), Tensor([-inf, -inf])) { logAddExp($0, $1)[1] }
    #expect(p.doubles == [0, 1] && q.doubles == [0, 0])
  }

  @Test func diagonalsOfInfinities() {
    #expect(Tensor([Double.infinity, 1]).asDiagonal().doubles == [.infinity, 0, 0, 1])
    #expect(Tensor([true, true]).asDiagonal().booleans == [true, false, false, true])
    #expect(
      gradient(at: Tensor([2.0, 3.0])) {
        ($0.asDiagonal() * Tensor([[1.0, 5.0], [7.0, 11.0]])).sum()
      }.doubles == [1, 11])
  }

  /// As numpy.floor_divide.
  @Test func floorDivisionIsThatOfPython() {
    let inf = Double.infinity
    let a = Tensor([1, -1, 1, -1, 0, 3, inf, 2, -3], dtype: .float64)
    let b = Tensor([0.1, 0.1, -0.1, -0.1, 2, inf, 2, 0, inf], dtype: .float64)
    #expect(agree(floorDivide(a, b), [9, -10, -10, 9, 0, 0, .nan, inf, -1]))
    #expect(floorDivide(Tensor([1.0]), Tensor([0.1])).item() == 9)
    #expect(floorDivide(Tensor([-7, 7]), Tensor([2, -2])).integers == [-4, -4])
  }

  /// As numpy.expm1(numpy.float32(…)).
  @Test func expm1UpToTheLargestFloat() {
    let found = expm1(Tensor([88.7, 88.72, 88.75, -200])).doubles
    #expect(agree(Array(found[..<2]), [3.3259773e38, 3.393181e38], 1e-6))
    #expect(found[2] == .infinity && found[3] == -1)
  }

  @Test func meansDivide() {
    for n in 1..<200 { #expect(Tensor.ones([n]).mean().item() == 1, "\(n)") }
    #expect(Tensor.zeros([0]).mean().item().isNaN)
    #expect(Tensor.zeros([0, 3]).mean(axis: 0).doubles.allSatisfy { $0.isNaN })
  }

  @Test func sumsDoNotDriftAlongAnyAxis() {
    let expected = 1_000_000.0149011612  // 10⁷ times the float32 nearest to 0.1
    let x = Tensor.full([10_000_000], 0.1)
    #expect(agree(x.sum(), [expected], 1e-7))
    #expect(agree(x.reshaped(10_000_000, 1).sum(axis: 0), [expected], 1e-7))
    #expect(agree(x.reshaped(5_000_000, 2).sum(axis: 0), [expected / 2, expected / 2], 1e-7))
    #expect(
      agree(
        x.reshaped(2, 2_500_000, 2).sum(axis: 1), [Double](repeating: expected / 4, count: 4), 1e-7)
    )
  }

  @Test func uniformNumbersStayBelowTheirUpperBound() {
    var generator = Generator(seed: 1)
    for (low, high) in [(1000.0, 1001.0), (1e7, 1e7 + 4), (-1, -0.5)] {
      let x = Tensor.uniform([200_000], low: low, high: high, from: &generator)
      #expect(x.max().item() < Double(Float(high)) && x.min().item() >= Double(Float(low)))
    }
  }

  @Test func usesOfOneSeedAreIndependent() {
    let n = 4000
    func centred(_ x: Tensor) -> Tensor {
      let y = x.cast(to: .float64)
      let c = y - y.mean()
      return c / c.norm()
    }
    func fresh<Result>(_ body: (inout Generator) -> Result) -> Result {
      var generator = Generator(seed: 7)
      return body(&generator)
    }
    let uses: [(String, Tensor)] = [
      ("uniform", fresh { Tensor.uniform([n], from: &$0) }),
      ("uniform64", fresh { Tensor.uniform([n], dtype: .float64, from: &$0) }),
      ("normal", fresh { Tensor.normal([n], from: &$0) }),
      ("|normal|", abs(fresh { Tensor.normal([n], from: &$0) })),
      ("bernoulli", fresh { Tensor.bernoulli(Tensor.full([n], 0.5), from: &$0) }),
      ("integers", fresh { Tensor.randomIntegers([n], in: 0..<1000, from: &$0) }),
      ("permutation", fresh { Tensor.permutation(n, from: &$0) }),
      ("shuffled", fresh { Tensor.arange(n).shuffled(from: &$0) }),
      ("next", fresh { g in Tensor((0..<n).map { _ in Double(g.next() >> 11) }) }),
      ("exponential", fresh { Tensor.exponential([n], from: &$0) }),
      ("poisson", fresh { Tensor.poisson(Tensor.full([n], 0.5), from: &$0) }),
      ("choice", fresh { Tensor.choice(n, probabilities: Tensor([0.5, 0.3, 0.2]), from: &$0) }),
      ("gumbel", fresh { Tensor.gumbel([n], from: &$0) }),
      ("gamma", fresh { Tensor.gamma(Tensor.full([n], 2.0), from: &$0) }),
      ("truncated", fresh { Tensor.truncatedNormal([n], from: &$0) }),
      ("beta", fresh { Tensor.beta(Tensor.full([n], 2.0), Tensor.full([n], 2.0), from: &$0) }),
      ("dirichlet", fresh { Tensor.dirichlet(Tensor.full([n, 2], 2.0), from: &$0)[0..., 0] }),
    ]
    for (i, a) in uses.enumerated() {
      for b in uses[(i + 1)...]
      where !(a.0.hasSuffix("normal|") || b.0 == "|normal|" && a.0 == "normal") {
        // A permutation is one use, also as a shuffle; uniform numbers of both widths are.
        if a.0 == "permutation" && b.0 == "shuffled" || a.0 == "uniform" && b.0 == "uniform64" {
          continue
        }
        let r: Double = dot(centred(a.1), centred(b.1)).item()
        #expect(Swift.abs(r) < 0.065, "\(a.0) and \(b.0): \(r)")
      }
    }
  }

  /// scipy.special.polygamma; d²ψ(2.5) also by jax.grad twice.
  @Test func derivativesOfTheDigammaFunction() {
    #expect(
      agree(hessian(at: Tensor(2.5, dtype: .float64)) { digamma($0) }, [-0.23620405164172736]))
    let x = Tensor([2.5, 0.5, -1.5, 20], dtype: .float64)
    #expect(
      agree(
        polygamma(2, x)[0...2], [-0.23620405164172736, -16.828796644234314, -0.23620405164172825]))
    #expect(agree(polygamma(3, x)[1], [97.40909103400242]))
    #expect(agree(polygamma(3, Tensor(-2.3, dtype: .float64)), [768.9350646661426]))
    #expect(agree(polygamma(4, x)[3] * 1e5, [-4.140597772639668]))
    #expect(gradientCheck(at: x) { polygamma(2, $0).sum() } < 1e-6)
  }

  @Test func gradientsOfConstantsAreNumbers() {
    #expect(gradient(at: Tensor([2.0, 2.0, 2.0])) { $0.std() }.doubles == [0, 0, 0])
    #expect(
      gradient(at: Tensor([[2.0, 2.0], [1.0, 3.0]])) { $0.std(axis: 1).sum() }.doubles == [
        0, 0, -0.5, 0.5,
      ])
    #expect(gradient(at: Tensor([0.0, 0.0])) { $0.norm() }.doubles == [0, 0])
  }

  /// numpy.std of numbers brought to 1 first; torch.std of halves that are widened.
  @Test func deviationsAtAnyScale() {
    for scale in [1e-200, 1e-30, 1, 1e30, 1e200] {
      let x = Tensor([1.0, -2, 4], dtype: .float64) * scale
      #expect(agree([x.std().item() / scale], [2.449489742783178]), "\(scale)")
      #expect(agree((x.std(axis: 0, correction: 1) / scale).doubles, [3.0]), "\(scale)")
      let slope = gradient(at: x) { $0.std() }
      #expect(agree(slope, [0, -0.408248290463863, 0.408248290463863]), "\(scale)")
    }
    let single = Tensor([[1e-30, -1e-30], [3e30, -3e30], [2, 2]], dtype: .float32)
    #expect(agree(single.std(axis: 1) / Tensor([1e-30, 3e30, 1]), [1, 1, 0], 1e-6))
    #expect(Tensor([300.0, -300], dtype: .float16).std().item() == 300)
    #expect(Tensor([2.0]).std(correction: 1).item().isNaN)
    let gaps = Tensor([2.0, .nan, 2, 2])
    #expect(gradient(at: gaps) { $0.nanStd() }.doubles == [0, 0, 0, 0])
  }

  /// y/(x² + y²) in exact arithmetic.
  @Test func anglesHaveSlopesAtAnyScale() {
    for scale in [1e-200, 1e-9, 1, 1e9, 1e200] {
      let slope = gradient(at: Tensor([3 * scale, -4 * scale], dtype: .float64)) {
        atan2($0[0], $0[1])
      }
      #expect(agree((slope * scale).doubles, [-0.16, -0.12]), "\(scale)")
    }
  }

  /// numpy.sum(x, axis=()) and its kin: every element alone.
  @Test func reductionsOverNoAxes() {
    let x = Tensor([[1.0, 2], [3, -4]], dtype: .float64)
    for y in [
      x.sum(axes: []), x.mean(axes: []), x.max(axes: []), x.min(axes: []), x.prod(axes: []),
      x.sum(axes: [], keepDims: true), x.T.sum(axes: []).T, (x * 2).sum(axes: []) / 2,
    ] {
      #expect(y == x)
    }
    #expect(x.norm(axes: []) == abs(x))
    #expect(x.variance(axes: []) == x.zerosLike() && x.std(axes: []) == x.zerosLike())
    let whole = Tensor([[1, 2], [3, 4]]).sum(axes: [])
    #expect(whole.dtype == .int64 && whole.integers == [1, 2, 3, 4])
    #expect(gradient(at: x) { ($0.sum(axes: []) * x).sum() } == x)
    #expect(gradient(at: x) { $0.max(axes: []).sum() }.doubles == [1, 1, 1, 1])
  }

  /// scipy.special.psi and polygamma(1, …), mpmath.
  @Test func digammaKeepsItsDigitsNextToRootsAndPoles() {
    func near(_ a: Tensor, _ b: [Double]) -> Bool {
      zip(a.doubles, b).allSatisfy { Swift.abs($0 - $1) <= 1e-13 * Swift.abs($1) }
    }
    let x = Tensor([1.4616321449683622, 1.461632144, 1.47, -1.0000001], dtype: .float64)
    #expect(
      near(
        digamma(x)[..<3],
        [-9.241265521729427e-17, -9.370573939986302e-10, 0.008066489011364869]))
    #expect(near(digamma(x)[3...], [10000000.4169454]))
    #expect(near(trigamma(x)[3...], [99999999883229.2]))
  }

  /// NaN has no sign: a processor's own would be printed as "-nan".
  @Test func valuesThatAreNoNumbersHaveNoSign() {
    for type in [DType.float32, .float64, .float16] {
      let x = log(Tensor([-1.0, -2.0], dtype: type))
      #expect("\(x.doubles)" == "[nan, nan]" && "\(x[0].item())" == "nan")
      #expect("\(x.array(of: Float.self))" == "[nan, nan]")
    }
  }

  @Test func floorDivisionTakesNumbers() {
    #expect(floorDivide(Tensor([7, -7]), 2).integers == [3, -4])
    #expect(floorDivide(7, Tensor([2.0, -2])).doubles == [3, -4])
  }

  /// scipy.linalg.expm.
  @Test func exponentialsOfLargeMatrices() throws {
    #expect(try matrixExponential(Tensor([[-1e20]], dtype: .float64)).item() == 0)
    #expect(try matrixExponential(Tensor.zeros([0, 0])).shape == [0, 0])
    #expect(
      agree(
        try matrixExponential(Tensor([[-49.0, 24], [-64, 31]], dtype: .float64)),
        [-0.735758758144755, 0.551819099658100, -1.471517599088263, 1.103638240715570], 1e-9))
  }

  @Test func whatHasNoGradientOrNoPlaceIsRefused() async {
    let slope = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = gradient(at: Tensor([[3.0, 1], [0, 2]])) { (try! eigenvalues($0)).real.sum() }
    }
    #expect(lastWords(slope).contains("eigenvalues: those of matrices"))
    let label = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Tensor([0, -1]).oneHot(3)
    }
    #expect(lastWords(label).contains("oneHot: position -1 is outside of 0..<3"))
    let stride = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = conv2d(Tensor.zeros([1, 4, 4, 1]), Tensor.zeros([3, 3, 1, 1]), stride: 0)
    }
    #expect(lastWords(stride).contains("conv2d: the stride 0 is not positive"))
    let window = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = maxPool2d(Tensor.zeros([1, 2, 2, 1]), size: 3)
    }
    #expect(lastWords(window).contains("maxPool2d: a window of (3, 3) does not fit"))
  }

  @Test func lengthsAtAnyScale() {
    for scale in [1e-30, 1e-9, 1, 1e9, 1e30] {
      let x = Tensor([3 * scale, 4 * scale])
      #expect(agree([x.norm().item() / scale], [5], 1e-6), "\(scale)")
      #expect(agree(gradient(at: x) { $0.norm() }, [0.6, 0.8], 1e-6), "\(scale)")
      #expect(agree((x.reshaped(1, 2).norm(axis: 1) / scale).doubles, [5], 1e-6))
    }
    #expect(Tensor([Double.infinity, 1]).norm().item() == .infinity)
    #expect(Tensor([Double.nan, 1]).norm().item().isNaN)
    #expect(Tensor.zeros([3]).norm().item() == 0)
    #expect(Tensor.zeros([0]).norm().item() == 0)
    #expect(Tensor.zeros([2, 0]).norm(axis: 1).doubles == [0, 0])
  }

  /// What kernels do with numbers below the smallest normal one; elsewhere they are kept.
  @Test func subnormalNumbers() {
    let tiny = Tensor([1e-40])
    #expect((tiny * 2).item() > 0 && tiny.sum().item() > 0)
    #expect(exp(Tensor([-90.0])).item() == 0 && exp(Tensor([-87.0])).item() > 0)
    #expect(matmul(tiny.reshaped(1, 1), Tensor([[1.0]])).item() == 0)
    #expect(agree(softmax(Tensor([0.0, -95])), [1, 0], 0))
  }
}
