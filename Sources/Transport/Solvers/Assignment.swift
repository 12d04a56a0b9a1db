import Tensors

/// The cheapest assignment of rows to different columns.
public struct AssignmentResult: Sendable {
  /// For each row the column it gets.
  public let columns: [Int]
  /// The sum of the assigned costs.
  public let cost: Double
  /// Dual variables: row + column ≤ cost, with equality where assigned; columns' are ≤ 0.
  public let rowDuals: [Double]
  /// The same for columns: cost ≥ row dual + column dual, with equality where assigned.
  public let columnDuals: [Double]
}

/// The linear assignment problem, by shortest augmenting paths (Jonker & Volgenant 1987,
/// doi:10.1007/BF02278710).
///
/// - Shapes: `[n, m]` with n ≤ m.
/// - Throws: for entries that are NaN or infinite.
/// - Complexity: n²·m at worst.
public func assignment(_ cost: Tensor) throws -> AssignmentResult {
  guard cost.ndim == 2, cost.shape[0] <= cost.shape[1] else {
    fatalError("assignment: [n, m] with n ≤ m, not shape \(cost.shape); transpose it")
  }
  try checkFinite(cost, "the cost")
  let (n, m) = (cost.shape[0], cost.shape[1])
  let values = stopGradient(cost).doubles
  var u = [Double](repeating: 0, count: n)
  var v = [Double](repeating: 0, count: m)
  var rowOf = [Int](repeating: -1, count: m)
  var columns = [Int](repeating: -1, count: n)
  var shortest = [Double](repeating: 0, count: m)
  var previous = [Int](repeating: -1, count: m)
  var open = [Int](repeating: 0, count: m)
  values.withUnsafeBufferPointer { c in
    for free in 0..<n {
      for j in 0..<m { (shortest[j], open[j]) = (.infinity, j) }
      var remaining = m
      var closed: [Int] = []
      var (row, reached, end) = (free, 0.0, -1)
      while end < 0 {
        // Dijkstra on reduced costs, which are not negative.
        var (best, place) = (Double.infinity, 0)
        for k in 0..<remaining {
          let j = open[k]
          let length = reached + c[row * m + j] - u[row] - v[j]
          if length < shortest[j] { (shortest[j], previous[j]) = (length, row) }
          if shortest[j] < best || (shortest[j] == best && rowOf[j] < 0) {
            (best, place) = (shortest[j], k)
          }
        }
        let j = open[place]
        reached = best
        remaining -= 1
        open[place] = open[remaining]
        if rowOf[j] < 0 { end = j } else { closed.append(j); row = rowOf[j] }
      }
      u[free] += reached
      for j in closed {
        u[rowOf[j]] += reached - shortest[j]
        v[j] -= reached - shortest[j]
      }
      var j = end
      while true {
        let i = previous[j]
        rowOf[j] = i
        (columns[i], j) = (j, columns[i])
        if i == free { break }
      }
    }
  }
  let total = columns.enumerated().reduce(0.0) { $0 + values[$1.offset * m + $1.element] }
  return AssignmentResult(columns: columns, cost: total, rowDuals: u, columnDuals: v)
}
