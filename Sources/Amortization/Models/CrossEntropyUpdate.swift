import Tensors

/// One iteration of the differentiable cross-entropy method (arXiv:1909.12830): the elites are
/// chosen by a soft top-k (``softTopK(_:_:temperature:)``) of the standardized objectives, so that
/// mean and spread are differentiable functions of the objective.
///
/// At temperature 0 it is ``CrossEntropyMethod``, with the same random numbers.
public struct CrossEntropyUpdate: UpdateRule, Sendable {
  /// Points drawn in each step.
  public var samples: Int
  /// The best of them, k of the soft top-k.
  public var elites: Int
  /// σ₀.
  public var deviation: Double
  /// τ.
  public var temperature: Double

  /// At temperature 0, the hard method.
  public init(
    samples: Int = 100, elites: Int = 10, deviation: Double = 1, temperature: Double = 1
  ) {
    guard elites > 0, elites <= samples else {
      fatalError("CrossEntropyUpdate: \(elites) elites of \(samples) samples")
    }
    self.samples = samples
    self.elites = elites
    self.deviation = deviation
    self.temperature = temperature
  }

  /// It has no parameters.
  public mutating func _visitParameters(_ visitor: ParameterVisitor, at path: String) {}

  public func begin(_ y: Tensor, _ setting: UpdateSetting) -> [Tensor] {
    [deviation * y.plainOnes]
  }

  public func step(_ y: Tensor, _ memory: inout [Tensor], _ setting: UpdateSetting) -> Tensor {
    var generator = setting.random
    let draw = sampled(
      setting.problem, y, memory[0], setting.contexts, samples, setting.noise, from: &generator)
    let centred = draw.values - draw.values.mean(axis: -1, keepDims: true)
    let spread = sqrt(square(centred).mean(axis: -1, keepDims: true) + 1e-12)
    let weights = softTopK(-centred / spread, elites, temperature: temperature)
      .expandedDims(axis: -1)
    let mean = (weights * draw.points).sum(axis: 1) / Double(elites)
    let away = square(draw.points - mean.expandedDims(axis: 1))
    // Below this, a spread of exactly 0 would have an infinite derivative.
    memory[0] = sqrt((weights * away).sum(axis: 1) / Double(elites) + 1e-16)
    return setting.problem.domain.isManifold ? setting.problem.domain.project(mean) : mean
  }
}
