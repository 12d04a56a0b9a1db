import Tensors

/// Increasing maps of ℝ onto itself, one for each number: k pieces of rational quadratics on
/// [−bound, bound], the identity outside, with one derivative everywhere (arXiv:1906.04032).
///
/// The inverse has a formula too, so a flow made of it has an exact density and exact draws.
struct RationalQuadraticSpline {
  /// Ends of the pieces, `[…, k]`: where each begins, and how long it is.
  let left, width, low, height: Tensor
  /// Derivatives where each piece begins and ends, `[…, k]`.
  let slopeLeft, slopeRight: Tensor
  let bound: Double

  /// Numbers that a spline of k pieces is made of; all 0 is the identity.
  static func parameters(_ bins: Int) -> Int { 3 * bins - 1 }

  /// Pieces are no narrower than this share of the interval, slopes no flatter than this.
  private static let least = 1e-3

  /// - Shapes: raw `[…, 3k − 1]`.
  init(_ raw: Tensor, bins k: Int, bound: Double) {
    self.bound = bound
    (left, width) = Self.pieces(raw[.ellipsis, ..<k], k, bound)
    (low, height) = Self.pieces(raw[.ellipsis, k..<(2 * k)], k, bound)
    // softplus(0 + shift) is 1 − least, so that 0 stands for a slope of 1.
    let shift = 0.5397424172369522
    let inner = softplus(raw[.ellipsis, (2 * k)...] + shift) + Self.least
    let end = Tensor.ones(Array(inner.shape.dropLast()) + [1], dtype: inner.dtype)
    slopeLeft = concatenate([end, inner], axis: -1)
    slopeRight = concatenate([inner, end], axis: -1)
  }

  private static func pieces(_ raw: Tensor, _ k: Int, _ bound: Double) -> (Tensor, Tensor) {
    let share = least + (1 - least * Double(k)) * softmax(raw)
    let size = 2 * bound * share
    return (size.cumulativeSum(axis: -1) - size - bound, size)
  }

  /// z and log dz/du.
  ///
  /// - Shapes: `[…]`.
  func forward(_ u: Tensor) -> (z: Tensor, logSlope: Tensor) {
    let (inside, point) = clamped(u)
    let piece = chosen(left, point)
    let (w, h) = (pick(width, piece), pick(height, piece))
    let (a, b) = (pick(slopeLeft, piece), pick(slopeRight, piece))
    let t = (point - pick(left, piece)) / w
    let s = h / w
    let product = t * (1 - t)
    let below = s + (a + b - 2 * s) * product
    let z = pick(low, piece) + h * (s * square(t) + a * product) / below
    let rate = b * square(t) + 2 * s * product + a * square(1 - t)
    let logSlope = 2 * log(s / below) + log(rate)
    return (which(inside, z, u), which(inside, logSlope, 0))
  }

  /// u.
  ///
  /// - Shapes: `[…]`.
  func inverse(_ z: Tensor) -> Tensor {
    let (inside, point) = clamped(z)
    let piece = chosen(low, point)
    let (w, h) = (pick(width, piece), pick(height, piece))
    let (a, b) = (pick(slopeLeft, piece), pick(slopeRight, piece))
    let s = h / w
    let rise = point - pick(low, piece)
    let bend = rise * (a + b - 2 * s)
    // The root of a quadratic in the form without cancellation.
    let first = h * (s - a) + bend
    let second = h * a - bend
    let root = sqrt(maximum(square(second) + 4 * first * s * rise, 0))
    let t = 2 * s * rise / (second + root)
    return which(inside, pick(left, piece) + t * w, z)
  }

  private func clamped(_ x: Tensor) -> (inside: Tensor, point: Tensor) {
    ((x .> -bound) .& (x .< bound), clip(x, -bound, bound))
  }

  /// Ones at the piece that each point lies in, `[…, k]`.
  private func chosen(_ starts: Tensor, _ point: Tensor) -> Tensor {
    let k = starts.dim(-1)
    let reached = (stopGradient(point).expandedDims(axis: -1) .>= stopGradient(starts))
      .cast(to: starts.dtype)
    if k == 1 { return reached.onesLike() }
    // The first begins before every point, whatever its rounding; the last piece reached counts.
    let first = reached[.ellipsis, ..<1].onesLike()
    let later = reached[.ellipsis, 1...]
    let all = concatenate([first, later], axis: -1)
    return all - concatenate([later, first.zerosLike()], axis: -1)
  }

  private func pick(_ values: Tensor, _ piece: Tensor) -> Tensor {
    (values * piece).sum(axis: -1)
  }
}
