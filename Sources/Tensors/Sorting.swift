extension Tensor {
  /// Positions that sort along an axis; equal elements keep their order, NaN comes last.
  public func argsort(axis: Int = -1, descending: Bool = false) -> Tensor {
    let a = checkedAxis(axis, ndim, "argsort")
    if dtype.isHalf { return cast(to: .float32).argsort(axis: axis, descending: descending) }
    if a != ndim - 1 {
      return movedAxis(a, to: -1).argsort(axis: -1, descending: descending).movedAxis(-1, to: a)
    }
    let source = body.contiguous()
    let n = shape[a]
    let out = Body(shape, .int32)
    let positions = out.bound(Int32.self)
    if n == 0 { return Tensor(out) }
    for row in 0..<(size / n) {
      switch dtype {
      case .float32: order(source.bound(Float.self) + row * n, n, descending, positions + row * n)
      case .float64: order(source.bound(Double.self) + row * n, n, descending, positions + row * n)
      case .int32: order(source.bound(Int32.self) + row * n, n, descending, positions + row * n)
      case .int64: order(source.bound(Int64.self) + row * n, n, descending, positions + row * n)
      case .bool, .uint8:
        order(source.bound(UInt8.self) + row * n, n, descending, positions + row * n)
      case .float16, .bfloat16: stop("argsort: internal")
      }
    }
    return Tensor(out)
  }

  /// Elements in order along an axis; gradients follow the elements.
  public func sorted(axis: Int = -1, descending: Bool = false) -> Tensor {
    let positions = plain.argsort(axis: axis, descending: descending)
    return ndim == 1 ? take(positions) : gathered(positions, axis: axis)
  }

  /// The `k` largest elements along an axis, largest first, and where they are.
  public func topK(_ k: Int, axis: Int = -1) -> (values: Tensor, positions: Tensor) {
    let a = checkedAxis(axis, ndim, "topK")
    guard k >= 0 && k <= shape[a] else {
      stop("topK: \(k) of the \(shape[a]) elements along axis \(axis) of shape \(shape)")
    }
    let order = plain.argsort(axis: a, descending: true)
    let positions = order.sliced(axis: a, from: 0, count: k, step: 1)
    return (gathered(positions, axis: a), positions)
  }

  /// The distinct elements in ascending order, and how often each occurs.
  public func unique() -> (values: Tensor, counts: Tensor) {
    let ordered = plain.flattened().sorted()
    // NaN counts as equal to itself, as in NumPy.
    func starts<Number: Equatable>(_ values: [Number]) -> [Int] {
      values.indices.filter { i in
        i == 0
          || values[i] != values[i - 1]
            && !(values[i] != values[i] && values[i - 1] != values[i - 1])
      }
    }
    let starts = dtype.isFloating ? starts(ordered.doubles) : starts(ordered.integers)
    let counts = starts.indices.map {
      ($0 + 1 < starts.count ? starts[$0 + 1] : ordered.size) - starts[$0]
    }
    return (ordered.take(Tensor(starts)), Tensor(counts))
  }

  /// Where `values` would be inserted into this sorted vector: before equal elements, or after
  /// them with `afterEqual`.
  ///
  /// NaN belongs at the end, as in NumPy.
  public func searchSorted(_ values: Tensor, afterEqual: Bool = false) -> Tensor {
    guard ndim == 1 else { stop("searchSorted: a vector, not shape \(shape)") }
    // Doubles do not tell all integers of 64 bits apart.
    let found =
      dtype.isFloating || values.dtype.isFloating
      ? places(of: values.doubles, in: doubles, afterEqual)
      : places(of: values.integers, in: integers, afterEqual)
    return Tensor(found).reshaped(values.shape)
  }
}

/// Where values belong among sorted ones, NaN behind all numbers.
private func places<Number: Comparable>(
  of values: [Number], in sorted: [Number], _ afterEqual: Bool
) -> [Int] {
  func precedes(_ a: Number, _ b: Number) -> Bool { a < b || a == a && b != b }
  return values.map { value in
    var (low, high) = (0, sorted.count)
    while low < high {
      let middle = (low + high) / 2
      let goesRight =
        afterEqual ? !precedes(value, sorted[middle]) : precedes(sorted[middle], value)
      if goesRight { low = middle + 1 } else { high = middle }
    }
    return low
  }
}

/// Sorts positions by the elements they name; a stable merge.
private func order<Element: Comparable>(
  _ values: UnsafeMutablePointer<Element>, _ n: Int, _ descending: Bool,
  _ positions: UnsafeMutablePointer<Int32>
) {
  var keyed = (0..<n).map { (key: values[$0], position: Int32($0)) }
  // NaN is not equal to itself and belongs at the end.
  let isNaN = { (x: Element) in x != x }
  if descending {
    keyed.sort { a, b in
      if isNaN(a.key) || isNaN(b.key) { return !isNaN(a.key) && isNaN(b.key) }
      return a.key == b.key ? a.position < b.position : a.key > b.key
    }
  } else {
    keyed.sort { a, b in
      if isNaN(a.key) || isNaN(b.key) { return !isNaN(a.key) && isNaN(b.key) }
      return a.key == b.key ? a.position < b.position : a.key < b.key
    }
  }
  for i in 0..<n { positions[i] = keyed[i].position }
}
