import Amortization
import Reinforcement
import Tensors

/// Model-predictive control: at each step a plan is made from the present state, its first action is
/// taken, and the rest, moved up by one step, is the next plan's start.
///
/// ```swift
/// let controller = RecedingHorizon(Pendulum(), horizon: 20, solver: CrossEntropyMethod())
/// controller.run(from: states, steps: 100).returns
/// ```
public struct RecedingHorizon<E: Environment> {
  /// What is controlled.
  public let environment: E
  /// The problem of a plan, in the model that plans see.
  private let planning: (RolloutCounter) -> ParametricProblem
  /// Steps ahead of each plan.
  public let horizon: Int
  /// Makes the plans.
  public let solver: any Solver
  /// Whether a plan starts from the one before.
  public var warmStarts: Bool
  /// What a plan starts from instead, given a state: a learned proposal, `[n, horizon·actions]`.
  public var proposal: ((_ state: Tensor) -> Tensor)?

  /// A controller; see the properties.
  ///
  /// - Parameter model: the environment as plans see it; the real one unless it is given.
  public init(
    _ environment: E, horizon: Int, solver: any Solver, warmStarts: Bool = true,
    model: (any Environment)? = nil, proposal: ((_ state: Tensor) -> Tensor)? = nil
  ) {
    _ = checkedBox(environment, horizon, "RecedingHorizon")
    let seen: any Environment = model ?? environment
    planning = { counter in .control(seen, horizon: horizon, counter: counter) }
    self.environment = environment
    self.horizon = horizon
    self.solver = solver
    self.warmStarts = warmStarts
    self.proposal = proposal
  }

  /// What came of a run.
  public struct Outcome {
    /// `[n, steps + 1, d]`.
    public let states: Tensor
    /// `[n, steps, a]`.
    public let actions: Tensor
    /// Sums of rewards, `[n]`; nothing is earned after a terminated step.
    public let returns: Tensor
    /// Rollouts and steps that planning took.
    public let counter: RolloutCounter
  }

  /// Controls `steps` steps from states `[n, d]`.
  ///
  /// - Parameter counter: counts what planning takes; a solver ``IterativeSolver/within(_:)`` it stops
  ///   planning at its limits, from when on plans are what is left of the last one.
  public func run(
    from states: Tensor, steps: Int, seed: Int = 0, counter: RolloutCounter = RolloutCounter()
  ) -> Outcome {
    guard steps > 0 else { fatalError("RecedingHorizon: \(steps) steps") }
    let problem = planning(counter)
    let n = states.dim(0)
    let width = problem.dimension / horizon
    var generator = Generator(seed: seed)
    var (state, plan): (Tensor, Tensor?) = (states, nil)
    var (path, taken) = ([state], [Tensor]())
    var total = Tensor.zeros([n], dtype: states.dtype)
    var goesOn = Tensor.ones([n], dtype: states.dtype)
    for _ in 0..<steps {
      let noise = StepNoise(from: generator.split())
      let found = solver.solve(problem, state, from: proposal?(state) ?? plan, noise: noise)
      let actions = found.solution.reshaped([n, horizon, width])
      let first = actions[0..., 0].cast(to: state.dtype)
      let next = environment.step(state, first)
      total = total + goesOn * next.reward
      goesOn = goesOn * (1 - next.terminated.cast(to: state.dtype))
      state = next.state
      path.append(state)
      taken.append(first)
      if warmStarts {
        let rest = concatenate([actions[0..., 1...], actions[0..., (horizon - 1)...]], axis: 1)
        plan = rest.reshaped([n, problem.dimension])
      }
    }
    return Outcome(
      states: stack(path, axis: 1), actions: stack(taken, axis: 1), returns: total,
      counter: counter)
  }
}
