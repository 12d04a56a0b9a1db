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
  /// Which contexts steps see.
  public var contexts: TrainingContexts
  /// Step sizes by step, if they change; otherwise the optimizer's own.
  public var schedule: Schedule?
  /// Longest gradient over all parameters; longer ones are scaled down.
  public var clip: Double?
  /// Of the parameters, if a moving average is to be kept.
  public var averaging: Averaging?
  /// Held-out contexts, on which the objective is measured while training.
  public var heldOut: Int
  /// Steps from one measurement to the next.
  public var measureEvery: Int
  /// Decides contexts and noise.
  public var seed: Int
  /// Parts that a batch is cut into, each with a gradient of its own; nil: the batch stays whole.
  ///
  /// The ranks of an MPI run share them (``Ranks``), and any number of ranks gives the same result.
  public var blocks: Int?
  /// Whether a step is recorded (``recorded(_:)``) and carried out from the recording as long as
  /// ``TrainingRun/advance(by:on:showsProgress:)`` goes on, with the same bits.
  ///
  /// Worth it where tensors are small, as in MAML. Model, objective and loss must be functions of their
  /// tensors: what they capture and change themselves, such as a count of their calls, stays as it was
  /// in the first two steps. What draws random numbers or reads elements is called as it is, and so is a
  /// batch in ``blocks``.
  public var recorded: Bool

  /// What is not given is as usual.
  public init(
    batch: Int = 64, contexts: TrainingContexts = .fresh, schedule: Schedule? = nil,
    clip: Double? = nil, averaging: Averaging? = nil, heldOut: Int = 128, measureEvery: Int = 100,
    seed: Int = 0, blocks: Int? = nil, recorded: Bool = false
  ) {
    guard batch > 0, measureEvery > 0 else {
      fatalError("TrainingOptions: batches of \(batch), measured every \(measureEvery) steps")
    }
    if let blocks, blocks < 1 || batch % blocks != 0 {
      fatalError("TrainingOptions: a batch of \(batch) does not fall into \(blocks) equal blocks")
    }
    self.blocks = blocks
    self.recorded = recorded
    self.batch = batch
    self.contexts = contexts
    self.schedule = schedule
    self.clip = clip
    self.averaging = averaging
    self.heldOut = heldOut
    self.measureEvery = measureEvery
    self.seed = seed
  }
}

/// A measurement on held-out contexts.
public struct TrainingMeasurement: Sendable, Hashable {
  /// Steps taken.
  public var step: Int
  /// Mean training loss since the measurement before.
  public var loss: Double
  /// Mean objective of the predictions for held-out contexts.
  public var heldOutObjective: Double
}

/// A training under way, as a value: it can be stopped, copied, looked at, saved, and gone on with.
///
/// ```swift
/// var run = TrainingRun(FullyAmortized(MLP([1, 32, 1])), loss: .objective)
/// run.advance(by: 500, on: problem)
/// run.advance(by: 500, on: problem)     // bit for bit what 1000 steps at once give
/// ```
///
/// A run takes the problem with each advance, so that it may change between two of them, and owns
/// everything else: held-out contexts and the training set are drawn from the problem of the first
/// step. Contexts and noise of a step are functions of the seed and the number of the step. When a
/// cell is interrupted, the run is at the last step that was completed.
public struct TrainingRun<M: AmortizedModel> {
  /// The model with its optimizer.
  public private(set) var learner: Learner<M>
  /// What the model is trained on.
  public let loss: Loss
  /// What else decides the training.
  public let options: TrainingOptions
  /// The measurements on held-out contexts, in order.
  public private(set) var measurements: [TrainingMeasurement] = []
  /// What measurements are made on; empty before the first step.
  public private(set) var heldOutName = ""
  var data: TrainingData?

  /// A training that has not begun.
  public init(
    _ model: M, loss: Loss = .objective, optimizer: any Optimizer = Adam(),
    options: TrainingOptions = TrainingOptions()
  ) {
    self.loss = loss
    self.options = options
    learner = Learner(
      model, optimizer: optimizer, schedule: options.schedule, clip: options.clip,
      averaging: options.averaging, seed: options.seed)
  }

