internal import _CVectorKernels

/// Which axes go, and what stays.
struct ReducedShape {
  var axes: [Int]
  var kept: [Int]
  var dropped: [Int]

  init(_ shape: [Int], _ axes: [Int]?, _ name: String) {
    self.axes = axes.map { checkedAxes($0, shape.count, name) } ?? Array(0..<shape.count)
    kept = shape
    for axis in self.axes { kept[axis] = 1 }
    dropped = []
    for axis in 0..<shape.count where !self.axes.contains(axis) { dropped.append(shape[axis]) }
  }
}

/// Reduces along runs of neighbouring axes, last run first.
func reduce(_ op: vk_reduction, _ x: Body, _ axes: [Int], _ shape: [Int]) -> Body {
  var source = x.contiguous()
  if axes.isEmpty {
    let isNarrow = (op == VK_SUM || op == VK_PROD) && !source.dtype.isFloating
    if isNarrow && !shape.isEmpty { source = source.cast(to: .int64).contiguous() }
    return Body(viewing: source, offset: 0, shape: shape, strides: source.fullStrides)
  }
  var extents = source.shape
  var last = axes.count - 1
  while last >= 0 {
    var first = last
    while first > 0 && axes[first - 1] == axes[first] - 1 { first -= 1 }
    let outer = extents[..<axes[first]].reduce(1, *)
    let n = extents[axes[first]...axes[last]].reduce(1, *)
    let inner = extents[(axes[last] + 1)...].reduce(1, *)
    for axis in axes[first...last] { extents[axis] = 1 }
    let isWide = (op == VK_SUM || op == VK_PROD) && !source.dtype.isFloating
    if let recorder = source.recorder, !isWide || recorder.takesWideSums,
      let out = recorder.reduce(op, source, outer, n, inner, first == 0 ? shape : extents)
    {
      source = out
      last = first - 1
      continue
    }
    let out = Body(first == 0 ? shape : extents, isWide ? .int64 : source.dtype)
    let code = Int32(op.rawValue)
    if out.count > 0,
      vk_reduce(code, source.dtype.rawValue, outer, n, inner, out.data, source.data) == 0
    {
      stop(
        "\(op == VK_SUM ? "sum" : "prod"): the result does not fit into int64; "
          + "write x.cast(to: .float64) first")
    }
    source = out
    last = first - 1
  }
  return source
}

extension Tensor {
  private func summed(_ axes: [Int]?, _ keepDims: Bool) -> Tensor {
    if dtype.isHalf { return widened { $0.summed(axes, keepDims) } }
    let r = ReducedShape(shape, axes, "sum")
    let target = keepDims ? r.kept : r.dropped
    if scope != 0, r.axes.count == ndim, let sum = Fusion.postponedSum(body, target) {
      return noted(.sum, sum, self, Attributes(ints: r.kept))
    }
    let out = Tensor.sum(body, r, target)
    guard dtype.isFloating else { return Tensor(out) }
    return noted(.sum, out, self, Attributes(ints: r.kept))
  }

  private static func sum(_ x: Body, _ r: ReducedShape, _ shape: [Int]) -> Body {
    guard r.axes.count == x.shape.count, let total = Fusion.sum(x) else {
      return reduce(VK_SUM, x, r.axes, shape)
    }
    return .filled(shape, x.dtype, total)
  }

  /// Sum of all elements; of integers and masks in `int64`.
  public func sum() -> Tensor { summed(nil, false) }
  /// Sum along one axis.
  public func sum(axis: Int, keepDims: Bool = false) -> Tensor { summed([axis], keepDims) }
  /// Sum along several axes.
  public func sum(axes: [Int], keepDims: Bool = false) -> Tensor { summed(axes, keepDims) }

  private func averaged(_ axes: [Int]?, _ keepDims: Bool) -> Tensor {
    if dtype.isHalf { return widened { $0.averaged(axes, keepDims) } }
    let total = cast(to: dtype.floating).summed(axes, keepDims)
    return total / (total.size == 0 ? 1 : Double(size) / Double(total.size))
  }
  /// Mean of all elements; NaN of none.
  public func mean() -> Tensor { averaged(nil, false) }

