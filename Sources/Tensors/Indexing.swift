internal import _CVectorKernels

/// What may stand between the brackets of a tensor: an integer, a range of integers, `.newAxis`,
/// `.ellipsis`, `.all`, `stride(from:to:by:)`, an array or tensor of integers, a mask.
public protocol TensorIndex {
  var _index: AxisIndex { get }
}

/// One axis' part of an index.
public enum AxisIndex: TensorIndex {
  /// One position; the axis goes.
  case element(Int)
  /// Bounds as written: negative ones count from the end, `nil` is the axis' end.
  case range(Int?, Int?, closed: Bool)

  /// Every so many positions.
  case steps(first: Int, count: Int, step: Int)

  /// A new axis of extent 1.
  case new

  /// All axes that are not mentioned.
  case rest

  /// The positions of a tensor of integers, or where a mask is true.
  case positions(Tensor)

  public var _index: AxisIndex { self }
}

extension TensorIndex where Self == AxisIndex {
  /// A new axis of extent 1.
  public static var newAxis: AxisIndex { .new }
  /// All axes that the rest of the index does not name.
  public static var ellipsis: AxisIndex { .rest }
  /// A whole axis.
  public static var all: AxisIndex { .range(nil, nil, closed: false) }
}

extension Int: TensorIndex { public var _index: AxisIndex { .element(self) } }
extension Range: TensorIndex where Bound == Int {
  public var _index: AxisIndex { .range(lowerBound, upperBound, closed: false) }
}
extension ClosedRange: TensorIndex where Bound == Int {
  public var _index: AxisIndex { .range(lowerBound, upperBound, closed: true) }
}
extension PartialRangeFrom: TensorIndex where Bound == Int {
  public var _index: AxisIndex { .range(lowerBound, nil, closed: false) }
}
extension PartialRangeUpTo: TensorIndex where Bound == Int {
  public var _index: AxisIndex { .range(nil, upperBound, closed: false) }
}
extension PartialRangeThrough: TensorIndex where Bound == Int {
  public var _index: AxisIndex { .range(nil, upperBound, closed: true) }
}
extension StrideTo: TensorIndex where Element == Int {
  public var _index: AxisIndex { steps(of: Array(self)) }
}
extension StrideThrough: TensorIndex where Element == Int {
  public var _index: AxisIndex { steps(of: Array(self)) }
}
extension Array: TensorIndex where Element == Int {
  public var _index: AxisIndex { .positions(Tensor(self)) }
}
extension Tensor: TensorIndex { public var _index: AxisIndex { .positions(self) } }

private func steps(of values: [Int]) -> AxisIndex {
  .steps(
    first: values.first ?? 0, count: values.count,
    step: values.count > 1 ? values[1] - values[0] : 1)
}

extension Tensor {
  /// Elements, slices and selections.
  ///
  /// ```swift
  /// x[0]                    // first row
  /// x[-1, 2...]             // last row, from the third column
  /// x[0..., ..<8]           // first eight columns
  /// x[.ellipsis, .newAxis]  // a new last axis
  /// x[x .> 0]               // the positive elements, in one axis
  /// x[[2, 0, 2]]            // rows by number
  /// ```
  ///
  /// Integers, ranges and strides give views; arrays, tensors and masks give copies. Assignment
  /// takes a tensor that can be broadcast to the selection; gradients flow through both.
  public subscript(_ indices: any TensorIndex...) -> Tensor {
    get { selected(indices.map { $0._index }) }
    set { assign(newValue, at: indices.map { $0._index }) }
  }

  /// Elements at indices given as an array, for code that makes indices.
  public subscript(indices indices: [any TensorIndex]) -> Tensor {
    get { selected(indices.map { $0._index }) }
    set { assign(newValue, at: indices.map { $0._index }) }
  }

  private func selected(_ indices: [AxisIndex]) -> Tensor {
    let consumed = indices.reduce(0) { $0 + axesUsed(by: $1) }
    guard consumed <= ndim else {
      stop("index: \(consumed) indices for a tensor of shape \(shape)")
    }
    var result = self
    var axis = 0
    // The axis of this tensor that an index is for, as messages name it.
    var own = 0
    for (k, index) in indices.enumerated() {
      defer { own += axesUsed(by: index) }
      switch index {
      case .rest:
        let after = indices[(k + 1)...].reduce(0) { $0 + axesUsed(by: $1) }
        let before = indices[..<k].reduce(0) { $0 + axesUsed(by: $1) }
        axis += ndim - after - before
        own += ndim - after - before
      case .new:
        result = result.expandedDims(axis: axis)
        axis += 1
      case .element(let i):
        let n = result.shape[axis]
        let j = i < 0 ? i + n : i
        guard j >= 0 && j < n else {
          stop(
            "index: \(i) is outside of axis \(own) of shape \(shape) "
              + (n == 0 ? "(it is empty)" : "(0 to \(n - 1), or -\(n) to -1)"))
        }
        var shape = result.shape
        shape.remove(at: axis)
        result = result.element(j, axis, shape)
      case .range(let low, let high, let closed):
        let n = result.shape[axis]
        let (from, to) = bounds(low, high, closed, n)
        if from != 0 || to != n {
          result = result.sliced(axis: axis, from: from, count: Swift.max(0, to - from), step: 1)
        }
        axis += 1
      case .steps(let first, let count, let step):
        let n = result.shape[axis]
        let from = first < 0 ? first + n : first
        let last = from + (count - 1) * step
        guard count == 0 || (from >= 0 && from < n && last >= 0 && last < n) else {
          stop("index: \(first)…\(last) is outside of axis \(own) of shape \(shape)")
        }
        result = result.sliced(axis: axis, from: from, count: count, step: step)
        axis += 1
      case .positions(let positions):
        if positions.dtype == .bool {
          let covered = Array(shape[own..<Swift.min(ndim, own + positions.ndim)])
          guard covered == positions.shape else {
            stop(
              "index: a mask of shape \(positions.shape) for axis \(own) of shape \(shape); "
                + "it has the shape of the axes it selects from")
          }
          result = result.masked(positions, axis)
          axis += 1
        } else {
          let checked = checkedPositions(
            positions, result.shape[axis], "index, axis \(own) of shape \(shape)")
          result = taken(result, checked, axis)
          axis += positions.ndim
        }
      }
    }
    return result
  }

