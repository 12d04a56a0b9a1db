import Tensors

/// How long a step of a classical solver is.
public enum StepSize: Sendable, Hashable {
  /// η for every step.
  case constant(Double)
  /// Row by row, halved until f decreases by `decrease` times what the gradient promises (Armijo),
  /// beginning at twice the last accepted step but at most `initial`.
  case backtracking(initial: Double = 1, shrink: Double = 0.5, decrease: Double = 1e-4)
}

/// Rows moved along directions as far as the objective falls.
///
/// - Parameters:
///   - direction: `[n, d]`; where rows go.
///   - first: the first length tried, `[n]`.
/// - Returns: the new rows, their values, the lengths (0 where nothing fell) and who moved.
func backtracked(
  _ set: SolverRows, along direction: Tensor, gradient: Tensor, from first: Tensor,
  shrink: Double, decrease: Double
) -> (y: Tensor, value: Tensor, length: Tensor, moved: Tensor) {
  let problem = set.problem
  // What rounding may add to a value that should not change.
  let slack = (set.y.dtype == .float64 ? 1e-15 : 2e-7) * abs(set.value)
  var length = first
  var (y, value) = (set.y, set.value)
  var moved = Tensor.zeros([set.y.dim(0)], dtype: .bool)
  for _ in 0..<40 {
    let trial = problem.domain.retract(set.y, length.asColumn * direction)
    let trialValue = problem(trial, set.x, noise: set.noise)
    let promised = decrease * rowDot(gradient, trial - set.y)
    let isAccepted = (trialValue .<= set.value + promised + slack) .& .!moved
    y = which(isAccepted.asColumn, trial, y)
    value = which(isAccepted, trialValue, value)
    moved = moved .| isAccepted
    if moved.all() { break }
    length = which(moved, length, length * shrink)
  }
  return (y, value, which(moved, length, 0), moved)
}
