internal import _CVectorKernels

/// Product of matrices, or of batches of matrices: the last two axes are multiplied, axes before
/// them are broadcast.
///
/// A vector on the left is a row, on the right a column, and its axis goes.
///
/// - Shapes: `[…, m, k]` × `[…, k, n]` → `[…, m, n]`; `[k]` × `[k, n]` → `[n]`;
///   `[…, m, k]` × `[k]` → `[…, m]`; `[k]` × `[k]` → `[]`.
///
/// Integers are multiplied and added in `int64`.
public func matmul(_ a: Tensor, _ b: Tensor) -> Tensor {
  let common = DType.common(a.dtype, b.dtype)
  guard common.isFloating else { return integerProduct(a, b) }
  let type = common.floating
  let (x, y) = (a.cast(to: type), b.cast(to: type))
  let result = realProduct(x, y)
  return common.isHalf ? result.cast(to: common) : result
}

/// Products of integers in double precision, which is exact as long as no sum leaves 53 bits.
private func integerProduct(_ a: Tensor, _ b: Tensor) -> Tensor {
  let (x, y) = (a.cast(to: .float64), b.cast(to: .float64))
  let bound = x.size == 0 || y.size == 0 ? 0 : matmul(abs(x), abs(y)).max().item()
  guard bound < 0x1p53 else {
    stop("matmul: sums of products of integers reach 2⁵³; write .cast(to: .float64) first")
  }
  return realProduct(x, y).cast(to: .int64)
}

private func realProduct(_ x: Tensor, _ y: Tensor) -> Tensor {
  guard x.ndim > 0, y.ndim > 0, x.shape[x.ndim - 1] == y.shape[max(0, y.ndim - 2)] else {
    stop(
      "matmul: shapes \(x.shape) and \(y.shape) do not fit together"
        + (x.ndim > 0 && y.ndim > 0
          ? " (\(x.shape[x.ndim - 1]) columns against \(y.shape[max(0, y.ndim - 2)]) rows)" : ""))
  }
  if x.ndim == 1 && y.ndim == 1 {
    return product(x.reshaped([1, x.size]), y.reshaped([y.size, 1])).reshaped([])
  }
  if x.ndim == 1 {
    let out = product(x.reshaped([1, x.size]), y)
    return out.reshaped(Array(y.shape[..<(y.ndim - 2)]) + [y.shape[y.ndim - 1]])
  }
  if y.ndim == 1 {
    let out = product(x, y.reshaped([y.size, 1]))
    return out.reshaped(Array(x.shape[..<(x.ndim - 1)]))
  }
  if y.ndim == 2 && x.ndim > 2 {
    // One matrix on the right: the batch's rows are rows of one product.
    let rows = x.shape[..<(x.ndim - 1)]
    return product(x.reshaped([rows.reduce(1, *), y.shape[0]]), y)
      .reshaped(Array(rows) + [y.shape[1]])
  }
  return product(x, y)
}

extension Tensor {
  /// The matrix product, see ``matmul(_:_:)``.
  public func matmul(_ other: Tensor) -> Tensor { Tensors.matmul(self, other) }
}

/// `op(a)·op(b)` of two tensors with at least two axes and one type.
func product(_ a: Tensor, _ b: Tensor) -> Tensor {
  let (p, q) = (a.body, b.body)
  let (rows, depth, columns) = (p.shape[a.ndim - 2], p.shape[a.ndim - 1], q.shape[b.ndim - 1])
  let recorder = tracer(p, q)
  if a.ndim == 2 && b.ndim == 2 {
    if let out = recorder?.product(p, q, [], p.fullStrides, q.fullStrides) {
      return noted(.matmul, out, a, b)
    }
    let out = Body([rows, columns], p.dtype)
    multiply(
      p.data, p.fullStrides, q.data, q.fullStrides, out, out.data, rows, columns, depth, false)
    return noted(.matmul, out, a, b)
  }
  let batch = broadcastShape(
    Array(p.shape[..<(a.ndim - 2)]), Array(q.shape[..<(b.ndim - 2)]), "matmul",
    of: (p.shape, q.shape))
  let left = stretchedStrides(p, to: batch + [rows, depth])
  let right = stretchedStrides(q, to: batch + [depth, columns])
  if let out = recorder?.product(p, q, batch, left, right) { return noted(.matmul, out, a, b) }
  let out = Body(batch + [rows, columns], p.dtype)
  let axes = batch.count
  vk_products(
    out.dtype.rawValue, rows, columns, depth, p.data, left[axes], left[axes + 1], q.data,
    right[axes], right[axes + 1], out.data, Int32(axes), batch, left, right)
  return noted(.matmul, out, a, b)
}

