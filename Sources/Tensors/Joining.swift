/// Joined side by side: vectors end to end, anything else along the second axis.
public func hstack(_ tensors: [Tensor]) -> Tensor {
  let parts = tensors.map { $0.ndim == 0 ? $0.reshaped([1]) : $0 }
  return concatenate(parts, axis: (parts.first?.ndim ?? 1) > 1 ? 1 : 0)
}

/// Joined one below the other, vectors as rows.
public func vstack(_ tensors: [Tensor]) -> Tensor {
  concatenate(tensors.map { $0.ndim < 2 ? $0.reshaped([1, $0.size]) : $0 }, axis: 0)
}

/// What padding repeats.
public enum PaddingMode: Sendable {
  /// The outermost element.
  case edge
  /// The elements in reverse, without the outermost: `c b | a b c | b a`.
  case reflect
  /// The elements in reverse, with the outermost: `b a | a b c | c b`.
  case symmetric
  /// The elements of the other end: `b c | a b c | a b`.
  case wrap

  func place(_ i: Int, _ n: Int) -> Int {
    func modulo(_ a: Int, _ b: Int) -> Int { ((a % b) + b) % b }
    switch self {
    case .edge: return Swift.min(Swift.max(i, 0), n - 1)
    case .wrap: return modulo(i, n)
    case .reflect:
      if n == 1 { return 0 }
      let j = modulo(i, 2 * n - 2)
      return j < n ? j : 2 * n - 2 - j
    case .symmetric:
      let j = modulo(i, 2 * n)
      return j < n ? j : 2 * n - 1 - j
    }
  }
}

extension Tensor {
  /// `padding[i]` elements before and after axis `i`, taken from the tensor itself.
  public func padded(_ padding: [(before: Int, after: Int)], mode: PaddingMode) -> Tensor {
    guard padding.count == ndim, padding.allSatisfy({ $0.before >= 0 && $0.after >= 0 }) else {
      stop("padded: one pair of counts for each of the axes of \(shape), none negative")
    }
    var result = self
    for (axis, pad) in padding.enumerated() where pad != (0, 0) {
      let n = shape[axis]
      guard n > 0 else { stop("padded: nothing to repeat along axis \(axis) of shape \(shape)") }
      let places = (-pad.before..<(n + pad.after)).map { mode.place($0, n) }
      result = result.take(Tensor(places), axis: axis)
    }
    return result
  }

  /// Slices along the first axis: `for row in x.rows`.
  public var rows: [Tensor] {
    guard ndim > 0 else { stop("rows: a single number has none") }
    return (0..<shape[0]).map { self[$0] }
  }

  /// The elements of a matrix as an array of rows.
  public var nested: [[Double]] {
    guard ndim == 2 else { stop("nested: a matrix, not shape \(shape); see doubles") }
    let (all, n) = (doubles, shape[1])
    return (0..<shape[0]).map { Array(all[($0 * n)..<(($0 + 1) * n)]) }
  }
}
