/// A square matrix times itself, `n` times; negative powers are those of the inverse.
///
/// - Complexity: log₂ n products.
public func matrixPower(_ a: Tensor, _ n: Int) throws -> Tensor {
  guard a.ndim >= 2, a.dim(-1) == a.dim(-2) else {
    stop("matrixPower: a square matrix, not shape \(a.shape)")
  }
  var base = n < 0 ? try inverted(a) : a
  var rest = n.magnitude
  var result = Tensor.eye(a.dim(-1), dtype: a.dtype).broadcast(to: a.shape)
  while rest > 0 {
    if rest & 1 == 1 { result = matmul(result, base) }
    rest >>= 1
    if rest > 0 { base = matmul(base, base) }
  }
  return result
}

/// exp(A) = Σ Aᵏ/k! of a square matrix or of each of a batch, differentiable.
///
/// Scaling and squaring with the approximant of Padé of degree 13 (Higham 2005,
/// DOI 10.1137/04061101X).
public func matrixExponential(_ a: Tensor) throws -> Tensor {
  guard a.ndim >= 2, a.dim(-1) == a.dim(-2) else {
    stop("matrixExponential: a square matrix, not shape \(a.shape)")
  }
  let x = a.cast(to: a.dtype.floating)
  if x.size == 0 { return x }
  let norm = abs(x.plain).sum(axis: -2).max().item()
  guard norm.isFinite else { stop("matrixExponential: the elements are not finite") }
  let halvings = norm > 5.37 ? Int((Double(norm / 5.37)._log2).rounded(.up)) : 0
  let s = x * Double(sign: .plus, exponent: -halvings, significand: 1)
  let b: [Double] = [
    64_764_752_532_480_000, 32_382_376_266_240_000, 7_771_770_303_897_600, 1_187_353_796_428_800,
    129_060_195_264_000, 10_559_470_521_600, 670_442_572_800, 33_522_128_640, 1_323_241_920,
    40_840_800, 960_960, 16_380, 182, 1,
  ]
  let one = Tensor.eye(a.dim(-1), dtype: x.dtype)
  let s2 = matmul(s, s)
  let s4 = matmul(s2, s2)
  let s6 = matmul(s2, s4)
  let odd6 = matmul(s6, b[13] * s6 + b[11] * s4 + b[9] * s2)
  let odd = matmul(s, odd6 + b[7] * s6 + b[5] * s4 + b[3] * s2 + b[1] * one)
  let even6 = matmul(s6, b[12] * s6 + b[10] * s4 + b[8] * s2)
  let even = even6 + b[6] * s6 + b[4] * s4 + b[2] * s2 + b[0] * one
  var result = try solve(even - odd, even + odd)
  for _ in 0..<halvings { result = matmul(result, result) }
  return result
}

extension Double {
  fileprivate var _log2: Double { Double(exponent) + (significand > 1 ? 1 : 0) }
}

/// The number of singular values above the rounding errors of the largest.
public func matrixRank(_ a: Tensor) throws -> Int {
  let values = try svd(a.plain).s
  let epsilon = a.dtype == .float64 ? Double.ulpOfOne : Double(Float.ulpOfOne)
  let largest = values.size == 0 ? 0 : values.max().item()
  let bound = largest * epsilon * Double(Swift.max(a.dim(-1), a.dim(-2)))
  return values.doubles.filter { $0 > bound }.count
}

/// The Kronecker product of two matrices: each element of `a` times the whole of `b`.
public func kron(_ a: Tensor, _ b: Tensor) -> Tensor {
  guard a.ndim == 2, b.ndim == 2 else {
    stop("kron: two matrices, not shapes \(a.shape) and \(b.shape)")
  }
  let (m, n, p, q) = (a.shape[0], a.shape[1], b.shape[0], b.shape[1])
  return (a.reshaped([m, 1, n, 1]) * b.reshaped([1, p, 1, q])).reshaped([m * p, n * q])
}

/// The cross product of vectors of three along the last axis.
public func cross(_ a: Tensor, _ b: Tensor) -> Tensor {
  guard a.ndim > 0, b.ndim > 0, a.dim(-1) == 3, b.dim(-1) == 3 else {
    stop("cross: vectors of three, not shapes \(a.shape) and \(b.shape)")
  }
  func part(_ x: Tensor, _ i: Int) -> Tensor { x[.ellipsis, i] }
  return stack(
    [
      part(a, 1) * part(b, 2) - part(a, 2) * part(b, 1),
      part(a, 2) * part(b, 0) - part(a, 0) * part(b, 2),
      part(a, 0) * part(b, 1) - part(a, 1) * part(b, 0),
    ], axis: -1)
}

extension Tensor {
  /// (Σ |x|ᵖ)^(1/p) along an axis; `.infinity` takes the largest magnitude, 0 counts.
  public func norm(order p: Double, axis: Int = -1, keepDims: Bool = false) -> Tensor {
    let x = cast(to: dtype.floating)
    switch p {
    case .infinity: return Tensors.abs(x).max(axis: axis, keepDims: keepDims)
    case -.infinity: return Tensors.abs(x).min(axis: axis, keepDims: keepDims)
    case 0: return (x .!= 0).cast(to: x.dtype).sum(axis: axis, keepDims: keepDims)
    case 1: return Tensors.abs(x).sum(axis: axis, keepDims: keepDims)
    case 2: return x.norm(axis: axis, keepDims: keepDims)
    default:
      let sizes = Tensors.abs(x)
      guard p > 0, x.size > 0 else {
        return (sizes ** p).sum(axis: axis, keepDims: keepDims) ** (1 / p)
      }
      // Seen from the largest, so that no power leaves the type's range; the gradient at 0 is 0.
      let top = stopGradient(sizes).max(axis: axis, keepDims: true)
      let unit = which((top .> 0) .& isFinite(top), top, 1)
      let sums = ((sizes / unit) ** p).sum(axis: axis, keepDims: keepDims)
      let isZero = stopGradient(sums) .== 0
      return which(isZero, 0, unit.reshaped(sums.shape) * which(isZero, 1, sums) ** (1 / p))
    }
  }
}
