internal import _CVectorKernels

/// Positions as `int32` in row-major order, negative ones counted from the end.
func checkedPositions(_ positions: Tensor, _ rows: Int, _ name: String) -> Body {
  guard positions.dtype.isInteger || positions.size == 0 else {
    stop("\(name): positions are integers, not \(positions.dtype)")
  }
  if positions.body.isTraced, rows <= Int(Int32.max) {
    let source = positions.body.contiguous()
    if let checked = source.recorder?.checkedPositions(source, rows, name) { return checked }
  }
  if positions.dtype == .int64 {
    let wide = positions.body.contiguous()
    let values = wide.bound(Int64.self)
    for i in 0..<wide.count where values[i] >= rows || values[i] < -rows {
      stop("\(name): position \(values[i]) is outside of 0..<\(rows)")
    }
  }
  var source = positions.body.cast(to: .int32).contiguous()
  let values = source.bound(Int32.self)
  var hasNegative = false
  for i in 0..<source.count {
    let p = Int(values[i])
    guard p < rows && p >= -rows else { stop("\(name): position \(p) is outside of 0..<\(rows)") }
    hasNegative = hasNegative || p < 0
  }
  if hasNegative {
    let copy = Body(like: source, .int32)
    let out = copy.bound(Int32.self)
    for i in 0..<source.count { out[i] = values[i] < 0 ? values[i] + Int32(rows) : values[i] }
    source = copy
  }
  return source
}

/// Slices at checked positions along an axis.
func taken(_ x: Tensor, _ positions: Body, _ axis: Int) -> Tensor {
  let source = x.body.contiguous()
  let shape = Array(x.shape[..<axis]) + positions.shape + Array(x.shape[(axis + 1)...])
  if let out = tracer(source, positions)?.taken(source, positions, axis, shape) {
    guard x.dtype.isFloating else { return Tensor(out) }
    return noted(.take, out, x, Attributes(axis: axis, object: positions))
  }
  let out = Body(shape, x.dtype)
  if out.count > 0 {
    vk_take_rows(
      Int32(x.dtype.byteCount), x.shape[..<axis].reduce(1, *), positions.count, x.shape[axis],
      x.shape[(axis + 1)...].reduce(1, *), out.data, source.data, positions.bound(Int32.self))
  }
  guard x.dtype.isFloating else { return Tensor(out) }
  return noted(.take, out, x, Attributes(axis: axis, object: positions))
}

/// The transpose of ``taken``: zeros with `rows` along the axis, to which slices are added.
func addedAt(_ x: Tensor, _ positions: Body, _ axis: Int, _ rows: Int) -> Tensor {
  if x.dtype.isHalf { return x.widened { addedAt($0, positions, axis, rows) } }
  if x.dtype == .bool { return addedAt(x.cast(to: .int32), positions, axis, rows).cast(to: .bool) }
  let source = x.body.contiguous()
  let after = Array(x.shape[(axis + positions.shape.count)...])
  let shape = Array(x.shape[..<axis]) + [rows] + after
  if x.dtype.isFloating, x.size > 0,
    let out = tracer(source, positions)?.addedAt(source, positions, axis, shape)
  {
    return noted(.addAt, out, x, Attributes(axis: axis, object: positions))
  }
  let out = Body.filled(shape, x.dtype, 0)
  if x.size > 0 {
    vk_add_rows(
      x.dtype.rawValue, x.shape[..<axis].reduce(1, *), positions.count, rows, after.reduce(1, *),
      out.data, source.data, positions.bound(Int32.self))
  }
  guard x.dtype.isFloating else { return Tensor(out) }
  return noted(.addAt, out, x, Attributes(axis: axis, object: positions))
}

extension Tensor {
  /// Slices by position along an axis; positions may repeat and have any shape.
  public func take(_ positions: Tensor, axis: Int = 0) -> Tensor {
    let a = checkedAxis(axis, ndim, "take")
    return taken(self, checkedPositions(positions, shape[a], "take"), a)
  }

