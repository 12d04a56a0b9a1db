import Networks
import Tensors

/// Stochastic value gradients with a model, SVG(H) (Heess and others, 2015, arXiv:1510.09142): the policy
/// climbs the return of H steps through the dynamics, with a critic behind them.
///
/// The dynamics are the environment's own, which are differentiable, or learned ones:
/// ``DynamicsEnsemble``.
///
/// - Parameters:
///   - transition: next states and rewards for states and actions.
///   - value: of the last states, or nothing.
/// - Returns: minus the mean return, to be minimized.
public func valueGradientLoss(
  _ policy: (_ state: Tensor, _ t: Int) -> Tensor, from states: Tensor, steps: Int,
  discount: Double, transition: (_ state: Tensor, _ action: Tensor, _ t: Int) -> (Tensor, Tensor),
  value: ((_ state: Tensor) -> Tensor)? = nil
) -> Tensor {
  guard steps > 0 else { fatalError("valueGradientLoss: \(steps) steps") }
  var (state, weight) = (states, 1.0)
  var total: Tensor?
  for t in 0..<steps {
    let (next, reward) = transition(state, policy(state, t), t)
    let term = weight * reward
    total = total.map { $0 + term } ?? term
    state = next
    weight *= discount
  }
  if let value { total = total! + weight * value(state) }
  return -total!.mean()
}

/// Several learned models of an environment's dynamics, each with its own start and its own order of
/// the data, which disagree where nothing was seen (Chua and others, 2018, arXiv:1805.12114).
///
/// A member predicts the change of the observation and the reward, in units of their deviations.
public struct DynamicsEnsemble {
  /// The members being trained.
  public private(set) var learner: Learner<Ensemble>
  /// Numbers of an observation.
  public let observation: Int
  /// Numbers of an action.
  public let action: Int
  /// Means and deviations of inputs and outputs, as the data has them.
  private var inputs: (mean: Tensor, deviation: Tensor)
  private var outputs: (mean: Tensor, deviation: Tensor)

  /// Members that know nothing yet.
  public init(
    for environment: some Environment, members: Int = 5, hidden: [Int] = [64, 64],
    learningRate: Double = 2e-3, seed: Int = 0
  ) {
    var generator = Generator(seed: seed)
    observation = environment.observationDimension
    action = environment.actions.dimension
    let (from, to) = (observation + action, observation + 1)
    learner = Learner(
      Ensemble(members: members, [from] + hidden + [to], activation: .silu, from: &generator),
      optimizer: Adam(learningRate: learningRate), seed: seed)
    inputs = (Tensor.zeros([from]), Tensor.ones([from]))
    outputs = (Tensor.zeros([to]), Tensor.ones([to]))
  }

  /// Steps of regression on transitions; each member draws its own.
  ///
  /// - Returns: the last loss, in squared deviations.
  @discardableResult
  public mutating func fit(_ data: TransitionBatch, steps: Int, batch: Int = 128) -> Double {
    let x = concatenate([data.observations, data.actions], axis: 1)
    let y = concatenate(
      [data.next - data.observations, data.rewards.expandedDims(axis: 1)], axis: 1)
    inputs = (x.mean(axis: 0), x.std(axis: 0) + 1e-6)
    outputs = (y.mean(axis: 0), y.std(axis: 0) + 1e-6)
    let (unitX, unitY) = (
      (x - inputs.mean) / inputs.deviation, (y - outputs.mean) / outputs.deviation
    )
    let (members, total) = (learner.model.members, x.dim(0))
    var last = 0.0
    for _ in 0..<steps {
      last = learner.step { model, noise in
        var noise = noise
        let rows = Tensor.randomIntegers([members * batch], in: 0..<total, from: &noise)
        let a = unitX.take(rows).reshaped([members, batch, x.dim(1)])
        let b = unitY.take(rows).reshaped([members, batch, y.dim(1)])
        return square(model(a) - b).mean()
      }
    }
    return last
  }

  /// What each member expects: next observations `[members, n, o]` and rewards `[members, n]`.
  public func predictions(_ observation: Tensor, _ action: Tensor) -> (
    next: Tensor, rewards: Tensor
  ) {
    let x = concatenate([observation, action], axis: 1)
    let y = learner.model((x - inputs.mean) / inputs.deviation) * outputs.deviation + outputs.mean
    return (
      observation + y[0..., 0..., 0..<self.observation], y[0..., 0..., self.observation]
    )
  }

  /// What one member expects, `[n, o]` and `[n]`.
  public func prediction(of member: Int, _ observation: Tensor, _ action: Tensor) -> (
    next: Tensor, rewards: Tensor
  ) {
    let x = (concatenate([observation, action], axis: 1) - inputs.mean) / inputs.deviation
    let model = learner.model
    var h = x
    for i in model.weights.indices {
      h = matmul(h, model.weights[i][member]) + model.biases[i][member]
      if i + 1 < model.weights.count { h = model.activation(h) }
    }
    let y = h * outputs.deviation + outputs.mean
    return (observation + y[0..., 0..<self.observation], y[0..., self.observation])
  }

  /// How much the members disagree about what is seen next, in deviations of its changes, `[n]`.
  public func disagreement(_ observation: Tensor, _ action: Tensor) -> Tensor {
    let next = predictions(observation, action).next
    let spread = square(next - next.mean(axis: 0)).mean(axis: 0)
    let unit = outputs.deviation[0..<self.observation]
    return sqrt((spread / square(unit)).mean(axis: 1))
  }
}
