import Networks
import Reinforcement
import Tensors

/// A system as Gaussian processes have learned it from transitions: an environment like any other, so
/// that planners, policies and gradients go through it.
///
/// The processes map features of a state and an action to the change of each number of the state; a step
/// draws one normal number for each, which makes its result a sample from the posterior that is
/// differentiable with respect to state and action (reparameterised).
///
/// ```swift
/// let model = ProcessDynamics(Pendulum(), states: x, actions: u, next: y)
/// RecedingHorizon(Pendulum(), horizon: 20, solver: CrossEntropyMethod(), model: model.certain)
/// ```
///
/// Rewards, first states and observations are those of the real environment: the reward is known, the
/// dynamics are not. Selected points: at most ``capacity`` transitions, spread by farthest-point
/// selection.
public struct ProcessDynamics<E: Environment>: Environment {
  /// What is modelled.
  public let real: E
  /// A process for each number of the state.
  public let processes: [GaussianProcess]
  /// The most transitions that are kept.
  public let capacity: Int
  /// Whether a step draws from the posterior; otherwise it takes the mean.
  public let isSampled: Bool
  /// What the processes see of states `[n, d]`: observations, unless it is given.
  let features: @Sendable (Tensor) -> Tensor
  /// Half the width of the actions' box, which scales them.
  let reach: Double
  /// The processes as steps ask them.
  private let together: ProcessStack

  /// A model of transitions.
  ///
  /// Stops the cell when shapes do not fit.
  ///
  /// - Parameters:
  ///   - states: `[n, d]`.
  ///   - actions: `[n, a]`.
  ///   - next: the states that followed, `[n, d]`.
  ///   - capacity: the most transitions that are kept.
  ///   - previous: a model whose kernels are the start of the fit.
  public init(
    _ real: E, states: Tensor, actions: Tensor, next: Tensor, capacity: Int = 150,
    previous: ProcessDynamics? = nil
  ) {
    let (width, low, high) = checkedBox(real, 1, "ProcessDynamics")
    guard states.ndim == 2, states.dim(0) > 1, states.dim(1) == real.stateDimension,
      next.shape == states.shape, actions.shape == [states.dim(0), width], capacity > 1
    else {
      fatalError(
        "ProcessDynamics: states \(states.shape), actions \(actions.shape), next \(next.shape), "
          + "capacity \(capacity)")
    }
    self.real = real
    self.capacity = capacity
    isSampled = true
    features = { real.observe($0) }
    reach = low.isFinite && high.isFinite ? 0.5 * (high - low) : 1
    let x = concatenate([features(states), actions / reach], axis: 1).cast(to: .float64)
    let y = (next - states).cast(to: .float64)
    let rows = Self.spread(x, capacity)
    let (chosen, changes) = (x.take(rows), y.take(rows))
    let found = (0..<real.stateDimension).map { k in
      var start = GaussianProcess(chosen, changes[0..., k])
      if let old = previous?.processes[k] {
        start = GaussianProcess(
          chosen, changes[0..., k], lengths: old.lengths, amplitude: old.amplitude,
          noise: old.noise)
      }
      return start.fitted(maximumIterations: previous == nil ? 60 : 25)
    }
    processes = found
    together = ProcessStack(found)
  }

  private init(_ other: ProcessDynamics, isSampled: Bool) {
    real = other.real
    processes = other.processes
    capacity = other.capacity
    features = other.features
    reach = other.reach
    together = other.together
    self.isSampled = isSampled
  }

  /// The same model with means instead of samples: its steps draw nothing.
  public var certain: ProcessDynamics { ProcessDynamics(self, isSampled: false) }

  public var name: String { "model of \(real.name)" }
  public var stateDimension: Int { real.stateDimension }
  public var observationDimension: Int { real.observationDimension }
  public var actions: ActionSpace { real.actions }
  public var horizon: Int? { nil }
  public var noiseDimension: Int { isSampled ? real.stateDimension : 0 }

  public func reset(_ count: Int, from generator: inout Generator) -> Tensor {
    real.reset(count, from: &generator)
  }

  public func observe(_ state: Tensor) -> Tensor { real.observe(state) }

  public func drawNoise(_ count: Int, from generator: inout Generator) -> Tensor {
    Tensor.normal([count, noiseDimension], from: &generator)
  }

  public func step(_ state: Tensor, _ action: Tensor, _ noise: Tensor) -> Transition {
    let seen = concatenate([features(state), action.cast(to: state.dtype) / reach], axis: 1)
    let change: Tensor
    if isSampled {
      let (mean, variance) = together.predict(seen)
      change = mean + sqrt(variance + 1e-12) * noise.cast(to: .float64)
    } else {
      change = together.mean(seen)
    }
    let next = state + change.cast(to: state.dtype)
    let reward = real.step(state, action.cast(to: state.dtype)).reward
    return Transition(next, reward: reward)
  }

  /// Rows of which each is as far as can be from those before (in units of each column's spread).
  static func spread(_ x: Tensor, _ count: Int) -> Tensor {
    let n = x.dim(0)
    if n <= count { return Tensor(Array(0..<n)) }
    let centred = x - x.mean(axis: 0)
    let scaled = centred / sqrt(square(centred).mean(axis: 0) + 1e-12)
    var (chosen, nearest) = ([n - 1], Tensor.full([n], Double.infinity, dtype: .float64))
    while chosen.count < count {
      let away = square(scaled - scaled[chosen[chosen.count - 1]]).sum(axis: 1)
      nearest = minimum(nearest, away)
      let list = nearest.doubles
      chosen.append(list.indices.max { list[$0] < list[$1] }!)
    }
    return Tensor(chosen)
  }
}