@inline(__always)
private func multiply(
  _ a: UnsafeMutableRawPointer, _ stepsA: [Int], _ b: UnsafeMutableRawPointer, _ stepsB: [Int],
  _ out: Body, _ c: UnsafeMutableRawPointer, _ rows: Int, _ columns: Int, _ depth: Int,
  _ adds: Bool
) {
  let add: Int32 = adds ? 1 : 0
  if out.dtype == .float32 {
    vk_gemm_f32(
      rows, columns, depth, a.assumingMemoryBound(to: Float.self), stepsA[0], stepsA[1],
      b.assumingMemoryBound(to: Float.self), stepsB[0], stepsB[1],
      c.assumingMemoryBound(to: Float.self), columns, add)
  } else {
    vk_gemm_f64(
      rows, columns, depth, a.assumingMemoryBound(to: Double.self), stepsA[0], stepsA[1],
      b.assumingMemoryBound(to: Double.self), stepsB[0], stepsB[1],
      c.assumingMemoryBound(to: Double.self), columns, add)
  }
}

/// `x·weight + bias` in one operation, the heart of dense layers.
///
/// - Shapes: x `[…, k]`, weight `[k, n]`, bias `[n]` → `[…, n]`; with weights of many layers,
///   x `[…, m, k]`, weight `[…, k, n]`, bias `[…, 1, n]` → `[…, m, n]`.
public func affine(_ x: Tensor, _ weight: Tensor, _ bias: Tensor) -> Tensor {
  if weight.ndim > 2 { return matmul(x, weight) + bias }
  guard weight.ndim == 2, x.ndim > 0, x.shape[x.ndim - 1] == weight.shape[0],
    bias.shape == [weight.shape[1]]
  else {
    stop("affine: shapes \(x.shape), \(weight.shape) and \(bias.shape) do not fit together")
  }
  let common = DType.common(x.dtype, DType.common(weight.dtype, bias.dtype))
  if common.isHalf {
    return affine(x.cast(to: .float32), weight.cast(to: .float32), bias.cast(to: .float32))
      .cast(to: common)
  }
  let type = common.floating
  let (w, b) = (weight.cast(to: type), bias.cast(to: type))
  let (k, n) = (w.shape[0], w.shape[1])
  let flat = x.cast(to: type)
  let a = x.ndim == 2 ? flat : flat.reshaped([x.ndim == 1 ? 1 : x.size / max(1, k), k])
  let row = b.body.contiguous()
  let recorder = tracer(a.body, w.body, row)
  let out = recorder?.affine(a.body, w.body, row) ?? Body([a.shape[0], n], type)
  if out.count > 0 && !out.isTraced {
    vk_gather_view(Int32(type.byteCount), 2, out.shape, out.data, row.data, [0, 1])
    multiply(
      a.body.data, a.body.fullStrides, w.body.data, w.body.fullStrides, out, out.data,
      a.shape[0], n, k, true)
  }
  let result = noted(.affine, out, a, w, b)
  return x.ndim == 2 ? result : result.reshaped(Array(x.shape[..<(x.ndim - 1)]) + [n])
}

/// The outer product of two vectors.
public func outer(_ a: Tensor, _ b: Tensor) -> Tensor {
  a.reshaped([a.size, 1]) * b.reshaped([1, b.size])
}

/// The inner product of two tensors of one shape, over all elements.
public func dot(_ a: Tensor, _ b: Tensor) -> Tensor {
  guard a.shape == b.shape else { stop("dot: shapes \(a.shape) and \(b.shape) differ") }
  return matmul(a.flattened(), b.flattened())
}
