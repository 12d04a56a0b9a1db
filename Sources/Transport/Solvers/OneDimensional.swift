internal import _CVectorKernels
import Tensors

/// The p-Wasserstein cost Wₚᵖ between two samples of numbers: sorted, they are coupled in order.
///
/// - Shapes: x `[n]` or `[rows, n]`, y the same with any number of elements: a number, or one for
///   each row. Gradients follow the sorted elements.
/// - Complexity: n for float32 (radix sort), n·log n otherwise.
public func wasserstein1D(_ x: Tensor, _ y: Tensor, power p: Double = 2) -> Tensor {
  guard x.ndim == y.ndim, x.ndim == 1 || (x.ndim == 2 && x.shape[0] == y.shape[0]) else {
    stop("wasserstein1D: [n] and [m], or as many rows of each: \(x.shape), \(y.shape)")
  }
  guard x.shape[x.ndim - 1] > 0, y.shape[y.ndim - 1] > 0 else {
    stop("wasserstein1D: no points, shapes \(x.shape) and \(y.shape)")
  }
  guard p >= 1 else { stop("wasserstein1D: the power is \(p); it is at least 1") }
  let type = DType.common(x.dtype, y.dtype).floating
  let (x, y) = (x.cast(to: type), y.cast(to: type))
  if x.ndim == 1 {
    return wasserstein1D(x.reshaped([1, x.size]), y.reshaped([1, y.size]), power: p).reshaped([])
  }
  var (left, right) = (sortedRows(x), sortedRows(y))
  let (n, m) = (x.shape[1], y.shape[1])
  if n == m { return powered(left - right, p).mean(axis: 1) }
  // Quantile functions are steps; each stretch between two of their edges is a piece.
  var (i, j) = (0, 0)
  var (at, lengths, places, others) = (0.0, [Double](), [Int](), [Int]())
  while i < n && j < m {
    let next = Swift.min(Double(i + 1) / Double(n), Double(j + 1) / Double(m))
    lengths.append(next - at)
    places.append(i)
    others.append(j)
    at = next
    let (a, b) = ((i + 1) * m, (j + 1) * n)
    if a <= b { i += 1 }
    if b <= a { j += 1 }
  }
  left = left.take(Tensor(places), axis: 1)
  right = right.take(Tensor(others), axis: 1)
  return (powered(left - right, p) * Tensor(lengths, dtype: type)).sum(axis: 1)
}

/// The p-Wasserstein cost Wₚᵖ between weighted points on a line, with the plan's breakpoints
/// found by merging the two distribution functions.
///
/// - Throws: as ``exactTransport(_:_:_:from:)``.
/// - Complexity: (n + m)·log(n + m).
public func wasserstein1D(
  _ x: Tensor, _ y: Tensor, a: Tensor, b: Tensor, power p: Double = 2
) throws -> Double {
  guard p >= 1 else { throw TransportError("the power is \(p); it is at least 1") }
  let left = try Masses(a, count: x.size, name: "a")
  let right = try Masses(b, count: y.size, name: "b")
  guard Swift.abs(left.total - right.total) <= 1e-5 * left.total else {
    throw TransportError("a has mass \(left.total) and b has mass \(right.total)")
  }
  try checkFinite(x, "x")
  try checkFinite(y, "y")
  let q = right.rescaled(to: left.total)
  let (s, t) = (x.flattened().argsort().integers, y.flattened().argsort().integers)
  let (u, v) = (x.doubles, y.doubles)
  var (i, j, total) = (0, 0, 0.0)
  var (leftOver, wanted) = (left.values[s[0]], q.values[t[0]])
  while true {
    let moved = Swift.min(leftOver, wanted)
    let gap = Swift.abs(u[s[i]] - v[t[j]])
    total += moved * power_(gap, p)
    leftOver -= moved
    wanted -= moved
    if leftOver <= wanted {
      i += 1
      if i == s.count { break }
      leftOver += left.values[s[i]]
    } else {
      j += 1
      if j == t.count { break }
      wanted += q.values[t[j]]
    }
  }
  return total
}

private func powered(_ gap: Tensor, _ p: Double) -> Tensor {
  if p == 2 { return square(gap) }
  return p == 1 ? abs(gap) : abs(gap) ** p
}

/// Rows in ascending order; gradients go back to where the elements came from.
func sortedRows(_ x: Tensor) -> Tensor {
  guard x.dtype == .float32, x.size > 0 else { return x.sorted(axis: 1) }
  let (rows, n) = (x.shape[0], x.shape[1])
  return custom(x) { x in
    let out = copied(x)
    let scratch = Tensor(uninitialized: [2 * n], .float32)
    out.withElements { values in
      scratch.withElements {
        vk_sort_rows_f32(
          rows, n, values.assumingMemoryBound(to: Float.self),
          $0.assumingMemoryBound(to: Float.self))
      }
    }
    return out
  } gradient: { x, _, g in
    let values = copied(stopGradient(x))
    let order = Tensor(uninitialized: [rows, n], .int32)
    let scratch = Tensor(uninitialized: [2 * n], .float32)
    let places = Tensor(uninitialized: [n], .int32)
    // Which element each place took; the gradient takes the inverse way.
    let inverse = Tensor(uninitialized: [rows, n], .int32)
    values.withElements { v in
      scratch.withElements { s in
        places.withElements { p in
          order.withElements { o in
            inverse.withElements { i in
              let from = o.assumingMemoryBound(to: Int32.self)
              let to = i.assumingMemoryBound(to: Int32.self)
              vk_sort_rows_f32_with(
                rows, n, v.assumingMemoryBound(to: Float.self), from,
                s.assumingMemoryBound(to: Float.self), p.assumingMemoryBound(to: Int32.self))
              for r in 0..<rows {
                for k in 0..<n { to[r * n + Int(from[r * n + k])] = Int32(k) }
              }
            }
          }
        }
      }
    }
    return g.gathered(inverse, axis: 1)
  }
}

private func copied(_ x: Tensor) -> Tensor {
  let out = Tensor(uninitialized: x.shape, x.dtype)
  x.withElements { from in
    out.withElements { $0.copyMemory(from: from, byteCount: x.size * x.dtype.byteCount) }
  }
  return out
}