  /// The mean along an axis.
  public func mean(axis: Int, keepDims: Bool = false) -> Tensor { averaged([axis], keepDims) }

  /// The mean along several axes.
  public func mean(axes: [Int], keepDims: Bool = false) -> Tensor { averaged(axes, keepDims) }

  private func spread(_ axes: [Int]?, _ keepDims: Bool, _ correction: Int) -> Tensor {
    if dtype.isHalf { return widened { $0.spread(axes, keepDims, correction) } }
    let all = axes ?? Array(0..<ndim)
    let centred = self - mean(axes: all, keepDims: true)
    let total = square(centred).sum(axes: all, keepDims: keepDims)
    return total / (Double(size) / Double(Swift.max(1, total.size)) - Double(correction))
  }
  /// Variance, in two passes; `correction: 1` divides by n − 1.
  public func variance(correction: Int = 0) -> Tensor { spread(nil, false, correction) }

  /// The variance along an axis.
  public func variance(axis: Int, keepDims: Bool = false, correction: Int = 0) -> Tensor {
    spread([axis], keepDims, correction)
  }

  /// The variance along several axes.
  public func variance(axes: [Int], keepDims: Bool = false, correction: Int = 0) -> Tensor {
    spread(axes, keepDims, correction)
  }
  /// Standard deviation; its gradient at equal elements is 0.
  public func std(correction: Int = 0) -> Tensor { deviation(nil, false, correction) }

  /// The standard deviation along an axis.
  public func std(axis: Int, keepDims: Bool = false, correction: Int = 0) -> Tensor {
    deviation([axis], keepDims, correction)
  }

  func deviation(_ axes: [Int]?, _ keepDims: Bool, _ correction: Int) -> Tensor {
    if dtype.isHalf { return widened { $0.deviation(axes, keepDims, correction) } }
    let squared = spread(axes, keepDims, correction)
    // Squares leave the type's range long before deviations do.
    let isOrdinary =
      squared.dtype == .float64
      ? squared.liesWithin(1e-280, 1e280) : squared.liesWithin(1e-28, 1e32)
    if isOrdinary { return safeRoot(squared) }
    let all = axes ?? Array(0..<ndim)
    let centred = cast(to: squared.dtype) - mean(axes: all, keepDims: true)
    let n = Double(size) / Double(Swift.max(1, squared.size)) - Double(correction)
    return centred.norm(axes: all, keepDims: keepDims) / n.squareRoot()
  }

  /// Whether all elements are NaN or lie between two numbers.
  private func liesWithin(_ low: Double, _ high: Double) -> Bool {
    guard size == 1 && !body.isTraced else {
      return size == 0 || ((plain .>= low) .& (plain .<= high) .| isNaN(plain)).all()
    }
    let one = item()
    return one.isNaN || one >= low && one <= high
  }

  private func extreme(_ isMax: Bool, _ axes: [Int]?, _ keepDims: Bool) -> Tensor {
    if dtype.isHalf { return widened { $0.extreme(isMax, axes, keepDims) } }
    let name = isMax ? "max" : "min"
    let r = ReducedShape(shape, axes, name)
    if size == 0 && r.kept.reduce(1, *) > 0 { stop("\(name): no elements in shape \(shape)") }
    let op = isMax ? VK_RMAX : VK_RMIN
    let out = reduce(op, body, r.axes, keepDims ? r.kept : r.dropped)
    guard dtype.isFloating else { return Tensor(out) }
    return noted(.largest, out, self, Attributes(ints: r.kept, more: r.axes))
  }
  /// The largest element; NaN if there is one.
  ///
  /// Equal ones share the gradient.
  public func max() -> Tensor { extreme(true, nil, false) }

  /// The largest element along an axis.
  public func max(axis: Int, keepDims: Bool = false) -> Tensor { extreme(true, [axis], keepDims) }

