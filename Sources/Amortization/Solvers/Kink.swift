import Tensors

/// Whether a solver failed because of a kink.
///
/// Between two points at distance δ beside a smooth point, gradients differ in proportion to δ;
/// beside a kink by the same jump, however small δ is. Both signs of a random direction are
/// compared at several distances.
enum Kink {
  static func isNear(_ result: SolverResult, _ request: SolveRequest) -> Bool {
    let failed = result.status.indices.filter {
      result.status[$0] == .stalled || result.status[$0] == .iterationLimit
    }.prefix(16)
    guard !failed.isEmpty else { return false }
    let rows = Tensor(Array(failed))
    let (y, x) = (result.solution.take(rows), request.contexts.take(rows))
    guard isFinite(y).all() else { return false }
    var generator = Generator(seed: 1)
    let direction = sign(Tensor.normal(y.shape, dtype: y.dtype, from: &generator))
    let size = 1 + abs(y).max(axis: -1, keepDims: true)
    func slope(_ length: Double) -> Tensor {
      request.problem.gradient(y + length * size * direction, x, noise: request.noise)
    }
    // Below this, differences are rounding.
    let noise = (y.dtype == .float64 ? 1e-9 : 1e-3) * (1 + abs(slope(0)).max(axis: -1))
    let jumps = [1e-1, 1e-2, 1e-3, 1e-4].map { length in
      abs(slope(length) - slope(-length)).max(axis: -1)
    }
    for (wide, narrow) in zip(jumps, jumps.dropFirst()) {
      if ((narrow .> 0.5 * wide) .& (narrow .> noise)).any() { return true }
    }
    return false
  }
}
