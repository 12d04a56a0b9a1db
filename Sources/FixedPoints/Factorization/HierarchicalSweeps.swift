internal import _CVectorKernels
import Tensors

/// HALS for one matrix: two products with V and two sweeps for each step, in place.
struct HierarchicalSweeps {
  // Both factors as rows, so that sweeps run along memory: W's transpose, and H.
  private let columns: Tensor
  private let rows: Tensor
  private let v: Tensor
  private let turned: Tensor
  private let target: Tensor
  private let gram: Tensor

  init(_ v: Tensor, _ start: NonnegativeFactors) {
    self.v = Self.copy(v)
    turned = Self.copy(v.mT)
    columns = Self.copy(start.w.mT)
    rows = Self.copy(start.h)
    let rank = rows.dim(0)
    target = Tensor(uninitialized: [rank, Swift.max(v.dim(0), v.dim(1))], v.dtype)
    gram = Tensor(uninitialized: [rank, rank], v.dtype)
  }

  /// The factors now; later steps change them.
  var factors: NonnegativeFactors { NonnegativeFactors(w: columns.mT, h: rows) }

  /// Moves W and then H; the length of the projected gradient as the two halves met it.
  func step() -> Double {
    (half(columns, rows, turned) + half(rows, columns, v)).squareRoot()
  }

  private static func copy(_ from: Tensor) -> Tensor {
    let to = Tensor(uninitialized: from.shape, from.dtype)
    from.withElements { source in
      to.withElements { $0.copyMemory(from: source, byteCount: to.size * to.dtype.byteCount) }
    }
    return to
  }

  /// Moves a, `[r, k]`, for b, `[r, l]`, and v, `[l, k]`.
  private func half(_ a: Tensor, _ b: Tensor, _ v: Tensor) -> Double {
    let (type, r, k, l) = (v.dtype, a.dim(0), a.dim(1), b.dim(1))
    return a.withElements { a in
      b.withElements { b in
        v.withElements { v in
          target.withElements { target in
            gram.withElements { gram in
              multiply(type, r, r, l, b, (b, 1, l), gram)
              multiply(type, r, k, l, b, (v, k, 1), target)
              return vk_nonnegative_sweep(type.rawValue, r, k, gram, target, a)
            }
          }
        }
      }
    }
  }
}

/// c ← a·b for a, `[m, k]` without gaps, and b with the steps of its rows and columns.
private func multiply(
  _ type: DType, _ m: Int, _ n: Int, _ k: Int, _ a: UnsafeMutableRawPointer,
  _ b: (at: UnsafeMutableRawPointer, row: Int, column: Int), _ c: UnsafeMutableRawPointer
) {
  if type == .float32 {
    vk_gemm_f32(
      m, n, k, a.assumingMemoryBound(to: Float.self), k, 1,
      b.at.assumingMemoryBound(to: Float.self), b.row, b.column,
      c.assumingMemoryBound(to: Float.self), n, 0)
  } else {
    vk_gemm_f64(
      m, n, k, a.assumingMemoryBound(to: Double.self), k, 1,
      b.at.assumingMemoryBound(to: Double.self), b.row, b.column,
      c.assumingMemoryBound(to: Double.self), n, 0)
  }
}
