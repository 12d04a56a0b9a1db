import Amortization
import AmortizedTransport
import Networks
import Tensors
import Testing
import Transport

/// ½xᵀAx + ⟨b, x⟩, with conjugate ½(y − b)ᵀA⁻¹(y − b).
private struct Quadratic: Layer {
  var a: Tensor
  var b: Tensor

  init(_ d: Int, seed: Int) {
    var generator = Generator(seed: seed)
    let root = Tensor.normal([d, d], dtype: .float64, from: &generator)
    a = matmul(root, root.T) + 0.5 * Tensor.eye(d, dtype: .float64)
    b = Tensor.normal([d], dtype: .float64, from: &generator)
  }

  func callAsFunction(_ x: Tensor) -> Tensor {
    let symmetric = (a + a.T) / 2
    return 0.5 * (matmul(x, symmetric) * x).sum(axis: 1) + matmul(x, b)
  }
}

/// A network whose parameters are far from the start, where convexity could fail.
private func wild(
  _ d: Int, _ activation: Activation = .softplus, rank: Int = 0, seed: Int
) -> InputConvexNetwork {
  var generator = Generator(seed: seed)
  let network = InputConvexNetwork(
    d, hidden: [12, 9, 7], activation: activation, rank: rank, strongConvexity: 0.1,
    dtype: .float64, from: &generator)
  return network.mapParameters {
    $0 + Tensor.normal($0.shape, std: 1.5, dtype: .float64, from: &generator)
  }
}

@Suite struct InputConvexTests {
  @Test(arguments: [Activation.softplus, .elu, .relu, .leakyRelu], [0, 2])
  func staysBelowItsChords(activation: Activation, rank: Int) {
    for seed in 0..<5 {
      let f = wild(3, activation, rank: rank, seed: seed)
      var generator = Generator(seed: 100 + seed)
      let a = Tensor.normal([400, 3], std: 3, dtype: .float64, from: &generator)
      let b = Tensor.normal([400, 3], std: 3, dtype: .float64, from: &generator)
      let t = Tensor.uniform([400, 1], dtype: .float64, from: &generator)
      let s = t.reshaped([400])
      let chord = t.reshaped([400]) * f(a) + (1 - s) * f(b)
      // Strongly convex: the chord is above by at least ½α₀t(1 − t)|a − b|².
      let bend = 0.05 * s * (1 - s) * square(a - b).sum(axis: 1)
      let room = chord - bend - f(t * a + (1 - t) * b)
      #expect((room / (1 + abs(chord))).min().item() > -1e-12)
    }
  }

  @Test func curvaturesAreAtLeastTheModulus() throws {
    let f = wild(4, rank: 1, seed: 7)
    var generator = Generator(seed: 8)
    for _ in 0..<20 {
      let x = Tensor.normal([4], std: 2, dtype: .float64, from: &generator)
      let h = hessian(at: x) { x in f(x.reshaped([1, 4])).sum() }
      #expect(try eigenSymmetric(h).values.min().item() > 0.1 - 1e-9)
    }
  }

  @Test func beginsCloseToTheIdentity() {
    var generator = Generator(seed: 1)
    let f = InputConvexNetwork(2, from: &generator)
    let x = Tensor.normal([500, 2], from: &generator)
    let away = square(transportMap(of: f, at: x) - x).sum(axis: 1).mean().item()
    #expect(away < 0.1)
    #expect(f.dimension == 2)
  }

  @Test func parametersAreWalked() {
    let f = InputConvexNetwork(2, hidden: [5, 4], rank: 3)
    // (2·5 + 5) + (2·4 + 4), 5·4 + 4, q, Q, α.
    #expect(f.parameterCount == 27 + 24 + 2 + 6 + 1)
    let g = wild(2, seed: 3)
    let x = Tensor([[0.3, -0.7], [1.2, 0.4]], dtype: .float64)
    let byLinear = gradientCheck(at: g.linear) { q in
      var h = g
      h.linear = q
      return (h(x) * Tensor([1.0, -2.0], dtype: .float64)).sum()
    }
    let byRoots = gradientCheck(at: g.roots[1]) { u in
      var h = g
      h.roots[1] = u
      return square(transportMap(of: h, at: x)).sum()
    }
    #expect(byLinear < 1e-7 && byRoots < 1e-6)
  }
}

