import Display
import Networks
import Tensors

/// Which contexts a model is trained on.
public enum TrainingContexts: Sendable, Hashable {
  /// New ones in each step.
  case fresh
  /// A training set of this size, drawn once; losses that need the ground truth solve it once.
  case fixed(Int)
}

/// Everything that decides a training, except for problem, model and loss.
public struct TrainingOptions: Sendable {
  /// Contexts in each step.
  public var batch: Int
  public var contexts: TrainingContexts
  /// Step sizes by step, if they change; otherwise the optimizer's own.
  public var schedule: Schedule?
  /// Longest gradient over all parameters; longer ones are scaled down.
  public var clip: Double?
  /// Held-out contexts, on which the objective is measured while training.
  public var heldOut: Int
  /// Steps from one measurement to the next.
  public var measureEvery: Int
  /// Decides contexts and noise.
  public var seed: Int

  public init(
    batch: Int = 64, contexts: TrainingContexts = .fresh, schedule: Schedule? = nil,
    clip: Double? = nil, heldOut: Int = 128, measureEvery: Int = 100, seed: Int = 0
  ) {
    guard batch > 0, measureEvery > 0 else {
      fatalError("TrainingOptions: batches of \(batch), measured every \(measureEvery) steps")
    }
    self.batch = batch
    self.contexts = contexts
    self.schedule = schedule
    self.clip = clip
    self.heldOut = heldOut
    self.measureEvery = measureEvery
    self.seed = seed
  }
}

/// A measurement on held-out contexts.
public struct TrainingMeasurement: Sendable, Hashable {
  public var step: Int
  /// Mean training loss since the measurement before.
  public var loss: Double
  /// Mean objective of the predictions for held-out contexts.
  public var heldOutObjective: Double
}

/// A training under way, as a value: it can be stopped, copied, looked at, and gone on with.
///
/// ```swift
/// var run = TrainingRun(FullyAmortized(MLP([1, 32, 1])), on: problem, loss: .objective)
/// run.advance(by: 500)
/// run.advance(by: 500)     // bit for bit what advance(by: 1000) gives
/// ```
///
/// Contexts and noise of a step are functions of the seed and the number of the step. When a cell
/// is interrupted, the run is at the last step that was completed.
public struct TrainingRun<M: AmortizedModel> {
  public private(set) var model: M
  public let loss: Loss
  public let options: TrainingOptions
  /// Steps taken.
  public private(set) var step = 0
  /// The loss of each step.
  public private(set) var losses: [Double] = []
  public private(set) var measurements: [TrainingMeasurement] = []
  public private(set) var optimizer: any Optimizer
  private let problem: (M) -> ParametricProblem
  private let heldOut: Tensor?
  private let set: (contexts: Tensor, targets: Tensor?, path: [Tensor])?

  /// A training of a model on a family of problems.
  public init(
    _ model: M, on problem: ParametricProblem, loss: Loss,
    optimizer: any Optimizer = Adam(), options: TrainingOptions = TrainingOptions()
  ) {
    self.init(model, on: { _ in problem }, loss: loss, optimizer: optimizer, options: options)
  }

  /// A training of a model together with the problem: in a variational autoencoder the objective
  /// has the decoder's parameters, which belong to the model.
  public init(
    _ model: M, on problem: @escaping (M) -> ParametricProblem, loss: Loss,
    optimizer: any Optimizer = Adam(), options: TrainingOptions = TrainingOptions()
  ) {
    self.model = model
    self.problem = problem
    self.loss = loss
    self.optimizer = optimizer
    self.options = options
    let first = problem(model)
    // Seeds of training, held-out contexts and noise are apart.
    var generator = Generator(seed: options.seed)
    var streams = generator.split(3)
    heldOut =
      options.heldOut > 0
      ? first.prepared(first.contexts.sample(options.heldOut, from: &streams[0])) : nil
    if case .fixed(let count) = options.contexts {
      let x = first.prepared(first.contexts.sample(count, from: &streams[1]))
      set = (
        x, loss.needsTargets ? stopGradient(first.groundTruth(x)) : nil,
        TrainingRun.taught(loss, model, first, x)
      )
    } else {
      set = nil
    }
  }

  /// Goes on for some steps and shows the progress.
  public mutating func advance(by steps: Int, showsProgress: Bool = true) {
    let bar = showsProgress ? ProgressBar(total: steps, label: loss.name) : nil
    for _ in 0..<steps {
      let (value, next, rule) = oneStep()
      let measured = measurement(of: next, after: value)
      complete(next, rule, value, measured)
      if let measured { bar?.message = "held-out objective \(rounded(measured.heldOutObjective))" }
      bar?.advance()
      guard value.isFinite else {
        bar?.failed("the loss is \(value) in step \(step)")
        fatalError(
          "training: the loss is \(value) in step \(step); take a smaller step size, set clip:, "
            + "or look at the objective for predictions such as the first ones")
      }
    }
  }

