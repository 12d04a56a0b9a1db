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

/// Mean and variance that a ``BatchNorm`` has seen, as part of the layer's value.
public struct RunningStatistics: Model, Sendable {
  @Tracked public var mean: Tensor
  @Tracked public var variance: Tensor

  init(_ size: Int) {
    mean = Tensor.zeros([size])
    variance = Tensor.ones([size])
  }

  func blend(_ mean: Tensor, _ variance: Tensor, _ momentum: Double) {
    $mean.note((1 - momentum) * $mean.current + momentum * stopGradient(mean))
    $variance.note((1 - momentum) * $variance.current + momentum * stopGradient(variance))
  }
}

/// Each feature (last axis) brought to mean 0 and variance 1 over all other axes
/// (arXiv:1502.03167): by the batch's own statistics inside of ``training(drawing:_:)``, by running
/// ones elsewhere.
public struct BatchNorm: Layer, Sendable {
  public var scale: Tensor
  public var shift: Tensor
  public var statistics: RunningStatistics
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
    guard TrainingMode.current != nil else {
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
/// ``training(drawing:_:)`` only.
public struct Dropout: Layer, Sendable {
  public var probability: Double

  public init(_ probability: Double = 0.5) { self.probability = probability }

  public func callAsFunction(_ x: Tensor) -> Tensor {
    guard probability > 0, let mode = TrainingMode.current else { return x }
    var generator = mode.split()
    let keeps = Tensor.uniform(x.shape, from: &generator) .>= probability
    return which(keeps, x / (1 - probability), 0)
  }
}
