import Networks
import Tensors

/// Random numbers that an objective may draw: of steps (``StepNoise``), of scores
/// (``ScoreNoise``), or any generator.
public protocol Noise: Sendable {
  /// A generator at its start; two calls give the same numbers.
  var generator: Generator { get }
}

extension Generator: Noise {
  public var generator: Generator { self }
}

/// What the steps of models and solvers draw.
///
/// A step that knew the noise it is scored on would fit that noise: of f = (y − x + 3ε)², one
/// gradient step reaches 0 where 9 is the best possible. Steps and scores have therefore types of
/// their own, and different numbers even for the same seed.
public struct StepNoise: Noise, Hashable {
  public let generator: Generator

  /// The noise that a seed decides.
  public init(seed: Int = 0) { self.init(from: Generator(seed: seed)) }

  package init(from source: Generator) { generator = source.stream(0x57E9) }

  /// The noise of step `index`, or of one of several solves.
  public func stream(_ index: Int) -> StepNoise { StepNoise(from: generator.stream(index)) }
}

/// What losses, evaluations and acceptance tests draw: see ``StepNoise``.
public struct ScoreNoise: Noise, Hashable {
  public let generator: Generator

  /// The noise that a seed decides.
  public init(seed: Int = 0) { self.init(from: Generator(seed: seed)) }

  package init(from source: Generator) { generator = source.stream(0x5C02E) }

  /// The noise of one of several scores.
  public func stream(_ index: Int) -> ScoreNoise { ScoreNoise(from: generator.stream(index)) }
}
