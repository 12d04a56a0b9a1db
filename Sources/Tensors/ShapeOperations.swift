internal import _CVectorKernels

extension Tensor {
  /// The same elements in another shape; one extent may be −1, which takes what is left.
  ///
  /// - Complexity: no copy for row-major elements.
  public func reshaped(_ newShape: [Int]) -> Tensor {
    var extents = newShape
    if let hole = extents.firstIndex(of: -1) {
      extents[hole] = 1
      guard extents.allSatisfy({ $0 >= 0 }) else { refuseReshape(newShape) }
      let known = elementCount(extents, dtype)
      guard known > 0, size % known == 0 else { refuseReshape(newShape) }
      extents[hole] = size / known
    }
    if extents == shape { return self }
    guard extents.allSatisfy({ $0 >= 0 }), elementCount(extents, dtype) == size else {
      refuseReshape(newShape)
    }
    let source = body.contiguous()
    let out = Body(viewing: source, offset: 0, shape: extents, strides: rowMajorStrides(extents))
    return noted(.reshape, out, self)
  }

  /// The same elements in another shape; one extent may be −1.
  public func reshaped(_ newShape: Int...) -> Tensor { reshaped(newShape) }

  private func refuseReshape(_ newShape: [Int]) -> Never {
    stop("reshaped: \(size) elements of shape \(shape) do not fill shape \(newShape)")
  }

  /// One axis.
  public func flattened() -> Tensor { reshaped([size]) }

  /// The axes from `start` on as one.
  public func flattened(from start: Int) -> Tensor {
    guard start >= 0 && start <= ndim else {
      stop("flattened: from axis \(start) of shape \(shape)")
    }
    return reshaped(Array(shape[..<start]) + [shape[start...].reduce(1, *)])
  }

  /// Axes in another order: axis `i` of the result is axis `axes[i]` of this tensor.
  public func transposed(_ axes: [Int]) -> Tensor {
    let order = axes.map { checkedAxis($0, ndim, "transposed") }
    guard order.count == ndim,
      order.reduce(UInt64(0), { $0 | 1 << UInt64($1) }).nonzeroBitCount == ndim
    else {
      stop("transposed: \(axes) is no order of the \(ndim) axes of shape \(shape)")
    }
    let strides = body.fullStrides
    let out = Body(
      viewing: body, offset: 0, shape: order.map { shape[$0] }, strides: order.map { strides[$0] })
    return noted(.transpose, out, self, Attributes(ints: order))
  }

  /// With axes in another order, reversed if none are named.
  public func transposed(_ axes: Int...) -> Tensor {
    axes.isEmpty ? T : transposed(axes)
  }

  /// All axes in reverse order; of a matrix, the transpose.
  public var T: Tensor { transposed(Array((0..<ndim).reversed())) }

  /// The last two axes swapped: the transpose of each matrix of a batch.
  public var mT: Tensor {
    guard ndim >= 2 else { stop("mT: shape \(shape) is no matrix") }
    return swapped(-1, -2)
  }

  /// With two axes exchanged.
  public func swapped(_ first: Int, _ second: Int) -> Tensor {
    var order = Array(0..<ndim)
    order.swapAt(checkedAxis(first, ndim, "swapped"), checkedAxis(second, ndim, "swapped"))
    return transposed(order)
  }

  /// With one axis moved to another place.
  public func movedAxis(_ source: Int, to destination: Int) -> Tensor {
    var order = Array(0..<ndim)
    let axis = order.remove(at: checkedAxis(source, ndim, "movedAxis"))
    order.insert(axis, at: checkedAxis(destination, ndim, "movedAxis"))
    return transposed(order)
  }

  /// A new axis of extent 1; counted in the result.
  public func expandedDims(axis: Int) -> Tensor {
    var extents = shape
    extents.insert(1, at: checkedAxis(axis, ndim + 1, "expandedDims"))
    return reshaped(extents)
  }

  /// Without axes of extent 1: the named one, or all.
  public func squeezed(axis: Int? = nil) -> Tensor {
    guard let axis else { return reshaped(shape.filter { $0 != 1 }) }
    var extents = shape
    let a = checkedAxis(axis, ndim, "squeezed")
    guard extents[a] == 1 else { stop("squeezed: axis \(axis) of shape \(shape) is not 1") }
    extents.remove(at: a)
    return reshaped(extents)
  }

