import Tensors

/// Mean absolute difference, also known as L1.
public func meanAbsoluteError(_ predicted: Tensor, _ expected: Tensor) -> Tensor {
  requireEqualShapes("meanAbsoluteError", predicted, expected)
  return abs(predicted - expected).mean()
}

/// Mean of Huber's loss: half the square of small differences, `delta` times the rest of large ones.
///
/// Source: Huber 1964, DOI 10.1214/aoms/1177703732.
public func huberLoss(_ predicted: Tensor, _ expected: Tensor, delta: Double = 1) -> Tensor {
  requireEqualShapes("huberLoss", predicted, expected)
  guard delta > 0 else { fatalError("huberLoss: delta \(delta) is not positive") }
  let size = abs(predicted - expected)
  let near = minimum(size, delta)
  return (near * (size - 0.5 * near)).mean()
}

/// Σ p·(log p − log q) along the last axis, averaged over the rest; 0·log 0 counts as 0.
///
/// - Parameters:
///   - logQ: logarithms of probabilities, as from `logSoftmax`.
///   - p: probabilities.
public func divergenceLoss(_ logQ: Tensor, of p: Tensor) -> Tensor {
  requireEqualShapes("divergenceLoss", logQ, p)
  let isZero = p .== 0
  let terms = which(isZero, 0, p * (log(which(isZero, 1, p)) - logQ))
  return terms.sum(axis: -1).mean()
}

/// Mean of −log softmax(logits) at the labels, each weighted by its class, leaving out one label.
///
/// - Shapes: logits `[…, classes]`, labels `[…]` of integers, weights `[classes]`.
/// - Parameters:
///   - weights: what each class counts; the mean divides by the sum of the weights.
///   - ignored: a label that does not count, often −1 or −100.
public func crossEntropy(
  _ logits: Tensor, _ labels: Tensor, weights: Tensor? = nil, ignoring ignored: Int?
) -> Tensor {
  let counts = ignored.map { labels .!= $0 } ?? Tensor.ones(labels.shape, dtype: .bool)
  let known = which(counts, labels, 0)
  checkLabels(logits, labels.dtype.isInteger ? known : labels, "crossEntropy")
  let all = weights ?? Tensor.ones([logits.dim(-1)], dtype: logits.dtype)
  guard all.shape == [logits.dim(-1)] else {
    fatalError("crossEntropy: weights of shape \(all.shape) for \(logits.dim(-1)) classes")
  }
  let weight = all.take(known) * counts.cast(to: logits.dtype)
  // What is left out may be anything, also NaN.
  let scores = ignored == nil ? logits : which(counts.expandedDims(axis: -1), logits, 0)
  let chosen = scores.gathered(known.expandedDims(axis: -1), axis: -1).squeezed(axis: -1)
  return (weight * (scores.logSumExp() - chosen)).sum() / weight.sum()
}

private func requireEqualShapes(_ name: String, _ a: Tensor, _ b: Tensor) {
  guard a.shape == b.shape else { fatalError("\(name): shapes \(a.shape) and \(b.shape) differ") }
}
