internal import _CVectorKernels
import Display
import Tensors

/// Solutions of many entropic problems over one geometry.
public struct SinkhornBatchResult: Sendable {
  /// Potentials, `[count, n]` and `[count, m]`, `float64`.
  public let f: Tensor
  /// Potentials of the second measures, `[batch, m]`.
  public let g: Tensor
  /// Iterations that each problem took.
  public let iterations: [Int]
  /// Whether each problem reached the tolerance.
  public let converged: [Bool]
  /// The dual objective of each problem, `[count]`.
  public let dualCosts: Tensor
}

/// Many entropic problems over one geometry at once: an iteration of all is two matrix products,
/// and each problem stops by itself.
///
/// The kernel is anchored at the potentials of the mean problem. Results in `float32` are kept
/// only if no entry that the type has lost could have carried mass; otherwise `float64` is used,
/// and single solves for what it cannot hold either. Problems on grids are solved one by one:
/// the separable kernel is faster than a product with a full one.
///
/// - Shapes: a `[count, n]`, b `[count, m]`.
/// - Throws: as ``sinkhorn(_:_:_:epsilon:options:from:)``, naming the problem.
public func sinkhornBatch(
  _ a: Tensor, _ b: Tensor, _ geometry: Geometry, epsilon: Double,
  options: SinkhornOptions = SinkhornOptions()
) throws -> SinkhornBatchResult {
  guard a.ndim == 2, b.ndim == 2, a.shape[0] == b.shape[0] else {
    fatalError("sinkhornBatch: [count, n] and [count, m], not shapes \(a.shape) and \(b.shape)")
  }
  try options.check()
  try geometry.requireFinite("sinkhornBatch")
  let count = a.shape[0]
  let pairs = try (0..<count).map { k in
    do {
      return try balanced(a[k], b[k], geometry)
    } catch let error as TransportError {
      throw TransportError("problem \(k): \(error)")
    }
  }
  var solutions = [Solution?](repeating: nil, count: count)
  if geometry.mayMaterialize && options.isBalanced && options.form == .automatic && count > 1 {
    let cost = geometry.costMatrix
    let mean = try sinkhorn(
      a.cast(to: .float64).mean(axis: 0), b.cast(to: .float64).mean(axis: 0), geometry,
      epsilon: epsilon, options: SinkhornOptions(tolerance: 1e-2, maximumIterations: 100))
    let anchor = (f: mean.f.doubles, g: mean.g.doubles)
    var types = [DType.float64]
    if geometry.dtype == .float32 && options.tolerance >= 1e-5 { types.insert(.float32, at: 0) }
    for type in types {
      let open = (0..<count).filter { solutions[$0] == nil }
      if open.isEmpty { break }
      let batch = KernelBatch(
        cost: cost.cast(to: type), anchor: anchor, epsilon: epsilon, options: options)
      for (k, solution) in zip(open, batch.solve(open.map { pairs[$0] })) {
        solutions[k] = solution
      }
    }
  }
  for k in 0..<count {
    if let known = solutions[k], known.converged || known.iterations >= options.maximumIterations {
      continue
    }
    // Slow problems end with the accelerated iteration, from where they are.
    var rest = options
    let used = solutions[k]?.iterations ?? 0
    rest.maximumIterations -= used
    let start = solutions[k].map { (Tensor(doubles: $0.f), Tensor(doubles: $0.g)) }
    let r = try sinkhorn(
      a[k], b[k], geometry, epsilon: epsilon, options: rest,
      from: (start?.0, start?.1))
    solutions[k] = Solution(
      f: r.f.doubles, g: r.g.doubles, iterations: used + r.iterations, converged: r.converged)
  }
  let found = solutions.compactMap { $0 }
  let values = found.indices.map { k in
    let (left, right) = pairs[k]
    return expectation(left.values, found[k].f) + expectation(right.values, found[k].g)
      - epsilon * (left.total - left.total * right.total)
  }
  return SinkhornBatchResult(
    f: Tensor(found.flatMap(\.f), shape: [count, geometry.rows], .float64),
    g: Tensor(found.flatMap(\.g), shape: [count, geometry.columns], .float64),
    iterations: found.map(\.iterations), converged: found.map(\.converged),
    dualCosts: Tensor(doubles: values))
}