  /// Makes a step part of the run.
  ///
  /// Nothing in here looks at the check point, so an interrupted run is between two steps; and it
  /// is a call, so that memory has the step even if the caller's thread never comes back.
  @inline(never)
  private mutating func complete(
    _ next: M, _ rule: any Optimizer, _ value: Double, _ measured: TrainingMeasurement?
  ) {
    (model, optimizer) = (next, rule)
    step += 1
    losses.append(value)
    if let measured { measurements.append(measured) }
  }

  /// The measurement that is due after a step, by the step's number, so that a resumed run measures
  /// what an uninterrupted one does.
  private func measurement(of next: M, after value: Double) -> TrainingMeasurement? {
    guard let heldOut, (step + 1) % options.measureEvery == 0 else { return nil }
    let now = problem(next)
    let objective = now(next(heldOut, on: now), heldOut).mean().item()
    let window = losses.suffix(options.measureEvery - 1) + [value]
    return TrainingMeasurement(
      step: step + 1, loss: window.reduce(0, +) / Double(window.count),
      heldOutObjective: objective)
  }

  private func oneStep() -> (Double, M, any Optimizer) {
    var base = Generator(seed: options.seed)
    let own = base.split(3)[2].stream(step)
    var choice = own.stream(0)
    let noise = own.stream(1)
    let now = problem(model)
    let (x, targets, path) = batch(now, &choice)
    let (value, slope) = Tensors.valueAndGradient(at: model) { model in
      let live = problem(model)
      return loss(
        LossInputs(
          problem: live, contexts: x, iterates: model.iterates(x, on: live, noise: noise),
          targets: targets, path: path, noise: noise))
    }
    var (next, rule) = (model, optimizer)
    if let schedule = options.schedule { rule.learningRate = schedule(step) }
    rule.update(&next, along: options.clip.map { slope.clipped(toNorm: $0) } ?? slope)
    return (value.item(), next, rule)
  }

  private func batch(_ problem: ParametricProblem, _ generator: inout Generator)
    -> (Tensor, Tensor?, [Tensor])
  {
    if let set {
      let size = set.contexts.dim(0)
      if options.batch >= size { return (set.contexts, set.targets, set.path) }
      let rows = Tensor.choice(size, options.batch, from: &generator)
      return (set.contexts.take(rows), set.targets?.take(rows), set.path.map { $0.take(rows) })
    }
    let x = problem.prepared(problem.contexts.sample(options.batch, from: &generator))
    let targets = loss.needsTargets ? stopGradient(problem.groundTruth(x)) : nil
    return (x, targets, TrainingRun.taught(loss, model, problem, x))
  }

  private static func taught(
    _ loss: Loss, _ model: M, _ problem: ParametricProblem, _ x: Tensor
  ) -> [Tensor] {
    guard let teacher = loss.teacher else { return [] }
    let start = model.iterates(x, on: problem, noise: Generator(seed: 0))[0]
    var path = teacher.solver.limited(to: teacher.steps)
      .solve(problem, x, from: start, recordsPath: true).path
    // A solver that is done early stays where it is.
    while path.count <= teacher.steps { path.append(path[path.count - 1]) }
    return path
  }
}

/// Trains a model and gives back the finished run.
///
/// ```swift
/// let run = train(FullyAmortized(MLP([1, 32, 1])), on: problem, loss: .objective, steps: 1000)
/// let prediction = run.model(contexts, on: problem)
/// ```
public func train<M: AmortizedModel>(
  _ model: M, on problem: ParametricProblem, loss: Loss = .objective, steps: Int,
  optimizer: any Optimizer = Adam(), options: TrainingOptions = TrainingOptions()
) -> TrainingRun<M> {
  var run = TrainingRun(model, on: problem, loss: loss, optimizer: optimizer, options: options)
  run.advance(by: steps)
  return run
}

/// Trains a model together with the problem that its parameters are part of.
public func train<M: AmortizedModel>(
  _ model: M, on problem: @escaping (M) -> ParametricProblem, loss: Loss = .objective, steps: Int,
  optimizer: any Optimizer = Adam(), options: TrainingOptions = TrainingOptions()
) -> TrainingRun<M> {
  var run = TrainingRun(model, on: problem, loss: loss, optimizer: optimizer, options: options)
  run.advance(by: steps)
  return run
}
