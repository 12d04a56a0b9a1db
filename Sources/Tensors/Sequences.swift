internal import _CVectorKernels

// Functions of values along an axis, as of samples in time.

extension Tensor {
  /// Differences between neighbours along an axis, taken `order` times.
  public func differences(order: Int = 1, axis: Int = -1) -> Tensor {
    let a = checkedAxis(axis, ndim, "differences")
    guard order >= 0 else { stop("differences: of order \(order)") }
    var result = self
    for _ in 0..<order {
      let n = Swift.max(0, result.shape[a] - 1)
      let first = Swift.min(1, result.shape[a])
      result =
        result.sliced(axis: a, from: first, count: n, step: 1)
        - result.sliced(axis: a, from: 0, count: n, step: 1)
    }
    return result
  }

  /// Products of the elements up to each one, differentiable also at 0; of integers in `int64`.
  ///
  /// - Complexity: log₂ n passes.
  public func cumulativeProduct(axis: Int = 0) -> Tensor {
    let a = checkedAxis(axis, ndim, "cumulativeProduct")
    if dtype.isHalf { return widened { $0.cumulativeProduct(axis: axis) } }
    if dtype.isFloating { return runningProduct(self, a) }
    var result = cast(to: .int64)
    let n = shape[a]
    var reach = 1
    while reach < n {
      let start = result.sliced(axis: a, from: 0, count: reach, step: 1)
      let products =
        result.sliced(axis: a, from: reach, count: n - reach, step: 1)
        * result.sliced(axis: a, from: 0, count: n - reach, step: 1)
      result = concatenate([start, products], axis: a)
      reach *= 2
    }
    return result
  }

  /// The integral of samples along an axis by the trapezoid rule.
  ///
  /// - Parameters:
  ///   - places: where the samples were taken, a vector; unequal steps are fine.
  public func trapezoid(at places: Tensor, axis: Int = -1) -> Tensor {
    let a = checkedAxis(axis, ndim, "trapezoid")
    guard places.shape == [shape[a]] else {
      stop("trapezoid: places of shape \(places.shape) for axis \(axis) of shape \(shape)")
    }
    let shift = ndim - 1 - a
    let steps = places.differences().reshaped([-1] + [Int](repeating: 1, count: shift))
    return (steps * pairSums(a)).sum(axis: a) * 0.5
  }

  /// The integral of samples at equal distances along an axis by the trapezoid rule.
  public func trapezoid(step: Double = 1, axis: Int = -1) -> Tensor {
    let a = checkedAxis(axis, ndim, "trapezoid")
    return pairSums(a).sum(axis: a) * (0.5 * step)
  }

  private func pairSums(_ a: Int) -> Tensor {
    let n = Swift.max(0, shape[a] - 1)
    let x = cast(to: dtype.floating)
    return x.sliced(axis: a, from: Swift.min(1, shape[a]), count: n, step: 1)
      + x.sliced(axis: a, from: 0, count: n, step: 1)
  }

  /// The function through the points (`places`, self) at `x`, in proportion between neighbours.
  ///
  /// Constant outside; `places` ascend. Gradients flow to `x` and to the values.
  public func interpolated(from places: Tensor, at x: Tensor) -> Tensor {
    guard ndim == 1, places.shape == shape, size > 0 else {
      stop("interpolated: values of shape \(shape) at places of shape \(places.shape)")
    }
    let type = Swift.max(dtype.floating, Swift.max(places.dtype, x.dtype)).floating
    let (values, knots) = (cast(to: type), places.cast(to: type))
    let inside = minimum(maximum(x.cast(to: type), knots[0]), knots[-1])
    if size == 1 { return which(isNaN(inside.plain), inside, values) }
    let after = clip(knots.plain.searchSorted(inside.plain, afterEqual: true), 1, size - 1)
    let (x0, x1) = (knots.take(after - 1), knots.take(after))
    let (y0, y1) = (values.take(after - 1), values.take(after))
    // Repeated places are a jump, whose upper end is at the place itself; and a value that is met
    // does not depend on a neighbour that may be infinite.
    let width = x1 - x0
    let isJump = width.plain .== 0
    let share = which(isJump, 1, (inside - x0) / which(isJump, 1, width))
    let isEqual = y0.plain .== y1.plain
    let between = which(isEqual, y0, y0 + which(isEqual, 0, y1 - y0) * share)
    return which(inside.plain .== x1.plain, y1, which(share.plain .== 0, y0, between))
  }
}

