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

  public func logDensity(_ y: Tensor) -> Tensor {
    guard y.ndim > 0, y.dim(-1) == dimension else {
      let hint = y.dtype.isInteger ? "; write labels.oneHot(\(dimension))" : ""
      stop("Categorical: rows of \(dimension) numbers 0 or 1, not shape \(y.shape)\(hint)")
    }
    return chosen(y, logSoftmax(logits))
  }

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
    which(y .== 0, 0, y * terms).sum(axis: -1)
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
    let terms = y * logits - softplus(logits)
    // Certainty has infinite logits: what must happen has log p = 0, what cannot −∞.
    let isCertain = isInfinite(logits)
    guard isCertain.any() else { return terms.sum(axis: -1) }
    let isExpected = y .== (logits .> 0).cast(to: y.dtype)
    return which(isCertain, log(isExpected.cast(to: terms.dtype)), terms).sum(axis: -1)
  }

  /// `[n]`.
  public var entropy: Tensor {
    let isCertain = isInfinite(logits)
    let finite = isCertain.any() ? which(isCertain, 0, logits) : logits
    let terms = softplus(finite) - sigmoid(finite) * finite
    return which(isCertain, 0, terms).sum(axis: -1)
  }

  /// KL(self ‖ other), `[n]`; infinite where other forbids what self allows.
  public func divergence(from other: Bernoulli) -> Tensor {
    let areFinite = isFinite(logits).all() && isFinite(other.logits).all()
    if areFinite {
      let terms = probabilities * (logits - other.logits) - softplus(logits)
      return (terms + softplus(other.logits)).sum(axis: -1)
    }
    // log p of each outcome, where an outcome without probability counts nothing.
    func part(_ p: Tensor, _ a: Tensor, _ b: Tensor) -> Tensor {
      which(p .== 0, 0, p * (logSigmoid(a) - logSigmoid(b)))
    }
    let yes = part(sigmoid(logits), logits, other.logits)
    let no = part(sigmoid(-logits), -logits, -other.logits)
    return (yes + no).sum(axis: -1)
  }
}
