import Tensors

/// A model that is being trained, as a value: parameters, optimizer, schedule, clipping, moving
/// average and seed.
///
/// ```swift
/// var learner = Learner(MLP([2, 32, 1]), optimizer: Adam(learningRate: 1e-3), clip: 1)
/// for (x, y) in Batches(of: 64, inputs, outputs, seed: 1) {
///   learner.step { model, noise in meanSquaredError(model(x), y) }
/// }
/// try learner.save("regression.safetensors")
/// ```
///
/// A training of several models has a learner for each: two for a potential and its conjugates,
/// three for an actor and two critics, whose targets are the learners' averages. A copy goes on by
/// itself, and what a step draws is a function of the seed and the number of the step, so that a
/// copy, or a file, is resumed bit for bit.
///
/// Steps are taken inside of ``training(drawing:_:)``. When a cell is interrupted, the learner is at
/// the last step that was completed.
public struct Learner<M: Model> {
  /// What is trained.
  public private(set) var model: M
  /// The moving average of the parameters, beginning at the model's start, if one was asked for.
  public private(set) var average: M?
  /// What takes its steps, with its memory.
  public private(set) var optimizer: any Optimizer
  /// Step sizes by step, if they change; otherwise the optimizer's own.
  public let schedule: Schedule?
  /// Longest gradient over all parameters; longer ones are scaled down.
  public let clip: Double?
  /// How the moving average is taken, if one is.
  public let averaging: Averaging?
  /// Decides what steps draw.
  public let seed: Int
  /// Steps taken.
  public private(set) var steps = 0
  /// The loss of each step.
  public private(set) var losses: [Double] = []

  /// A learner before its first step.
  public init(
    _ model: M, optimizer: any Optimizer = Adam(), schedule: Schedule? = nil,
    clip: Double? = nil, averaging: Averaging? = nil, seed: Int = 0
  ) {
    self.model = model
    self.optimizer = optimizer
    self.schedule = schedule
    self.clip = clip
    self.averaging = averaging
    self.seed = seed
    average = averaging == nil ? nil : model
  }

  /// What the next step draws: a function of the seed and the number of the step.
  public var noise: Generator {
    var base = Generator(seed: seed)
    return base.split(3)[2].stream(steps)
  }

  /// One step down the gradient of a loss.
  ///
  /// Stops the cell, with the learner as it was, when the loss or its gradient is not finite.
  ///
  /// - Parameters:
  ///   - rate: the step size, instead of the schedule's or the optimizer's.
  ///   - loss: one number, of the model and the step's own random numbers.
  /// - Returns: the loss before the step.
  @discardableResult
  public mutating func step(
    rate: Double? = nil, _ loss: (_ model: M, _ noise: Generator) throws -> Tensor
  ) rethrows -> Double {
    return sound(try tried(rate: rate, loss))
  }

  /// The loss of a step that was taken; stops the cell otherwise.
  private func sound(_ tried: (value: Double, isSound: Bool)) -> Double {
    let value = tried.value
    guard value.isFinite else {
      fatalError(
        "Learner: the loss is \(value) in step \(steps + 1), which was not taken; take a smaller "
          + "step size or set clip:")
    }
    guard tried.isSound else {
      fatalError(
        "Learner: the gradient in step \(steps + 1) is not finite, though the loss is \(value); the "
          + "step was not taken; stoppingAtNaN { … } names the operation")
    }
    return value
  }

  /// One step, which is not taken if the loss is not finite, or its gradient: the answer is then
  /// not finite either.
  package mutating func attempt(
    rate: Double? = nil, _ loss: (_ model: M, _ noise: Generator) throws -> Tensor
  ) rethrows -> Double {
    let (value, isSound) = try tried(rate: rate, loss)
    return isSound ? value : .nan
  }

  /// The loss, and whether its gradient is finite, as far as it is known; taken if both are.
  private mutating func tried(
    rate: Double?, _ loss: (_ model: M, _ noise: Generator) throws -> Tensor
  ) rethrows -> (value: Double, isSound: Bool) {
    let own = noise
    let ((value, slope), seen) = try model.tracked { model in
      try valueAndGradient(at: model) { model in
        try training(drawing: own.stream(3)) { try loss(model, own) }
      }
    }
    return tookIfSound(seen, slope, value.item(), rate)
  }

