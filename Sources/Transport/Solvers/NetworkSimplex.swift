internal import _CNetworkSimplex
internal import _CVectorKernels
import Tensors

/// Exact optimal transport, min ⟨P, c⟩ over the plans with marginals a and b, by the network
/// simplex method.
///
/// ```swift
/// let result = try exactTransport(a, b, Geometry.points(x, y))
/// result.cost       // for the squared cost, the square of the 2-Wasserstein distance
/// ```
///
/// Masses are rounded to 2⁻⁵⁰ of the total and costs to 2⁻⁴⁰ of their range, and the rounded problem
/// is solved exactly: no tie and no rounding of the masses' sum can disturb the method. Where a few
/// costs are far above the others they are cut off first, and the range grows only if the plan
/// needs such a pair, so that large costs take no digits from small ones. A cost of `.infinity`
/// forbids a pair.
///
/// - Parameters:
///   - start: potentials close to the solution's, as an earlier result, Sinkhorn's algorithm or an
///     amortized model gives them; they decide which pairs are tried first, never the result.
/// - Throws: ``TransportError`` for NaN, infinite or negative masses, different totals, forbidden
///   pairs that no plan avoids, and problems of which the n·m arcs do not fit the memory (about 34 bytes each).
/// - Complexity: not polynomial in the worst case; in practice about (n·m)^1.25.
public func exactTransport(
  _ a: Tensor, _ b: Tensor, _ geometry: Geometry, from start: (f: Tensor, g: Tensor)? = nil
) throws -> ExactResult {
  let (left, right) = try balanced(a, b, geometry)
  guard Double(geometry.rows) * Double(geometry.columns) < Double(vk_physical_memory()) / 16 else {
    throw tooMany(geometry.rows, geometry.columns)
  }
  return try supported(left, right, geometry, geometry.costMatrix.cast(to: .float64), start)
}

private func tooMany(_ n: Int, _ m: Int) -> TransportError {
  TransportError(
    "\(n) × \(m) pairs need \(Int(34 * Double(n) * Double(m) / 0x1p30)) GiB: take fewer points, or "
      + "sinkhorn, which needs no matrix for points")
}

/// Solves for the points that have mass and extends the potentials to the others.
private func supported(
  _ a: Masses, _ b: Masses, _ geometry: Geometry, _ cost: Tensor, _ start: (f: Tensor, g: Tensor)?
) throws -> ExactResult {
  let rows = a.values.indices.filter { a.values[$0] > 0 }
  let columns = b.values.indices.filter { b.values[$0] > 0 }
  let (n, m) = (a.values.count, b.values.count)
  if rows.count == n && columns.count == m { return try exact(a, b, geometry, cost, start) }
  let (at, to) = (Tensor(rows), Tensor(columns))
  let part = cost.take(at).take(to, axis: 1)
  let inner = try exact(
    Masses(values: rows.map { a.values[$0] }, total: a.total),
    Masses(values: columns.map { b.values[$0] }, total: b.total), try Geometry.matrix(part), part,
    start.map { ($0.f.flattened().take(at), $0.g.flattened().take(to)) })
  let entries = inner.plan.entries.map {
    PlanEntry(source: rows[$0.source], target: columns[$0.target], mass: $0.mass)
  }
  // The largest potentials that the constraints allow: first against the points with mass.
  let known = inner.g.reshaped([1, columns.count])
  var f = columns.isEmpty ? [] : (cost.take(to, axis: 1) - known).min(axis: 1).doubles
  for (k, value) in inner.f.doubles.enumerated() { f[rows[k]] = value }
  let g = (cost - Tensor(f, shape: [n, 1], .float64)).min(axis: 0)
  return ExactResult(
    plan: TransportPlan(form: .sparse(geometry: geometry, entries: entries), a: a, b: b),
    cost: inner.cost, f: Tensor(doubles: f), g: g,
    dualCost: expectation(a.values, f) + expectation(b.values, g.doubles))
}

