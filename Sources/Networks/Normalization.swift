import Synchronization
import Tensors

/// Each vector (last axis) brought to mean 0 and variance 1, then scaled and shifted
/// (arXiv:1607.06450).
public struct LayerNorm: Layer, Sendable {
  public var scale: Tensor
  public var shift: Tensor
  public var epsilon: Double

  public init(_ size: Int, epsilon: Double = 1e-5) {
    scale = Tensor.ones([size])
    shift = Tensor.zeros([size])
    self.epsilon = epsilon
  }

  public func callAsFunction(_ x: Tensor) -> Tensor {
    let centred = x - x.mean(axis: -1, keepDims: true)
    let variance = square(centred).mean(axis: -1, keepDims: true)
    return centred / sqrt(variance + epsilon) * scale + shift
  }
}

/// Whether layers that behave differently while training do so: set for the extent of a call.
///
/// ```swift
/// let g = gradient(at: model) { m in training { loss(m(x), y) } }
/// ```
public func training<Result>(_ body: () throws -> Result) rethrows -> Result {
  try TrainingMode.$isOn.withValue(true, operation: body)
}

enum TrainingMode {
  @TaskLocal static var isOn = false
}

/// Mean and variance that a ``BatchNorm`` has seen.
///
/// Shared by all copies of the layer: they are notes about the data, not parameters.
public final class RunningStatistics: Sendable {
  private let values: Mutex<(mean: Tensor, variance: Tensor)>

  init(_ size: Int) { values = Mutex((Tensor.zeros([size]), Tensor.ones([size]))) }

  public var mean: Tensor { values.withLock { $0.mean } }
  public var variance: Tensor { values.withLock { $0.variance } }

  func blend(_ mean: Tensor, _ variance: Tensor, _ momentum: Double) {
    let old = values.withLock { $0 }
    let blended = (
      mean: (1 - momentum) * old.mean + momentum * stopGradient(mean),
      variance: (1 - momentum) * old.variance + momentum * stopGradient(variance)
    )
    values.withLock { $0 = blended }
  }
}

/// Each feature (last axis) brought to mean 0 and variance 1 over all other axes
/// (arXiv:1502.03167): by the batch's own statistics inside of ``training(_:)``, by running ones
/// elsewhere.
public struct BatchNorm: Layer, Sendable {
  public var scale: Tensor
  public var shift: Tensor
  public let statistics: RunningStatistics
  public var momentum: Double
  public var epsilon: Double

  public init(_ size: Int, momentum: Double = 0.1, epsilon: Double = 1e-5) {
    scale = Tensor.ones([size])
    shift = Tensor.zeros([size])
    statistics = RunningStatistics(size)
    self.momentum = momentum
    self.epsilon = epsilon
  }

  public func callAsFunction(_ x: Tensor) -> Tensor {
    guard TrainingMode.isOn else {
      return (x - statistics.mean) / sqrt(statistics.variance + epsilon) * scale + shift
    }
    let axes = Array(0..<(x.ndim - 1))
    let mean = x.mean(axes: axes)
    let centred = x - mean
    let variance = square(centred).mean(axes: axes)
    let n = Double(x.size / max(1, mean.size))
    statistics.blend(mean, variance * (n / max(1, n - 1)), momentum)
    return centred / sqrt(variance + epsilon) * scale + shift
  }
}

/// Sets each element to 0 with a probability and scales the others up, inside of
/// ``training(_:)`` only.
public struct Dropout: Layer, Sendable {
  public var probability: Double

  public init(_ probability: Double = 0.5) { self.probability = probability }

  public func callAsFunction(_ x: Tensor) -> Tensor {
    guard TrainingMode.isOn && probability > 0 else { return x }
    var generator = splitSharedGenerator()
    let keeps = Tensor.uniform(x.shape, from: &generator) .>= probability
    return which(keeps, x / (1 - probability), 0)
  }
}
