import Amortization
import AmortizedTransport
import Networks
import Tensors
import Testing

/// ½(1 + c²)|x|², whose conjugate is ½|y|²/(1 + c²).
private struct Scaled: Layer {
  func callAsFunction(_ rows: Tensor) -> Tensor {
    let (c, x) = (rows[0..., 0], rows[0..., 1...])
    return 0.5 * (1 + square(c)) * square(x).sum(axis: 1)
  }

  mutating func _visitParameters(_ visitor: ParameterVisitor, at path: String) {}
}

/// N(0, I) onto N((c, −c), (1 + ½c)²·I): the map x ↦ (1 + ½c)x + (c, −c).
private func exact(_ rows: Tensor) -> Tensor {
  let (c, x) = (rows[0..., ..<1], rows[0..., 1...])
  return (1 + 0.5 * c) * x + concatenate([c, -c], axis: 1)
}

private func noise(_ c: Tensor, _ generator: inout Generator) -> Tensor {
  Tensor.normal([c.dim(0), 2], dtype: .float64, from: &generator)
}

@Suite struct ConditionalTests {
  private func wild(seed: Int, activation: Activation = .elu) -> PartiallyInputConvexNetwork {
    var generator = Generator(seed: seed)
    return PartiallyInputConvexNetwork(
      3, conditions: 2, hidden: [8, 8, 4], path: 8, activation: activation, dtype: .float64,
      from: &generator
    ).mapParameters { $0 + Tensor.normal($0.shape, dtype: .float64, from: &generator) }
  }

  @Test(arguments: [Activation.elu, .softplus, .leakyRelu])
  func potentialsAreConvexInPointsOnly(activation: Activation) {
    var isConvexInConditions = true
    for seed in 0..<5 {
      let f = wild(seed: seed, activation: activation)
      var generator = Generator(seed: 100 + seed)
      func draw(_ d: Int) -> Tensor {
        Tensor.normal([400, d], std: 3, dtype: .float64, from: &generator)
      }
      let (c, x, e, y) = (draw(2), draw(3), draw(2), draw(3))
      func value(_ c: Tensor, _ x: Tensor) -> Tensor { f(concatenate([c, x], axis: 1)) }
      let chord = 0.5 * (value(c, x) + value(c, y))
      // Strongly: the chord is above by at least α₀/8·|x − y|².
      let sag = chord - value(c, 0.5 * (x + y)) - 1e-2 / 8 * square(x - y).sum(axis: 1)
      #expect((sag / abs(chord)).min().item() > -1e-12)
      let across = 0.5 * (value(c, x) + value(e, x)) - value(0.5 * (c + e), x)
      if across.min().item() < -1e-3 { isConvexInConditions = false }
    }
    #expect(!isConvexInConditions)
  }

  @Test func mapsAreGradientsOfPointsAlone() {
    let f = wild(seed: 7)
    var generator = Generator(seed: 8)
    let rows = Tensor.normal([6, 5], dtype: .float64, from: &generator)
    let map = transportMap(of: f, at: rows, conditions: 2)
    #expect(map.shape == [6, 3])
    for k in 0..<3 {
      let step = 1e-5 * Tensor.eye(5, dtype: .float64)[k + 2]
      let slope = (f(rows + step) - f(rows - step)) / 2e-5
      #expect(largestGap(map[0..., k], slope) < 1e-6)
    }
  }

  @Test func untrainedMapsAreNearlyTheIdentity() {
    var generator = Generator(seed: 3)
    let f = PartiallyInputConvexNetwork(2, conditions: 1, from: &generator)
    let rows = Tensor.normal([200, 3], from: &generator)
    let gap = transportMap(of: f, at: rows, conditions: 1) - rows[0..., 1...]
    // The hidden layers push a little; a pretraining would begin far farther away.
    #expect(square(gap).sum(axis: 1).mean().item() < 2)
    #expect(!isNaN(gap).any())
  }