/// The square root of the exact cost for |x − y|², or its p-th analogue: the Wasserstein distance
/// between two uniform clouds of points.
public func wassersteinDistance(_ x: Tensor, _ y: Tensor, power p: Double = 2) throws -> Double {
  guard p >= 1 else { throw TransportError("the power is \(p); it is at least 1") }
  guard x.ndim == 2, y.ndim == 2, x.shape[0] > 0, y.shape[0] > 0 else {
    throw TransportError("points [n, d] and [m, d] are needed, not shapes \(x.shape), \(y.shape)")
  }
  let cost: PointCost =
    p == 2 ? .squaredEuclidean : .custom { PointCost.euclidean.matrix($0, $1) ** p }
  let a = Tensor.full([x.shape[0]], 1 / Double(x.shape[0]), dtype: .float64)
  let b = Tensor.full([y.shape[0]], 1 / Double(y.shape[0]), dtype: .float64)
  let result = try exactTransport(a, b, Geometry.points(x, y, cost: cost))
  return (Tensor(doubles: [Swift.max(0, result.cost)]) ** (1 / p)).item()
}

/// Exact partial transport: the cheapest way to move `mass`, at most a from each source and at
/// most b to each target (doi:10.4007/annals.2010.171.673).
///
/// A point without place takes what stays behind, at no cost.
public func partialTransport(
  _ a: Tensor, _ b: Tensor, _ geometry: Geometry, mass: Double
) throws -> ExactResult {
  let left = try Masses(a, count: geometry.rows, name: "a")
  let right = try Masses(b, count: geometry.columns, name: "b")
  guard mass > 0 && mass <= Swift.min(left.total, right.total) * (1 + 1e-9) else {
    throw TransportError(
      "mass is \(mass); between 0 and the smaller total, \(Swift.min(left.total, right.total))")
  }
  let (n, m) = (geometry.rows, geometry.columns)
  let cost = geometry.costMatrix.cast(to: .float64)
  let large = 2 * geometry.scale() + 1
  var padded = Tensor.zeros([n + 1, m + 1], dtype: .float64)
  padded[..<n, ..<m] = cost
  padded[n, m] = Tensor(large)
  let total = left.total + right.total - mass
  let all = Masses(values: left.values + [Swift.max(0, right.total - mass)], total: total)
  let wanted = Masses(values: right.values + [Swift.max(0, left.total - mass)], total: total)
  let result = try supported(all, wanted, try Geometry.matrix(padded), padded, nil)
  let entries = result.plan.entries.filter { $0.source < n && $0.target < m }
  let plan = TransportPlan(form: .sparse(geometry: geometry, entries: entries), a: left, b: right)
  return ExactResult(
    plan: plan, cost: plan.cost, f: result.f[..<n], g: result.g[..<m], dualCost: result.dualCost)
}

private func exact(
  _ a: Masses, _ b: Masses, _ geometry: Geometry, _ cost: Tensor, _ start: (f: Tensor, g: Tensor)?
) throws -> ExactResult {
  let (n, m) = (geometry.rows, geometry.columns)
  let bytes = geometry.entryCount.map { 34 * Double($0) } ?? .infinity
  guard bytes < 0.9 * Double(vk_physical_memory()), n + m < Int(Int32.max) else {
    throw TransportError(
      "\(n) × \(m) pairs need \(Int(Swift.min(bytes, 1e18) / 0x1p30)) GiB; fewer points, or sinkhorn"
    )
  }
  let supplies = rounded(a)
  let demands = rounded(b)
  var reduced = cost
  if let start {
    guard start.f.size == n, start.g.size == m else {
      throw TransportError("the start has \(start.f.size) and \(start.g.size) potentials")
    }
    let f = stopGradient(start.f).cast(to: .float64).reshaped([n, 1])
    let g = stopGradient(start.g).cast(to: .float64).reshaped([1, m])
    try checkFinite(f, "the start f")
    try checkFinite(g, "the start g")
    reduced = cost - f - g
  }
  let capacity = n + m
  var sources = [Int32](repeating: 0, count: capacity)
  var targets = [Int32](repeating: 0, count: capacity)
  var flows = [Int64](repeating: 0, count: capacity)
  var (f, g) = ([Int64](repeating: 0, count: n), [Int64](repeating: 0, count: m))
  var count: Int64 = 0
  guard reduced.size == 0 || isFinite(reduced).any() else {
    throw TransportError("all pairs are forbidden (infinite costs)")
  }
  let range = CostRange(reduced)
  let low = range.low
  var unit = 1.0
  for (k, limit) in range.limits.enumerated() {
    unit = limit > low ? (limit - low) / 0x1p40 : 1
    let costs = [Int64](unsafeUninitializedCapacity: n * m) { out, initialized in
      initialized = n * m
      reduced.withElements { raw in
        let values = raw.assumingMemoryBound(to: Double.self)
        for k in 0..<n * m {
          out[k] = Int64(((Swift.min(values[k], limit) - low) / unit).rounded())
        }
      }
    }
    let status = ns_transport(
      Int32(n), Int32(m), supplies, demands, costs, &sources, &targets, &flows, &count, &f, &g)
    guard status == Int32(NS_OPTIMAL.rawValue) else {
      throw TransportError("the network simplex ran out of memory for \(n) × \(m) pairs")
    }
    let beyond = reduced.withElements { raw in
      let values = raw.assumingMemoryBound(to: Double.self)
      return (0..<Int(count)).first { values[Int(sources[$0]) * m + Int(targets[$0])] > limit }
    }
    // No pair above the limit is used: the plan is optimal, and the potentials are feasible.
    guard let beyond else { break }
    if k == range.limits.count - 1 {
      throw TransportError(
        "no plan avoids the forbidden pairs (infinite costs), as from \(sources[beyond]) to "
          + "\(targets[beyond])")
    }
  }
  let quantum = a.total / massUnits
  let entries = (0..<Int(count)).map { k in
    PlanEntry(
      source: Int(sources[k]), target: Int(targets[k]), mass: Double(flows[k]) * quantum)
  }
  let plan = TransportPlan(form: .sparse(geometry: geometry, entries: entries), a: a, b: b)
  var x = f.map { Double($0) * unit + low }
  var y = g.map { Double($0) * unit }
  if let start {
    x = added(x, stopGradient(start.f).doubles)
    y = added(y, stopGradient(start.g).doubles)
  }
  // The constant between the two is free: both sides share the cost.
  let shift = (expectation(a.values, x) - expectation(b.values, y)) / (2 * a.total)
  x = x.map { $0 - shift }
  y = y.map { $0 + shift }
  let total = cost.withElements { raw in
    let values = raw.assumingMemoryBound(to: Double.self)
    return entries.reduce(0.0) { $0 + $1.mass * values[$1.source * m + $1.target] }
  }
  return ExactResult(
    plan: plan, cost: total, f: Tensor(doubles: x), g: Tensor(doubles: y),
    dualCost: expectation(a.values, x) + expectation(b.values, y))
}

