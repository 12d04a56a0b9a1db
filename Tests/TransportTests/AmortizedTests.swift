import Amortization
import Networks
import Tensors
import Testing
import Transport

@Suite struct EntropicDualTests {
  @Test func minimumIsTheSolversDual() throws {
    for geometry in [
      Geometry.grid([3, 4]), try Geometry.matrix(Geometry.grid([3, 4]).costMatrix),
    ] {
      let s = Sample(12, 12, seed: 31)
      let epsilon = 0.05
      let row = concatenate([s.a, s.b]).reshaped(1, 24)
      let problem = try ParametricProblem.entropicDual(
        geometry, epsilon: epsilon, contexts: .rows(row))
      let solved = try sinkhorn(
        s.a, s.b, geometry, epsilon: epsilon, options: SinkhornOptions(tolerance: 1e-10))
      let y = (solved.f / epsilon).reshaped(1, 12)
      #expect(Swift.abs(problem(y, row).item() + solved.dualCost / epsilon) < 1e-7)
      let (_, slope) = problem.valueAndGradient(y, row)
      #expect(abs(slope).max().item() < 1e-8)
      let away = y + sin(Tensor.arange(12, dtype: .float64)).reshaped(1, 12)
      #expect(problem(away, row).item() > problem(y, row).item())
      #expect(gradientCheck(at: away) { problem($0, row).sum() } < 1e-6)
    }
  }

  @Test func fullyMasslessPointsAndFarMassStayFinite() throws {
    var a = Tensor.zeros([1, 144], dtype: .float64)
    var b = Tensor.zeros([1, 144], dtype: .float64)
    a[0, 0] = Tensor(1.0)
    b[0, 143] = Tensor(1.0)
    let row = concatenate([a, b], axis: 1)
    let problem = try ParametricProblem.entropicDual(
      Geometry.grid([12, 12]), epsilon: 0.01, contexts: .rows(row))
    let y = Tensor.zeros([1, 144])
    // One point to one point: the dual is the cost, 2, in units of ε.
    #expect(Swift.abs(problem(y, row).item() + 200) < 1e-6)
    #expect(isFinite(problem.gradient(y, row)).all())
  }

  @Test func trainingBeatsTheZeroStart() throws {
    let grid = Geometry.grid([6, 6])
    var generator = Generator(seed: 1)
    let raw = square(square(Tensor.normal([200, 36], dtype: .float64, from: &generator)))
    let measures = raw / raw.sum(axis: 1, keepDims: true)
    let problem = try ParametricProblem.entropicDual(
      grid, epsilon: 0.02, contexts: .pairs(of: measures.cast(to: .float32)))
    var run = TrainingRun(
      FullyAmortized(
        PotentialNetwork(sources: 36, targets: 36, hidden: [64, 64], from: &generator)),
      on: problem, loss: .objective, options: TrainingOptions(batch: 32, clip: 1))
    run.advance(by: 600, showsProgress: false)
    let x = Contexts.pairs(of: measures).sample(8, seed: 5)
    let guess = run.model(x, on: problem).cast(to: .float64) * 0.02
    var (zero, meta) = (0.0, 0.0)
    for k in 0..<8 {
      let options = SinkhornOptions(tolerance: 1e-3, maximumIterations: 1)
      func first(_ f: Tensor) throws -> Double {
        try sinkhorn(
          x[k, ..<36], x[k, 36...], grid, epsilon: 0.02, options: options, from: (f, nil)
        )
        .errors[0]
      }
      zero += try first(Tensor.zeros([36], dtype: .float64))
      meta += try first(guess[k])
    }
    #expect(meta < 0.7 * zero)
  }

  @Test func gaussianPotentialIsRightForGaussians() throws {
    let n = 40
    let line = Tensor.linspace(0, 1, n, dtype: .float64)
    let x = line.reshaped(n, 1)
    func bump(_ m: Double, _ s: Double) -> Tensor {
      let h = exp(-square((line - m) / s) / 2)
      return h / h.sum()
    }
    let (a, b) = (bump(0.4, 0.05), bump(0.6, 0.1))
    let f = try gaussianPotential(x, x, a, b)
    let exact = try exactTransport(a, b, Geometry.points(x, x))
    // Potentials agree up to a constant where there is mass.
    let gap = f - exact.f
    let mean = dot(gap, a).item()
    #expect(dot(square(gap - mean), a).item().squareRoot() < 2e-3)
  }
}

@Suite struct ConvexNetworkTests {
  @Test func isConvexWhateverTheParameters() {
    var generator = Generator(seed: 3)
    for hidden in [[5], [8, 6], [7, 5, 4]] {
      let form = ConvexForm(dimension: 3, hidden: hidden)
      let wild = 2 * Tensor.normal([4, form.parameterCount], dtype: .float64, from: &generator)
      let x = 3 * Tensor.normal([4, 200, 3], dtype: .float64, from: &generator)
      let y = 3 * Tensor.normal([4, 200, 3], dtype: .float64, from: &generator)
      let middle = form(wild, (x + y) / 2)
      let chord = (form(wild, x) + form(wild, y)) / 2
      #expect((chord - middle).min().item() > -1e-9)
      let slope = form.gradient(wild, x)
      #expect(((slope - form.gradient(wild, y)) * (x - y)).sum(axis: -1).min().item() > -1e-9)
    }
  }

