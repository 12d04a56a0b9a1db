internal import _CFixedPointKernels
import Tensors

/// HALS for one matrix: for each step a pass over V, and a sweep over each factor, in place.
final class HierarchicalSweeps {
  private let v: Tensor
  private let rank: Int
  private let state: OpaquePointer

  init(_ v: Tensor, _ start: NonnegativeFactors) {
    // A copy of its own, which nobody moves.
    let own = Tensor(uninitialized: v.shape, v.dtype)
    v.withElements { source in
      own.withElements { $0.copyMemory(from: source, byteCount: v.size * v.dtype.byteCount) }
    }
    self.v = own
    rank = start.h.dim(0)
    let (isDouble, m, n, r) = (v.dtype == .float64, v.dim(0), v.dim(1), rank)
    state = own.withElements { v in
      start.w.withElements { w in
        start.h.withElements { h in cf_sweeps(isDouble ? 1 : 0, m, n, r, v, w, h) }
      }
    }
  }

  deinit { cf_sweeps_free(state) }

  /// Moves W and then H; the length of the projected gradient as the two halves met it.
  func step() -> Double { cf_sweeps_step(state).squareRoot() }

  /// The factors now.
  var factors: NonnegativeFactors {
    let w = Tensor(uninitialized: [v.dim(0), rank], v.dtype)
    let h = Tensor(uninitialized: [rank, v.dim(1)], v.dtype)
    w.withElements { w in h.withElements { h in cf_sweeps_read(state, w, h) } }
    return NonnegativeFactors(w: w, h: h)
  }
}
