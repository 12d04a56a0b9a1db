internal import _CVectorKernels

// What is noted for each operation: which kernel is called with what, as the operation itself would
// call it.
extension Recorder {
  func unary(_ op: vk_unary, _ x: Body, _ type: DType) -> Body? {
    let isLong = x.count >= Fusion.threshold && type == x.dtype && type.isFloating
    guard x.isContiguous else {
      return emit(
        VK_R_UNARY_VIEW, code: op.rawValue, x.dtype, x, ints: view(x.shape, x.strides),
        shape: x.shape,
        type: type)
    }
    return emit(
      isLong ? VK_R_UNARY_BLOCKS : VK_R_UNARY, code: op.rawValue, x.dtype, n: x.count, x,
      shape: x.shape, type: type, waits: isLong)
  }

  func binary(
    _ op: vk_binary, _ a: Body, _ strideA: UInt8, _ b: Body, _ strideB: UInt8, _ type: DType,
    like body: Body
  ) -> Body? {
    emit(
      VK_R_BINARY, code: op.rawValue, a.dtype, flags: strideA | strideB << 1, n: body.count, a, b,
      shape: body.shape, type: type, waits: body.count >= Fusion.threshold)
  }

  func binary(_ op: vk_binary, _ a: Body, _ b: Body, _ type: DType, _ shape: [Int]) -> Body? {
    emit(
      VK_R_BINARY_VIEW, code: op.rawValue, a.dtype, a, b,
      ints: view(shape, stretchedStrides(a, to: shape), stretchedStrides(b, to: shape)),
      shape: shape,
      type: type, waits: shape.reduce(1, *) >= Fusion.threshold)
  }

  func choice(_ condition: Body, _ a: Body, _ b: Body, _ shape: [Int]) -> Body? {
    emit(
      VK_R_WHERE, a.dtype, condition, a, b,
      ints: view(
        shape, stretchedStrides(condition, to: shape), stretchedStrides(a, to: shape),
        stretchedStrides(b, to: shape)), shape: shape, type: a.dtype)
  }

  func gathered(_ x: Body) -> Body? {
    emit(
      VK_R_GATHER, x.dtype, n: x.dtype.byteCount, x, ints: view(x.shape, x.strides), shape: x.shape,
      type: x.dtype)
  }

  func cast(_ x: Body, _ type: DType) -> Body? {
    emit(VK_R_CAST, code: UInt32(x.dtype.rawValue), type, n: x.count, x, shape: x.shape, type: type)
  }

  func polygamma(_ order: Int, _ x: Body) -> Body? {
    emit(
      VK_R_POLYGAMMA, code: UInt32(order), x.dtype, n: x.count, x, shape: x.shape, type: x.dtype)
  }

  func reduce(_ op: vk_reduction, _ x: Body, _ outer: Int, _ n: Int, _ inner: Int, _ shape: [Int])
    -> Body?
  {
    emit(
      VK_R_REDUCE, code: op.rawValue, x.dtype, x, ints: [outer, n, inner], shape: shape,
      type: x.dtype)
  }

  func cumulativeSum(_ x: Body, _ axis: Int, _ isReversed: Bool) -> Body? {
    let shape = x.shape
    return emit(
      VK_R_CUMSUM, code: isReversed ? 1 : 0, x.dtype, x,
      ints: [shape[..<axis].reduce(1, *), shape[axis], shape[(axis + 1)...].reduce(1, *)],
      shape: shape,
      type: x.dtype)
  }

  func position(_ isMax: Bool, _ x: Body, _ axis: Int, _ out: [Int]) -> Body? {
    let shape = x.shape
    return emit(
      VK_R_ARG, code: isMax ? 1 : 0, x.dtype, x,
      ints: [shape[..<axis].reduce(1, *), shape[axis], shape[(axis + 1)...].reduce(1, *)],
      shape: out, type: .int32)
  }

  /// Functions of whole rows of length `n`.
  func rows(_ kind: vk_replay_kind, _ x: Body, _ n: Int, _ shape: [Int]) -> Body? {
    let rows = kind == VK_R_LOGSUMEXP ? shape.reduce(1, *) : n == 0 ? 0 : x.count / n
    return emit(kind, x.dtype, x, ints: [rows, n], shape: shape, type: x.dtype)
  }

  func scaledExponentials(_ a: Body, _ y: Body, _ g: Body, _ n: Int) -> Body? {
    emit(VK_R_EXP_ROWS, a.dtype, a, y, g, ints: [y.count, n], shape: a.shape, type: a.dtype)
  }

