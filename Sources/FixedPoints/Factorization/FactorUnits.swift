import Tensors

/// The units that a factorization is computed in: powers of two near the largest elements of V, W
/// and H, one of each for every matrix, so that no square leaves the type's range.
///
/// W/left and H/right factor V/(left·right). Powers of two change no digit.
struct FactorUnits {
  /// `[…, 1, 1]`.
  let left: Tensor, right: Tensor

  /// - Parameter start: factors to balance, if there are some.
  init(_ v: Tensor, _ start: NonnegativeFactors? = nil) {
    // Both fit the type, and so does what is left of a factor.
    let most = v.dtype == .float64 ? 900 : v.dtype == .float16 ? 4 : 100
    let whole = Self.exponents(v)
    let (w, h) = (start.map { Self.exponents($0.w) }, start.map { Self.exponents($0.h) })
    let exponents = whole.indices.map { k in
      guard let all = whole[k] else { return (left: 0, right: 0) }
      var apart = 0
      if let w = w?[k], let h = h?[k] { apart = Swift.min(Swift.max(w - h, -most), most) }
      let left = (all + apart) >> 1
      return (left, all - left)
    }
    func powers(_ exponents: [Int]) -> Tensor {
      let values = exponents.map { Double(sign: .plus, exponent: $0, significand: 1) }
      return Tensor(values, shape: v.shape.dropLast(2) + [1, 1], dtype: v.dtype)
    }
    left = powers(exponents.map(\.left))
    right = powers(exponents.map(\.right))
  }

  /// The exponent of each matrix' largest element; nil where that is no positive number.
  private static func exponents(_ x: Tensor) -> [Int?] {
    if x.size == 0 { return [Int?](repeating: nil, count: x.shape.dropLast(2).reduce(1, *)) }
    return stopGradient(x).max(axes: [-2, -1]).doubles.map {
      $0 > 0 && $0.isFinite ? Int($0.exponent) : nil
    }
  }

  /// V in these units.
  func scaled(_ v: Tensor) -> Tensor { v / left / right }

  /// W and H in these units.
  func scaled(_ factors: NonnegativeFactors) -> NonnegativeFactors {
    NonnegativeFactors(w: factors.w / left, h: factors.h / right)
  }

  /// W and H in units of one.
  func restored(_ factors: NonnegativeFactors) -> NonnegativeFactors {
    NonnegativeFactors(w: factors.w * left, h: factors.h * right)
  }
}
