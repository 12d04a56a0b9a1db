import Amortization
import Planning
import Reinforcement
import Tensors
import Testing

@Suite struct ProcessDynamicsTests {
  private static let pendulum = Pendulum()
  private static let model: ProcessDynamics<Pendulum> = {
    var generator = Generator(seed: 1)
    let states = pendulum.reset(90, from: &generator) * Tensor([1.0, 4.0])
    let actions = Tensor.uniform([90, 1], low: -2, high: 2, from: &generator)
    return ProcessDynamics(
      pendulum, states: states, actions: actions, next: pendulum.step(states, actions).state,
      capacity: 60)
  }()

  @Test func transitionsThatWereNotSeenArePredicted() {
    let model = Self.model
    #expect(model.processes.allSatisfy { $0.inputs.dim(0) == 60 })
    var generator = Generator(seed: 2)
    let states = Self.pendulum.reset(200, from: &generator) * Tensor([1.0, 3.0])
    let actions = Tensor.uniform([200, 1], low: -2, high: 2, from: &generator)
    let truth = Self.pendulum.step(states, actions)
    let guess = model.certain.step(states, actions)
    #expect(abs(guess.state - truth.state).max().item() < 0.02)
    #expect(abs(guess.reward - truth.reward).max().item() < 1e-5)
  }

  /// A sample is mean + √variance·ε.
  @Test func aSampledStepIsReparameterised() {
    let model = Self.model
    let states = Tensor([[3.0, 7.5], [0.5, -1]])
    let actions = Tensor([[1.0], [-2]])
    let none = model.step(states, actions, Tensor.zeros([2, 2])).state
    #expect(abs(none - model.certain.step(states, actions).state).max().item() < 1e-6)
    let up = model.step(states, actions, Tensor.ones([2, 2])).state
    let down = model.step(states, actions, -Tensor.ones([2, 2])).state
    #expect(abs(0.5 * (up + down) - none).max().item() < 1e-6)
    #expect((up .> none).all())
  }

  @Test func gradientsGoThroughTheModel() {
    let model = Self.model.certain
    var problem = ParametricProblem.control(model, horizon: 5)
    problem.dtype = .float64
    let x = Tensor([[2.5, 0.5]], dtype: .float64)
    let y = Tensor([[0.5, -0.5, 1, 0.2, -1]], dtype: .float64)
    let slope = problem.gradient(y, x)
    for i in [0, 2] {
      let unit = Tensor((0..<5).map { $0 == i ? 1e-3 : 0.0 }, shape: [1, 5], dtype: .float64)
      let difference = (problem(y + unit, x) - problem(y - unit, x)).item() / 2e-3
      #expect(abs(slope[0, i].item() - difference) < 1e-4)
    }
  }
}
