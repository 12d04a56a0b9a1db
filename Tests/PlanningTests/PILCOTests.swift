import Networks
import Planning
import Reinforcement
import Tensors
import Testing

@Suite struct PILCOTests {
  private static let pendulum = Pendulum()

  private static func search(iterations: Int = 12) -> PILCO<Pendulum> {
    var generator = Generator(seed: 3)
    let bumps = RadialBasis(
      bumps: 8, around: [0, 0, 0], spreads: [1, 1, 4], from: &generator)
    return PILCO(
      pendulum, policy: DeterministicPolicy(bumps, low: -2, high: 2), steps: 12, particles: 6,
      capacity: 40, iterations: iterations, seed: 4,
      start: { count, generator in
        Tensor([2.5, 0], dtype: .float64)
          + 0.1 * Tensor.normal([count, 2], dtype: .float64, from: &generator)
      }, loss: { o, u in 1 - o[0..., 0] + 0.01 * square(u[0..., 0]) })
  }

  /// The steps of ``ProcessDynamics`` and their losses, one after the other, without checkpoints.
  @Test func theExpectedLossIsThatOfRolloutsInTheModel() {
    var search = Self.search()
    for _ in 0..<3 { search.tryOut() }
    search.learn()
    let (model, policy) = (search.model!, search.policy)
    var generator = Generator(seed: 7)
    let states = Tensor.normal([5, 2], dtype: .float64, from: &generator)
    let noise = Tensor.normal([12, 5, 2], dtype: .float64, from: &generator)
    let found = search.expectedLoss(of: policy, in: model, from: states, noise: noise)
    var (state, total) = (states, 0.0)
    for t in 0..<12 {
      let action = policy.action(Self.pendulum.observe(state))
      state = model.step(state, action, noise[t]).state
      total += (1 - cos(state[0..., 0]) + 0.01 * square(action[0..., 0])).mean().item()
    }
    #expect(abs(found.item() - total / 12) < 1e-10)

    // The gradient comes back through rollouts that are computed again.
    let slope = gradient(at: policy) {
      search.expectedLoss(of: $0, in: model, from: states, noise: noise)
    }
    func moved(_ change: (inout RadialBasis, Double) -> Void, _ size: Double) -> Double {
      var network = policy.network
      change(&network, size)
      let other = DeterministicPolicy(network, low: -2, high: 2)
      return search.expectedLoss(of: other, in: model, from: states, noise: noise).item()
    }
    func difference(_ change: (inout RadialBasis, Double) -> Void) -> Double {
      (moved(change, 1e-5) - moved(change, -1e-5)) / 2e-5
    }
    let bias = difference { $0.bias = $0.bias + $1 }
    #expect(abs(slope.network.bias.item() - bias) < 1e-6)
    let unit = Tensor((0..<8).map { $0 == 3 ? 1.0 : 0 }, shape: [8, 1], dtype: .float64)
    let weight = difference { $0.weights = $0.weights + $1 * unit }
    #expect(abs(slope.network.weights[3, 0].item() - weight) < 1e-6)
    let length = difference { $0.logLengths = $0.logLengths + $1 }
    #expect(abs(slope.network.logLengths.sum().item() - length) < 1e-6)
  }

  @Test func aSearchLowersWhatItExpectsAndActsBetterThanAtRandom() {
    var search = Self.search()
    for _ in 0..<3 { search.tryOut() }
    #expect(search.trials.allSatisfy { $0.expected == nil && $0.states.shape == [13, 2] })
    let found = search.learn()
    #expect(found.value < found.values[0])
    let trial = search.tryOut()
    #expect(trial.expected == found.value)
    #expect(abs(trial.actions).max().item() <= 2)
    // Seven seconds of a pendulum's life make good predictions.
    #expect(abs(trial.loss - found.value) < 0.1, "\(trial.loss) and \(found.value)")
    #expect(trial.loss < search.trials[0..<3].map(\.loss).min()! + 0.02)
    let again = Self.search()
    var (a, b) = (again, again)
    #expect(a.tryOut().states == b.tryOut().states)
  }

  @Test func bumpsAreWhatTheFormulaSays() {
    var generator = Generator(seed: 1)
    let basis = RadialBasis(bumps: 3, around: [1, -1], spreads: [0.5, 2], from: &generator)
    let x = Tensor([[0.3, 0.7]], dtype: .float64)
    var total = 0.0
    for i in 0..<3 {
      let (a, b) = (
        (0.3 - basis.centres[i, 0].item()) / 0.5, (0.7 - basis.centres[i, 1].item()) / 2
      )
      let bump: Double = exp(Tensor(-0.5 * (a * a + b * b), dtype: .float64)).item()
      total += basis.weights[i, 0].item() * bump
    }
    #expect(abs(basis(x).item() - total) < 1e-12)
  }

  @Test func badInputIsNamed() async {
    await #expect(processExitsWith: .failure) {
      _ = PILCOTests.search(iterations: 0)
    }
    await #expect(processExitsWith: .failure) {
      var search = PILCOTests.search()
      search.learn()
    }
  }
}
