import Networks
import Tensors

/// What is subtracted from the objectives of samples in a policy gradient, to lower its variance
/// without a bias.
public enum Baseline: Sendable, Hashable {
  /// Nothing.
  case none
  /// The mean of the other samples of the same context (needs at least two).
  case leaveOneOut
  /// The mean of the other contexts of the batch.
  case batchMean
  /// The objective of the prediction itself.
  case prediction
}

/// The distribution around a prediction that a policy gradient explores.
public enum Exploration: Sendable, Hashable {
  /// Normal with this deviation around the prediction, projected into the domain.
  case gaussian(deviation: Double)
  /// A choice of one element with the prediction's probabilities; for simplices.
  case categorical
}

extension Loss {
  /// The objective by its values alone: E over samples y from π(· | ŷ(x)) of f(y; x), with the
  /// score-function gradient E (f(y; x) − b)·∇ log π(y | ŷ(x)) (doi:10.1007/BF00992696).
  ///
  /// The objective is not differentiated and need not be smooth.
  ///
  /// - Parameter samples: for each context.
  public static func policyGradient(
    _ exploration: Exploration, samples: Int = 8, baseline: Baseline = .leaveOneOut
  ) -> Loss {
    guard samples > 0, baseline != .leaveOneOut || samples > 1 else {
      fatalError("policyGradient: \(samples) samples; a leave-one-out baseline needs two")
    }
    return Loss("policy gradient") { inputs in
      var generator = inputs.noise.generator.stream(1)
      let prediction = inputs.prediction
      let center = stopGradient(prediction)
      let (n, d) = (center.dim(0), center.dim(1))
      let points: Tensor
      let logProbability: Tensor
      switch exploration {
      case .gaussian(let deviation):
        let policy = Normal(
          mean: prediction.expandedDims(axis: 1).broadcast(to: [n, samples, d]),
          deviation: Tensor(deviation, dtype: center.dtype))
        points = stopGradient(policy.sample(from: &generator))
        logProbability = policy.logDensity(points)
      case .categorical:
        // Not the density's own logarithm: a choice of probability 0 must not stop the others.
        let policy = Categorical(
          probabilities: maximum(center, 1e-30).expandedDims(axis: 1)
            .broadcast(to: [n, samples, d]))
        points = policy.sample(from: &generator)
        logProbability = log((points * prediction.expandedDims(axis: 1)).sum(axis: -1) + 1e-30)
      }
      let flat = inputs.problem.domain.project(points.reshaped([n * samples, d]))
      let x = inputs.contexts.repeated(samples, axis: 0)
      let values = stopGradient(inputs.problem(flat, x, noise: inputs.noise))
        .reshaped([n, samples])
      let advantage = stopGradient(values - reference(baseline, values, inputs))
      let surrogate = (advantage * logProbability).mean()
      // The value is the expected objective; the gradient is the surrogate's.
      return values.mean() + surrogate - stopGradient(surrogate)
    }
  }

  private static func reference(_ baseline: Baseline, _ values: Tensor, _ inputs: LossInputs)
    -> Tensor
  {
    let (n, samples) = (values.dim(0), values.dim(1))
    switch baseline {
    case .none: return values.zerosLike()
    case .leaveOneOut:
      return (values.sum(axis: -1, keepDims: true) - values) / Double(samples - 1)
    case .batchMean:
      guard n > 1 else { return values.zerosLike() }
      let own = values.sum(axis: -1, keepDims: true)
      return (values.sum() - own) / Double((n - 1) * samples)
    case .prediction:
      return stopGradient(inputs.values(stopGradient(inputs.prediction))).asColumn
    }
  }
}