  /// Repeated along axes of extent 1 and along new leading axes, without a copy.
  public func broadcast(to newShape: [Int]) -> Tensor {
    if newShape == shape { return self }
    guard broadcastShape(shape, newShape, "broadcast") == newShape else {
      stop("broadcast: shape \(shape) cannot be stretched to \(newShape)")
    }
    _ = elementCount(newShape, dtype)
    let strides = stretchedStrides(body, to: newShape)
    let out = Body(viewing: body, offset: 0, shape: newShape, strides: strides)
    return noted(.broadcast, out, self)
  }

  /// Element `start[i] + k·step[i]` along each axis `i`, `k < extents[i]`; a view.
  func sliced(_ start: [Int], _ step: [Int], _ extents: [Int]) -> Tensor {
    let strides = body.fullStrides
    var offset = 0
    for axis in 0..<ndim where extents[axis] > 0 { offset += start[axis] * strides[axis] }
    let out = Body(
      viewing: body, offset: extents.contains(0) ? 0 : offset, shape: extents,
      strides: zip(strides, step).map { $0 * $1 })
    return noted(.slice, out, self, Attributes(ints: start, more: step))
  }

  func sliced(axis: Int, from start: Int, count: Int, step: Int) -> Tensor {
    var (starts, steps, extents) = (shape.map { _ in 0 }, shape.map { _ in 1 }, shape)
    starts[axis] = start
    steps[axis] = step
    extents[axis] = count
    return sliced(starts, steps, extents)
  }

  /// The transpose of slicing: zeros of shape `into` with these elements at their places.
  func embedded(_ start: [Int], _ step: [Int], into extents: [Int]) -> Tensor {
    let strides = rowMajorStrides(extents)
    if size > 0, let out = body.recorder?.embedded(body, start, step, extents) {
      return noted(.embed, out, self, Attributes(ints: start, more: step))
    }
    let out = Body.filled(extents, dtype, 0)
    if size > 0 {
      let source = body.contiguous()
      var offset = 0
      for axis in 0..<ndim { offset += start[axis] * strides[axis] }
      let steps = zip(strides, step).map { $0 * $1 }
      vk_scatter_view(
        Int32(dtype.byteCount), Int32(ndim), shape, out.data + offset * dtype.byteCount, steps,
        source.data)
    }
    return noted(.embed, out, self, Attributes(ints: start, more: step))
  }

  /// Adds to the elements that ``sliced(_:_:_:)`` would show, where nothing is differentiated.
  mutating func add(_ slice: Tensor, at start: [Int], by step: [Int]) {
    if slice.size == 0 { return }
    if let recorder = tracer(body, slice.body),
      let sum = recorder.added(slice.body, to: body, start, step)
    {
      self = Tensor(sum)
      return
    }
    makeWritable()
    let strides = rowMajorStrides(shape)
    var offset = 0
    for axis in 0..<ndim { offset += start[axis] * strides[axis] }
    let source = slice.body.contiguous()
    vk_scatter_add(
      dtype.rawValue, Int32(ndim), slice.shape, body.data + offset * dtype.byteCount,
      zip(strides, step).map { $0 * $1 }, source.data)
  }

  /// Reversed along the given axes, or along all; a view.
  public func flipped(axes: [Int]? = nil) -> Tensor {
    let all = axes.map { checkedAxes($0, ndim, "flipped") } ?? Array(0..<ndim)
    let start = (0..<ndim).map { all.contains($0) ? Swift.max(0, shape[$0] - 1) : 0 }
    return sliced(start, (0..<ndim).map { all.contains($0) ? -1 : 1 }, shape)
  }

  /// Shifted along an axis; what leaves at the end comes back at the front.
  public func rolled(_ shift: Int, axis: Int = 0) -> Tensor {
    let a = checkedAxis(axis, ndim, "rolled")
    let n = shape[a]
    if n == 0 { return self }
    let k = ((shift % n) + n) % n
    if k == 0 { return self }
    return concatenate(
      [
        sliced(axis: a, from: n - k, count: k, step: 1),
        sliced(axis: a, from: 0, count: n - k, step: 1),
      ], axis: a)
  }

  /// `padding[i]` elements of `value` before and after axis `i`.
  public func padded(_ padding: [(before: Int, after: Int)], value: Double = 0) -> Tensor {
    guard padding.count == ndim, padding.allSatisfy({ $0.before >= 0 && $0.after >= 0 }) else {
      stop("padded: one pair of counts for each of the axes of \(shape), none negative")
    }
    let start = padding.map(\.before)
    let steps = shape.map { _ in 1 }
    let extents = zip(shape, padding).map { $0 + $1.before + $1.after }
    let inside = embedded(start, steps, into: extents)
    if value == 0 { return inside }
    let mask = Tensor.ones(shape, dtype: .bool).embedded(start, steps, into: extents)
    return which(mask, inside, value)
  }