/// How much of a convolution is kept.
public enum ConvolutionExtent: Sendable {
  /// Every place where the two overlap at all.
  case full
  /// As many as the longer has, from the middle.
  case same
  /// Places where the shorter lies inside the longer.
  case valid
}

/// The convolution of two vectors, Σⱼ a[j]·b[i − j]; gradients flow to both.
///
/// - Complexity: the product of the lengths.
public func convolve(_ a: Tensor, _ b: Tensor, _ extent: ConvolutionExtent = .full) -> Tensor {
  guard a.ndim == 1, b.ndim == 1, a.size > 0, b.size > 0 else {
    stop("convolve: two vectors with elements, not shapes \(a.shape) and \(b.shape)")
  }
  let (long, short) = a.size >= b.size ? (a, b) : (b, a)
  let (n, m) = (long.size, short.size)
  let padded = long.padded([(m - 1, m - 1)])
  let places = Tensor.arange(n + m - 1).reshaped([-1, 1]) + Tensor.arange(m)
  // Zeros around the longer one would make NaN of infinities of the shorter.
  let isFinite = Tensors.isFinite(short.plain).all()
  let isInside = (places .>= (m - 1)) .& (places .< (n + m - 1))
  let all =
    isFinite
    ? matmul(padded.take(places), short.flipped())
    : which(isInside, padded.take(places) * short.flipped(), 0).sum(axis: 1)
  switch extent {
  case .full: return all
  case .same: return all[((m - 1) / 2)..<((m - 1) / 2 + n)]
  case .valid: return all[(m - 1)..<n]
  }
}

/// Products in the order of the elements: products of stretches from the middle could overflow where
/// those from the beginning do not.
private func runningProduct(_ x: Tensor, _ axis: Int) -> Tensor {
  custom(x) { x in
    let source = x.body.contiguous()
    let out = Body(like: source, source.dtype)
    let (outer, inner) = (x.shape[..<axis].reduce(1, *), x.shape[(axis + 1)...].reduce(1, *))
    vk_cumprod(source.dtype.rawValue, outer, x.shape[axis], inner, out.data, source.data)
    return Tensor(out)
  } gradient: { x, y, g in
    // Σᵢ gᵢ ∂yᵢ/∂xₖ = yₖ₋₁·sₖ with sₖ = gₖ + xₖ₊₁·sₖ₊₁: right at zeros, too.
    shifted(y, axis, forward: true, filling: 1)
      * recurrence(shifted(x, axis, forward: false, filling: 0), g, axis, reversed: true)
  }
}

/// Moved by one place along an axis.
private func shifted(_ x: Tensor, _ axis: Int, forward: Bool, filling value: Double) -> Tensor {
  let n = x.shape[axis]
  if n == 0 { return x }
  var edge = x.shape
  edge[axis] = 1
  let rest = x.sliced(axis: axis, from: forward ? 0 : 1, count: n - 1, step: 1)
  let fill = Tensor.full(edge, value, dtype: x.dtype)
  return concatenate(forward ? [fill, rest] : [rest, fill], axis: axis)
}

/// sₖ = bₖ + aₖ·sₖ₋₁ along an axis; `reversed` from the end, with sₖ₊₁.
private func recurrence(_ a: Tensor, _ b: Tensor, _ axis: Int, reversed: Bool) -> Tensor {
  custom([a, b.cast(to: a.dtype)]) { v in
    let (p, q) = (v[0].body.contiguous(), v[1].body.contiguous())
    let out = Body(like: p, p.dtype)
    let (outer, inner) = (p.shape[..<axis].reduce(1, *), p.shape[(axis + 1)...].reduce(1, *))
    vk_recurrence(
      p.dtype.rawValue, reversed ? 1 : 0, outer, p.shape[axis], inner, out.data, p.data, q.data)
    return Tensor(out)
  } gradient: { v, s, g in
    let factors = shifted(v[0], axis, forward: reversed, filling: 0)
    let terms = recurrence(factors, g, axis, reversed: !reversed)
    return [terms * shifted(s, axis, forward: !reversed, filling: 0), terms]
  }
}
