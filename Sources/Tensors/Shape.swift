/// Ends the cell with a sentence that says what does not fit.
///
/// Not a precondition: those lose their text where code is optimized.
@inline(never)
package func stop(_ message: String) -> Never { fatalError(message + whereabouts()) }

/// Number of elements; stops the cell before anything is allocated when memory cannot hold them.
func elementCount(_ shape: [Int], _ dtype: DType) -> Int {
  checkAxes(shape)
  var count = 1
  var overflows = false
  for extent in shape {
    if extent < 0 { stop("a shape has no negative extents: \(shape)") }
    let (product, overflow) = count.multipliedReportingOverflow(by: extent)
    overflows = overflows || overflow
    count = product
  }
  if overflows && shape.contains(0) { return 0 }
  if overflows || count > Int.max / 16 { Storage.refuse(shape, dtype) }
  return count
}

/// Kernels walk over at most this many axes, as NumPy's do.
func checkAxes(_ shape: [Int]) {
  if shape.count > 64 { stop("a tensor of \(shape.count) axes; 64 are the most") }
}

func rowMajorStrides(_ shape: [Int]) -> [Int] {
  var strides = shape
  var step = 1
  for axis in stride(from: shape.count - 1, through: 0, by: -1) {
    strides[axis] = step
    step &*= shape[axis]
  }
  return strides
}

func isRowMajor(_ shape: [Int], _ strides: [Int]) -> Bool {
  var step = 1
  for axis in stride(from: shape.count - 1, through: 0, by: -1) {
    if shape[axis] != 1 && strides[axis] != step { return shape.contains(0) }
    step &*= shape[axis]
  }
  return true
}

/// The shape two operands share: axes are matched from the last, an extent of 1 stretches.
///
/// - Parameter operands: the shapes that a message names, where `a` and `b` are parts of them.
func broadcastShape(
  _ a: [Int], _ b: [Int], _ operation: String, of operands: ([Int], [Int])? = nil
) -> [Int] {
  if a == b { return a }
  var shape = a.count >= b.count ? a : b
  let other = a.count >= b.count ? b : a
  let shift = shape.count - other.count
  for axis in 0..<other.count {
    let (m, n) = (shape[axis + shift], other[axis])
    if m == n || n == 1 { continue }
    if m == 1 {
      shape[axis + shift] = n
    } else {
      let (p, q) = operands ?? (a, b)
      stop("\(operation): shapes \(p) and \(q) do not fit together (\(m) against \(n))")
    }
  }
  return shape
}

/// Strides under which a body's elements appear in a larger shape; 0 along stretched axes.
func stretchedStrides(_ body: Body, to shape: [Int]) -> [Int] {
  let strides = body.fullStrides
  let shift = shape.count - body.shape.count
  var result = [Int](repeating: 0, count: shape.count)
  for axis in 0..<body.shape.count where body.shape[axis] != 1 || shape[axis + shift] == 1 {
    result[axis + shift] = strides[axis]
  }
  return result
}

/// A non-negative axis.
func checkedAxis(_ axis: Int, _ count: Int, _ operation: String) -> Int {
  let positive = axis < 0 ? axis + count : axis
  guard positive >= 0 && positive < count else {
    stop("\(operation): axis \(axis) does not exist in a tensor with \(count) axes")
  }
  return positive
}

func checkedAxes(_ axes: [Int], _ count: Int, _ operation: String) -> [Int] {
  let result = axes.map { checkedAxis($0, count, operation) }.sorted()
  for i in 1..<max(1, result.count) where result[i] == result[i - 1] {
    stop("\(operation): axis \(result[i]) is named twice in \(axes)")
  }
  return result
}
