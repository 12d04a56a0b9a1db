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
        let length = y.norm(axis: -1, keepDims: true)
        let isOutside = length .> radius
        return which(isOutside, y * (radius / which(isOutside, length, 1)), y)
      },
      embed: { raw in
        radius * raw / sqrt(1 + square(raw).sum(axis: -1, keepDims: true))
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
/// - Complexity: d·log d for each row.
public func simplexProjection(_ y: Tensor) -> Tensor {
  custom(y) { y in
    let d = y.dim(-1)
    let sorted = y.sorted(axis: -1, descending: true)
    let counts = Tensor.arange(d).cast(to: y.dtype) + 1
    let shifts = (sorted.cumulativeSum(axis: -1) - 1) / counts
    // The support is a prefix of the sorted row; its last shift is the threshold.
    let size = (sorted .> shifts).cast(to: .int32).sum(axis: -1, keepDims: true)
    let threshold = shifts.gathered((maximum(size, 1) - 1).cast(to: .int32), axis: -1)
    return relu(y - threshold)
  } gradient: { _, p, g in
    let support = (p .> 0).cast(to: g.dtype)
    let mean = (support * g).sum(axis: -1, keepDims: true) / support.sum(axis: -1, keepDims: true)
    return support * (g - mean)
  }
}
