import Networks
import Tensors
import Testing

/// Three steps along 2·θ from θ = 1, by hand in double precision from the papers' formulas (those of
/// `torch.optim`).
@Suite struct AdagradTests {
  private func walked(_ optimizer: some Optimizer, _ gradients: [Double]) -> Double {
    var (rule, x) = (optimizer, Tensor([1.0], dtype: .float64))
    for g in gradients { rule.update(&x, along: Tensor([g], dtype: .float64)) }
    return x.item()
  }

  @Test func adagrad() {
    let found = walked(Adagrad(learningRate: 0.1), [2, 1, -3])
    let expected = 1 - 0.1 * (2 / 2.0 + 1 / 5.0.squareRoot() - 3 / 14.0.squareRoot())
    #expect(abs(found - expected) < 1e-9)
  }

  /// A large gradient first: Adam forgets it, AMSGrad does not.
  @Test func amsgrad() {
    var (m, v, top, x) = (0.0, 0.0, 0.0, 1.0)
    let gradients = [10.0, 0.1, 0.1, -0.2]
    for (i, g) in gradients.enumerated() {
      m = 0.9 * m + 0.1 * g
      v = 0.5 * v + 0.5 * g * g
      top = max(top, v)
      let first = 1 - 0.9 ** (i + 1)
      let second = 1 - 0.5 ** (i + 1)
      x -= 0.01 * (m / first) / ((top / second).squareRoot() + 1e-8)
    }
    let found = walked(AMSGrad(learningRate: 0.01, beta2: 0.5), gradients)
    #expect(abs(found - x) < 1e-12)
    #expect(abs(walked(Adam(learningRate: 0.01, beta2: 0.5), gradients) - x) > 1e-3)
  }

  @Test func descentDecaysWeights() {
    // v₁ = 2 + 0.5·1, θ₁ = 1 − 0.1·2.5; v₂ = 0.9·2.5 + 1 + 0.5·θ₁
    let first = 1 - 0.1 * 2.5
    let expected = first - 0.1 * (0.9 * 2.5 + 1 + 0.5 * first)
    let rule = SGD(learningRate: 0.1, momentum: 0.9, weightDecay: 0.5)
    #expect(abs(walked(rule, [2, 1]) - expected) < 1e-12)
  }

  @Test func frozenParametersStay() {
    var network = MLP([2, 3, 1], activation: .tanh)
    let names = network.namedParameters.map(\.name)
    let before = network.parameters
    let slope = network.mapParameters { $0.onesLike() }
    var rule = Adam(learningRate: 0.1)
    rule.update(&network, along: slope.keeping { $0 == names[0] })
    for (i, parameter) in network.parameters.enumerated() {
      #expect((parameter == before[i]) == (i > 0), "\(names[i])")
    }
  }
}
