import FixedPoints
import Networks
import Tensors
import Testing

/// A matrix and a start that make_reference.py can write down, too.
private func sample() -> (v: Tensor, start: NonnegativeFactors) {
  func grid(_ m: Int, _ n: Int, _ f: (Double, Double) -> Double) -> Tensor {
    let values = (0..<m).flatMap { i in (0..<n).map { f(Double(i), Double($0)) } }
    return Tensor(values, shape: [m, n], dtype: .float64)
  }
  let v = grid(12, 9) { i, j in
    1 + (sin(Tensor(1.3 * i + 0.7 * j * j, dtype: .float64)).item() as Double) + 0.1 * i
  }
  let w = grid(12, 3) { i, k in
    1 + 0.5 * (sin(Tensor(3 * i + 5 * k, dtype: .float64)).item() as Double)
  }
  let h = grid(3, 9) { k, j in
    1 + 0.5 * (cos(Tensor(2 * k + 7 * j, dtype: .float64)).item() as Double)
  }
  return (v, NonnegativeFactors(w: w, h: h))
}

private func random(_ shape: [Int], rank: Int, noise: Double = 0.01, seed: Int = 1) -> Tensor {
  var generator = Generator(seed: seed)
  let batch = Array(shape.dropLast(2))
  let w = Tensor.uniform(batch + [shape[shape.count - 2], rank], dtype: .float64, from: &generator)
  let h = Tensor.uniform(batch + [rank, shape[shape.count - 1]], dtype: .float64, from: &generator)
  return relu(matmul(w, h) + noise * Tensor.normal(shape, dtype: .float64, from: &generator))
}

@Suite struct Factorizations {
  /// A problem in other units is the same problem: down to where squares are 0, up to where they are
  /// infinite, and where one factor is much larger than the other.
  @Test(arguments: FactorizationMethod.allCases)
  func unitsDoNotMatter(_ method: FactorizationMethod) throws {
    let (v, start) = sample()
    func found(_ v: Tensor, _ w: Double, _ h: Double) throws -> FactorizationResult {
      try nonnegativeFactorization(
        v, rank: 3, method: method,
        from: .factors(NonnegativeFactors(w: start.w * w, h: start.h * h)), iterations: 40)
    }
    let whole = try found(v, 1, 1)
    let path = method.iterates(v, from: start, steps: 40)
    for (left, right) in [
      (-270, -270), (-270, -269), (250, 250), (3, -4), (200, -200), (-700, 130),
    ] {
      let w = Double(sign: .plus, exponent: left, significand: 1)
      let h = Double(sign: .plus, exponent: right, significand: 1)
      let other = try found(v * w * h, w, h)
      #expect(other.iterations == whole.iterations && other.status == whole.status)
      #expect(farthest(Tensor(other.history), Tensor(whole.history)) < 1e-12)
      #expect(abs(other.relativeResidual - whole.relativeResidual) < 1e-14)
      #expect(farthest(other.solution.w / w, whole.solution.w) < 1e-12, "\(left) \(right)")
      #expect(farthest(other.solution.h / h, whole.solution.h) < 1e-12)
      let steps = method.iterates(
        v * w * h, from: NonnegativeFactors(w: start.w * w, h: start.h * h), steps: 40)
      #expect(farthest(steps[40].w / w, path[40].w) < 1e-9)
      #expect(abs((steps[40].relativeError(v * w * h) - path[40].relativeError(v)).item()) < 1e-12)
    }
  }