  func embedded(_ x: Body, _ start: [Int], _ step: [Int], _ extents: [Int]) -> Body? {
    scattered(VK_R_SCATTER, x.contiguous(), .zeros, start, step, extents)
  }

  func added(_ x: Body, to total: Body, _ start: [Int], _ step: [Int]) -> Body? {
    scattered(
      VK_R_SCATTER_ADD, x.contiguous(), .body(total.contiguous()), start, step, total.shape)
  }

  private func scattered(
    _ kind: vk_replay_kind, _ x: Body, _ base: Base, _ start: [Int], _ step: [Int],
    _ extents: [Int]
  ) -> Body? {
    let strides = rowMajorStrides(extents)
    let offset = zip(start, strides).reduce(0) { $0 + $1.0 * $1.1 }
    return emit(
      kind, x.dtype, n: x.dtype.byteCount, x, base: base, shift: offset * x.dtype.byteCount,
      ints: view(x.shape, zip(strides, step).map { $0 * $1 }), shape: extents, type: x.dtype)
  }

  /// Written to a selection of elements: `selection` is a view of `total`.
  func written(_ x: Body, to total: Body, _ selection: Body) -> Body? {
    guard let offset = distance(from: total, to: selection) else { return nil }
    return emit(
      VK_R_SCATTER, x.dtype, n: x.dtype.byteCount, x, base: .body(total), shift: offset,
      ints: view(selection.shape, selection.fullStrides), shape: total.shape, type: x.dtype)
  }

  func joined(_ parts: [Body], _ axis: Int, _ shape: [Int], _ type: DType) -> Body? {
    let inner = shape[(axis + 1)...].reduce(1, *)
    let strides = rowMajorStrides(shape)
    var result: Body?
    var start = 0
    for part in parts where part.count > 0 {
      guard
        let next = emit(
          VK_R_SCATTER, type, n: type.byteCount, part.contiguous(),
          base: result.map { .body($0) } ?? .nothing, shift: start * inner * type.byteCount,
          ints: view(part.shape, strides), shape: shape, type: type)
      else { return nil }
      result = next
      start += part.shape[axis]
    }
    return result
  }

  func checkedPositions(_ positions: Body, _ rows: Int, _ name: String) -> Body? {
    emit(
      VK_R_POSITIONS, positions.dtype, n: positions.count, positions, ints: [rows],
      shape: positions.shape, type: .int32)
  }

  func taken(_ x: Body, _ positions: Body, _ axis: Int, _ shape: [Int]) -> Body? {
    emit(
      VK_R_TAKE, x.dtype, n: x.dtype.byteCount, x, positions,
      ints: [
        x.shape[..<axis].reduce(1, *), positions.count, x.shape[axis],
        x.shape[(axis + 1)...].reduce(1, *),
      ], shape: shape, type: x.dtype)
  }

  func addedAt(_ x: Body, _ positions: Body, _ axis: Int, _ shape: [Int]) -> Body? {
    emit(
      VK_R_ADD_ROWS, x.dtype, x, positions, base: .zeros,
      ints: [
        shape[..<axis].reduce(1, *), positions.count, shape[axis],
        shape[(axis + 1)...].reduce(1, *),
      ], shape: shape, type: x.dtype)
  }

  /// Products of a batch of matrices; strides are those of whole operands.
  func product(_ a: Body, _ b: Body, _ batch: [Int], _ left: [Int], _ right: [Int]) -> Body? {
    let (rows, depth) = (a.shape[a.shape.count - 2], a.shape[a.shape.count - 1])
    let columns = b.shape[b.shape.count - 1]
    var ints = [rows, columns, depth]
    ints.append(contentsOf: left.suffix(2))
    ints.append(contentsOf: right.suffix(2))
    ints.append(batch.count)
    ints.append(contentsOf: batch)
    ints.append(contentsOf: left.dropLast(2))
    ints.append(contentsOf: right.dropLast(2))
    return emit(
      VK_R_GEMM, a.dtype, a, b, ints: ints, shape: batch + [rows, columns], type: a.dtype)
  }

  func affine(_ x: Body, _ weight: Body, _ row: Body) -> Body? {
    var ints = [x.shape[0], weight.shape[1], weight.shape[0]]
    ints.append(contentsOf: x.fullStrides)
    ints.append(contentsOf: weight.fullStrides)
    return emit(
      VK_R_AFFINE, x.dtype, x, weight, row, ints: ints, shape: [x.shape[0], weight.shape[1]],
      type: x.dtype)
  }

  private func view(_ shape: [Int], _ strides: [Int]...) -> [Int] {
    [shape.count] + shape + strides.flatMap { $0 }
  }
}
