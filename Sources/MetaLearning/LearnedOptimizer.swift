import Amortization
import Networks
import Tensors

/// A trained update rule used like Adam, on any model (arXiv:1606.04474).
///
/// ```swift
/// let run = train(
///   SemiAmortized(start: point, update: RecurrentUpdate(), steps: 100, differentiation: .truncated(horizon: 20)),
///   on: problem, loss: .summedObjective(), steps: 500)
/// var learner = Learner(MLP([784, 20, 10]), optimizer: LearnedOptimizer(run.model.update))
/// ```
///
/// The rule moves every number of a parameter by itself, so it does not matter what it was trained on.
public struct LearnedOptimizer: Optimizer {
  /// What moves each number.
  public let rule: RecurrentUpdate
  /// Multiplies the rule's moves; 1 is as trained.
  public var learningRate: Double
  private var states: [[Tensor]] = []
  private let move = recorded { (rule: RecurrentUpdate, state: [Tensor], slope: Tensor) in
    var state = state
    let move = rule.move(along: slope, &state)
    return (move, state)
  }

  /// A rule at its start.
  public init(_ rule: RecurrentUpdate, learningRate: Double = 1) {
    self.rule = rule
    self.learningRate = learningRate
  }

  public var memory: [String: [Tensor]] {
    get { ["states": states.flatMap { $0 }] }
    set {
      let flat = newValue["states"] ?? []
      states = stride(from: 0, to: flat.count, by: 4).map { Array(flat[$0..<($0 + 4)]) }
    }
  }

  public mutating func update<M: Model>(_ model: inout M, along gradient: M) {
    let slopes = gradient.parameters
    var next = 0
    model.updateParameters { (parameter: inout Tensor) in
      guard next < slopes.count, slopes[next].shape == parameter.shape else {
        fatalError(
          "LearnedOptimizer: parameter \(next) of shape \(parameter.shape) has no gradient")
      }
      let flat = slopes[next].flattened()
      if next == states.count { states.append(rule.emptyMemory(flat)) }
      guard states[next][0].dim(0) == flat.size else {
        fatalError(
          "LearnedOptimizer: this optimizer has stepped another model; make a new one for each model"
        )
      }
      let (move, state) = self.move(rule, states[next], flat)
      states[next] = state
      parameter = parameter + learningRate * move.reshaped(parameter.shape)
      next += 1
    }
  }
}
