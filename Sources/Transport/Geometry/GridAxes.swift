internal import _CVectorKernels
import Tensors

/// Costs on a product of axes that are a sum over the axes, c(i, j) = Σₖ cₖ(iₖ, jₖ).
struct GridAxes: Sendable {
  /// One matrix for each axis, row-major.
  let costs: [[Double]]
  let sources: [Int]
  let targets: [Int]

  var transposed: GridAxes {
    let turned = costs.indices.map { k in
      (0..<costs[k].count).map { e in
        costs[k][(e % sources[k]) * targets[k] + e / sources[k]]
      }
    }
    return GridAxes(costs: turned, sources: targets, targets: sources)
  }

  func cost(_ range: Range<Int>) -> Tensor {
    let columns = targets.reduce(1, *)
    var values = [Double](repeating: 0, count: range.count * columns)
    for row in range {
      // Costs of the row over the first axes, then over one more, until all are in.
      var line = [0.0]
      var inner = sources.reduce(1, *)
      var rest = row
      for k in costs.indices {
        inner /= sources[k]
        let (i, m) = (rest / inner, targets[k])
        rest %= inner
        line = line.flatMap { so in (0..<m).map { so + costs[k][i * m + $0] } }
      }
      let start = (row - range.lowerBound) * columns
      for j in 0..<columns { values[start + j] = line[j] }
    }
    return Tensor(values, shape: [range.count, columns], .float64)
  }

  /// Applies one matrix along each axis: kernels of the sources' side by that of the targets'.
  ///
  /// - Parameter matrices: row-major `[sources[k], targets[k]]`.
  /// - Parameter turned: applies the transposed matrices, from the sources' side.
  func apply(_ matrices: [[Double]], to x: [Double], turned: Bool) -> [Double] {
    let from = turned ? sources : targets
    let to = turned ? targets : sources
    var current = x
    var outer = 1
    for k in matrices.indices {
      let (n, p) = (from[k], to[k])
      let inner = current.count / (outer * n)
      let (rs, cs) = turned ? (1, targets[k]) : (targets[k], 1)
      current = [Double](unsafeUninitializedCapacity: outer * p * inner) { out, count in
        count = outer * p * inner
        guard let base = out.baseAddress else { return }
        current.withUnsafeBufferPointer { source in
          guard let start = source.baseAddress else { return }
          if inner == 1 {
            // The last axis: all rows at once, by the transposed matrix.
            vk_gemm_f64(outer, p, n, start, n, 1, matrices[k], cs, rs, base, p, 0)
          } else {
            for o in 0..<outer {
              vk_gemm_f64(
                p, inner, n, matrices[k], rs, cs, start + o * n * inner, inner, 1,
                base + o * p * inner, inner, 0)
            }
          }
        }
      }
      outer *= p
    }
    return current
  }

  /// log Σ_j exp(h_j − c(i, j)/ε), one axis at a time: nothing can underflow.
  func softened(_ h: [Double], inverse: Double, turned: Bool) -> [Double] {
    let from = turned ? sources : targets
    let to = turned ? targets : sources
    let matrices = turned ? transposed.costs : costs
    var current = h
    var outer = 1
    for k in matrices.indices {
      let (n, p) = (from[k], to[k])
      let inner = current.count / (outer * n)
      var next = [Double](repeating: 0, count: outer * p * inner)
      var line = [Double](repeating: 0, count: n)
      var result = [Double](repeating: 0, count: p)
      for o in 0..<outer {
        for i in 0..<inner {
          for j in 0..<n { line[j] = current[(o * n + j) * inner + i] }
          vk_soft_rows(DType.float64.rawValue, p, n, matrices[k], inverse, line, &result)
          for j in 0..<p { next[(o * p + j) * inner + i] = result[j] }
        }
      }
      current = next
      outer *= p
    }
    return current
  }
}
