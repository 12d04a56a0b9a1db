import Tensors

/// The part h of an objective g(y; x) + h(y; x) that has kinks or is infinite somewhere, and whose
/// proximal operator is known: prox(v, t) = argmin over y of h(y) + |y − v|²/(2t).
///
/// ```swift
/// let lasso = ParametricProblem(
///   dimension: 100, contexts: .normal(dimension: 50), proximal: .absolute(weight: 0.1)
/// ) { y, x in 0.5 * square(x - matmul(y, W.T)).sum(axis: -1) }      // g alone
/// FISTA().solve(lasso, signals)
/// ```
///
/// All functions act on rows; t has one number for each row, `[n, 1]`.
public struct ProximalPart {
  /// What it is called in messages.
  public let name: String
  /// h, `[n, d]` → `[n]`.
  public let value: (_ y: Tensor, _ x: Tensor) -> Tensor
  /// The proximal operator.
  public let prox: (_ v: Tensor, _ t: Tensor, _ x: Tensor) -> Tensor
  /// Whether h is a sum over elements, so that elements may be minimized one at a time.
  ///
  /// `prox` must then be the same map for each element, and take steps t of the elements' own.
  public let isSeparable: Bool
  /// What a duality gap needs.
  ///
  /// h*, the convex conjugate, and a factor in (0, 1] that brings a point to where h* is finite; both
  /// `[n, d]` → `[n]`.
  public let conjugate: (value: (Tensor, Tensor) -> Tensor, scale: (Tensor, Tensor) -> Tensor)?

  /// A part by its value and its proximal operator.
  public init(
    _ name: String, value: @escaping (_ y: Tensor, _ x: Tensor) -> Tensor,
    prox: @escaping (_ v: Tensor, _ t: Tensor, _ x: Tensor) -> Tensor, isSeparable: Bool = false,
    conjugate: (value: (Tensor, Tensor) -> Tensor, scale: (Tensor, Tensor) -> Tensor)? = nil
  ) {
    self.name = name
    self.value = value
    self.prox = prox
    self.isSeparable = isSeparable
    self.conjugate = conjugate
  }
}

extension ProximalPart {
  /// α·Σ|yᵢ|, whose operator is soft thresholding.
  public static func absolute(weight: Double) -> ProximalPart {
    requireWeights("absolute", weight)
    return ProximalPart(
      "\(weight)·|y|₁", value: { y, _ in weight * abs(y).sum(axis: -1) },
      prox: { v, t, _ in softThreshold(v, weight * t) }, isSeparable: true,
      conjugate: (
        value: { u, _ in Tensor.zeros([u.dim(0)], dtype: u.dtype) },
        scale: { u, _ in
          minimum(weight / maximum(abs(u).max(axis: -1), 1e-30), 1)
        }
      ))
  }

  /// α·Σyᵢ over y ≥ 0, infinite elsewhere.
  public static func nonnegative(weight: Double = 0) -> ProximalPart {
    requireWeights("nonnegative", weight)
    return ProximalPart(
      "\(weight)·y over y ≥ 0",
      value: { y, _ in weight * y.sum(axis: -1) + outside(y .< 0) },
      prox: { v, t, _ in relu(v - weight * t) }, isSeparable: true,
      conjugate: weight == 0
        ? nil
        : (
          value: { u, _ in Tensor.zeros([u.dim(0)], dtype: u.dtype) },
          scale: { u, _ in minimum(weight / maximum(u.max(axis: -1), 1e-30), 1) }
        ))
  }

  /// α·Σ|yᵢ| + β/2·|y|² (Zou & Hastie 2005).
  public static func elasticNet(weight: Double, ridge: Double) -> ProximalPart {
    requireWeights("elasticNet", weight, ridge)
    guard ridge > 0 else { return absolute(weight: weight) }
    return ProximalPart(
      "\(weight)·|y|₁ + \(ridge)/2·|y|²",
      value: { y, _ in (weight * abs(y) + (0.5 * ridge) * square(y)).sum(axis: -1) },
      prox: { v, t, _ in softThreshold(v, weight * t) / (1 + ridge * t) }, isSeparable: true,
      conjugate: (
        value: { u, _ in square(relu(abs(u) - weight)).sum(axis: -1) / (2 * ridge) },
        scale: { u, _ in Tensor.ones([u.dim(0)], dtype: u.dtype) }
      ))
  }

  /// α·Σ‖block‖ over blocks of equal size: the group lasso (Yuan & Lin 2006).
  public static func groups(of size: Int, weight: Double) -> ProximalPart {
    requireWeights("groups", weight)
    @Sendable func lengths(_ y: Tensor) -> Tensor {
      y.reshaped([y.dim(0), y.dim(1) / size, size]).norm(axis: -1, keepDims: true)
    }
    return ProximalPart(
      "\(weight)·Σ‖block of \(size)‖",
      value: { y, _ in weight * lengths(y).sum(axes: [-2, -1]) },
      prox: { v, t, _ in
        let blocks = v.reshaped([v.dim(0), v.dim(1) / size, size])
        let long = lengths(v)
        let kept = relu(1 - weight * t.expandedDims(axis: -1) / maximum(long, 1e-30))
        return (kept * blocks).reshaped(v.shape)
      },
      conjugate: (
        value: { u, _ in Tensor.zeros([u.dim(0)], dtype: u.dtype) },
        scale: { u, _ in minimum(weight / maximum(lengths(u).max(axes: [-2, -1]), 1e-30), 1) }
      ))
  }

  /// 0 in a convex set, infinite outside.
  public static func inside(_ domain: Domain) -> ProximalPart {
    guard !domain.isManifold else {
      fatalError("ProximalPart.inside: \(domain.name) is not convex; give it as domain:")
    }
    return ProximalPart(
      "inside \(domain.name)",
      value: { y, _ in
        outside(
          domain.violation(y).expandedDims(axis: -1) .> (y.dtype == .float64 ? 1e-9 : 1e-5))
      },
      prox: { v, _, _ in domain.project(v) })
  }

  private static func requireWeights(_ name: String, _ weights: Double...) {
    guard weights.allSatisfy({ $0 >= 0 && $0.isFinite }) else {
      fatalError("ProximalPart.\(name): weights \(weights); they are 0 or positive")
    }
  }
}

/// sign(v)·max(|v| − t, 0): the proximal operator of t·|y|.
public func softThreshold(_ v: Tensor, _ t: Tensor) -> Tensor { relu(v - t) - relu(-v - t) }

/// sign(v)·max(|v| − t, 0) for one t.
public func softThreshold(_ v: Tensor, _ t: Double) -> Tensor { relu(v - t) - relu(-v - t) }

/// ∞ for rows with an element where a condition holds, else 0.
private func outside(_ isOutside: Tensor) -> Tensor {
  let rows = isOutside.any(axis: -1)
  return which(rows, Tensor(Double.infinity), Tensor(0.0))
}
