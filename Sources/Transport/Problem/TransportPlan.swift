internal import _CVectorKernels
import Tensors

/// A coupling of two measures: how much mass goes from each point of the first to each of the
/// second.
///
/// An entropic plan is a formula, an exact one a list of at most n + m − 1 entries; the matrix is
/// made only by ``matrix``.
public struct TransportPlan: Sendable {
  enum Form: Sendable {
    case entropic(geometry: Geometry, rows: [Double], columns: [Double], epsilon: Double)
    case sparse(geometry: Geometry, entries: [PlanEntry])
  }

  let form: Form
  let a: Masses
  let b: Masses

  private var shape: [Int] { [a.values.count, b.values.count] }

  /// The whole matrix, `[n, m]`, `float64`.
  public var matrix: Tensor {
    switch form {
    case .entropic: return block(0..<shape[0])
    case .sparse(_, let entries):
      var values = [Double](repeating: 0, count: shape[0] * shape[1])
      for e in entries { values[e.source * shape[1] + e.target] += e.mass }
      return Tensor(values, shape: shape, .float64)
    }
  }

  /// Rows of the matrix: where the mass of some points goes.
  public func rows(_ range: Range<Int>) -> Tensor {
    if case .entropic = form { return block(range) }
    var values = [Double](repeating: 0, count: range.count * shape[1])
    for e in entries where range.contains(e.source) {
      values[(e.source - range.lowerBound) * shape[1] + e.target] += e.mass
    }
    return Tensor(values, shape: [range.count, shape[1]], .float64)
  }

  /// The entries of an exact plan, by source; of an entropic plan those above a 10⁻⁹ of the mass.
  public var entries: [PlanEntry] {
    if case .sparse(_, let entries) = form { return entries }
    var found: [PlanEntry] = []
    forEachBlock { range, plan, _ in
      let values = plan.doubles
      for (k, mass) in values.enumerated() where mass > 1e-9 * a.total {
        found.append(
          PlanEntry(
            source: range.lowerBound + k / shape[1], target: k % shape[1], mass: mass))
      }
    }
    return found
  }

  private func block(_ range: Range<Int>) -> Tensor {
    guard case .entropic(let geometry, let f, let g, let epsilon) = form else { return matrix }
    return gibbs(geometry.cost(rows: range), Array(f[range]), g, epsilon)
  }

  private func gibbs(_ cost: Tensor, _ f: [Double], _ g: [Double], _ epsilon: Double) -> Tensor {
    let precise = cost.cast(to: .float64)
    let out = Tensor(uninitialized: precise.shape, .float64)
    precise.withElements { c in
      out.withElements {
        vk_gibbs(
          DType.float64.rawValue, cost.shape[0], cost.shape[1], c, f, g, 1 / epsilon, 700, $0)
      }
    }
    return out
  }

  /// Blocks of rows of the plan with their costs; an exact plan comes as one block.
  func forEachBlock(_ body: (Range<Int>, Tensor, Tensor) -> Void) {
    switch form {
    case .entropic(let geometry, let f, let g, let epsilon):
      geometry.forEachBlock { range, cost in
        body(range, gibbs(cost, Array(f[range]), g, epsilon), cost.cast(to: .float64))
      }
    case .sparse(let geometry, _):
      geometry.forEachBlock { range, cost in body(range, rows(range), cost.cast(to: .float64)) }
    }
  }

  struct Summary {
    var mass = 0.0
    var cost = 0.0
    /// Σ P·(f + g).
    var potentials = 0.0
    var rows: [Double]
    var columns: [Double]
  }

  /// Masses and costs of the plan, in one pass.
  func summary(f: [Double]? = nil, g: [Double]? = nil) -> Summary {
    var result = Summary(
      rows: [Double](repeating: 0, count: shape[0]),
      columns: [Double](repeating: 0, count: shape[1]))
    if case .sparse(let geometry, let entries) = form {
      var cached = (row: -1, costs: [Double]())
      for e in entries {
        if cached.row != e.source {
          cached = (e.source, geometry.cost(rows: e.source..<e.source + 1).doubles)
        }
        result.mass += e.mass
        result.cost += e.mass * cached.costs[e.target]
        result.rows[e.source] += e.mass
        result.columns[e.target] += e.mass
      }
    } else {
      forEachBlock { range, plan, cost in
        result.cost += dot(plan, cost).item()
        let sums = plan.sum(axis: 1).doubles
        for (k, i) in range.enumerated() { result.rows[i] = sums[k] }
        result.columns = added(result.columns, plan.sum(axis: 0).doubles)
      }
      result.mass = result.rows.reduce(0, +)
    }
    if let f, let g {
      result.potentials = expectation(result.rows, f) + expectation(result.columns, g)
    }
    return result
  }

  /// ⟨P, c⟩.
  public var cost: Double { summary().cost }
  /// Σ P.
  public var mass: Double { summary().mass }

  /// How far the marginals are from the measures.
  public var marginalErrors: MarginalErrors {
    let found = summary()
    let rows = zip(found.rows, a.values).map { Swift.abs($0 - $1) }
    let columns = zip(found.columns, b.values).map { Swift.abs($0 - $1) }
    let largest = Swift.max(rows.max() ?? 0, columns.max() ?? 0)
    return MarginalErrors(
      l1: (rows.reduce(0, +) + columns.reduce(0, +)) / a.total, lInfinity: largest / a.total)
  }

  /// P·x: what each point of the first measure receives from values at points of the second.
  ///
  /// - Shapes: x `[m]` or `[m, k]` → `[n]` or `[n, k]`.
  public func callAsFunction(_ x: Tensor) -> Tensor {
    guard x.ndim > 0, x.shape[0] == shape[1] else {
      fatalError("TransportPlan: values at \(shape[1]) points, not shape \(x.shape)")
    }
    let values = stopGradient(x).cast(to: .float64)
    var parts: [Tensor] = []
    forEachBlock { _, plan, _ in parts.append(matmul(plan, values)) }
    return concatenate(parts)
  }

  /// Pᵀ·x: values at points of the first measure carried to the second.
  ///
  /// An image at the first measure's points is carried with its mass; divide by b for averages.
  public func pushForward(_ x: Tensor) -> Tensor {
    guard x.ndim > 0, x.shape[0] == shape[0] else {
      fatalError("TransportPlan: values at \(shape[0]) points, not shape \(x.shape)")
    }
    let values = stopGradient(x).cast(to: .float64)
    var sum = Tensor.zeros([shape[1]] + x.shape.dropFirst(), dtype: .float64)
    forEachBlock { range, plan, _ in sum += matmul(plan.T, values[range]) }
    return sum
  }

  /// Where the points of the first measure go on average: the barycentric projection of the plan.
  ///
  /// - Shapes: y `[m, d]` → `[n, d]`; points without mass give NaN.
  public func map(_ y: Tensor) -> Tensor {
    let sums = Tensor(summary().rows, shape: [shape[0], 1], .float64)
    return self(y) / sums
  }
}

/// Mass that goes from one point to another.
public struct PlanEntry: Sendable, Hashable {
  /// The row: a point of the first measure.
  public let source: Int
  /// The column: a point of the second.
  public let target: Int
  /// How much goes from one to the other.
  public let mass: Double
}