  private func axesUsed(by index: AxisIndex) -> Int {
    switch index {
    case .new, .rest: 0
    case .positions(let p): p.dtype == .bool ? p.ndim : 1
    default: 1
    }
  }

  /// One position along an axis, which goes.
  private func element(_ i: Int, _ axis: Int, _ shape: [Int]) -> Tensor {
    var strides = body.fullStrides
    let step = strides.remove(at: axis)
    let offset = shape.contains(0) ? 0 : i * step
    let out = Body(viewing: body, offset: offset, shape: shape, strides: strides)
    return noted(
      .slice, out, self,
      Attributes(
        ints: self.shape.indices.map { $0 == axis ? i : 0 }, more: self.shape.map { _ in 1 },
        axis: axis, flag: true))
  }

  private func masked(_ mask: Tensor, _ axis: Int) -> Tensor {
    let extents = Array(shape[..<axis]) + [mask.size] + Array(shape[(axis + mask.ndim)...])
    return reshaped(extents).take(mask.nonzero(), axis: axis)
  }

  /// Row-major positions of the true elements of a mask.
  public func nonzero() -> Tensor {
    let source = body.cast(to: .bool).contiguous()
    let flags = source.bound(UInt8.self)
    let positions = (0..<source.count).filter { flags[$0] != 0 }
    return Tensor(positions)
  }

  private mutating func assign(_ value: Tensor, at indices: [AxisIndex]) {
    let plainView = plain.selected(indices)
    guard fits(value.shape, into: plainView.shape) else {
      stop(
        "assignment: a value of shape \(value.shape) for the selection of shape "
          + "\(plainView.shape)")
    }
    if let range = dtype.range, value.dtype != dtype, value.size > 0 {
      // As NumPy does with numbers: what does not fit is no assignment.
      for bound in [value.plain.min(), value.plain.max()] {
        if value.dtype.isFloating {
          checkFits(bound.item(), dtype)
        } else if !range.contains(bound.item(as: Int.self)) {
          refuseNumber("\(bound.item())", dtype)
        }
      }
    }
    let fitted = value.cast(to: dtype).broadcast(to: plainView.shape)
    let isView = !indices.contains { if case .positions = $0 { true } else { false } }
    if scope | value.scope == 0 && isView && body.row == nil && value.body.row == nil {
      write(fitted, at: indices)
      return
    }
    // Positions of the selected elements, found by selecting from a tensor of positions.
    let grid = Tensor.arange(size).reshaped(shape).selected(indices).flattened()
    let mask = addedAt(Tensor.ones(grid.shape, dtype: .float32), grid.body, 0, size) .> 0
    // An element that is selected twice takes the last value.
    let last = grid.lastOccurrences()
    let values = fitted.flattened()
    let spread = addedAt(
      last == nil ? values : values.take(last!, axis: 0),
      last == nil ? grid.body : grid.take(last!, axis: 0).body, 0, size)
    self = which(mask, spread, flattened()).reshaped(shape)
  }

  private func fits(_ small: [Int], into large: [Int]) -> Bool {
    small.count <= large.count
      && zip(small.reversed(), large.reversed()).allSatisfy { $0 == $1 || $0 == 1 }
  }

  private mutating func write(_ value: Tensor, at indices: [AxisIndex]) {
    if let recorder = tracer(body, value.body) {
      let total = Tensor(body.contiguous())
      let selection = total.selected(indices).body
      if selection.count == 0 { return }
      if let out = recorder.written(value.body.contiguous(), to: total.body, selection) {
        self = Tensor(out)
        return
      }
    }
    if !(body.isContiguous && isUnique()) {
      let copy = Body(like: body, dtype)
      let source = body.contiguous()
      copy.data.copyMemory(from: source.data, byteCount: size * dtype.byteCount)
      self = Tensor(copy)
    }
    let view = plain.selected(indices)
    let source = value.body.contiguous()
    if view.size > 0 {
      vk_scatter_view(
        Int32(dtype.byteCount), Int32(view.ndim), view.shape, view.body.data,
        view.body.fullStrides, source.data)
    }
  }

  private func lastOccurrences() -> Tensor? {
    let positions = integers
    var seen: [Int: Int] = [:]
    for (i, p) in positions.enumerated() { seen[p] = i }
    return seen.count == positions.count ? nil : Tensor(seen.values.sorted())
  }
}

private func bounds(_ low: Int?, _ high: Int?, _ closed: Bool, _ n: Int) -> (Int, Int) {
  let from = low.map { $0 < 0 ? $0 + n : $0 } ?? 0
  var to = high.map { $0 < 0 ? $0 + n : $0 } ?? n
  if closed { to += 1 }
  // Ranges are cut to the axis, as in Python.
  return (min(max(0, from), n), min(max(0, to), n))
}