  /// The model as it is now.
  public var model: M { learner.model }
  /// The moving average of the model, if ``TrainingOptions/averaging`` asks for one.
  public var average: M? { learner.average }
  /// The optimizer as it is now.
  public var optimizer: any Optimizer { learner.optimizer }
  /// Steps taken.
  public var step: Int { learner.steps }
  /// The loss of each step.
  public var losses: [Double] { learner.losses }

  /// Goes on for some steps and shows the progress.
  public mutating func advance(
    by steps: Int, on problem: ParametricProblem, showsProgress: Bool = true
  ) {
    advance(by: steps, on: { _ in problem }, showsProgress: showsProgress)
  }

  /// Goes on for some steps on a problem that the model's parameters are part of: in a variational
  /// autoencoder the objective has the decoder's parameters, which belong to the model.
  public mutating func advance(
    by steps: Int, on problem: (M) -> ParametricProblem, showsProgress: Bool = true
  ) {
    let bar = showsProgress ? ProgressBar(total: steps, label: loss.name) : nil
    // The problem may be another one next time.
    let recording = options.recorded ? RecordedStep<M>() : nil
    for _ in 0..<steps {
      let now = problem(model)
      prepare(on: now)
      // After an interrupt the last step may not have been measured.
      measureIfDue(problem)
      let value = oneStep(now, problem, recording)
      guard value.isFinite else {
        bar?.failed("the loss is \(value) in step \(step + 1)")
        fatalError(
          "training: loss or gradient is \(value) in step \(step + 1), which was not taken; "
            + "take a smaller step size, set clip:, or look at the objective for predictions such as the first ones"
        )
      }
      if let measured = measureIfDue(problem) {
        bar?.message = "on \(heldOutName): \(shortNumber(measured.heldOutObjective))"
      }
      bar?.advance()
    }
  }

  /// Draws held-out contexts and the training set, with the solutions that the loss needs, unless
  /// that is done; otherwise the first step does it.
  public mutating func prepare(on problem: ParametricProblem) {
    if data != nil { return }
    let drawn = TrainingData(model, loss, problem, options)
    data = drawn
    heldOutName = problem.contexts.heldOutName(drawn.heldOut?.dim(0) ?? 0)
  }

  /// Makes the measurement that is due after a step, by the step's number, so that a resumed run
  /// measures what an uninterrupted one does.
  @discardableResult
  private mutating func measureIfDue(
    _ problem: (M) -> ParametricProblem
  ) -> TrainingMeasurement? {
    guard let heldOut = data?.heldOut, step > 0, step % options.measureEvery == 0,
      measurements.last?.step != step
    else { return nil }
    let now = problem(model)
    // Noise that no training step has seen, the same for every measurement.
    let objective = now(
      model(heldOut, on: now, noise: StepNoise(seed: options.seed)), heldOut,
      noise: ScoreNoise(seed: options.seed))
    let window = losses.suffix(options.measureEvery)
    let measured = TrainingMeasurement(
      step: step, loss: window.reduce(0, +) / Double(window.count),
      heldOutObjective: objective.mean().item())
    record(measured)
    return measured
  }

  /// A call, so that memory has the measurement even if the caller's thread never comes back.
  @inline(never)
  private mutating func record(_ measured: TrainingMeasurement) { measurements.append(measured) }

