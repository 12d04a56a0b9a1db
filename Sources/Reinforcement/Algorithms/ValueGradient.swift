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
  /// Inputs and outputs, as the data has them.
  private var inputs: Columns
  private var outputs: Columns
  /// Transitions that the columns stand for.
  private var seen = 0.0

  /// Means and variances of columns of data.
  private struct Columns {
    var mean: Tensor
    var variance: Tensor
    var deviation: Tensor { sqrt(variance) + 1e-6 }

    init(_ data: Tensor) {
      mean = data.mean(axis: 0)
      variance = square(data - mean).mean(axis: 0)
    }

    /// With further rows, which are `share` of all (Chan and others, 1979).
    mutating func merge(_ other: Columns, share: Double) {
      let way = other.mean - mean
      mean = mean + share * way
      variance =
        (1 - share) * variance + share * other.variance + (share * (1 - share)) * square(way)
    }

    func unit(_ data: Tensor) -> Tensor { (data - mean) / deviation }
  }

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
    // Of two rows, −1 and 1: mean 0 and deviation 1.
    inputs = Columns(stack([-Tensor.ones([from]), Tensor.ones([from])], axis: 0))
    outputs = Columns(stack([-Tensor.ones([to]), Tensor.ones([to])], axis: 0))
  }

  /// Steps of regression on transitions; each member draws its own.
  ///
  /// - Returns: the last loss, in squared deviations.
  @discardableResult
  public mutating func fit(_ data: TransitionBatch, steps: Int, batch: Int = 128) -> Double {
    let (x, y) = Self.columns(data)
    (inputs, outputs, seen) = (Columns(x), Columns(y), Double(x.dim(0)))
    let (unitX, unitY) = (inputs.unit(x), outputs.unit(y))
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

  /// One step of regression on transitions that arrive bit by bit, the same for all members.
  ///
  /// Means and deviations are those of everything that has arrived.
  ///
  /// - Returns: the loss before the step, in squared deviations.
  @discardableResult
  public mutating func learn(from batch: TransitionBatch) -> Double {
    let (x, y) = Self.columns(batch)
    let more = Double(x.dim(0))
    seen += more
    inputs.merge(Columns(x), share: more / seen)
    outputs.merge(Columns(y), share: more / seen)
    let (unitX, unitY) = (inputs.unit(x), outputs.unit(y))
    return learner.step { model, _ in square(model(unitX) - unitY).mean() }
  }

  /// Inputs `[n, o + a]`, and changes and rewards `[n, o + 1]`.
  private static func columns(_ data: TransitionBatch) -> (Tensor, Tensor) {
    let x = concatenate([data.observations, data.actions], axis: 1)
    let y = concatenate(
      [data.next - data.observations, data.rewards.expandedDims(axis: 1)], axis: 1)
    return (x, y)
  }

  func write(to file: inout Checkpoint, under prefix: String) {
    file.write(learner, under: "\(prefix).learner")
    file["\(prefix).seen"] = Tensor(seen, dtype: .float64)
    for (name, columns) in [("inputs", inputs), ("outputs", outputs)] {
      file["\(prefix).\(name).mean"] = columns.mean
      file["\(prefix).\(name).variance"] = columns.variance
    }
  }

  mutating func read(from file: Checkpoint, under prefix: String) throws(TensorFileError) {
    var next = self
    try file.read(&next.learner, under: "\(prefix).learner")
    next.seen = try file.required("\(prefix).seen").item()
    next.inputs.mean = try file.required("\(prefix).inputs.mean")
    next.inputs.variance = try file.required("\(prefix).inputs.variance")
    next.outputs.mean = try file.required("\(prefix).outputs.mean")
    next.outputs.variance = try file.required("\(prefix).outputs.variance")
    self = next
  }

  /// What each member expects: next observations `[members, n, o]` and rewards `[members, n]`.
  ///
  /// - Parameters:
  ///   - observation: `[n, o]` for all members, or `[members, n, o]`.
  ///   - action: `[n, a]`, or `[members, n, a]`.
  public func predictions(_ observation: Tensor, _ action: Tensor) -> (
    next: Tensor, rewards: Tensor
  ) {
    let x = concatenate([observation, action], axis: -1)
    let y = learner.model(inputs.unit(x)) * outputs.deviation + outputs.mean
    return (
      observation + y[0..., 0..., 0..<self.observation], y[0..., 0..., self.observation]
    )
  }

  /// What one member expects, `[n, o]` and `[n]`.
  public func prediction(of member: Int, _ observation: Tensor, _ action: Tensor) -> (
    next: Tensor, rewards: Tensor
  ) {
    let x = inputs.unit(concatenate([observation, action], axis: 1))
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
