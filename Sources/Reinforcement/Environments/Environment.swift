import Tensors

/// A system that is controlled step by step, as a value: what follows is a pure, batched and
/// differentiable function of state, action and noise.
///
/// ```swift
/// struct Spring: Environment {
///   let name = "Spring"
///   let stateDimension = 2
///   let actions = ActionSpace.box(low: -1, high: 1)
///   let horizon: Int? = 100
///   func reset(_ count: Int, from generator: inout Generator) -> Tensor {
///     Tensor.uniform([count, 2], low: -1, high: 1, from: &generator)
///   }
///   func step(_ state: Tensor, _ action: Tensor, _ noise: Tensor) -> Transition {
///     let (x, v) = (state[0..., 0], state[0..., 1])
///     let faster = v + 0.1 * (action[0..., 0] - x)
///     let next = stack([x + 0.1 * faster, faster], axis: 1)
///     return Transition(next, reward: -square(x))
///   }
/// }
/// ```
///
/// A time limit is no part of the dynamics: it is counted by ``World`` and ``Worlds``, which say of
/// an episode that it was truncated, and never start another one unasked.
///
/// - Shapes: states `[n, stateDimension]`; actions of a box `[n, d]`, choices `[n]`.
public protocol Environment: Sendable {
  /// What errors and tables call it.
  var name: String { get }
  /// Numbers in a state.
  var stateDimension: Int { get }
  /// What a policy sees of a state, as many numbers as the state unless ``observe(_:)`` is written.
  var observationDimension: Int { get }
  /// What a policy may do.
  var actions: ActionSpace { get }
  /// Steps after which an episode is truncated, if it is.
  var horizon: Int? { get }
  /// Numbers that a step draws.
  var noiseDimension: Int { get }
  /// First states of `count` episodes.
  func reset(_ count: Int, from generator: inout Generator) -> Tensor
  /// What follows: a function of nothing but its arguments, row by row.
  func step(_ state: Tensor, _ action: Tensor, _ noise: Tensor) -> Transition
  /// What a policy sees.
  func observe(_ state: Tensor) -> Tensor
  /// What `count` steps draw, `[count, noiseDimension]`; uniform numbers unless it is written.
  func drawNoise(_ count: Int, from generator: inout Generator) -> Tensor
}

extension Environment {
  public var observationDimension: Int { stateDimension }
  public var noiseDimension: Int { 0 }
  public func observe(_ state: Tensor) -> Tensor { state }

  public func drawNoise(_ count: Int, from generator: inout Generator) -> Tensor {
    noiseDimension == 0
      ? Tensor.zeros([count, 0]) : Tensor.uniform([count, noiseDimension], from: &generator)
  }

  /// A step of an environment that draws nothing.
  ///
  /// Stops the cell if it does draw something.
  public func step(_ state: Tensor, _ action: Tensor) -> Transition {
    guard noiseDimension == 0 else {
      fatalError(
        "\(name): a step draws \(noiseDimension) numbers; write step(state, action, "
          + "environment.drawNoise(n, from: &generator))")
    }
    return step(state, action, Tensor.zeros([state.dim(0), 0], dtype: state.dtype))
  }
}

/// What follows from states and actions, a row for each.
public struct Transition {
  /// The next states, `[n, d]`.
  public var state: Tensor
  /// `[n]`.
  public var reward: Tensor
  /// Where the dynamics end the episode, a mask `[n]`; nothing follows such a state.
  public var terminated: Tensor

  /// Transitions of which none ends its episode, unless `terminated` says so.
  public init(_ state: Tensor, reward: Tensor, terminated: Tensor? = nil) {
    self.state = state
    self.reward = reward
    self.terminated = terminated ?? Tensor(repeating: false, count: state.dim(0))
  }
}

/// What a policy may do.
public enum ActionSpace: Sendable, Hashable {
  /// Numbers between two bounds; actions are `[n, dimension]`.
  case box(dimension: Int = 1, low: Double, high: Double)
  /// One of so many things; actions are `[n]`, from 0.
  case choices(Int)

  /// Numbers that a buffer holds of an action.
  public var dimension: Int {
    if case .box(let dimension, _, _) = self { return dimension }
    return 1
  }

  /// Uniformly distributed actions.
  public func sample(_ count: Int, from generator: inout Generator) -> Tensor {
    switch self {
    case .box(let dimension, let low, let high):
      Tensor.uniform([count, dimension], low: low, high: high, from: &generator)
    case .choices(let number):
      Tensor.randomIntegers([count], in: 0..<number, from: &generator)
    }
  }

  /// Stops the cell unless `action` is one of this space for each of `count` rows.
  func check(_ action: Tensor, _ count: Int, of name: String) {
    switch self {
    case .box(let dimension, _, _):
      guard action.shape == [count, dimension] else {
        fatalError("\(name): actions of shape \(action.shape), not [\(count), \(dimension)]")
      }
    case .choices:
      guard action.shape == [count] else {
        fatalError("\(name): actions of shape \(action.shape), not [\(count)]")
      }
    }
  }
}

extension Tensor {
  /// A mask of equal elements.
  init(repeating value: Bool, count: Int) {
    self = Tensor.full([count], value ? 1 : 0, dtype: .bool)
  }
}
