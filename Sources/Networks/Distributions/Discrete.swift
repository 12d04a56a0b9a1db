import Tensors

/// A choice of one of k things, as rows of 0 and 1.
///
/// - Shapes: logits `[n, k]`, of which only differences count.
public struct Categorical: Distribution, Sendable {
  /// The natural parameters, from −∞ to ∞.
  public let logits: Tensor

  /// From natural parameters, the usual output of a network.
  public init(logits: Tensor) { self.logits = logits }
  /// From probabilities.
  public init(probabilities: Tensor) { logits = log(probabilities) }

  public var dimension: Int { logits.dim(-1) }
  public var isReparameterized: Bool { false }
  /// The probabilities, in the shape of the logits.
  public var probabilities: Tensor { softmax(logits) }

  /// The positions of the choices, `[n]`.
  public func choices(from generator: inout Generator) -> Tensor {
    Tensor.categorical(logits: stopGradient(logits), from: &generator)
  }

  public func sample(from generator: inout Generator) -> Tensor {
    choices(from: &generator).oneHot(dimension, dtype: logits.dtype)
  }

  public func logDensity(_ y: Tensor) -> Tensor { chosen(y, logSoftmax(logits)) }

  /// `[n]`.
  public var entropy: Tensor { -expected(logSoftmax(logits)) }

  /// KL(self ‖ other), `[n]`; infinite where other forbids what self allows.
  public func divergence(from other: Categorical) -> Tensor {
    expected(logSoftmax(logits) - logSoftmax(other.logits))
  }

  /// Σ pᵢ·tᵢ, where a probability of 0 counts nothing.
  private func expected(_ terms: Tensor) -> Tensor {
    let p = probabilities
    return (p * which(p .> 0, terms, 0)).sum(axis: -1)
  }

  private func chosen(_ y: Tensor, _ terms: Tensor) -> Tensor {
    which(y .> 0, y * terms, 0).sum(axis: -1)
  }
}

/// Independent choices of 0 or 1.
///
/// - Shapes: logits `[n, d]`: p = sigmoid(logits).
public struct Bernoulli: Distribution, Sendable {
  /// The natural parameters, from −∞ to ∞.
  public let logits: Tensor

  /// From natural parameters, the usual output of a network.
  public init(logits: Tensor) { self.logits = logits }
  /// From probabilities.
  public init(probabilities: Tensor) { logits = log(probabilities) - log1p(-probabilities) }

  public var dimension: Int { logits.dim(-1) }
  public var isReparameterized: Bool { false }
  /// The probabilities, in the shape of the logits.
  public var probabilities: Tensor { sigmoid(logits) }

  public func sample(from generator: inout Generator) -> Tensor {
    Tensor.bernoulli(stopGradient(probabilities), from: &generator)
  }

  /// Values between 0 and 1 count in proportion, as in the likelihood of grey images.
  public func logDensity(_ y: Tensor) -> Tensor {
    (y * logits - softplus(logits)).sum(axis: -1)
  }

  /// `[n]`.
  public var entropy: Tensor {
    (softplus(logits) - probabilities * logits).sum(axis: -1)
  }

  /// KL(self ‖ other), `[n]`.
  public func divergence(from other: Bernoulli) -> Tensor {
    let p = probabilities
    return (p * (logits - other.logits) - softplus(logits) + softplus(other.logits)).sum(axis: -1)
  }
}