  /// The largest element along several axes.
  public func max(axes: [Int], keepDims: Bool = false) -> Tensor { extreme(true, axes, keepDims) }
  /// The smallest element; NaN if there is one.
  ///
  /// Equal ones share the gradient.
  public func min() -> Tensor { extreme(false, nil, false) }

  /// The smallest element along an axis.
  public func min(axis: Int, keepDims: Bool = false) -> Tensor { extreme(false, [axis], keepDims) }

  /// The smallest element along several axes.
  public func min(axes: [Int], keepDims: Bool = false) -> Tensor { extreme(false, axes, keepDims) }

  private func position(_ isMax: Bool, _ axis: Int?) -> Tensor {
    let name = isMax ? "argmax" : "argmin"
    if dtype.isHalf { return cast(to: .float32).position(isMax, axis) }
    guard let axis else {
      if size == 0 { stop("\(name): no elements in shape \(shape)") }
      return flattened().position(isMax, 0)
    }
    let a = checkedAxis(axis, ndim, name)
    let source = body.contiguous()
    var out = shape
    let n = out.remove(at: a)
    let count = out.reduce(1, *)
    if n == 0 && count > 0 { stop("\(name): no elements along axis \(axis) of \(shape)") }
    if n > Int(Int32.max) { stop("\(name): \(n) elements; positions are int32") }
    if let result = source.recorder?.position(isMax, source, a, out) { return Tensor(result) }
    let result = Body(out, .int32)
    if count > 0 {
      vk_arg(
        isMax ? 1 : 0, dtype.rawValue, shape[..<a].reduce(1, *), n, shape[(a + 1)...].reduce(1, *),
        result.bound(Int32.self), source.data)
    }
    return Tensor(result)
  }
  /// Where the largest element is (the first of equal ones), along an axis or in row-major order.
  public func argmax(axis: Int? = nil) -> Tensor { position(true, axis) }
  /// Where the smallest element is (the first of equal ones).
  public func argmin(axis: Int? = nil) -> Tensor { position(false, axis) }

  /// Product of the elements, also where some are zero, and differentiable there; of integers and
  /// masks in `int64`.
  public func prod() -> Tensor { flattened().prod(axis: 0) }

  /// The product along an axis.
  public func prod(axis: Int, keepDims: Bool = false) -> Tensor {
    if dtype.isHalf { return widened { $0.prod(axis: axis, keepDims: keepDims) } }
    let r = ReducedShape(shape, [axis], "prod")
    if scope == 0 || !dtype.isFloating {
      return Tensor(reduce(VK_PROD, body, r.axes, keepDims ? r.kept : r.dropped))
    }
    // Pairs are multiplied until one is left: each step has a derivative at zero, too.
    var factors = self
    let a = r.axes[0]
    if shape[a] == 0 { return Tensor.ones(keepDims ? r.kept : r.dropped, dtype: dtype) }
    while factors.shape[a] > 1 {
      let n = factors.shape[a]
      let pairs =
        factors.sliced(axis: a, from: 0, count: n / 2, step: 2)
        * factors.sliced(axis: a, from: 1, count: n / 2, step: 2)
      let rest = factors.sliced(axis: a, from: n - 1, count: n % 2, step: 1)
      factors = n % 2 == 0 ? pairs : concatenate([pairs, rest], axis: a)
    }
    return factors.reshaped(keepDims ? r.kept : r.dropped)
  }

  /// The product along several axes.
  public func prod(axes: [Int], keepDims: Bool = false) -> Tensor {
    let order = checkedAxes(axes, ndim, "prod")
    return order.reversed().reduce(self) { $0.prod(axis: $1, keepDims: keepDims) }
  }

  /// Whether every element is true (not 0).
  public func all() -> Bool { truth(VK_ALL, nil).decided }
  /// Whether some element is true (not 0).
  public func any() -> Bool { truth(VK_ANY, nil).decided }
  /// A single truth value; a recording looks later whether it is the same.
  private var decided: Bool { body.recorder?.decide(body) ?? (item() != 0) }

  /// Whether all elements are true along an axis.
  public func all(axis: Int, keepDims: Bool = false) -> Tensor { truth(VK_ALL, axis, keepDims) }

