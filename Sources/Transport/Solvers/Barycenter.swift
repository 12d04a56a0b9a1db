import Display
import Tensors

/// The measure that is closest to some others in entropic transport cost.
public struct BarycenterResult: Sendable {
  /// Masses at the geometry's points, `[n]`.
  public let masses: Tensor
  /// Iterations taken.
  public let iterations: Int
  /// The largest L1 marginal error over the measures, by iteration.
  public let errors: [Double]
  /// Whether the tolerance was reached.
  public let converged: Bool
}

/// The entropic barycentre of measures over one symmetric geometry, by iterative Bregman
/// projections in logarithms (arXiv:1412.5154).
///
/// - Shapes: masses `[count, n]` → `[n]`.
public func barycenter(
  of masses: Tensor, _ geometry: Geometry, epsilon: Double, weights: [Double]? = nil,
  tolerance: Double = 1e-4, maximumIterations: Int = 5000
) throws -> BarycenterResult {
  guard masses.ndim == 2, geometry.rows == geometry.columns else {
    fatalError("barycenter: masses [count, n] and a square geometry, not \(masses.shape)")
  }
  try geometry.requireFinite("barycenter")
  guard epsilon > 0 && epsilon < .infinity else {
    throw TransportError("epsilon is \(epsilon); it must be positive")
  }
  let count = masses.shape[0]
  guard count > 0 else { throw TransportError("a barycentre needs at least one measure") }
  let w = try checkedWeights(weights, count)
  let measures = try (0..<count).map {
    try Masses(masses[$0], count: geometry.rows, name: "measure \($0)").rescaled(to: 1)
  }
  var soft = geometry.softMinimum(epsilon: epsilon, form: .automatic)
  let zero = [Double](repeating: 0, count: geometry.rows)
  // log-scalings of each plan, on the side of its measure and on that of the barycentre.
  var outer = [[Double]](repeating: zero, count: count)
  var inner = outer
  var errors: [Double] = []
  var mean: [Double] = []
  for _ in 0..<maximumIterations {
    _checkpoint()
    mean = [Double](repeating: 0, count: geometry.rows)
    var error = 0.0
    var spread: [[Double]] = []
    for k in 0..<count {
      let reached = soft.rows(inner[k])
      if !errors.isEmpty {
        // The plan's first marginal under the last scalings.
        let marginal = exponentials(added(outer[k], reached))
        error = Swift.max(
          error, zip(marginal, measures[k].values).reduce(0) { $0 + Swift.abs($1.0 - $1.1) })
      } else {
        error = .infinity
      }
      outer[k] = measures[k].logs.indices.map {
        measures[k].values[$0] > 0 ? measures[k].logs[$0] - reached[$0] : -.infinity
      }
      let back = soft.columns(outer[k])
      spread.append(back)
      for i in mean.indices { mean[i] += w[k] * (inner[k][i] + back[i]) }
    }
    errors.append(error)
    for k in 0..<count { inner[k] = mean.indices.map { mean[$0] - spread[k][$0] } }
    if error <= tolerance { break }
  }
  let values = exponentials(mean)
  let total = values.reduce(0, +)
  return BarycenterResult(
    masses: Tensor(doubles: values.map { $0 / total }), iterations: errors.count, errors: errors,
    converged: (errors.last ?? .infinity) <= tolerance)
}
