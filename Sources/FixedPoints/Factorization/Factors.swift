import Tensors

/// Nonnegative factors of matrices, V ≈ W·H.
///
/// - Shapes: w `[…, m, r]`, h `[…, r, n]`.
public struct NonnegativeFactors: Sendable {
  /// W.
  public var w: Tensor
  /// H.
  public var h: Tensor

  /// Factors as they are.
  public init(w: Tensor, h: Tensor) {
    self.w = w
    self.h = h
  }

  /// W·H.
  public var product: Tensor { matmul(w, h) }

  /// |V − W·H|² / |V|².
  public func relativeError(_ v: Tensor) -> Tensor {
    // Seen from the largest element, so that no square leaves the type's range.
    let top = abs(stopGradient(v)).max(axes: [-2, -1], keepDims: true)
    let unit = which((top .> 0) .& isFinite(top), top, 1)
    let whole = maximum(square(v / unit).sum(axes: [-2, -1]), 1e-30)
    return square((v - product) / unit).sum(axes: [-2, -1]) / whole
  }

  /// Each component of W brought to length 1, its length given to H: comparable up to their order.
  public var normalized: NonnegativeFactors {
    let norm = w.norm(axis: -2, keepDims: true)
    let length = which(norm .> 0, norm, 1)
    return NonnegativeFactors(w: w / length, h: h * norm.mT)
  }

  /// The same with W and H exchanged: factors of Vᵀ.
  var mirrored: NonnegativeFactors { NonnegativeFactors(w: h.mT, h: w.mT) }

  /// Uniform numbers scaled so that products have the mean of V, as scikit-learn's `random` start.
  public static func random(
    _ v: Tensor, rank: Int, from generator: inout Generator
  ) -> NonnegativeFactors {
    let batch = Array(v.shape.dropLast(2))
    let size = sqrt(v.mean(axes: [-2, -1], keepDims: true) / Double(rank))
    let w = Tensor.normal(batch + [v.dim(-2), rank], dtype: v.dtype, from: &generator)
    let h = Tensor.normal(batch + [rank, v.dim(-1)], dtype: v.dtype, from: &generator)
    return NonnegativeFactors(w: size * abs(w), h: size * abs(h))
  }

  /// Positive parts of singular vectors (NNDSVD, doi:10.1016/j.patcog.2007.09.010).
  ///
  /// - Parameter fill: what zeros become, as a share of the mean of V; multiplicative steps never
  ///   leave a zero. Without it, they stay (NNDSVD); with 1 it is NNDSVDa.
  /// - Complexity: a singular value decomposition of each matrix; for large ones, of its image of
  ///   rank + 10 random directions (arXiv:0909.4061).
  public static func singular(_ v: Tensor, rank: Int, fill: Double = 0) -> NonnegativeFactors {
    guard rank <= Swift.min(v.dim(-2), v.dim(-1)) else {
      fatalError(
        "NonnegativeFactors.singular: rank \(rank) of \(v.dim(-2)) × \(v.dim(-1)) matrices; take "
          + "random factors")
    }
    guard let (u, s, vectors) = try? leading(v, rank) else {
      fatalError("NonnegativeFactors.singular: the matrix has numbers that are not finite")
    }
    let (right, strength) = (vectors[.ellipsis, ..<rank], s[.ellipsis, ..<rank])
    let left = u[.ellipsis, ..<rank]
    let (up, down) = (relu(left), relu(-left))
    let (vp, vn) = (relu(right), relu(-right))
    let plus = up.norm(axis: -2, keepDims: true) * vp.norm(axis: -2, keepDims: true)
    let minus = down.norm(axis: -2, keepDims: true) * vn.norm(axis: -2, keepDims: true)
    let isPlus = plus .>= minus
    let a = which(isPlus, up, down)
    let b = which(isPlus, vp, vn)
    let size = maximum(
      a.norm(axis: -2, keepDims: true) * b.norm(axis: -2, keepDims: true), 1e-30)
    let scale = sqrt(strength.expandedDims(axis: -2) * size)
    var w = scale * a / maximum(a.norm(axis: -2, keepDims: true), 1e-30)
    var h = (scale * b / maximum(b.norm(axis: -2, keepDims: true), 1e-30)).mT
    if fill > 0 {
      let level = fill * v.mean(axes: [-2, -1], keepDims: true)
      w = which(w .> 0, w, level)
      h = which(h .> 0, h, level)
    }
    return NonnegativeFactors(w: w, h: h)
  }

  private static func leading(_ v: Tensor, _ rank: Int) throws -> (Tensor, Tensor, Tensor) {
    let v = stopGradient(v)
    let (width, short) = (rank + 10, Swift.min(v.dim(-2), v.dim(-1)))
    if v.ndim > 2 || short < 4 * width { return try svd(v) }
    var generator = Generator(seed: 0)
    var basis = matmul(v, Tensor.normal([v.dim(-1), width], dtype: v.dtype, from: &generator))
    for _ in 0..<4 { basis = matmul(v, qr(matmul(v.mT, qr(basis).q)).q) }
    let q = qr(basis).q
    let (u, s, right) = try svd(matmul(q.mT, v))
    return (matmul(q, u), s, right)
  }
}