  /// Whether any element is true along an axis.
  public func any(axis: Int, keepDims: Bool = false) -> Tensor { truth(VK_ANY, axis, keepDims) }
  private func truth(_ op: vk_reduction, _ axis: Int?, _ keepDims: Bool = false) -> Tensor {
    let r = ReducedShape(shape, axis.map { [$0] }, op == VK_ALL ? "all" : "any")
    return Tensor(reduce(op, body.cast(to: .bool), r.axes, keepDims ? r.kept : r.dropped))
  }

  /// Sums of the elements up to each one; of integers and masks in `int64`.
  public func cumulativeSum(axis: Int = 0, reversed: Bool = false) -> Tensor {
    let a = checkedAxis(axis, ndim, "cumulativeSum")
    if dtype.isHalf { return widened { $0.cumulativeSum(axis: axis, reversed: reversed) } }
    let source = dtype.isFloating ? body.contiguous() : body.cast(to: .int64).contiguous()
    if let recorder = source.recorder, dtype.isFloating || recorder.takesWideSums,
      let out = recorder.cumulativeSum(source, a, reversed)
    {
      guard dtype.isFloating else { return Tensor(out) }
      return noted(.cumulativeSum, out, self, Attributes(axis: a, flag: reversed))
    }
    let out = Body(like: source, source.dtype)
    let fits = vk_cumsum(
      source.dtype.rawValue, reversed ? 1 : 0, shape[..<a].reduce(1, *), shape[a],
      shape[(a + 1)...].reduce(1, *), out.data, source.data)
    if fits == 0 {
      stop("cumulativeSum: sums do not fit into int64; write x.cast(to: .float64) first")
    }
    guard dtype.isFloating else { return Tensor(out) }
    return noted(.cumulativeSum, out, self, Attributes(axis: a, flag: reversed))
  }

  /// Euclidean length of all elements together; its gradient at 0 is 0.
  public func norm() -> Tensor { length(Array(0..<ndim), false) }

  /// The Euclidean norm along an axis.
  public func norm(axis: Int, keepDims: Bool = false) -> Tensor {
    length([checkedAxis(axis, ndim, "norm")], keepDims)
  }

  /// The Euclidean norm along several axes.
  public func norm(axes: [Int], keepDims: Bool = false) -> Tensor {
    length(checkedAxes(axes, ndim, "norm"), keepDims)
  }
  private func length(_ axes: [Int], _ keepDims: Bool) -> Tensor {
    if dtype.isHalf { return widened { $0.length(axes, keepDims) } }
    let x = cast(to: dtype.floating)
    // Squares leave the type's range long before lengths do: everything is seen from the largest.
    let type = x.dtype
    let (small, large) = type == .float64 ? (1e-140, 1e140) : (1e-14, 1e16)
    // As numbers of the type have it, with which a single element is compared, too.
    let low = type == .float64 ? small * small : Double(Float(small * small))
    let high = type == .float64 ? large * large : Double(Float(large * large))
    let squares = square(x).sum(axes: axes, keepDims: keepDims)
    if x.size == 0 { return safeRoot(squares) }
    if squares.liesWithin(low, high) { return safeRoot(squares) }
    let top = abs(x.plain).max(axes: axes, keepDims: true)
    let unit = which((top .> 0) .& isFinite(top), top, 1)
    let scaled = safeRoot(square(x / unit).sum(axes: axes, keepDims: keepDims))
    return scaled * (keepDims ? unit : unit.reshaped(scaled.shape))
  }
  /// √x whose gradient at 0 is 0.
  func safeRoot(_ x: Tensor) -> Tensor {
    if x.scope == 0 { return sqrt(x) }
    let isZero = x .== 0
    return which(isZero, 0, sqrt(which(isZero, 1, x)))
  }

