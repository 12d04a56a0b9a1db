extension Tensor {
  /// Positions that sort along an axis; equal elements keep their order, NaN comes last.
  public func argsort(axis: Int = -1, descending: Bool = false) -> Tensor {
    let a = checkedAxis(axis, ndim, "argsort")
    return firstInOrder(shape[a], axis: a, descending: descending)
  }

  /// Positions of the first `count` elements in order along an axis.
  private func firstInOrder(_ count: Int, axis a: Int, descending: Bool) -> Tensor {
    if dtype.isHalf {
      return cast(to: .float32).firstInOrder(count, axis: a, descending: descending)
    }
    if a != ndim - 1 && a != -1 {
      return movedAxis(a, to: -1).firstInOrder(count, axis: ndim - 1, descending: descending)
        .movedAxis(-1, to: a)
    }
    let all = forAllRows(self) {
      [$0[0].firstInOrder(count, axis: -1, descending: descending)]
    }
    if let all { return Tensor(all[0]) }
    let source = body.contiguous()
    let n = shape[ndim - 1]
    let out = Body(Array(shape.dropLast()) + [count], .int32)
    let positions = out.bound(Int32.self)
    if n == 0 || count == 0 { return Tensor(out) }
    for row in 0..<(size / n) {
      let (from, to) = (row * n, positions + row * count)
      switch dtype {
      case .float32: order(source.bound(Float.self) + from, n, descending, first: count, to)
      case .float64: order(source.bound(Double.self) + from, n, descending, first: count, to)
      case .int32: order(source.bound(Int32.self) + from, n, descending, first: count, to)
      case .int64: order(source.bound(Int64.self) + from, n, descending, first: count, to)
      case .bool, .uint8: order(source.bound(UInt8.self) + from, n, descending, first: count, to)
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
    let positions = plain.firstInOrder(k, axis: a, descending: true)
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

/// The positions of the first `count` elements in order; equal elements keep theirs, NaN comes last.
private func order<Element: Comparable>(
  _ values: UnsafeMutablePointer<Element>, _ n: Int, _ descending: Bool, first count: Int,
  _ positions: UnsafeMutablePointer<Int32>
) {
  // NaN is not equal to itself and belongs at the end.
  let isNaN = { (x: Element) in x != x }
  var keyed = (0..<n).map { (key: values[$0], position: Int32($0)) }
  arrange(&keyed, first: count) { a, b in
    if isNaN(a.key) || isNaN(b.key) {
      return isNaN(a.key) && isNaN(b.key) ? a.position < b.position : !isNaN(a.key)
    }
    if a.key == b.key { return a.position < b.position }
    return descending ? a.key > b.key : a.key < b.key
  }
  for i in 0..<count { positions[i] = keyed[i].position }
}

/// The same for numbers of four bytes: key and position make one integer, which sorts without branches
/// on what the numbers are.
private func order(
  _ values: UnsafeMutablePointer<Float>, _ n: Int, _ descending: Bool, first count: Int,
  _ positions: UnsafeMutablePointer<Int32>
) {
  var packed = [UInt64](unsafeUninitializedCapacity: n) { packed, filled in
    for i in 0..<n {
      // −0 equals 0.
      let bits = (values[i] + 0).bitPattern
      let ascending = bits >> 31 == 1 ? ~bits : bits | 1 << 31
      let key = values[i] != values[i] ? .max : descending ? ~ascending : ascending
      packed[i] = UInt64(key) << 32 | UInt64(i)
    }
    filled = n
  }
  arrange(&packed, first: count, by: <)
  for i in 0..<count { positions[i] = Int32(truncatingIfNeeded: packed[i]) }
}

/// Brings the first `count` items in order to the front.
///
/// Hoare's selection (doi:10.1145/366622.366647), then a sort of what it selected. No two items are equal.
/// O(n + count log count) on average.
@inline(__always)
private func arrange<Item>(
  _ items: inout [Item], first count: Int, by comesBefore: (Item, Item) -> Bool
) {
  guard count < items.count / 2 else { return items.sort(by: comesBefore) }
  var (low, high) = (0, items.count - 1)
  while low < high {
    // The median of three, so that sorted numbers do not take n² steps.
    let middle = (low + high) / 2
    if comesBefore(items[middle], items[low]) { items.swapAt(middle, low) }
    if comesBefore(items[high], items[low]) { items.swapAt(high, low) }
    if comesBefore(items[high], items[middle]) { items.swapAt(high, middle) }
    let pivot = items[middle]
    var (i, j) = (low, high)
    while i <= j {
      while comesBefore(items[i], pivot) { i += 1 }
      while comesBefore(pivot, items[j]) { j -= 1 }
      if i <= j {
        items.swapAt(i, j)
        i += 1
        j -= 1
      }
    }
    if count <= j { high = j } else if count > i { low = i } else { break }
  }
  items[..<count].sort(by: comesBefore)
}