  /// Along an axis, the element that `positions` names at each place:
  /// `result[i, j] = self[i, positions[i, j]]` for the last axis of a matrix.
  public func gathered(_ positions: Tensor, axis: Int = -1) -> Tensor {
    let a = checkedAxis(axis, ndim, "gathered")
    var expected = shape
    guard positions.ndim == ndim else {
      stop("gathered: positions of shape \(positions.shape) for shape \(shape)")
    }
    expected[a] = positions.shape[a]
    guard expected == positions.shape else {
      stop("gathered: positions of shape \(positions.shape) for shape \(shape)")
    }
    let checked = checkedPositions(positions, shape[a], "gathered")
    let strides = rowMajorStrides(shape)
    var flat = Tensor(checked).cast(to: .int64) * strides[a]
    for other in 0..<ndim where other != a {
      var extents = [Int](repeating: 1, count: ndim)
      extents[other] = shape[other]
      flat = flat + (Tensor.arange(shape[other], dtype: .int64) * strides[other]).reshaped(extents)
    }
    guard size <= Int(Int32.max) else { stop("gathered: \(size) elements; positions are int32") }
    return taken(flattened(), flat.cast(to: .int32).body, 0)
  }

  /// This tensor with `values` added at positions along an axis; repeated positions add up.
  public func adding(_ values: Tensor, at positions: Tensor, axis: Int = 0) -> Tensor {
    let a = checkedAxis(axis, ndim, "adding")
    let checked = checkedPositions(positions, shape[a], "adding")
    let expected = Array(shape[..<a]) + positions.shape + Array(shape[(a + 1)...])
    return self + addedAt(values.cast(to: dtype).broadcast(to: expected), checked, a, shape[a])
  }

  /// Rows of zeros with a one at each position: `[…]` → `[…, count]`.
  public func oneHot(_ count: Int, dtype: DType = .float32) -> Tensor {
    // A label that is negative by mistake is no position from the end.
    if self.dtype != .uint8, self.dtype.isInteger, size > 0, !(plain .>= 0).all() {
      stop("oneHot: position \(min().item(as: Int.self)) is outside of 0..<\(count)")
    }
    let checked = checkedPositions(self, count, "oneHot")
    return Tensor(taken(Tensor.eye(count, dtype: dtype), checked, 0).body)
  }

  /// The diagonal of each matrix (last two axes).
  public func diagonal() -> Tensor {
    guard ndim >= 2 else { stop("diagonal: shape \(shape) is no matrix") }
    let (rows, columns) = (shape[ndim - 2], shape[ndim - 1])
    let n = Swift.min(rows, columns)
    let flat = reshaped(Array(shape[..<(ndim - 2)]) + [rows * columns])
    return flat.sliced(axis: ndim - 2, from: 0, count: n, step: columns + 1)
  }

  /// Square matrices with these elements (last axis) on the diagonal.
  public func asDiagonal() -> Tensor {
    guard ndim >= 1 else { stop("asDiagonal: a single number") }
    let n = shape[ndim - 1]
    return which(
      Tensor.eye(n, dtype: .bool), expandedDims(axis: -1), zerosLike().expandedDims(axis: -1))
  }

  /// Sum of the diagonal.
  public func trace() -> Tensor { diagonal().sum(axis: -1) }

  /// The lower triangle, zeros above; `k` moves the edge up.
  public func lowerTriangle(_ k: Int = 0) -> Tensor { triangle { $1 <= $0 + k } }
  /// The upper triangle, zeros below; `k` moves the edge up.
  public func upperTriangle(_ k: Int = 0) -> Tensor { triangle { $1 >= $0 + k } }
  private func triangle(_ keeps: (Int, Int) -> Bool) -> Tensor {
    guard ndim >= 2 else { stop("triangle: shape \(shape) is no matrix") }
    let (rows, columns) = (shape[ndim - 2], shape[ndim - 1])
    let mask = Body([rows, columns], .bool)
    let flags = mask.bound(UInt8.self)
    for i in 0..<rows {
      for j in 0..<columns { flags[i * columns + j] = keeps(i, j) ? 1 : 0 }
    }
    return which(Tensor(mask), self, 0)
  }
}
