import Tensors

extension Domain {
  /// Every number between two bounds.
  ///
  /// Raw numbers come in by low + (high − low)·sigmoid(z), whose entropic projection this is.
  public static func box(_ low: Double, _ high: Double) -> Domain {
    guard low < high else { fatalError("Domain.box: low \(low) is not below high \(high)") }
    return Domain(
      "box [\(low), \(high)]", project: { clip($0, low, high) },
      embed: { low + (high - low) * sigmoid($0) },
      origin: { d, type in Tensor.full([d], 0.5 * (low + high), dtype: type) })
  }

  /// Every number between bounds of its own.
  ///
  /// - Shapes: low and high `[dimension]`.
  public static func box(_ low: Tensor, _ high: Tensor) -> Domain {
    guard low.shape == high.shape, low.ndim == 1, (low .< high).all() else {
      fatalError("Domain.box: vectors with low < high, not shapes \(low.shape), \(high.shape)")
    }
    return Domain(
      "box", dimension: low.size,
      project: { maximum(minimum($0, high.cast(to: $0.dtype)), low.cast(to: $0.dtype)) },
      embed: { raw in
        let (a, b) = (low.cast(to: raw.dtype), high.cast(to: raw.dtype))
        return a + (b - a) * sigmoid(raw)
      },
      origin: { _, type in (0.5 * (low + high)).cast(to: type) })
  }

  /// y ≥ 0.
  public static let orthant = Domain(
    "y ≥ 0", project: { relu($0) }, embed: { softplus($0) },
    origin: { d, type in Tensor.ones([d], dtype: type) })

  /// ‖y‖ ≤ radius.
  ///
  /// Raw numbers come in by r·z/√(1 + ‖z‖²), onto the interior.
  public static func ball(radius: Double = 1) -> Domain {
    guard radius > 0 else { fatalError("Domain.ball: radius \(radius) is not positive") }
    return Domain(
      "ball of radius \(radius)",
      project: { y in
        // Seen from the largest element, so that no length overflows.
        let unit = _unit(y)
        let scaled = y / unit
        let length = scaled.norm(axis: -1, keepDims: true)
        let isOutside = length .> radius / unit
        return which(isOutside, scaled * (radius / which(isOutside, length, 1)), y)
      },
      embed: { raw in
        let unit = _unit(raw)
        let scaled = raw / unit
        return radius * scaled
          / sqrt(square(1 / unit) + square(scaled).sum(axis: -1, keepDims: true))
      },
      origin: { d, type in Tensor.zeros([d], dtype: type) })
  }

  /// The second-order cone: y₀ ≥ ‖(y₁, …)‖.
  public static let cone = Domain(
    "second-order cone",
    project: { y in
      let (t, rest) = (y[.ellipsis, ..<1], y[.ellipsis, 1...])
      let length = rest.norm(axis: -1, keepDims: true)
      let (isInside, isPolar) = (length .<= t, length .<= -t)
      let half = 0.5 * (1 + t / which(length .> 0, length, 1))
      let onEdge = concatenate([half * length, half * rest], axis: -1)
      return which(isInside, y, which(isPolar, y.zerosLike(), onEdge))
    },
    embed: { raw in
      let rest = raw[.ellipsis, 1...]
      let length = sqrt(square(rest).sum(axis: -1, keepDims: true))
      return concatenate([length + softplus(raw[.ellipsis, ..<1]), rest], axis: -1)
    },
    origin: { d, type in
      concatenate([Tensor.ones([1], dtype: type), Tensor.zeros([d - 1], dtype: type)])
    })

  /// Probabilities: y ≥ 0 with sum 1, or the relaxation of a choice of one.
  ///
  /// - Parameter temperature: of softmax(z/τ), which takes raw numbers into the interior; as
  ///   τ → 0 its values become choices (one-hot rows).
  public static func simplex(temperature: Double = 1) -> Domain {
    guard temperature > 0 else { fatalError("Domain.simplex: temperature \(temperature)") }
    return Domain(
      "simplex", project: { simplexProjection($0) },
      embed: { softmax($0 / temperature) },
      tangent: { _, v in v - v.mean(axis: -1, keepDims: true) },
      round: { y in y.argmax(axis: -1).oneHot(y.dim(-1), dtype: y.dtype) },
      origin: { d, type in Tensor.full([d], 1 / Double(d), dtype: type) })
  }
}

/// The nearest probabilities in Euclidean distance, row by row (doi:10.1007/BF01580223).
///
/// Right at any scale: only differences from the row's largest element matter, and these are taken
/// first. What is far below the largest element gets 0.
///
/// - Shapes: `[…, d]` → `[…, d]`; a row with NaN becomes NaN.
/// - Complexity: d·log d for each row.
public func simplexProjection(_ y: Tensor) -> Tensor {
  guard y.ndim > 0, y.dim(-1) > 0 else {
    stop("simplexProjection: rows of at least one element, not shape \(y.shape)")
  }
  return custom(y.dtype.isFloating ? y : y.cast(to: .float32)) { y in
    let gaps = _belowLargest(y)
    let d = y.dim(-1)
    let sorted = gaps.sorted(axis: -1, descending: true)
    // An element more than 1 below the largest is out of the support whatever the others are.
    let candidates = maximum(sorted, -1)
    let counts = Tensor.arange(d).cast(to: y.dtype) + 1
    let shifts = (candidates.cumulativeSum(axis: -1) - 1) / counts
    // The support is a prefix of the sorted row; its last shift is the threshold.
    let size = (sorted .> shifts).cast(to: .int32).sum(axis: -1, keepDims: true)
    let threshold = shifts.gathered(maximum(size, 1) - 1, axis: -1)
    return relu(gaps - threshold)
  } gradient: { _, p, g in
    let support = (p .> 0).cast(to: g.dtype)
    let mean = (support * g).sum(axis: -1, keepDims: true) / support.sum(axis: -1, keepDims: true)
    return support * (g - mean)
  }
}

/// The size of each row's largest element, or 1 if that is larger; no gradient.
private func _unit(_ y: Tensor) -> Tensor {
  maximum(abs(stopGradient(y)).max(axis: -1, keepDims: true), 1)
}

/// Differences from the largest element of each row: 0 for it, negative for others.
func _belowLargest(_ y: Tensor) -> Tensor {
  let top = y.max(axis: -1, keepDims: true)
  // Equal infinities differ by 0.
  return which(y .== top, 0, y - top)
}