private struct Solution {
  var f: [Double]
  var g: [Double]
  var iterations: Int
  var converged: Bool
}

/// The iteration U ← A/(V·Kᵀ), V ← B/(U·K) on rows that are problems.
private struct KernelBatch {
  let cost: Tensor
  let anchor: (f: [Double], g: [Double])
  let epsilon: Double
  let options: SinkhornOptions

  /// - Returns: nil for problems whose numbers left the type's range.
  func solve(_ pairs: [(Masses, Masses)]) -> [Solution?] {
    let (n, m) = (cost.shape[0], cost.shape[1])
    let type = cost.dtype
    let kernel = Tensor(uninitialized: [n, m], type)
    let cap = type == .float32 ? 75.0 : 600.0
    cost.withElements { c in
      kernel.withElements {
        vk_gibbs(type.rawValue, n, m, c, anchor.f, anchor.g, 1 / epsilon, cap, $0)
      }
    }
    let turned = kernel.T
    var active = Array(pairs.indices)
    var a = Tensor(pairs.flatMap { $0.0.values }, shape: [pairs.count, n], type)
    var b = Tensor(pairs.flatMap { $0.1.values }, shape: [pairs.count, m], type)
    var (u, v) = (a + 0.0, b + 0.0)
    var results = [Solution?](repeating: nil, count: pairs.count)
    var iterations = 0
    var done = [Int](repeating: 0, count: pairs.count)
    let most = Swift.min(options.maximumIterations, 500)
    while !active.isEmpty && iterations < most {
      _checkpoint()
      iterations += 1
      let rows = matmul(v, turned)
      let errors = divided(a, by: rows, into: u)
      let columns = matmul(u, kernel)
      _ = divided(b, by: columns, into: v)
      let limit = iterations == most
      var leaves: [Int] = []
      for (place, k) in active.enumerated() {
        let error = errors[place] / pairs[k].0.total
        if done[k] == 0 && error <= options.tolerance { done[k] = iterations }
        if !(error < .infinity) { leaves.append(place) }
      }
      let finished = active.indices.filter { done[active[$0]] > 0 }
      // Problems that are done leave when they are many enough to make the products smaller.
      if limit || finished.count * 4 >= active.count { leaves += finished }
      if limit { leaves = Array(active.indices) }
      if leaves.isEmpty { continue }
      let gone = Set(leaves)
      for place in gone {
        let k = active[place]
        results[k] = solution(
          rows[place].doubles, columns[place].doubles, u[place], v[place], pairs[k],
          done[k] > 0 ? done[k] : iterations, done[k] > 0)
      }
      let kept = active.indices.filter { !gone.contains($0) }
      active = kept.map { active[$0] }
      if kept.isEmpty { break }
      let order = Tensor(kept)
      (a, b, u, v) = (a.take(order), b.take(order), u.take(order), v.take(order))
    }
    return results
  }

  /// Potentials, if no entry below the type's range could have carried mass.
  private func solution(
    _ rows: [Double], _ columns: [Double], _ u: Tensor, _ v: Tensor, _ pair: (Masses, Masses),
    _ iterations: Int, _ converged: Bool
  ) -> Solution? {
    let lost = cost.dtype == .float32 ? -87.0 : -708.0
    let most = logarithm(u.max().item()) + logarithm(v.max().item()) + lost
    guard most + logarithm(Double(cost.size)) < logarithm(options.tolerance * 0.1 * pair.0.total)
    else { return nil }
    let f = zip(anchor.f, logarithms(rows)).map { $0 - epsilon * $1 }
    let g = zip(anchor.g, logarithms(columns)).map { $0 - epsilon * $1 }
    guard (f + g).allSatisfy({ Swift.abs($0) < .infinity }) else { return nil }
    return Solution(f: f, g: g, iterations: iterations, converged: converged)
  }

  private func divided(_ a: Tensor, by sums: Tensor, into u: Tensor) -> [Double] {
    filled(a.shape[0]) { errors in
      a.withElements { a0 in
        sums.withElements { s in
          u.withElements {
            vk_sinkhorn_divide(a.dtype.rawValue, a.shape[0], a.shape[1], a0, s, $0, errors)
          }
        }
      }
    }
  }
}
