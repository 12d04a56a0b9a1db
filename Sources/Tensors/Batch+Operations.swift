internal import _CVectorKernels

// What an operation on one row is for all of them.
extension Batch {
  /// A body for all rows: with their axis in front where they differ, as it is where they do not.
  ///
  /// - Parameter ndim: axes of one row; those that are missing come behind the rows' axis.
  private func all(_ body: Body, ndim: Int? = nil) -> Body {
    guard let row = body.row, row.batch === self else { return body }
    let missing = (ndim ?? body.shape.count) - body.shape.count
    if missing <= 0 { return row.all }
    let strides = row.all.fullStrides
    return Body(
      viewing: row.all, offset: 0,
      shape: [rows] + [Int](repeating: 1, count: missing) + body.shape,
      strides: [strides[0]] + [Int](repeating: 0, count: missing) + strides.dropFirst())
  }

  /// The same, repeated for each row where they do not differ.
  private func repeated(_ body: Body) -> Body {
    if isRow(body) { return all(body) }
    return Body(
      viewing: body, offset: 0, shape: [rows] + body.shape, strides: [0] + body.fullStrides)
  }

  private func isRow(_ body: Body) -> Bool { body.row?.batch === self }

  private func row(_ all: Body) -> Body { Body(rowOf: all, in: self) }

  /// Elements in row-major order under another shape.
  private func seen(_ body: Body, as shape: [Int]) -> Body {
    Body(viewing: body.contiguous(), offset: 0, shape: shape, strides: rowMajorStrides(shape))
  }

  func decide(_ condition: Body) -> Bool? {
    guard rows > 0, !isGivenUp else { return nil }
    let flags = Tensor(all(condition))
    if flags.all() { return true }
    return flags.any() ? nil : false
  }

  func waits(_ body: Body) -> Bool { false }

  func unary(_ op: vk_unary, _ x: Body, _ type: DType) -> Body? {
    row(Tensors.unary(op, all(x), type))
  }

  func binary(
    _ op: vk_binary, _ a: Body, _ strideA: UInt8, _ b: Body, _ strideB: UInt8, _ type: DType,
    like body: Body
  ) -> Body? { binary(op, a, b, type, body.shape) }

  func binary(_ op: vk_binary, _ a: Body, _ b: Body, _ type: DType, _ shape: [Int]) -> Body? {
    row(Tensors.binary(op, all(a, ndim: shape.count), all(b, ndim: shape.count), type, "vmap"))
  }

  func choice(_ condition: Body, _ a: Body, _ b: Body, _ shape: [Int]) -> Body? {
    let operands = [condition, a, b].map { Tensor(all($0, ndim: shape.count)) }
    return row(which(operands[0], operands[1], operands[2]).body)
  }

  func gathered(_ x: Body) -> Body? { row(all(x).contiguous()) }

  func cast(_ x: Body, _ type: DType) -> Body? { row(all(x).cast(to: type)) }

  func polygamma(_ order: Int, _ x: Body) -> Body? {
    row(Tensors.polygamma(order, Tensor(all(x))).body)
  }

  func reduce(_ op: vk_reduction, _ x: Body, _ outer: Int, _ n: Int, _ inner: Int, _ shape: [Int])
    -> Body?
  {
    let runs = seen(all(x), as: [rows * outer, n, inner])
    return row(Tensors.reduce(op, runs, [1], [rows] + shape))
  }

  func cumulativeSum(_ x: Body, _ axis: Int, _ isReversed: Bool) -> Body? {
    row(Tensor(all(x)).cumulativeSum(axis: axis + 1, reversed: isReversed).body)
  }

  func position(_ isMax: Bool, _ x: Body, _ axis: Int, _ out: [Int]) -> Body? {
    let x = Tensor(all(x))
    return row((isMax ? x.argmax(axis: axis + 1) : x.argmin(axis: axis + 1)).body)
  }

  func rows(_ kind: vk_replay_kind, _ x: Body, _ n: Int, _ shape: [Int]) -> Body? {
    let x = Tensor(all(x))
    let out = kind == VK_R_LOGSUMEXP ? x.logSumExp(axis: -1) : x.softmax(axis: -1)
    return row(seen(out.body, as: [rows] + shape))
  }

  func scaledExponentials(_ a: Body, _ y: Body, _ g: Body, _ n: Int) -> Body? {
    let operands = [a, y, g].map { repeated($0).contiguous() }
    return row(Tensors.scaledExponentials(operands[0], operands[1], operands[2]))
  }

  func embedded(_ x: Body, _ start: [Int], _ step: [Int], _ extents: [Int]) -> Body? {
    row(Tensor(all(x)).embedded([0] + start, [1] + step, into: [rows] + extents).body)
  }

  func added(_ x: Body, to total: Body, _ start: [Int], _ step: [Int]) -> Body? {
    var sum = Tensor(repeated(total))
    sum.add(Tensor(repeated(x)), at: [0] + start, by: [1] + step)
    return row(sum.body)
  }

  /// Not told: assignments to rows are made of selections.
  func written(_ x: Body, to total: Body, _ selection: Body) -> Body? { nil }

