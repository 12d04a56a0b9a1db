import Display
import Networks
import Tensors

/// How well a classifier tells two sets of draws apart, on draws that it was not trained on: ½ if it
/// cannot, 1 if they have nothing in common (arXiv:1610.06545, C2ST).
///
/// ```swift
/// TwoSampleTest(posterior.sample(10_000, given: x, from: &generator), reference).accuracy
/// ```
///
/// The classifier is that of the benchmark of simulation-based inference (arXiv:2101.04653): two hidden
/// layers of 10·d rectified units, columns standardized by the reference, five folds.
public struct TwoSampleTest: Sendable {
  /// The share of held-out draws that are told apart rightly, for each fold.
  public var folds: [Double]
  /// Draws in both sets together.
  public var count: Int

  /// The mean over folds.
  public var accuracy: Double { folds.reduce(0, +) / Double(folds.count) }
  /// The deviation of the accuracy if the sets are from one distribution.
  public var chanceDeviation: Double { 0.5 / Double(count).squareRoot() }

  /// Trains a classifier for each fold.
  ///
  /// A set that is larger than the other is cut.
  ///
  /// - Parameters:
  ///   - reference: what sets the scale.
  ///   - epochs: at most; training ends when ten epochs in a row lower the loss by less than 1e-4.
  public init(
    _ draws: Tensor, _ reference: Tensor, folds: Int = 5, epochs: Int = 200, batch: Int = 200,
    seed: Int = 1
  ) {
    guard draws.ndim == 2, reference.ndim == 2, draws.dim(1) == reference.dim(1) else {
      fatalError("TwoSampleTest: shapes \(draws.shape) and \(reference.shape) are not comparable")
    }
    let n = Swift.min(draws.dim(0), reference.dim(0))
    guard folds > 1, n >= 2 * folds, epochs > 0, batch > 0 else {
      fatalError("TwoSampleTest: \(n) draws of each in \(folds) folds")
    }
    guard isFinite(draws).all(), isFinite(reference).all() else {
      fatalError("TwoSampleTest: draws that are not finite numbers")
    }
    let wide = reference.cast(to: .float64)
    let (center, scale) = (wide.mean(axis: 0), deviation(wide))
    let both = concatenate([draws[..<n].cast(to: .float64), wide[..<n]])
    let points = ((both - center) / scale).cast(to: .float32)
    let labels = concatenate([Tensor.zeros([n, 1]), Tensor.ones([n, 1])])
    var generator = Generator(seed: seed)
    let order = Tensor.permutation(2 * n, from: &generator)
    let (x, y) = (points.take(order), labels.take(order))
    count = 2 * n
    self.folds = []
    for fold in 0..<folds {
      let held = (fold * 2 * n / folds)..<((fold + 1) * 2 * n / folds)
      func rest(_ t: Tensor) -> Tensor {
        concatenate([t[..<held.lowerBound], t[held.upperBound...]])
      }
      let network = Self.trained(rest(x), rest(y), epochs, batch, from: &generator)
      let isRight = (network(x[held]) .> 0) .== (y[held] .> 0.5)
      self.folds.append(isRight.cast(to: .float64).mean().item())
    }
  }

  private static func trained(
    _ x: Tensor, _ y: Tensor, _ epochs: Int, _ batch: Int, from generator: inout Generator
  ) -> MLP {
    let (n, width) = (x.dim(0), 10 * x.dim(1))
    let start = MLP([x.dim(1), width, width, 1], from: &generator)
    var learner = Learner(start, optimizer: Adam(learningRate: 1e-3))
    var (best, stalled) = (Double.infinity, 0)
    for _ in 0..<epochs where stalled < 10 {
      let order = Tensor.permutation(n, from: &generator)
      let (rows, labels) = (x.take(order), y.take(order))
      var sum = 0.0
      for first in stride(from: 0, to: n, by: batch) {
        let part = first..<Swift.min(n, first + batch)
        let value = learner.step { model, _ in
          let logits = model(rows[part])
          return (softplus(logits) - labels[part] * logits).mean()
        }
        sum += value * Double(part.count)
      }
      let loss = sum / Double(n)
      stalled = loss > best - 1e-4 ? stalled + 1 : 0
      best = Swift.min(best, loss)
    }
    return learner.model
  }
}

extension TwoSampleTest: CustomStringConvertible {
  public var description: String {
    "C2ST \(shortNumber(accuracy)) over \(count) draws (chance: 0.5 ± \(shortNumber(chanceDeviation)))"
  }
}
