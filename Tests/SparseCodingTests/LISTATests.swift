import Amortization
import Networks
import SparseCoding
import Tensors
import Testing

@Suite struct LISTATests {
  let atoms = randomAtoms(20, 40, seed: 1)
  let weight = 0.1

  private var problem: ParametricProblem {
    .sparseCoding(
      atoms, weight: weight, contexts: .rows(sparseSignals(atoms, 200, seed: 2)), dtype: .float64)
  }

  private func model<Rule: UpdateRule>(_ rule: Rule, _ steps: Int) -> SemiAmortized<
    ZeroCode, Rule
  > {
    SemiAmortized(
      start: ZeroCode(40, dtype: .float64), update: rule, steps: steps)
  }

  /// FISTA as published, without restarts.
  private func fista(_ x: Tensor, _ steps: Int) -> [Tensor] {
    let length = largestCurvature(of: atoms)
    var (y, z, t) = (Tensor.zeros([x.dim(0), 40], dtype: .float64), 1.0, 1.0)
    var ahead = y
    var all = [y]
    for _ in 0..<steps {
      let next = softThreshold(
        ahead - matmul(matmul(ahead, atoms.T) - x, atoms) / length, weight / length)
      z = 0.5 * (1 + (1 + 4 * t * t).squareRoot())
      ahead = next + ((t - 1) / z) * (next - y)
      (y, t) = (next, z)
      all.append(y)
    }
    return all
  }

  @Test(arguments: [LISTA.Weights.tied, .untied])
  func itBeginsAsISTA(weights: LISTA.Weights) {
    let x = problem.sampleContexts(10, seed: 1)
    let rule = LISTA(atoms, weight: weight, layers: 4, weights: weights, dtype: .float64)
    let length = largestCurvature(of: atoms)
    var y = Tensor.zeros([10, 40], dtype: .float64)
    // Beyond its layers too.
    for iterate in model(rule, 6).iterates(x, on: problem).dropFirst() {
      y = softThreshold(y - matmul(matmul(y, atoms.T) - x, atoms) / length, weight / length)
      #expect(abs(iterate - y).max().item() < 1e-12)
    }
    let own = weights == .tied ? 1 : 4
    #expect(rule.parameters.count == 2 * own + 1)
  }

  @Test func theAnalyticFormLearnsTwoNumbersALayer() {
    let rule = LISTA(atoms, weight: weight, layers: 5, weights: .analytic, dtype: .float64)
    #expect(rule.parameters.map(\.size).reduce(0, +) == 10)
    let w = analyticWeights(atoms)
    #expect(abs((w * atoms).sum(axis: 0) - 1).max().item() < 1e-10)
    // Convex with linear constraints: no direction that keeps wᵢ·dᵢ lowers ‖WᵀD‖².
    let coherence = square(matmul(w.T, atoms)).sum().item()
    var generator = Generator(seed: 3)
    for _ in 0..<20 {
      let raw = Tensor.normal([20, 40], dtype: .float64, from: &generator)
      let move = raw - atoms * (raw * atoms).sum(axis: 0, keepDims: true)
      for length in [-1e-3, 1e-3] {
        #expect(square(matmul((w + length * move).T, atoms)).sum().item() > coherence)
      }
    }
  }

  @Test(arguments: [LISTA.Weights.tied, .untied, .analytic])
  func trainingBeatsISTAManyTimesAsLong(weights: LISTA.Weights) {
    let data = ParametricProblem.sparseCoding(
      atoms, weight: weight, contexts: .rows(sparseSignals(atoms, 3000, seed: 7)))
    let rule = LISTA(atoms, weight: weight, layers: 3, weights: weights)
    let start = SemiAmortized(
      start: ZeroCode(40), update: rule, steps: 3)
    let run = train(
      start, on: data, loss: .regression, steps: 800,
      options: TrainingOptions(
        batch: 128, contexts: .fixed(2500), schedule: .cosine(from: 3e-3, to: 1e-5, steps: 800),
        heldOut: 0))
    let x = data.heldOutContexts(300, seed: 1)
    let truth = data.groundTruth(x)
    func error(_ y: Tensor) -> Double {
      (square(y - truth).sum() / square(truth).sum()).item()
    }
    let ista = ProximalGradient(
      stepSize: .constant(1 / largestCurvature(of: atoms)), maximumIterations: 12, tolerance: 0)
    #expect(error(run.model(x, on: data)) < error(ista.solve(data, x).solution))
    #expect(error(run.model(x, on: data)) < 0.7 * error(start(x, on: data)))
  }

  /// Whatever the network: random weights, and weights that are not numbers.
  @Test func guardedIsNeverAboveFISTA() {
    let x = problem.sampleContexts(50, seed: 1)
    let plain = fista(x, 8).map { problem($0, x) }
    var generator = Generator(seed: 5)
    let good = LISTA(atoms, weight: weight, layers: 3, weights: .untied, dtype: .float64)
    let wild = good.mapParameters {
      $0 + 0.3 * Tensor.normal($0.shape, dtype: .float64, from: &generator)
    }
    for network in [good, wild, good.mapParameters { $0 * Double.nan }] {
      let guarded = GuardedLISTA(network, atoms, weight: weight, dtype: .float64)
      let values = model(guarded, 8).iterates(x, on: problem).map { problem($0, x) }
      for (mine, other) in zip(values, plain) {
        #expect((mine - other).max().item() <= 1e-12)
      }
    }
    let broken = GuardedLISTA(
      good.mapParameters { $0 * Double.nan }, atoms, weight: weight, dtype: .float64)
    let found = UpdateIteration(broken, maximumIterations: 4, tolerance: 0).solve(problem, x)
    #expect(found.refused == Array(repeating: 4, count: 50))
  }
}