@Suite struct ConjugateTests {
  @Test(arguments: [1, 2, 5])
  func quadraticsHaveTheirClosedForm(d: Int) throws {
    let f = Quadratic(d, seed: d)
    var generator = Generator(seed: 40 + d)
    let y = Tensor.normal([30, d], std: 2, dtype: .float64, from: &generator)
    let found = convexConjugate(of: f, at: y, by: LBFGS(tolerance: 1e-9))
    let shifted = y - f.b
    let points = matmul(shifted, try inverted(f.a))
    #expect(found.solver.converged)
    #expect(largestGap(found.points, points) < 1e-7)
    #expect(largestGap(found.values, 0.5 * (shifted * points).sum(axis: 1)) < 1e-9)
    // Newton's method is another way to the same points.
    let newton = convexConjugate(of: f, at: y, by: NewtonMethod(tolerance: 1e-9))
    #expect(largestGap(newton.points, points) < 1e-7)
  }

  @Test func agreesWithAGrid() {
    let f = wild(2, seed: 5)
    let y = Tensor([[0.0, 0.0], [3.0, -1.0], [-8.0, 5.0]], dtype: .float64)
    let found = convexConjugate(of: f, at: y, by: LBFGS(tolerance: 1e-8))
    #expect(found.solver.converged)
    for i in 0..<3 {
      // A grid around the point, wide enough to show a better one, and finer and finer.
      var best = -Double.infinity
      for width in [10.0, 1, 0.1, 0.01] {
        let line = Tensor.linspace(-width, width, 201, dtype: .float64)
        let (u, v) = meshgrid(line, line)
        let grid = stack([u.flattened(), v.flattened()], axis: 1) + found.points[i]
        best = max(best, (matmul(grid, y[i]) - f(grid)).max().item())
      }
      let value: Double = found.values[i].item()
      #expect(value >= best - 1e-10)
      #expect(value - best < 1e-6 * max(1, Swift.abs(value)))
    }
  }

  @Test func fenchelYoungIsTightAtTheMaximizer() {
    let f = wild(3, rank: 2, seed: 9)
    var generator = Generator(seed: 3)
    let x = Tensor.normal([40, 3], dtype: .float64, from: &generator)
    // At y = ∇f(x) the maximizer is x, and f(x) + f*(y) = ⟨x, y⟩.
    let y = transportMap(of: f, at: x)
    let found = convexConjugate(of: f, at: y, by: LBFGS(tolerance: 1e-9))
    #expect(largestGap(found.points, x) < 1e-6)
    #expect(largestGap(f(x) + found.values, (x * y).sum(axis: 1)) < 1e-9)
    // Elsewhere it is larger.
    let other = x.flipped(axes: [0])
    #expect((f(other) + found.values - (other * y).sum(axis: 1)).min().item() > 0)
  }

  @Test func derivativesFollowTheEnvelopeTheorem() {
    let f = Quadratic(2, seed: 11)
    let y = Tensor([[0.4, -1.0], [2.0, 0.3]], dtype: .float64)
    let solver = LBFGS(tolerance: 1e-10)
    let byPoint = gradientCheck(at: y) { convexConjugate(of: f, at: $0, by: solver).values.sum() }
    let byMatrix = gradientCheck(at: f.a) { a in
      var g = f
      g.a = a
      return convexConjugate(of: g, at: y, by: solver).values.sum()
    }
    #expect(byPoint < 1e-6 && byMatrix < 1e-6)
  }

  @Test func secondDerivativesOfConjugatesAreRefused() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = hessian(at: Tensor([[0.4, -1.0]], dtype: .float64)) {
        convexConjugate(of: Quadratic(2, seed: 11), at: $0).values.sum()
      }
    }
    let words = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    #expect(words.contains("convexConjugate: the gradient has no gradient"))
  }

  @Test func lossesMeasureTheFirstOrderCondition() {
    let f = Quadratic(2, seed: 12)
    let problem = ParametricProblem.conjugate(
      of: f, dimension: 2, dtype: .float64, contexts: .normal(dimension: 2))
    let y = problem.sampleContexts(20, seed: 1)
    let x = 0.3 * y + 0.1
    let inputs = LossInputs(problem: problem, contexts: y, iterates: [x])
    let residual = matmul(x, f.a) + f.b - y
    let expected: Double = square(residual).sum(axis: 1).mean().item()
    #expect(Swift.abs(Loss.cycle(inputs).item() - expected) < 1e-10)
    #expect(
      Swift.abs(Loss.objective(inputs).item() - (f(x) - (x * y).sum(axis: 1)).mean().item()) < 1e-10
    )
  }
}