  private mutating func oneStep(
    _ now: ParametricProblem, _ problem: (M) -> ParametricProblem,
    _ recording: RecordedStep<M>?
  ) -> Double {
    let own = learner.noise
    var choice = own.stream(0)
    let steps = StepNoise(from: own.stream(1))
    let score = ScoreNoise(from: own.stream(2))
    let (x, targets, path) = batch(now, &choice)
    let judge = loss
    if let blocks = options.blocks, x.dim(0) % blocks == 0 {
      // Everybody draws the whole batch, so that a context does not depend on who works on it.
      let size = x.dim(0) / blocks
      return learner.attempt(blocks: blocks) { model, block, noise in
        let live = problem(model)
        let rows = block * size..<(block + 1) * size
        let own = x[rows]
        let iterates = model.iterates(own, on: live, noise: StepNoise(from: noise.stream(1)))
        return judge(
          LossInputs(
            problem: live, contexts: own, iterates: iterates, targets: targets?[rows],
            path: path.map { $0[rows] }, noise: ScoreNoise(from: noise.stream(2))))
      }
    }
    func value(_ model: M, _ x: Tensor, _ targets: Tensor?, _ path: [Tensor]) -> Tensor {
      let live = problem(model)
      return judge(
        LossInputs(
          problem: live, contexts: x, iterates: model.iterates(x, on: live, noise: steps),
          targets: targets, path: path, noise: score))
    }
    guard let recording else {
      return learner.attempt { model, _ in value(model, x, targets, path) }
    }
    let data = [x] + (targets.map { [$0] } ?? []) + path
    return learner.attempt(recordedBy: recording, data) { model, data, _ in
      value(model, data[0], targets == nil ? nil : data[1], Array(data.suffix(path.count)))
    }
  }

  private func batch(_ problem: ParametricProblem, _ generator: inout Generator)
    -> (Tensor, Tensor?, [Tensor])
  {
    if let data, let x = data.contexts {
      let size = x.dim(0)
      if options.batch >= size { return (x, data.targets, data.path) }
      let rows = Tensor.choice(size, options.batch, from: &generator)
      return (x.take(rows), data.targets?.take(rows), data.path.map { $0.take(rows) })
    }
    let x = problem.prepared(problem.contexts.sample(options.batch, from: &generator))
    let targets = loss.needsTargets ? stopGradient(problem.groundTruth(x)) : nil
    return (x, targets, TrainingData.taught(loss, model, problem, x))
  }
}

extension TrainingRun {
  /// Writes everything that the next step depends on, except for problem, loss and the values that
  /// the run is made with.
  public func save(_ path: String) throws(TensorFileError) {
    var file = Checkpoint()
    file.write(settings, as: "training.settings")
    file.write(learner, under: "run")
    file.write(heldOutName, as: "training.held out")
    file.write(
      measurements.flatMap { [Double($0.step), $0.loss, $0.heldOutObjective] },
      as: "training.measurements")
    data?.write(to: &file)
    try file.save(path)
  }

  /// Goes on from a file that a run with the same model, loss, optimizer and options has written.
  ///
  /// ```swift
  /// var run = TrainingRun(model, loss: .objective)
  /// try run.load("run.safetensors")
  /// run.advance(by: 500, on: problem)     // bit for bit as if it had never stopped
  /// ```
  ///
  /// - Throws: if the file does not fit; the run is then unchanged.
  public mutating func load(_ path: String) throws(TensorFileError) {
    var next = self
    let file = try Checkpoint(path)
    try file.requireText(settings, as: "training.settings")
    try file.read(&next.learner, under: "run")
    let numbers = try file.required("training.measurements").doubles
    next.measurements = stride(from: 0, to: numbers.count, by: 3).map { i in
      TrainingMeasurement(
        step: Int(numbers[i]), loss: numbers[i + 1], heldOutObjective: numbers[i + 2])
    }
    next.heldOutName = try file.text("training.held out")
    next.data = try TrainingData(file)
    self = next
  }

  private var settings: String {
    "loss \(loss.name), batches of \(options.batch), contexts \(options.contexts), "
      + "\(options.heldOut) held out, measured every \(options.measureEvery) steps"
      + (options.blocks.map { ", in \($0) blocks" } ?? "")
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
  var run = TrainingRun(model, loss: loss, optimizer: optimizer, options: options)
  run.advance(by: steps, on: problem)
  return run
}

/// Trains a model together with the problem that its parameters are part of.
public func train<M: AmortizedModel>(
  _ model: M, on problem: (M) -> ParametricProblem, loss: Loss = .objective, steps: Int,
  optimizer: any Optimizer = Adam(), options: TrainingOptions = TrainingOptions()
) -> TrainingRun<M> {
  var run = TrainingRun(model, loss: loss, optimizer: optimizer, options: options)
  run.advance(by: steps, on: problem)
  return run
}