  @Test func gradientIsThatOfTheValues() {
    var generator = Generator(seed: 4)
    let network = ConvexNetwork(dimension: 2, hidden: [6, 5], dtype: .float64, from: &generator)
    let x = Tensor.normal([5, 2], dtype: .float64, from: &generator)
    let slope = gradient(at: x) { network($0).sum() }
    #expect(largestGap(slope, network.map(x)) < 1e-12)
    #expect(gradientCheck(at: x) { network($0).sum() } < 1e-6)
    // The start is near the identity.
    #expect(largestGap(network.map(x), x) < 0.2)
  }

  @Test func conjugateAgreesWithAGrid() {
    var generator = Generator(seed: 5)
    let network = ConvexNetwork(dimension: 1, hidden: [6], dtype: .float64, from: &generator)
    let y = Tensor.linspace(-2, 2, 9, dtype: .float64).reshaped(9, 1)
    let problem = ParametricProblem.conjugate(
      of: { network($0) }, dimension: 1, points: .rows(y), dtype: .float64)
    let found = LBFGS().solve(problem, y, from: y)
    let grid = Tensor.linspace(-6, 6, 24_001, dtype: .float64).reshaped(24_001, 1)
    let table = matmul(y, grid.T) - network(grid).reshaped(1, 24_001)
    #expect(largestGap(-found.values, table.max(axis: 1)) < 1e-6)
    // The argument is the gradient of the conjugate: ∇f(x̂(y)) = y.
    #expect(largestGap(network.map(found.solution), y) < 1e-5)
  }

  @Test func transportOfGaussiansIsTheClosedForm() throws {
    let target = GaussianMeasure(
      mean: Tensor([1.0, -0.5]), covariance: Tensor([[1.5, 0.4], [0.4, 0.6]]))
    let root = try cholesky(target.covariance)
    var run = ContinuousTransport(
      dimension: 2, hidden: [32], predictor: [64], batch: 128, learningRate: 1e-2, seed: 1,
      source: { Tensor.normal([$0, 2], dtype: .float64, from: &$1) },
      target: { target.mean + matmul(Tensor.normal([$0, 2], dtype: .float64, from: &$1), root.T) })
    run.advance(by: 2000)
    let source = GaussianMeasure(mean: Tensor([0.0, 0.0]), covariance: Tensor.eye(2))
    let (matrix, offset) = try source.map(to: target)
    var generator = Generator(seed: 9)
    let x = Tensor.normal([1000, 2], dtype: .float64, from: &generator)
    let truth = matmul(x, matrix) + offset
    let error = square(run.map(x).cast(to: .float64) - truth).sum(axis: 1).mean().item()
    // The unexplained part of the target's variance.
    #expect(error / target.covariance.trace().item() < 0.03)
    let back = run.inverse(truth).cast(to: .float64)
    #expect(square(back - x).sum(axis: 1).mean().item() < 0.1)
  }
}

@Suite struct AmortizedSliceTests {
  @Test func slicesAreBoundedByTheMaximum() {
    var generator = Generator(seed: 6)
    let shift = Tensor([2.0, 0.0, 0.0, 0.0])
    let contexts = Contexts { count, generator in
      let x = Tensor.normal([count, 1, 16, 4], from: &generator)
      let y = Tensor.normal([count, 1, 16, 4], from: &generator) + shift
      return concatenate([x, y], axis: 1)
    }
    let problem = ParametricProblem.maxSliced(points: 16, dimension: 4, contexts: contexts)
    let x = contexts.sample(3, seed: 2)
    let slices = Tensor([[1.0, 0, 0, 0], [0, 1, 0, 0], [0, 0, 0, 1]])
    let values = -problem(slices, x)
    for k in 0..<3 {
      let direct = sliceCosts(x[k, 0], x[k, 1], along: slices[k].reshaped(1, 4)).item()
      #expect(Swift.abs(values[k].item() - direct) < 1e-5)
    }
    var run = TrainingRun(
      FullyAmortized(LinearSlice(points: 16, dimension: 4, from: &generator)), on: problem,
      loss: .objective, optimizer: Adam(learningRate: 1e-2))
    run.advance(by: 200, showsProgress: false)
    let found = run.model(x, on: problem)
    let best = maxSlicedWasserstein(x[0, 0], x[0, 1], starts: 6, steps: 150, from: &generator)
    let learned = -problem(found, x)[0].item()
    #expect(learned <= best.cost * 1.001 && learned > 0.7 * best.cost)
  }
}
