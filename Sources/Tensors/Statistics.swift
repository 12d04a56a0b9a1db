extension Tensor {
  /// The value below which a share `q` of the elements lies, between neighbours in proportion.
  ///
  /// Gradients go to the neighbours. NaN among the elements gives NaN.
  public func quantile(_ q: Double, axis: Int? = nil, keepDims: Bool = false) -> Tensor {
    guard q >= 0 && q <= 1 else { stop("quantile: \(q) is no share between 0 and 1") }
    let x = cast(to: dtype.floating)
    guard let axis else {
      let flat = x.flattened().quantile(q, axis: 0)
      return keepDims ? flat.reshaped(shape.map { _ in 1 }) : flat
    }
    let a = checkedAxis(axis, ndim, "quantile")
    let n = shape[a]
    guard n > 0 else { stop("quantile: no elements along axis \(axis) of shape \(shape)") }
    let ordered = x.sorted(axis: a)
    let place = q * Double(n - 1)
    let low = Swift.min(Int(place), n - 1)
    let share = place - Double(low)
    var kept = ordered.sliced(axis: a, from: low, count: 1, step: 1)
    if share > 0 {
      let next = ordered.sliced(axis: a, from: low + 1, count: 1, step: 1)
      kept = kept * (1 - share) + next * share
    }
    // NaN is sorted to the end.
    let last = ordered.plain.sliced(axis: a, from: n - 1, count: 1, step: 1)
    let result = which(isNaN(last), Double.nan, kept)
    return keepDims ? result : result.squeezed(axis: a)
  }

  /// The middle element in order, or the mean of the two in the middle.
  public func median(axis: Int? = nil, keepDims: Bool = false) -> Tensor {
    quantile(0.5, axis: axis, keepDims: keepDims)
  }

  /// How many elements lie in each of equal intervals; the last one includes its upper bound.
  ///
  /// - Returns: counts, and the bounds between the intervals. Elements outside of the range are
  ///   left out, as is NaN.
  public func histogram(bins: Int = 10, range: ClosedRange<Double>? = nil)
    -> (counts: Tensor, edges: Tensor)
  {
    guard bins > 0 else { stop("histogram: \(bins) intervals") }
    let values = doubles.filter { !$0.isNaN }
    var low = range?.lowerBound ?? values.min() ?? 0
    var high = range?.upperBound ?? values.max() ?? 1
    if low == high { (low, high) = (low - 0.5, high + 0.5) }
    guard (high - low).isFinite else {
      stop("histogram: the elements are not finite; give a range")
    }
    let step = (high - low) / Double(bins)
    guard low + step > low, high - step < high else {
      stop("histogram: \(bins) intervals are too many for the range from \(low) to \(high)")
    }
    let edges = (0...bins).map { $0 == bins ? high : low + Double($0) * step }
    var counts = [Int](repeating: 0, count: bins)
    for value in values where value >= low && value <= high {
      var bin = Swift.min(bins - 1, Int((value - low) / step))
      // The quotient is rounded; the bounds decide.
      if value < edges[bin] { bin -= 1 }
      if bin < bins - 1 && value >= edges[bin + 1] { bin += 1 }
      counts[bin] += 1
    }
    return (Tensor(counts), Tensor(edges, dtype: dtype.floating))
  }

  /// How often each of the integers 0, 1, … occurs, at least `minimum` of them.
  public func binCounts(minimum: Int = 0) -> Tensor {
    guard !dtype.isFloating else { stop("binCounts: integers, not \(dtype)") }
    let values = integers
    guard values.allSatisfy({ $0 >= 0 }) else {
      stop("binCounts: \(values.min() ?? 0) is negative")
    }
    var counts = [Int](repeating: 0, count: Swift.max(minimum, (values.max() ?? -1) + 1))
    for value in values { counts[value] += 1 }
    return Tensor(counts)
  }

  /// Standard deviation along several axes.
  public func std(axes: [Int], keepDims: Bool = false, correction: Int = 0) -> Tensor {
    deviation(axes, keepDims, correction)
  }

  /// Whether all elements are true (not 0), along several axes.
  public func all(axes: [Int], keepDims: Bool = false) -> Tensor {
    checkedAxes(axes, ndim, "all").reversed().reduce(self) { $0.all(axis: $1, keepDims: keepDims) }
      .cast(to: .bool)
  }

  /// Whether any element is true (not 0), along several axes.
  public func any(axes: [Int], keepDims: Bool = false) -> Tensor {
    checkedAxes(axes, ndim, "any").reversed().reduce(self) { $0.any(axis: $1, keepDims: keepDims) }
      .cast(to: .bool)
  }
}

// Reductions that leave NaN out.
extension Tensor {
  private func axes(_ axis: Int?) -> [Int] { axis.map { [$0] } ?? Array(0..<ndim) }

  /// The sum of the elements that are numbers.
  public func nanSum(axis: Int? = nil, keepDims: Bool = false) -> Tensor {
    which(isNaN(self), 0, self).sum(axes: axes(axis), keepDims: keepDims)
  }

  /// The mean of the elements that are numbers; NaN where there are none.
  public func nanMean(axis: Int? = nil, keepDims: Bool = false) -> Tensor {
    let x = cast(to: dtype.floating)
    let counts = (.!isNaN(x)).cast(to: x.dtype).sum(axes: axes(axis), keepDims: keepDims)
    return x.nanSum(axis: axis, keepDims: keepDims) / counts
  }

  /// The standard deviation of the elements that are numbers; its gradient at equal ones is 0.
  public func nanStd(axis: Int? = nil, keepDims: Bool = false, correction: Int = 0) -> Tensor {
    let x = cast(to: dtype.floating)
    let missing = isNaN(x)
    let centred = which(missing, 0, x - x.nanMean(axis: axis, keepDims: true))
    let counts = (.!missing).cast(to: x.dtype).sum(axes: axes(axis), keepDims: keepDims)
    return safeRoot(
      square(centred).sum(axes: axes(axis), keepDims: keepDims) / (counts - Double(correction)))
  }

  /// The largest of the elements that are numbers; NaN where there are none.
  public func nanMax(axis: Int? = nil, keepDims: Bool = false) -> Tensor {
    guard dtype.isFloating else { return max(axes: axes(axis), keepDims: keepDims) }
    let missing = isNaN(self)
    let best = which(missing, -Double.infinity, self).max(axes: axes(axis), keepDims: keepDims)
    return which(missing.all(axes: axes(axis), keepDims: keepDims), Double.nan, best)
  }

  /// The smallest of the elements that are numbers; NaN where there are none.
  public func nanMin(axis: Int? = nil, keepDims: Bool = false) -> Tensor {
    guard dtype.isFloating else { return min(axes: axes(axis), keepDims: keepDims) }
    return -(-self).nanMax(axis: axis, keepDims: keepDims)
  }
}