private let massUnits = 0x1p50

/// The smallest cost, and where costs are cut off in turn.
private struct CostRange {
  var low = 0.0
  var limits: [Double] = [0]

  /// Plans hardly use what lies 2¹⁴ times above the cheapest pair of every row and column and above
  /// a quarter of all pairs.
  init(_ cost: Tensor) {
    if cost.size == 0 { return }
    let forbids = cost.max().item() == .infinity
    let finite = which(isFinite(cost), cost, -Double.infinity)
    let high = finite.max().item()
    low = cost.min().item()
    guard high.isFinite else { return }
    let cheapest = Swift.max(capped(cost.min(axis: 1), high), capped(cost.min(axis: 0), high))
    let ordinary = Swift.max(cheapest - low, CostRange.quarter(cost, above: low))
    limits = []
    var limit = low + 0x1p14 * ordinary
    while limit < high && limit > low {
      limits.append(limit)
      limit = low + 0x1p24 * (limit - low)
    }
    limits.append(high)
    // Dearer than every plan without forbidden pairs.
    if forbids { limits.append(high + Double(cost.size) * (high - low) + 1) }
  }

  /// A power of two that a quarter of the positive finite differences from `low` are below.
  private static func quarter(_ cost: Tensor, above low: Double) -> Double {
    var counts = [Int](repeating: 0, count: 2200)
    var total = 0
    cost.withElements { raw in
      let values = raw.assumingMemoryBound(to: Double.self)
      for k in 0..<cost.size {
        let gap = values[k] - low
        if gap > 0 && gap < .infinity {
          counts[Int(gap.exponent) + 1100] += 1
          total += 1
        }
      }
    }
    var seen = 0
    for (k, count) in counts.enumerated() where count > 0 {
      seen += count
      if 4 * seen >= total { return Double(sign: .plus, exponent: k - 1099, significand: 1) }
    }
    return 0
  }

  private func capped(_ x: Tensor, _ high: Double) -> Double {
    minimum(x, high).max().item()
  }
}

/// Masses as whole numbers that sum to exactly 2⁵⁰; what rounding leaves goes to the heaviest.
private func rounded(_ masses: Masses) -> [Int64] {
  let scale = massUnits / masses.total
  var result = masses.values.map { Int64(($0 * scale).rounded()) }
  var heaviest = 0
  for i in result.indices where result[i] > result[heaviest] { heaviest = i }
  result[heaviest] += Int64(massUnits) - result.reduce(0, +)
  return result
}
