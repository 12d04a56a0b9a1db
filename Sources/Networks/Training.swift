import Tensors

extension Model {
  /// The length of all parameters together.
  public func globalNorm() -> Double {
    let sum = parameters.reduce(0.0) { $0 + square($1).sum().item() }
    // Squares of single precision end at 10³⁸ and 10⁻³⁸.
    if sum.isFinite && (sum > 1e-30 || sum == 0 && parameters.allSatisfy { !$0.any() }) {
      return sum.squareRoot()
    }
    let lengths = parameters.map { $0.cast(to: .float64).flattened().norm().item() }
    return Tensor(lengths, dtype: .float64).norm().item()
  }

  /// Scaled down, if longer, to a length of `norm` over all parameters.
  public func clipped(toNorm norm: Double) -> Self {
    let length = globalNorm()
    if length <= norm { return self }
    // A factor below the smallest normal number is applied in two steps.
    let factor = norm / length
    if factor >= 1e-30 || !factor.isFinite || factor == 0 { return mapParameters { $0 * factor } }
    return mapParameters { ($0 * (1 / length)) * norm }
  }

  /// A blend with another model of the same structure: `decay·self + (1 − decay)·other`.
  public func movingAverage(with other: Self, decay: Double) -> Self {
    mapParameters(with: other) { decay * $0 + (1 - decay) * $1 }
  }
}

/// How a step size changes with the number of steps.
public enum Schedule: Sendable, Hashable {
  /// The same for every step.
  case constant(Double)
  /// From `start` to `end` along half a cosine.
  case cosine(from: Double, to: Double, steps: Int)
  /// From 0 to `peak` in a line, then down along half a cosine to 0.
  case warmupCosine(peak: Double, warmup: Int, steps: Int)
  /// Multiplied by `factor` after each run of so many steps.
  case exponential(from: Double, factor: Double, every: Int)
  /// From one value to another in a straight line, then constant.
  case linear(from: Double, to: Double, steps: Int)

  /// The step size of step `step`, counted from 0.
  public func callAsFunction(_ step: Int) -> Double {
    func half(_ t: Double) -> Double { (1 + cos(Tensor(3.141592653589793 * t)).item()) / 2 }
    func part(_ step: Int, _ steps: Int) -> Double {
      min(1, max(0, Double(step) / Double(max(1, steps))))
    }
    switch self {
    case .constant(let value): return value
    case .cosine(let start, let end, let steps):
      return end + (start - end) * half(part(step, steps))
    case .warmupCosine(let peak, let warmup, let steps):
      if step < warmup { return peak * Double(step + 1) / Double(warmup) }
      return peak * half(part(step - warmup, steps - warmup))
    case .exponential(let start, let factor, let every):
      return start * _power(factor, step / max(1, every))
    case .linear(let start, let end, let steps):
      return start + (end - start) * part(step, steps)
    }
  }
}

/// Mean squared difference.
public func meanSquaredError(_ predicted: Tensor, _ expected: Tensor) -> Tensor {
  guard predicted.shape == expected.shape else {
    stop("meanSquaredError: shapes \(predicted.shape) and \(expected.shape) differ")
  }
  return square(predicted - expected).mean()
}

/// Mean of −log softmax(logits) at the labels.
///
/// - Shapes: logits `[…, classes]`, labels `[…]` of integers.
public func crossEntropy(_ logits: Tensor, _ labels: Tensor) -> Tensor {
  checkLabels(logits, labels, "crossEntropy")
  let chosen = logits.gathered(labels.expandedDims(axis: -1), axis: -1).squeezed(axis: -1)
  return (logits.logSumExp() - chosen).mean()
}

/// Mean cross-entropy of probabilities sigmoid(logits) against targets in [0, 1].
public func binaryCrossEntropy(_ logits: Tensor, _ targets: Tensor) -> Tensor {
  guard logits.shape == targets.shape else {
    stop(
      "binaryCrossEntropy: logits of shape \(logits.shape), targets of shape \(targets.shape); "
        + "they must agree")
  }
  return (softplus(logits) - logits * targets).mean()
}

/// The share of rows whose largest element is at the label.
///
/// - Shapes: logits `[…, classes]`, labels `[…]` of integers.
public func accuracy(_ logits: Tensor, _ labels: Tensor) -> Double {
  checkLabels(logits, labels, "accuracy")
  return (logits.argmax(axis: -1) .== labels).cast(to: .float64).mean().item()
}

/// One label for each row of logits, from 0 up to the number of classes.
func checkLabels(_ logits: Tensor, _ labels: Tensor, _ name: String) {
  guard logits.ndim > 0, labels.shape == Array(logits.shape.dropLast()) else {
    let hint =
      labels.ndim == logits.ndim && labels.shape.last == 1
      ? "; write labels.squeezed(axis: -1)"
      : labels.shape == logits.shape ? "; write labels.argmax(axis: -1) for one-hot rows" : ""
    stop(
      "\(name): logits of shape \(logits.shape) need labels of shape "
        + "\(Array(logits.shape.dropLast())), not \(labels.shape)\(hint)")
  }
  guard labels.dtype.isInteger else {
    stop("\(name): labels are integers, not \(labels.dtype); write labels.cast(to: .int32)")
  }
  let classes = logits.shape[logits.ndim - 1]
  // Conditions, which recordings understand.
  if (labels .>= 0).all() && (labels .< classes).all() { return }
  let (low, high) = (labels.min().item(as: Int.self), labels.max().item(as: Int.self))
  stop("\(name): label \(low < 0 ? low : high) with \(classes) classes, 0 to \(classes - 1)")
}

/// Mini-batches of rows in a random order that a seed decides.
///
/// ```swift
/// for (images, labels) in Batches(of: 64, x, y, seed: epoch) { … }
/// ```
public struct Batches: Sequence, IteratorProtocol {
  private let x: Tensor
  private let y: Tensor
  private let order: Tensor
  private let size: Int
  private let dropsLast: Bool
  private var position = 0

  /// - Parameter dropsLast: leave out a last batch that is smaller than the others.
  public init(of size: Int, _ x: Tensor, _ y: Tensor, seed: Int, dropsLast: Bool = false) {
    guard size > 0 else { stop("Batches: of \(size) rows; a batch has at least one") }
    guard x.ndim > 0, y.ndim > 0, x.shape[0] == y.shape[0] else {
      stop("Batches: tensors with equally many rows, not shapes \(x.shape) and \(y.shape)")
    }
    var generator = Tensors.Generator(seed: seed)
    (self.x, self.y, self.size, self.dropsLast) = (x, y, size, dropsLast)
    order = Tensor.permutation(x.dim(0), from: &generator)
  }

  public mutating func next() -> (x: Tensor, y: Tensor)? {
    let end = Swift.min(position + size, order.size)
    guard position < end, !dropsLast || end - position == size else { return nil }
    let rows = order[position..<end]
    position = end
    return (x.take(rows), y.take(rows))
  }
}