  @Test func conjugatesHoldConditionsStill() {
    var generator = Generator(seed: 5)
    let rows = Tensor.normal([40, 4], dtype: .float64, from: &generator)
    let result = convexConjugate(
      of: Scaled(), at: rows, conditions: 1, by: LBFGS(maximumIterations: 50, tolerance: 1e-9))
    let scale = 1 + square(rows[0..., ..<1])
    let y = rows[0..., 1...]
    #expect(largestGap(result.points, y / scale) < 1e-7)
    #expect(largestGap(result.values, 0.5 * (square(y) / scale).sum(axis: 1)) < 1e-9)
  }

  @Test func findsTheMapsOfAGaussianFamily() {
    // Trained at nine conditions, tried at others between them.
    let known = Tensor.linspace(-1, 1, 9, dtype: .float64).reshaped([9, 1])
    let source = Contexts.given(.rows(known, heldOut: 0)) { c, generator in noise(c, &generator) }
    let target = Contexts.given(.rows(known, heldOut: 0)) { c, generator in
      exact(concatenate([c, noise(c, &generator)], axis: 1))
    }
    var generator = Generator(seed: 1)
    let network = MLP([3, 32, 2], activation: .elu, from: &generator)
    let steps = 300
    var training = DualTraining(
      PartiallyInputConvexNetwork(2, conditions: 1, hidden: [16], path: 32, from: &generator),
      conjugate: FullyAmortized(ConditionalResidual(network, conditions: 1)), from: source,
      to: target, conditions: 1,
      options: DualTrainingOptions(
        batch: 256, schedule: .cosine(from: 1e-2, to: 1e-4, steps: steps)))
    #expect(training.dimension == 2)
    training.advance(by: steps, showsProgress: false)
    for condition in [-0.87, -0.3, 0.1, 0.62] {
      let c = Tensor.full([1000, 1], condition, dtype: .float64)
      let rows = concatenate([c, noise(c, &generator)], axis: 1)
      let moved = training.transported(rows).cast(to: .float64)
      let error = square(moved - exact(rows)).sum(axis: 1).mean().item()
      let variance = 2 * (1 + 0.5 * condition) * (1 + 0.5 * condition)
      // The unexplained variance, of which the identity leaves more than 0.1 but at c = 0.1.
      #expect(error / variance < 0.05)
      // And back again.
      let there = concatenate([c, moved], axis: 1)
      #expect(largestGap(training.transportedBack(there), rows[0..., 1...]) < 2e-2)
    }
    // W₂² = |(c, −c)|² + 2·(½c)², on average over conditions.
    let truth = 2.5 * square(known).mean().item()
    let value = training.squaredDistance(
      source.sample(8000, seed: 2), target.sample(8000, seed: 3))
    #expect(Swift.abs(value - truth) < 0.15 * truth)
  }

  @Test func rowsHaveTheirConditions() {
    let contexts = Contexts.given(.uniform(2, 3)) { c, _ in concatenate([10 * c, -c], axis: 1) }
    let rows = contexts.sample(50, seed: 1)
    #expect(rows.shape == [50, 3])
    #expect(largestGap(rows[0..., 1], 10 * rows[0..., 0]) < 1e-12)
    #expect(rows[0..., 0].min().item() >= 2 && rows[0..., 0].max().item() < 3)
  }

  @Test func pointsOfHeldOutConditionsAreHeldOut() {
    let known = Contexts.rows(Tensor([[1.0], [2.0], [3.0]]), heldOut: Tensor([[7.0], [8.0]]))
    let contexts = Contexts.given(known) { c, _ in 10 * c }
    var generator = Generator(seed: 1)
    let (seen, unseen) = (
      contexts.sample(90, from: &generator), contexts.sampleHeldOut(9, from: &generator)
    )
    #expect(Set(seen[0..., 0].doubles) == [1, 2, 3])
    #expect(unseen.shape == [9, 2] && Set(unseen[0..., 0].doubles) == [7, 8])
    #expect(largestGap(unseen[0..., 1], 10 * unseen[0..., 0]) == 0)
  }
}