  /// 1e±150, where squares of residuals are 0 or infinite; float32 likewise.
  @Test(arguments: FactorizationMethod.allCases)
  func extremeDataAreFactoredAsOthers(_ method: FactorizationMethod) throws {
    let v = sample().v
    for (type, scale) in [
      (DType.float64, 1e-150), (.float64, 1e150), (.float64, 1e-170), (.float32, 1e-30),
      (.float32, 1e30),
    ] {
      // What fills zeros for multiplicative steps is the mean of V, of units other than the factors'.
      let start = method == .multiplicative ? FactorizationStart.random(seed: 1) : .singular
      let plain = try nonnegativeFactorization(
        v.cast(to: type), rank: 3, method: method, from: start)
      let found = try nonnegativeFactorization(
        (v * scale).cast(to: type), rank: 3, method: method, from: start)
      let relative = found.solution.relativeError((v * scale).cast(to: type)).item() as Double
      let residual = found.relativeResidual
      #expect(abs(relative.squareRoot() - residual) < 1e-3 * residual)
      #expect(abs(residual - plain.relativeResidual) < 0.02 * residual, "\(type) \(scale)")
      #expect(found.converged == plain.converged && found.iterations[0] > 10)
    }
  }

  @Test func halfNumbersAreFactoredInFloat32() throws {
    let v = sample().v
    let wide = try nonnegativeFactorization(v.cast(to: .float16).cast(to: .float32), rank: 3)
    let found = try nonnegativeFactorization(v.cast(to: .float16), rank: 3)
    #expect(found.solution.w.dtype == .float32 && found.objective == wide.objective)
    let start = NonnegativeFactors(
      w: sample().start.w.cast(to: .float16), h: sample().start.h.cast(to: .float16))
    let path = FactorizationMethod.multiplicative.iterates(
      (v * 64).cast(to: .float16), from: start, steps: 5)
    let exact = FactorizationMethod.multiplicative.iterates(v * 64, from: sample().start, steps: 5)
    let gap = path[5].relativeError((v * 64).cast(to: .float16)) - exact[5].relativeError(v * 64)
    #expect(abs(gap).item() < 0.01)
  }

  @Test func learnedFactorizationsKnowNoUnits() {
    let v = random([5, 20, 15], rank: 3)
    var generator = Generator(seed: 4)
    let model = NeuralFactorization(dtype: .float64, from: &generator).mapParameters {
      $0 + Tensor.normal($0.shape, std: 0.3, dtype: .float64, from: &generator)
    }
    let path = model.iterates(v, rank: 3, steps: 4)
    for exponent in [-500, -8, 500] {
      let unit = Double(sign: .plus, exponent: exponent, significand: 1)
      let other = model.iterates(v * unit, rank: 3, steps: 4)
      #expect(farthest(other[4].product / unit, path[4].product) < 1e-9)
    }
  }

  /// Gradients through the units' scaling, against differences.
  @Test func iteratesHaveGradientsInAnyUnits() {
    let v = random([6, 5], rank: 2, noise: 0.1)
    var generator = Generator(seed: 3)
    let start = NonnegativeFactors.random(1e-3 * v, rank: 2, from: &generator)
    for method in FactorizationMethod.allCases {
      let error = gradientCheck(at: v) { v in
        sin(1e3 * method.iterates(1e-3 * v, from: start, steps: 3)[3].product).sum()
      }
      #expect(error < 1e-5, "\(method): \(error)")
    }
  }

  /// The best matrix of rank 1 is that of the first singular vectors, which are positive for a
  /// positive matrix: nothing is left to do for a start from them.
  @Test(arguments: FactorizationMethod.allCases, [DType.float32, .float64])
  func aStartAtTheMinimumHasConverged(_ method: FactorizationMethod, _ type: DType) throws {
    for scale in [1e-8, 1, 1e8] {
      let v = (scale * (1 + sample().v)).cast(to: type)
      let found = try nonnegativeFactorization(v, rank: 1, method: method)
      #expect(found.converged && found.iterations[0] <= 10, "\(found)")
      let values = try svd(v).s.doubles
      let left = values.dropFirst().reduce(0) { $0 + $1 * $1 } / 2
      #expect(abs(found.objective - left) < (type == .float64 ? 1e-12 : 1e-4) * left)
    }
  }