  func joined(_ parts: [Body], _ axis: Int, _ shape: [Int], _ type: DType) -> Body? {
    row(concatenate(parts.map { Tensor(repeated($0)) }, axis: axis + 1).body)
  }

  func checkedPositions(_ positions: Body, _ rows: Int, _ name: String) -> Body? {
    row(Tensors.checkedPositions(Tensor(all(positions)), rows, name))
  }

  /// Positions within each row as positions within all rows, `count` to a row.
  private func shifted(_ positions: Body, _ count: Int) -> Body? {
    guard rows * count <= Int(Int32.max) else { return nil }
    let ones = [Int](repeating: 1, count: positions.shape.count)
    let starts = Tensor((0..<rows).map { $0 * count }, shape: [rows] + ones, dtype: .int32)
    return (Tensor(all(positions)) + starts).body.contiguous()
  }

  func taken(_ x: Body, _ positions: Body, _ axis: Int, _ shape: [Int]) -> Body? {
    guard isRow(positions) else {
      return row(Tensors.taken(Tensor(all(x)), positions, axis + 1).body)
    }
    guard isRow(x) else {
      return row(Tensors.taken(Tensor(x), all(positions), axis).movedAxis(axis, to: 0).body)
    }
    let count = x.shape[axis]
    guard let places = shifted(positions, count) else { return nil }
    // The axis of the positions joins that of the rows.
    let front = Tensor(all(x)).movedAxis(axis + 1, to: 1)
    let flat = front.reshaped([rows * count] + front.shape.dropFirst(2))
    var out = Tensors.taken(flat, places, 0)
    for i in 0..<axis { out = out.movedAxis(1 + positions.shape.count + i, to: 1 + i) }
    return row(out.body)
  }

  func addedAt(_ x: Body, _ positions: Body, _ axis: Int, _ shape: [Int]) -> Body? {
    guard isRow(positions) else {
      return row(Tensors.addedAt(Tensor(all(x)), positions, axis + 1, shape[axis]).body)
    }
    guard let places = shifted(positions, shape[axis]) else { return nil }
    var values = Tensor(repeated(x))
    for _ in 0..<axis { values = values.movedAxis(1, to: axis + positions.shape.count) }
    let sum = Tensors.addedAt(values, places, 0, rows * shape[axis])
    let apart = sum.reshaped([rows, shape[axis]] + sum.shape.dropFirst())
    return row(apart.movedAxis(1, to: 1 + axis).body)
  }

  /// Rows of all matrices on the left are rows of one product with what they share; the same holds
  /// for a column on the right.
  func product(_ a: Body, _ b: Body, _ batch: [Int], _ left: [Int], _ right: [Int]) -> Body? {
    let (m, k, n) = (
      a.shape[a.shape.count - 2], a.shape[a.shape.count - 1], b.shape[b.shape.count - 1]
    )
    let shape = [rows] + batch + [m, n]
    if b.shape.count == 2 && !isRow(b) {
      let flat = Tensor(seen(all(a), as: [shape.dropLast().reduce(1, *), k]))
      return row(Tensors.product(flat, Tensor(b)).reshaped(shape).body)
    }
    if a.shape.count == 2 && !isRow(a) && n == 1 {
      let flat = Tensor(seen(all(b), as: [rows * batch.reduce(1, *), k]))
      return row(Tensors.product(flat, Tensor(a).T).reshaped(shape).body)
    }
    let (p, q) = (
      Tensor(all(a, ndim: batch.count + 2)), Tensor(all(b, ndim: batch.count + 2))
    )
    // Thousands of short inner products, or of outer ones, are two operations.
    if m == 1 && n == 1 && k <= 64 { return row((p * q.mT).sum(axis: -1, keepDims: true).body) }
    if k == 1 { return row((p * q).body) }
    return row(Tensors.product(p, q).body)
  }

  func affine(_ x: Body, _ weight: Body, _ row: Body) -> Body? {
    guard isRow(weight) || isRow(row) else {
      let (m, k) = (x.shape[0], x.shape[1])
      let flat = Tensor(seen(all(x), as: [rows * m, k]))
      let out = Tensors.affine(flat, Tensor(weight), Tensor(row))
      return self.row(out.reshaped([rows, m, weight.shape[1]]).body)
    }
    return (Tensors.product(Tensor(x), Tensor(weight)) + Tensor(row)).body
  }
}

extension Batch {
  /// A function of tensors that takes batches, for all rows; `nil` where it fails for one of them.
  fileprivate func lifted(_ operands: [Tensor], _ function: ([Tensor]) throws -> [Tensor])
    -> [Body]?
  {
    (try? function(operands.map { Tensor(repeated($0.body)) }))?.map { row($0.body) }
  }
}

/// What a function that takes batches of its operands gives for the rows of ``vmap(_:)``; `nil` where
/// none of them is a row, or where the function fails for one: then each is taken alone.
func forAllRows(_ operands: Tensor..., function: ([Tensor]) throws -> [Tensor]) -> [Body]? {
  guard operands.contains(where: { $0.body.row != nil }) else { return nil }
  return (innermost(operands.map(\.body)) as? Batch)?.lifted(operands, function)
}