  private mutating func tookIfSound(_ seen: M, _ slope: M, _ number: Double, _ rate: Double?) -> (
    value: Double, isSound: Bool
  ) {
    guard number.isFinite else { return (number, isSound: true) }
    guard slope.hasOnlyNumbers else { return (number, isSound: false) }
    take(seen, slope, number, rate)
    return (number, isSound: true)
  }

  /// ``step(rate:_:)`` through a recording: only the model's tensors and the data may change from step
  /// to step.
  ///
  /// - Parameter loss: one number, and tensors that the caller wants to keep.
  package mutating func step(
    recordedBy recording: RecordedStep<M>, _ data: [Tensor],
    _ loss: (_ model: M, _ data: [Tensor], _ noise: Generator) -> (Tensor, [Tensor])
  ) -> [Tensor] {
    let (tried, rest) = tried(recording, data, loss)
    _ = sound(tried)
    return rest
  }

  /// ``attempt(rate:_:)`` through a recording.
  package mutating func attempt(
    recordedBy recording: RecordedStep<M>, _ data: [Tensor],
    _ loss: (_ model: M, _ data: [Tensor], _ noise: Generator) -> Tensor
  ) -> Double {
    let (tried, _) = tried(recording, data) { (loss($0, $1, $2), []) }
    return tried.isSound ? tried.value : .nan
  }

  private mutating func tried(
    _ recording: RecordedStep<M>, _ data: [Tensor],
    _ loss: (M, [Tensor], Generator) -> (Tensor, [Tensor])
  ) -> ((value: Double, isSound: Bool), [Tensor]) {
    let own = noise
    let found = recording(model, data) { model, data in
      let ((value, rest, slope), seen) = model.tracked { model in
        gradientWithAuxiliary(at: model) { model in
          training(drawing: own.stream(3)) { loss(model, data, own) }
        }
      }
      return (value, slope, seen, rest)
    }
    return (tookIfSound(found.seen, found.slope, found.loss.item(), nil), found.rest)
  }

  /// One step along the mean gradient of the blocks of a batch, which the ranks of a run share; not
  /// taken if the loss is not finite.
  ///
  /// Each block has its number and noise of its own, and the sum is taken in a fixed order, in double
  /// precision: the step has the same bits for any number of ranks.
  ///
  /// Stops the cell for a model whose layers change while it is trained (running statistics), which
  /// would depend on who has which block.
  package mutating func attempt(
    blocks: Int, rate: Double? = nil, _ loss: (M, _ block: Int, _ noise: Generator) throws -> Tensor
  ) rethrows -> Double {
    let own = noise
    let sum = try Ranks.current.sumInOrder(blocks) { block in
      let mine = own.stream(16 + block)
      let ((value, slope), seen) = try model.tracked { model in
        try valueAndGradient(at: model) { model in
          try training(drawing: mine.stream(3)) { try loss(model, block, mine) }
        }
      }
      refuseRunningStatistics(seen)
      let pieces = [value] + slope.parameters
      return concatenate(pieces.map { $0.cast(to: .float64).reshaped(-1) })
    }
    let mean = sum / Double(blocks)
    let value = mean[0].item()
    guard value.isFinite else { return value }
    guard mean.hasOnlyNumbers else { return .nan }
    take(model, gradient(mean), value, rate)
    return value
  }

  /// The gradient whose numbers are given one after another, behind the loss.
  private func gradient(_ numbers: Tensor) -> M {
    var next = 1
    return model.mapParameters { parameter in
      let end = next + parameter.size
      defer { next = end }
      return numbers[next..<end].reshaped(parameter.shape).cast(to: parameter.dtype)
    }
  }

  private func refuseRunningStatistics(_ seen: M) {
    guard steps == 0 else { return }
    for ((name, before), (_, after)) in zip(model.namedState, seen.namedState)
    where before.doubles != after.doubles {
      fatalError(
        "training in blocks: \(name) changes while the model is trained, which has no meaning for a "
          + "batch in blocks; use a layer without running statistics, such as LayerNorm")
    }
  }

  /// One step along a gradient that was found elsewhere, such as an average over several batches.
  public mutating func descend(_ gradient: M, loss: Double = .nan, rate: Double? = nil) {
    take(model, gradient, loss, rate)
  }

  private mutating func take(_ seen: M, _ gradient: M, _ value: Double, _ rate: Double?) {
    var (next, rule) = (seen, optimizer)
    if let rate = rate ?? schedule?(steps) { rule.learningRate = rate }
    rule.update(&next, along: clip.map { gradient.clipped(toNorm: $0) } ?? gradient)
    complete(next, rule, averaged(next), value)
  }