  /// scikit-learn 1.9.1, `NMF(init="custom", tol=0)`: objective, W[3, 1] and H[2, 4].
  @Test(arguments: [
    (
      FactorizationMethod.multiplicative, 1,
      [23.079247775818104, 0.44057103370249895, 1.293450977964709]
    ),
    (.multiplicative, 10, [14.61328612003303, 0.5268793467547381, 1.3470933591565208]),
    (.multiplicative, 200, [0.15386431080517046, 0.5419214029082381, 0.8094839517335638]),
    (.hierarchical, 1, [22.397676695317198, 0.10967497517324665, 1.2284103773095336]),
    (.hierarchical, 10, [0.3837579714224916, 0.7044147061453226, 0.3606181965285576]),
    (.hierarchical, 200, [0.04503975995977122, 0.6761525076549126, 0.15042382047568925]),
  ]) func agreesWithScikitLearn(_ method: FactorizationMethod, _ steps: Int, _ expected: [Double])
    throws
  {
    let (v, start) = sample()
    let found = try nonnegativeFactorization(
      v, rank: 3, method: method, from: .factors(start), iterations: steps, tolerance: 0)
    #expect(abs(found.objective - expected[0]) < 1e-9 * expected[0] + 1e-12, "\(found.objective)")
    #expect(abs(found.solution.w[3, 1].item() - expected[1]) < 1e-7)
    #expect(abs(found.solution.h[2, 4].item() - expected[2]) < 1e-7)
    #expect(found.iterations == [steps] && found.status == [.iterationLimit])
    // The step that has a gradient is the same.
    let path = method.iterates(v, from: start, steps: steps)
    #expect(farthest(path[steps].w, found.solution.w) < 1e-9)
  }

  /// scikit-learn 1.9.1, `_initialize_nmf(V, 3, init="nndsvd")`.
  @Test func singularStartsAgreeWithScikitLearn() {
    let v = sample().v
    let start = NonnegativeFactors.singular(v, rank: 3)
    let objective: Double = square(v - start.product).sum().item() / 2
    #expect(abs(objective - 12.586657574424102) < 1e-8)
    let expected = Tensor(
      [1.51141408811292, 1.4961973215564743, 1.1562831022837003, 1.4972608046816807],
      dtype: .float64)
    #expect(farthest(start.product[2, ..<4], expected) < 1e-8)
    #expect((start.w .== 0).cast(to: .float64).sum().item() == 12)
    #expect((start.h .== 0).cast(to: .float64).sum().item() == 10)
    #expect(NonnegativeFactors.singular(v, rank: 3, fill: 1).w.min().item() > 0)
  }

  /// Large matrices get their singular vectors from a few random directions.
  @Test func largeSingularStartsAreExactToo() throws {
    let v = random([200, 150], rank: 5, noise: 0.05)
    let fast = NonnegativeFactors.singular(v, rank: 5).product
    // A batch of one goes the direct way.
    let exact = NonnegativeFactors.singular(v.expandedDims(axis: 0), rank: 5).product[0]
    #expect(farthest(fast, exact) < 1e-6 * abs(exact).max().item())
  }

  @Test(arguments: FactorizationMethod.allCases) func objectivesFallAndFactorsStayNonnegative(
    _ method: FactorizationMethod
  ) {
    let v = random([6, 20, 15], rank: 4)
    var generator = Generator(seed: 3)
    let start = NonnegativeFactors.random(v, rank: 4, from: &generator)
    let path = method.iterates(v, from: start, steps: 60)
    let errors = path.map { $0.relativeError(v) }
    for (k, pair) in zip(errors, errors.dropFirst()).enumerated() where method != .splitting {
      // ADMM's may rise for a while.
      #expect((pair.1 - pair.0).max().item() < 1e-12, "\(method), step \(k)")
    }
    #expect(errors[60].max().item() < 0.02, "\(method) \(errors[60])")
    for factors in path {
      #expect(factors.w.min().item() >= 0 && factors.h.min().item() >= 0)
    }
  }

