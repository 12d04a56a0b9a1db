import Amortization
import AmortizedTransport
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
      loss: .objective, options: TrainingOptions(batch: 32, clip: 1))
    run.advance(by: 600, on: problem, showsProgress: false)
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

@Suite struct PairsOfMeasures {
  @Test func pairsThatAreHeldOutHaveNoTrainingMeasure() {
    let measures = Tensor.arange(40).cast(to: .float64).reshaped([40, 1])
    let contexts = Contexts.pairs(of: measures, heldOut: 0.25)
    var generator = Generator(seed: 1)
    let training = Set(contexts.sample(2000, from: &generator).doubles)
    let unseen = Set(contexts.sampleHeldOut(2000, from: &generator).doubles)
    #expect(training.count == 30 && unseen.count == 10 && training.isDisjoint(with: unseen))
  }
}
