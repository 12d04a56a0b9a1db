import Tensors

/// Each vector (last axis) brought to mean 0 and variance 1, then scaled and shifted
/// (arXiv:1607.06450).
public struct LayerNorm: Layer, Sendable {
  /// γ, `[size]`.
  public var scale: Tensor
  /// β, `[size]`.
  public var shift: Tensor
  /// What is added to the variance.
  public var epsilon: Double

  /// Normalization of the last axis of extent `size`.
  public init(_ size: Int, epsilon: Double = 1e-5, dtype: DType = .float32) {
    scale = Tensor.ones([size], dtype: dtype)
    shift = Tensor.zeros([size], dtype: dtype)
    self.epsilon = epsilon
  }

  public func callAsFunction(_ x: Tensor) -> Tensor {
    guard x.ndim > 0, x.dim(-1) == scale.dim(-1) else {
      stop("LayerNorm: […, \(scale.dim(-1))], not shape \(x.shape)")
    }
    let centred = x - x.mean(axis: -1, keepDims: true)
    let variance = square(centred).mean(axis: -1, keepDims: true)
    return centred / sqrt(variance + epsilon) * scale + shift
  }
}

/// Groups of features (last axis) of each example brought to mean 0 and variance 1 over all of the
/// example's positions, then scaled and shifted (arXiv:1803.08494).
///
/// One group is layer normalization over whole examples, as many as features instance normalization.
public struct GroupNorm: Layer, Sendable {
  /// γ, `[size]`.
  public var scale: Tensor
  /// β, `[size]`.
  public var shift: Tensor
  /// How many groups the features make.
  public let groups: Int
  /// What is added to the variance.
  public var epsilon: Double

  /// Normalization of `size` features in groups of equal size; stops where they do not divide.
  public init(groups: Int, _ size: Int, epsilon: Double = 1e-5, dtype: DType = .float32) {
    guard groups > 0, size % groups == 0 else {
      stop("GroupNorm: \(size) features do not make \(groups) groups of equal size")
    }
    scale = Tensor.ones([size], dtype: dtype)
    shift = Tensor.zeros([size], dtype: dtype)
    self.groups = groups
    self.epsilon = epsilon
  }

  /// - Shapes: x `[n, …, size]` → the same.
  public func callAsFunction(_ x: Tensor) -> Tensor {
    guard x.ndim >= 2, x.shape[x.ndim - 1] == scale.size else {
      stop("GroupNorm: [n, …, \(scale.size)], not shape \(x.shape)")
    }
    let (n, size) = (x.shape[0], scale.size)
    let parts = x.reshaped([n, x.size / max(1, n * size), groups, size / groups])
    let centred = parts - parts.mean(axes: [1, 3], keepDims: true)
    let variance = square(centred).mean(axes: [1, 3], keepDims: true)
    return (centred / sqrt(variance + epsilon)).reshaped(x.shape) * scale + shift
  }
}

/// Mean and variance that a ``BatchNorm`` has seen, as part of the layer's value.
public struct RunningStatistics: Model, Sendable {
  /// The moving mean, `[size]`.
  @Tracked public var mean: Tensor
  /// The moving variance, `[size]`.
  @Tracked public var variance: Tensor

  init(_ size: Int, dtype: DType) {
    mean = Tensor.zeros([size], dtype: dtype)
    variance = Tensor.ones([size], dtype: dtype)
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
  /// γ, `[size]`.
  public var scale: Tensor
  /// β, `[size]`.
  public var shift: Tensor
  /// What is used outside of training.
  public var statistics: RunningStatistics
  /// The share of a new batch in the moving statistics.
  public var momentum: Double
  /// What is added to the variance.
  public var epsilon: Double

  /// Normalization of the last axis of extent `size` over all others.
  public init(
    _ size: Int, momentum: Double = 0.1, epsilon: Double = 1e-5, dtype: DType = .float32
  ) {
    scale = Tensor.ones([size], dtype: dtype)
    shift = Tensor.zeros([size], dtype: dtype)
    statistics = RunningStatistics(size, dtype: dtype)
    self.momentum = momentum
    self.epsilon = epsilon
  }

  public func callAsFunction(_ x: Tensor) -> Tensor {
    guard x.ndim > 0, x.shape[x.ndim - 1] == scale.size else {
      stop("BatchNorm: […, \(scale.size)], not shape \(x.shape)")
    }
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
  /// How likely an element is left out.
  public var probability: Double

  /// Leaves elements out while training.
  public init(_ probability: Double = 0.5) {
    guard probability >= 0 && probability <= 1 else {
      stop("Dropout: probability \(probability); it lies between 0 and 1")
    }
    self.probability = probability
  }

  public func callAsFunction(_ x: Tensor) -> Tensor {
    guard probability > 0, let mode = TrainingMode.current else { return x }
    if probability >= 1 { return x.zerosLike() }
    var generator = mode.split()
    let keeps = Tensor.uniform(x.shape, from: &generator) .>= probability
    return which(keeps, x / (1 - probability), 0)
  }
}
