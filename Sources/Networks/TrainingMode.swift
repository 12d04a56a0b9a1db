import Tensors

/// Whether layers that behave differently while training do so: set for the extent of a call.
///
/// ```swift
/// let g = gradient(at: model) { m in training { loss(m(x), y) } }
/// ```
///
/// Layers with running statistics note new ones; ``Learner`` and
/// ``Tensors/Model/tracking(_:)`` put them into the model.
///
/// - Parameter generator: what layers draw from; by default that of the surrounding training, or
///   the shared one.
public func training<Result>(
  drawing generator: Generator? = nil, _ body: () throws -> Result
) rethrows -> Result {
  let source = generator.map { TrainingMode.Source($0) } ?? TrainingMode.current?.source
  return try TrainingMode.$current.withValue(TrainingMode(source: source), operation: body)
}

/// Calls a function outside of any training, such as the measurement of a model in a training step.
public func notTraining<Result>(_ body: () throws -> Result) rethrows -> Result {
  try TrainingMode.$current.withValue(nil, operation: body)
}

/// What a surrounding ``training(drawing:_:)`` has set.
struct TrainingMode: Sendable {
  /// A generator that is drawn from by one thread, that of the training.
  final class Source: @unchecked Sendable {
    var generator: Generator
    init(_ generator: Generator) { self.generator = generator }
  }

  @TaskLocal static var current: TrainingMode?
  let source: Source?

  /// A stream for one layer's random numbers.
  func split() -> Generator { source?.generator.split() ?? splitSharedGenerator() }
}