  /// First-order conditions: no element that may move wants to.
  ///
  /// Multiplicative steps only creep there.
  @Test(arguments: [FactorizationMethod.hierarchical, .splitting]) func limitsAreStationary(
    _ method: FactorizationMethod
  ) throws {
    let (v, start) = sample()
    let found = try nonnegativeFactorization(
      v, rank: 3, method: method, from: .factors(start), iterations: 100_000, tolerance: 1e-7)
    #expect(found.converged, "\(method): \(found)")
    let (w, h) = (found.solution.w, found.solution.h)
    let slope = matmul(w.T, matmul(w, h) - v)
    #expect(abs(slope * h).max().item() < 1e-3)
    #expect(slope.min().item() > -1e-3)
  }

  @Test func scalesAndOrdersOfComponentsDoNotMatter() throws {
    let v = random([30, 20], rank: 3)
    let found = try nonnegativeFactorization(v, rank: 3, iterations: 50).solution
    let scale = Tensor([2.0, 0.5, 3.0], dtype: .float64)
    let order = Tensor([2, 0, 1])
    let other = NonnegativeFactors(
      w: (found.w * scale).take(order, axis: 1),
      h: (found.h / scale.expandedDims(axis: 1)).take(order))
    #expect(farthest(found.product, other.product) < 1e-12)
    #expect(farthest(found.normalized.w.take(order, axis: 1), other.normalized.w) < 1e-12)
    #expect(farthest(found.normalized.w.norm(axis: 0), Tensor(1.0)) < 1e-12)
  }

  /// An untrained model is HALS from NNDSVD; a wild one is no worse than its guard.
  @Test func neuralFactorizationIsGuarded() {
    let v = random([5, 20, 15], rank: 3)
    var generator = Generator(seed: 4)
    let untrained = NeuralFactorization(dtype: .float64, from: &generator)
    let path = untrained.iterates(v, rank: 3, steps: 8)
    let classical = FactorizationMethod.hierarchical.iterates(
      v, from: .singular(v, rank: 3), steps: 8)
    #expect(farthest(path[8].product, classical[8].product) < 1e-9)
    let wild = untrained.mapParameters {
      $0 + Tensor.normal($0.shape, std: 3, dtype: .float64, from: &generator)
    }
    let errors = wild.iterates(v, rank: 3, steps: 10).map { $0.relativeError(v) }
    for (before, after) in zip(errors, errors.dropFirst()) {
      #expect((after - before).max().item() < 1e-12)
    }
    // Rows, columns and their roles may be exchanged.
    let turned = wild.iterates(v.take(Tensor((0..<20).reversed()), axis: 1), rank: 3, steps: 1)
    let straight = wild.iterates(v, rank: 3, steps: 1)
    #expect(
      farthest(turned[1].product.take(Tensor((0..<20).reversed()), axis: 1), straight[1].product)
        < 1e-6)
  }

  @Test func whatDoesNotFitIsSaid() {
    let v = sample().v
    func message(_ v: Tensor, rank: Int, from start: FactorizationStart = .singular) -> String {
      do {
        _ = try nonnegativeFactorization(v, rank: rank, from: start)
        return ""
      } catch { return "\(error)" }
    }
    let negative = concatenate([v[..<2], v[2..<3] - 10, v[3...]])
    #expect(message(negative, rank: 3).contains("row 2, column 0 is -"))
    #expect(message(v / 0 * 0, rank: 3).contains("nan; all are finite"))
    #expect(message(v, rank: 0).contains("rank 0"))
    #expect(message(v, rank: 10).contains("random(seed: 0)"))
    #expect(message(v, rank: 10, from: .random(seed: 0)) == "")
    #expect(message(v[0], rank: 1).contains("shape [9]"))
    #expect(message(v, rank: 2, from: .factors(sample().start)).contains("[12, 3]"))
  }

  @Test func zerosAndSingleNumbersAreFactored() throws {
    let zeros = Tensor.zeros([4, 3], dtype: .float64)
    for method in FactorizationMethod.allCases {
      let none = try nonnegativeFactorization(zeros, rank: 2, method: method)
      #expect(none.objective == 0 && none.relativeResidual == 0, "\(method)")
      let one = try nonnegativeFactorization(
        Tensor([[6.0]], dtype: .float64), rank: 1, method: method)
      #expect(one.objective < 1e-12, "\(method)")
    }
  }
}
