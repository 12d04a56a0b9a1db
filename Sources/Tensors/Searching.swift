extension Tensor {
  /// Where elements are as good as equal: |a − b| ≤ absolute + relative·|b|, as in NumPy; NaN is
  /// near nothing.
  public func isClose(
    to other: Tensor, relative: Double = 1e-5, absolute: Double = 1e-8
  ) -> Tensor {
    let (a, b) = (plain.cast(to: .float64), other.plain.cast(to: .float64))
    let near = Tensors.abs(a - b) .<= (absolute + relative * Tensors.abs(b))
    // Differences of infinities are no numbers, and an infinite bound holds everything.
    return (a .== b) .| (near .& isFinite(a) .& isFinite(b))
  }

  /// Whether all elements are as good as equal.
  public func allClose(
    to other: Tensor, relative: Double = 1e-5, absolute: Double = 1e-8
  ) -> Bool {
    isClose(to: other, relative: relative, absolute: absolute).all()
  }

  /// The indices of the true elements, one row for each, in row-major order.
  public func argwhere() -> Tensor {
    let found = nonzero().integers
    let strides = rowMajorStrides(shape)
    let rows = found.flatMap { p in (0..<ndim).map { p / strides[$0] % shape[$0] } }
    return Tensor(rows, shape: [found.count, ndim])
  }

  /// The distinct elements in ascending order, where each element of this tensor is among them, and
  /// how often each occurs.
  public func uniqueWithInverse() -> (values: Tensor, inverse: Tensor, counts: Tensor) {
    let (values, counts) = unique()
    return (values, values.searchSorted(plain).reshaped(shape), counts)
  }

  /// Which elements are among `values`.
  public func isIn(_ values: Tensor) -> Tensor {
    if !dtype.isFloating && !values.dtype.isFloating {
      let known = Set(values.integers)
      return Tensor(integers.map { known.contains($0) }, shape: shape, dtype: .bool)
    }
    let known = Set(values.doubles)
    return Tensor(doubles.map { known.contains($0) }, shape: shape, dtype: .bool)
  }
}

extension Tensor {
  /// Elements at pairs (triples, …) of positions: `x.elements(at: i, j)` has `x[i[k], j[k]]` at `k`.
  ///
  /// Positions are broadcast against each other; axes without positions stay behind. Brackets
  /// differ: `x[i, j]` takes all rows `i` of all columns `j`. Gradients flow to the elements.
  public func elements(at positions: Tensor...) -> Tensor {
    guard !positions.isEmpty, positions.count <= ndim else {
      stop("elements: \(positions.count) positions for the axes of shape \(shape)")
    }
    let common = positions.reduce([]) { broadcastShape($0, $1.shape, "elements") }
    var flat = Tensor.zeros(common, dtype: .int32)
    for (axis, position) in positions.enumerated() {
      let checked = Tensor(checkedPositions(position.plain, shape[axis], "elements"))
      flat = flat * shape[axis] + checked.reshaped(position.shape)
    }
    let rest = Array(shape[positions.count...])
    return reshaped([shape[..<positions.count].reduce(1, *)] + rest).take(flat)
  }
}
