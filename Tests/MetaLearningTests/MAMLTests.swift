import Amortization
import MetaLearning
import Networks
import Tensors
import Testing

/// f(y; x) = ½(y − x)ᵀA(y − x), whose gradient steps have a closed form.
private struct Quadratic {
  let matrix: Tensor
  let inner: ParametricProblem
  let dimension = 4

  init(_ seed: Int) {
    var generator = Generator(seed: seed)
    let root = Tensor.normal([4, 4], dtype: .float64, from: &generator)
    let a = matmul(root, root.T) / 4 + 0.5 * Tensor.eye(4, dtype: .float64)
    matrix = a
    inner = ParametricProblem(
      dimension: 4, contexts: .normal(dimension: 4), dtype: .float64
    ) { y, x in
      0.5 * (matmul(y - x, a) * (y - x)).sum(axis: -1)
    }
  }
}

@Suite struct MAMLTests {
  private let quadratic = Quadratic(1)

  private func metaGradient(_ maml: MAML, _ outer: ParametricProblem, _ x: Tensor) -> Tensor {
    gradient(at: maml) { outer($0(x, on: outer), x).mean() }.start
  }

  private var start: Tensor { Tensor([0.5, -1.0, 0.2, 2.0], dtype: .float64) }

  /// y_K = x + (I − ηA)ᴷ(θ − x), so the meta-gradient is the mean of (I − ηA)ᴷA(y_K − x).
  @Test(arguments: [0, 1, 5])
  func exactGradientsOfQuadraticsAreTheClosedForm(steps: Int) {
    let (a, x) = (quadratic.matrix, quadratic.inner.sampleContexts(7, seed: 2))
    let eta = 0.1
    var power = Tensor.eye(4, dtype: .float64)
    for _ in 0..<steps { power = matmul(power, Tensor.eye(4, dtype: .float64) - eta * a) }
    let adapted = x + matmul(start - x, power)
    let maml = MAML(start: start, inner: quadratic.inner, stepSize: eta, steps: steps)
    #expect(abs(maml(x, on: quadratic.inner) - adapted).max().item() < 1e-12)
    let slope = matmul(adapted - x, a)
    let expected = matmul(slope, power).mean(axis: 0)
    #expect(abs(metaGradient(maml, quadratic.inner, x) - expected).max().item() < 1e-8)
    // First order: the gradient at the adapted point.
    var plain = maml
    plain.metaGradient = .firstOrder
    #expect(
      abs(metaGradient(plain, quadratic.inner, x) - slope.mean(axis: 0)).max().item() < 1e-12)
  }

  /// The implicit gradient is (I + A/λ)⁻¹ times the outer one, and that of many unrolled steps on the same
  /// proximal problem.
  @Test func implicitGradientsAreThoseOfTheMinimizer() throws {
    let (a, weight) = (quadratic.matrix, 0.7)
    let x = quadratic.inner.sampleContexts(5, seed: 3)
    let shift = Tensor([1.0, 0.0, -1.0, 0.5], dtype: .float64)
    let outer = ParametricProblem(
      dimension: 4, contexts: .normal(dimension: 4), dtype: .float64
    ) { y, x in square(y - x - shift).sum(axis: -1) }
    let maml = MAML(
      start: start, inner: quadratic.inner, metaGradient: .implicit(weight: weight),
      solver: LBFGS(maximumIterations: 300, tolerance: 1e-12))
    let identity = Tensor.eye(4, dtype: .float64)
    let inverse = try inverted(identity + a / weight)
    let adapted = x + matmul(start - x, inverse)
    #expect(abs(maml(x, on: outer) - adapted).max().item() < 1e-8)
    let expected = matmul(2 * (adapted - x - shift), inverse).mean(axis: 0)
    #expect(abs(metaGradient(maml, outer, x) - expected).max().item() < 1e-7)
    let unrolled = gradient(at: start) { theta in
      var y = theta.broadcast(to: [5, 4])
      for _ in 0..<400 { y = y - 0.2 * (matmul(y - x, a) + weight * (y - theta)) }
      return outer(y, x).mean()
    }
    #expect(abs(metaGradient(maml, outer, x) - unrolled).max().item() < 1e-7)
  }

  /// Of a network on sinusoids, against central differences.
  @Test(arguments: [1, 3])
  func exactGradientsAgreeWithDifferences(steps: Int) {
    let tasks = TaskFamily.sinusoids(support: 5, query: 6)
    var generator = Generator(seed: 4)
    let layout = ParameterRows(
      MLP([1, 8, 8, 1], activation: .tanh, dtype: .float64, from: &generator))
    let outer = ParametricProblem.taskLoss(tasks, layout, dtype: .float64)
    let maml = MAML(layout, tasks, stepSize: 0.05, steps: steps, dtype: .float64)
    let x = outer.sampleContexts(4, seed: 1)
    func loss(_ start: Tensor) -> Double {
      var moved = maml
      moved.start = start
      return outer(moved(x, on: outer), x).mean().item()
    }
    let direction = Tensor.normal([layout.count], dtype: .float64, from: &generator)
    let h = 1e-5
    let difference = (loss(maml.start + h * direction) - loss(maml.start - h * direction)) / (2 * h)
    let slope: Double = (metaGradient(maml, outer, x) * direction).sum().item()
    #expect(Swift.abs(slope - difference) < 1e-6 * (1 + Swift.abs(difference)))
    var plain = maml
    plain.metaGradient = .firstOrder
    let other: Double = (metaGradient(plain, outer, x) * direction).sum().item()
    #expect(Swift.abs(other - difference) > 1e-3 * Swift.abs(difference))
  }

  @Test func onlyTheNamedLayersAdapt() {
    let tasks = TaskFamily.sinusoids()
    var generator = Generator(seed: 5)
    let layout = ParameterRows(MLP([1, 8, 1], from: &generator))
    let anil = MAML(layout, tasks, stepSize: 0.1, steps: 2, adapting: ["layers.1"])
    let problem = ParametricProblem.taskLoss(tasks, layout)
    let x = problem.sampleContexts(3, seed: 1)
    let moved = abs(anil(x, on: problem) - anil.start).max(axis: 0).doubles
    for part in layout.parts.all {
      let moves = part.columns.contains { moved[$0] > 0 }
      #expect(moves == part.name.hasPrefix("layers.1"), "\(part.name)")
    }
    // The start of all layers is learned all the same.
    let slope = metaGradient(anil, problem, x).doubles
    #expect(slope[layout.parts["layers.0.weight"].columns].contains { $0 != 0 })
  }

  @Test func reptileMovesTowardsTheAdapted() {
    let x = quadratic.inner.sampleContexts(6, seed: 2)
    let maml = MAML(start: start, inner: quadratic.inner, stepSize: 0.1, steps: 5)
    let all = maml.iterates(x, on: quadratic.inner)
    let slope = gradient(at: maml) { model in
      Loss.reptile(
        LossInputs(
          problem: quadratic.inner, contexts: x,
          iterates: model.iterates(x, on: quadratic.inner)))
    }.start
    let expected = (start - all[5]).mean(axis: 0)
    #expect(abs(slope - expected).max().item() < 1e-12)
  }
}
