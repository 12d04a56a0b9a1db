import Convex
import Reinforcement
import Tensors

/// Operator splitting as an environment: an agent sees residuals at each check and sets the penalty ρ
/// (RLQP, arXiv:2107.10847).
///
/// A state is the iteration whole, so that a step is a function of state and action: the problem's
/// number, log₁₀ ρ, the residuals, and x, z and y. The action is log₁₀ ρ in units of three decades. The
/// reward is −1 for a check, and less by what a factorization costs where ρ has changed; an episode is
/// over when the problem is solved, by residuals recomputed in extended precision.
public struct SplittingEnvironment: Environment {
  public let name = "OperatorSplitting"
  public let actions = ActionSpace.box(low: -1, high: 1)
  public let horizon: Int?
  /// The iteration and its problems.
  public let splitting: OperatorSplitting
  /// What a factorization costs, in iterations.
  public let work: SplittingWork
  /// Changes of log₁₀ ρ below this leave ρ as it is.
  public let threshold: Double

  /// Solving the problems of `splitting`, one drawn for each episode.
  public init(_ splitting: OperatorSplitting, threshold: Double = 0.1, horizon: Int = 100) {
    self.splitting = splitting
    self.threshold = threshold
    self.horizon = horizon
    work = SplittingWork(variables: splitting.variables, constraints: splitting.constraints)
  }

  private static let head = 5
  public var stateDimension: Int {
    Self.head + splitting.variables + 2 * splitting.constraints
  }
  public var observationDimension: Int { 4 }

  public func reset(_ count: Int, from generator: inout Generator) -> Tensor {
    let problems = Tensor.randomIntegers([count], in: 0..<splitting.count, from: &generator)
    return pack(splitting.begin(problems: problems.doubles.map { Int($0) }), begun: 0)
  }

  /// log₁₀ of the relative residuals and of ρ, in units of three decades, and whether the iteration has
  /// begun.
  public func observe(_ state: Tensor) -> Tensor { state[0..., 1..<Self.head].cast(to: .float32) }

  public func step(_ state: Tensor, _ action: Tensor, _ noise: Tensor) -> Transition {
    let (n, m) = (splitting.variables, splitting.constraints)
    let problems = state[0..., 0].doubles.map { Int($0) }
    let old = 3 * state[0..., 3]
    let wanted = 3 * action[0..., 0].cast(to: .float64)
    let begun = state[0..., 4]
    let moves = (abs(wanted - old) .> threshold) .| (begun .< 0.5)
    let chosen = which(moves, wanted, old)
    let x = state[0..., Self.head..<(Self.head + n)]
    let z = state[0..., (Self.head + n)..<(Self.head + n + m)]
    let y = state[0..., (Self.head + n + m)...]
    let start = SplittingStart(x: x, y: y, z: z, rho: exp(2.302585092994046 * chosen))
    let next = splitting.advanced(splitting.begin(from: start, problems: problems))
    let over = next.status.map { $0 == nil ? 0.0 : 1 }
    // The first factorization is no choice.
    let paid = moves.cast(to: .float64) * begun
    let price = work.factorization / Double(splitting.options.checkInterval)
    return Transition(
      pack(next, begun: 1), reward: (-1 - price * paid).cast(to: .float32),
      terminated: Tensor(over, dtype: .float64) .> 0.5)
  }

  private func pack(_ state: SplittingState, begun: Double) -> Tensor {
    let scale = 1 / (3 * 2.302585092994046)
    let columns = [
      Tensor(state.problems.map(Double.init), dtype: .float64),
      scale * log(clip(state.relativePrimal, 1e-8, 1e4)),
      scale * log(clip(state.relativeDual, 1e-8, 1e4)),
      scale * log(state.rho[0..., 0]),
      Tensor.full([state.count], begun, dtype: .float64),
    ]
    return concatenate([stack(columns, axis: 1), state.x, state.z, state.y], axis: 1)
  }
}

/// An agent's policy as a policy of operator splitting.
public struct AgentPenalty: SplittingPolicy {
  private let threshold: Double
  private let act: @Sendable (_ observation: Tensor) -> Tensor

  /// What an agent trained in ``SplittingEnvironment`` does.
  public init(
    _ environment: SplittingEnvironment,
    action: @escaping @Sendable (_ observation: Tensor) -> Tensor
  ) {
    threshold = environment.threshold
    act = action
  }

  public func choose(_ state: SplittingState) -> SplittingChoice {
    let scale = 1 / (3 * 2.302585092994046)
    let old = scale * log(state.rho[0..., 0])
    let seen = stack(
      [
        scale * log(clip(state.relativePrimal, 1e-8, 1e4)),
        scale * log(clip(state.relativeDual, 1e-8, 1e4)), old,
        Tensor.full([state.count], state.checks == 0 ? 0 : 1, dtype: .float64),
      ], axis: 1)
    let wanted = act(seen.cast(to: .float32))[0..., 0].cast(to: .float64)
    let moves = abs(3 * (wanted - old)) .> threshold
    let first = state.checks == 0
    return SplittingChoice(rho: exp((first ? wanted : which(moves, wanted, old)) / scale))
  }
}