  /// The whole tensor repeated along each axis.
  public func tiled(_ counts: [Int]) -> Tensor {
    guard counts.allSatisfy({ $0 >= 0 }) else { stop("tiled: counts \(counts)") }
    let missing = Swift.max(0, counts.count - ndim)
    let old = [Int](repeating: 1, count: missing) + shape
    let repeats = [Int](repeating: 1, count: old.count - counts.count) + counts
    // Axes that are not repeated need no second one.
    let split = zip(repeats, old).flatMap { $0 == 1 ? [$1] : [$0, $1] }
    let apart = zip(repeats, old).flatMap { $0 == 1 ? [$1] : [1, $1] }
    return reshaped(apart).broadcast(to: split)
      .reshaped(zip(repeats, old).map { $0 * $1 })
  }

  /// Each element repeated `count` times along an axis.
  public func repeated(_ count: Int, axis: Int) -> Tensor {
    let a = checkedAxis(axis, ndim, "repeated")
    guard count >= 0 else { stop("repeated: \(count) times") }
    var wide = shape
    wide.insert(count, at: a + 1)
    var out = shape
    out[a] *= count
    return expandedDims(axis: a + 1).broadcast(to: wide).reshaped(out)
  }

  /// Equal parts along an axis.
  public func split(_ parts: Int, axis: Int = 0) -> [Tensor] {
    let n = dim(axis)
    guard parts > 0, n % parts == 0 else {
      stop("split: axis \(axis) of shape \(shape) has no \(parts) equal parts")
    }
    return split(sizes: [Int](repeating: n / parts, count: parts), axis: axis)
  }

  /// Parts of given sizes along an axis.
  public func split(sizes: [Int], axis: Int = 0) -> [Tensor] {
    let a = checkedAxis(axis, ndim, "split")
    guard sizes.allSatisfy({ $0 >= 0 && $0 <= shape[a] }), sizes.reduce(0, +) == shape[a] else {
      stop("split: sizes \(sizes) do not fill axis \(axis) of shape \(shape)")
    }
    var start = 0
    return sizes.map { size in
      defer { start += size }
      return sliced(axis: a, from: start, count: size, step: 1)
    }
  }
}

/// Joined along an axis that exists.
public func concatenate(_ tensors: [Tensor], axis: Int = 0) -> Tensor {
  guard let first = tensors.first else { stop("concatenate: no tensors") }
  if tensors.count == 1 { return first }
  let type = tensors.map(\.dtype).reduce(first.dtype) { DType.common($0, $1) }
  let a = checkedAxis(axis, first.ndim, "concatenate")
  var shape = first.shape
  shape[a] = 0
  for tensor in tensors {
    var other = tensor.shape
    guard other.count == shape.count else {
      stop("concatenate: shapes \(first.shape) and \(other) do not fit along axis \(axis)")
    }
    other[a] = shape[a]
    guard other == shape else {
      stop("concatenate: shapes \(first.shape) and \(tensor.shape) do not fit along axis \(axis)")
    }
    shape[a] += tensor.shape[a]
  }
  let operands = tensors.map { $0.cast(to: type) }
  if let recorder = innermost(operands.map(\.body)),
    let out = recorder.joined(operands.map(\.body), a, shape, type)
  {
    guard type.isFloating else { return Tensor(out) }
    return noted(.concatenate, out, operands, Attributes(axis: a))
  }
  let out = Body(shape, type)
  let inner = shape[(a + 1)...].reduce(1, *)
  let strides = rowMajorStrides(shape)
  var start = 0
  for operand in operands where operand.size > 0 {
    let source = operand.body.contiguous()
    vk_scatter_view(
      Int32(type.byteCount), Int32(shape.count), operand.shape,
      out.data + start * inner * type.byteCount, strides, source.data)
    start += operand.shape[a]
  }
  guard type.isFloating else { return Tensor(out) }
  return noted(.concatenate, out, operands, Attributes(axis: a))
}

/// Joined along a new axis.
public func stack(_ tensors: [Tensor], axis: Int = 0) -> Tensor {
  guard let first = tensors.first else { stop("stack: no tensors") }
  for tensor in tensors where tensor.shape != first.shape {
    stop("stack: shapes \(first.shape) and \(tensor.shape) differ")
  }
  return concatenate(tensors.map { $0.expandedDims(axis: axis) }, axis: axis)
}