  /// log Σ exp along an axis, without overflow.
  public func logSumExp(axis: Int = -1, keepDims: Bool = false) -> Tensor {
    let a = checkedAxis(axis, ndim, "logSumExp")
    if a != ndim - 1 {
      let result = movedAxis(a, to: -1).logSumExp(axis: -1)
      return keepDims ? result.expandedDims(axis: a) : result
    }
    let x = cast(to: dtype.floating)
    let source = x.body.contiguous()
    var out = shape
    let n = out.removeLast()
    if keepDims { out.append(1) }
    let result = source.recorder?.rows(VK_R_LOGSUMEXP, source, n, out) ?? Body(out, x.dtype)
    if !result.isTraced {
      vk_logsumexp_rows(x.dtype.rawValue, result.count, n, result.data, source.data)
    }
    let noted = noted(.logSumExp, result, x)
    return dtype.isHalf ? noted.cast(to: dtype) : noted
  }

  /// log Σ exp along several axes.
  public func logSumExp(axes: [Int], keepDims: Bool = false) -> Tensor {
    let order = checkedAxes(axes, ndim, "logSumExp")
    return order.reversed().reduce(self) { $0.logSumExp(axis: $1, keepDims: keepDims) }
  }

  /// exp(x) / Σ exp(x) along an axis.
  public func softmax(axis: Int = -1) -> Tensor {
    let a = checkedAxis(axis, ndim, "softmax")
    if a != ndim - 1 { return movedAxis(a, to: -1).softmax(axis: -1).movedAxis(-1, to: a) }
    let x = cast(to: dtype.floating)
    let source = x.body.contiguous()
    let n = shape[a]
    let out =
      source.recorder?.rows(VK_R_SOFTMAX, source, n, shape) ?? Body(like: source, x.dtype)
    if !out.isTraced {
      vk_softmax_rows(x.dtype.rawValue, n == 0 ? 0 : size / n, n, out.data, source.data)
    }
    let noted = noted(.softmax, out, x)
    return dtype.isHalf ? noted.cast(to: dtype) : noted
  }

  /// log softmax(x), accurate where softmax(x) is almost 0.
  public func logSoftmax(axis: Int = -1) -> Tensor {
    self - logSumExp(axis: axis, keepDims: true)
  }
}

/// The sum of all elements.
public func sum(_ x: Tensor) -> Tensor { x.sum() }

/// The sum along an axis.
public func sum(_ x: Tensor, axis: Int, keepDims: Bool = false) -> Tensor {
  x.sum(axis: axis, keepDims: keepDims)
}

/// The mean of all elements.
public func mean(_ x: Tensor) -> Tensor { x.mean() }

/// The mean along an axis.
public func mean(_ x: Tensor, axis: Int, keepDims: Bool = false) -> Tensor {
  x.mean(axis: axis, keepDims: keepDims)
}

/// The variance of all elements.
public func variance(_ x: Tensor) -> Tensor { x.variance() }

/// The Euclidean norm of all elements.
public func norm(_ x: Tensor) -> Tensor { x.norm() }

/// The Euclidean norm along an axis.
public func norm(_ x: Tensor, axis: Int, keepDims: Bool = false) -> Tensor {
  x.norm(axis: axis, keepDims: keepDims)
}

/// log Σ eˣ along an axis, without overflow.
public func logSumExp(_ x: Tensor, axis: Int = -1, keepDims: Bool = false) -> Tensor {
  x.logSumExp(axis: axis, keepDims: keepDims)
}

/// eˣ divided by its sum along an axis.
public func softmax(_ x: Tensor, axis: Int = -1) -> Tensor { x.softmax(axis: axis) }

/// The logarithm of the softmax along an axis.
public func logSoftmax(_ x: Tensor, axis: Int = -1) -> Tensor { x.logSoftmax(axis: axis) }

/// g·exp(a − y) with one y and one g for each row.
func scaledExponentials(_ a: Body, _ y: Body, _ g: Body) -> Body {
  let n = a.shape[a.shape.count - 1]
  if let recorder = tracer(a, y, g),
    let out = recorder.scaledExponentials(a, y, g, n)
  {
    return out
  }
  let out = Body(like: a, a.dtype)
  vk_exp_rows(a.dtype.rawValue, y.count, n, out.data, a.data, y.data, g.data)
  return out
}
