import Tensors

extension QuadraticBatch {
  /// Starts for operator splitting from guesses of the solutions, corrected once.
  ///
  /// The rows with a multiplier are taken as equations; the signs of the multipliers that hold them, and
  /// the rows that are then violated, make another set, whose solution is the start of those problems
  /// where it is nearer to optimality than the guess.
  ///
  /// ```swift
  /// let start = try batch.activeSetStart(x: x, y: y)      // two linear systems for each problem
  /// let found = try OperatorSplitting(batch).solve(from: start)
  /// ```
  ///
  /// - Parameters:
  ///   - x: variables [B, n].
  ///   - y: multipliers [B, m], positive at u and negative at l.
  /// - Throws: ``ConvexError`` for other shapes, and where a system has no solution.
  /// - Complexity: O(n³ + n²m) for each problem, twice.
  public func activeSetStart(x: Tensor, y: Tensor) throws -> SplittingStart {
    guard x.shape == [count, variables], y.shape == [count, constraints] else {
      throw ConvexError("the guess has shapes \(x.shape) and \(y.shape)")
    }
    let (x, y) = (stopGradient(x).cast(to: .float64), stopGradient(y).cast(to: .float64))
    let first = try held((y .> 0).cast(to: .float64), (y .< 0).cast(to: .float64))
    let rows = product(a, first.x)
    let up = ((maximum(first.y, 0) + (rows - u)) .> 1e-6).cast(to: .float64)
    let down = ((minimum(first.y, 0) + (rows - l)) .< -1e-6).cast(to: .float64)
    let next = try held(up, down)
    let multipliers = which(l .== u, next.y, maximum(next.y, 0) * up + minimum(next.y, 0) * down)
    let isNearer = distance(next.x, multipliers) .< distance(x, y)
    return SplittingStart(
      x: which(isNearer, next.x, x), y: which(isNearer, multipliers, y))
  }

  /// x [B, n] with rows at u where `up` is 1, at l where `down` is 1, and equations; and what holds them.
  private func held(_ up: Tensor, _ down: Tensor) throws -> (x: Tensor, y: Tensor) {
    let isUp = maximum(up, (l .== u).cast(to: .float64)) .> 0
    let bound = which(isUp, u, which(down .> 0, l, up.zerosLike()))
    // A large weight in place of a multiplier keeps the systems definite whatever rows meet.
    let weights = 1e6 * maximum(isUp.cast(to: .float64), down)
    let weighted = weights.expandedDims(axis: -1) * a
    let columns = weighted.swapped(-1, -2)
    let least = 1e-9 * Tensor.eye(variables, dtype: .float64)
    let system = p + matmul(a.swapped(-1, -2), weighted) + least
    let right = product(columns, bound) - q
    let x = try Tensors.solve(system, right.expandedDims(axis: -1)).squeezed(axis: -1)
    return (x, weights * (product(a, x) - bound))
  }

  /// The largest entry of Px + q + Aᵀy and of the rows' violation [B, 1].
  private func distance(_ x: Tensor, _ y: Tensor) -> Tensor {
    let slope = product(p, x) + q + product(a.swapped(-1, -2), y)
    let rows = product(a, x)
    let over = maximum(rows - u, l - rows).max(axis: -1, keepDims: true)
    return maximum(abs(slope).max(axis: -1, keepDims: true), over)
  }
}