  private func averaged(_ next: M) -> M? {
    guard let averaging, let average else { return nil }
    guard (steps + 1) % averaging.interval == 0 else { return average }
    // The new model's first, so that running statistics are the new ones.
    let kept = averaging.decay
    return next.mapParameters(with: average) { (1 - kept) * $0 + kept * $1 }
  }

  /// Makes a step part of the learner.
  ///
  /// Nothing in here looks at the check point, so an interrupted learner is between two steps; and
  /// it is a call, so that memory has the step even if the caller's thread never comes back.
  @inline(never)
  private mutating func complete(
    _ next: M, _ rule: any Optimizer, _ average: M?, _ value: Double
  ) {
    (model, optimizer, self.average) = (next, rule, average)
    steps += 1
    losses.append(value)
  }
}

/// A moving average of a model's parameters: θ̄ ← decay·θ̄ + (1 − decay)·θ after every `interval`
/// steps (Polyak averaging; the target networks of actor-critic methods).
public struct Averaging: Sendable, Hashable {
  /// What the average keeps of itself each time.
  public var decay: Double
  /// Steps from one update of the average to the next.
  public var interval: Int

  /// An average of exponentially fading weights.
  public init(decay: Double = 0.999, every interval: Int = 1) {
    guard decay >= 0, decay <= 1, interval > 0 else {
      fatalError("Averaging: decay \(decay) every \(interval) steps")
    }
    self.decay = decay
    self.interval = interval
  }
}

extension Model {
  /// Whether no parameter is infinite or NaN.
  fileprivate var hasOnlyNumbers: Bool {
    // A sum of numbers may overflow.
    parameters.allSatisfy { $0.sum().item().isFinite || isFinite($0).all() }
  }
}

// MARK: - Files

extension Learner {
  /// Writes everything that the next step depends on.
  public func save(_ path: String) throws(TensorFileError) {
    var file = Checkpoint()
    file.write(self, under: "learner")
    try file.save(path)
  }

  /// Goes on from a file that a learner of the same model and settings has written.
  ///
  /// - Throws: if the file is of another model, optimizer or setting; the learner is then unchanged.
  public mutating func load(_ path: String) throws(TensorFileError) {
    try Checkpoint(path).read(&self, under: "learner")
  }

  private var settings: String {
    func text<T>(_ value: T?) -> String { value.map { "\($0)" } ?? "none" }
    return "seed \(seed), \(type(of: optimizer)), schedule \(text(schedule)), clip \(text(clip)), "
      + "average \(text(averaging))"
  }

  fileprivate func write(to file: inout Checkpoint, _ prefix: String) {
    file.write(settings, as: "\(prefix).settings")
    file.write(model, under: "\(prefix).model")
    if let average { file.write(average, under: "\(prefix).average") }
    file.write([optimizer.learningRate], as: "\(prefix).rate")
    let memory = optimizer.memory
    for name in memory.keys { file.write(memory[name] ?? [], as: "\(prefix).optimizer.\(name)") }
    file["\(prefix).steps"] = Tensor(steps)
    file.write(losses, as: "\(prefix).losses")
  }

  fileprivate mutating func read(from file: Checkpoint, _ prefix: String) throws(TensorFileError) {
    var next = self
    try file.requireText(settings, as: "\(prefix).settings")
    try file.read(&next.model, under: "\(prefix).model")
    if var average = next.average {
      try file.read(&average, under: "\(prefix).average")
      next.average = average
    }
    next.optimizer.learningRate = try file.required("\(prefix).rate").doubles[0]
    var memory: [String: [Tensor]] = [:]
    for name in optimizer.memory.keys {
      memory[name] = try file.list("\(prefix).optimizer.\(name)")
    }
    next.optimizer.memory = memory
    next.steps = Int(try file.required("\(prefix).steps"))
    next.losses = try file.required("\(prefix).losses").doubles
    self = next
  }
}

extension Checkpoint {
  /// Writes everything that a learner's next step depends on.
  public mutating func write<M>(_ learner: Learner<M>, under prefix: String) {
    learner.write(to: &self, prefix)
  }

  /// Reads what was written of a learner of the same model and settings.
  public func read<M>(_ learner: inout Learner<M>, under prefix: String) throws(TensorFileError) {
    try learner.read(from: self, prefix)
  }
}
