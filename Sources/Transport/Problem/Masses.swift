import Tensors

/// The masses of a measure's points, checked and in double precision.
struct Masses: Sendable {
  var values: [Double]
  var logs: [Double]
  let total: Double

  /// - Throws: for a wrong count, and for the first entry that is NaN, infinite or negative.
  init(_ tensor: Tensor, count: Int, name: String) throws {
    let tensor = stopGradient(tensor)
    guard tensor.size == count else {
      throw TransportError(
        "\(name) has \(tensor.size) masses (shape \(tensor.shape)) but the geometry has \(count) "
          + "points on that side")
    }
    values = tensor.doubles
    var sum = 0.0
    for (i, mass) in values.enumerated() {
      guard mass >= 0 && mass < .infinity else {
        throw TransportError(
          "\(name)[\(i)] is \(mass); masses are finite and not negative")
      }
      sum += mass
    }
    guard sum > 0 && sum < .infinity else {
      throw TransportError("\(name) has no mass: its \(count) entries sum to \(sum)")
    }
    total = sum
    logs = logarithms(values)
  }

  init(values: [Double], total: Double) {
    self.values = values
    self.total = total
    logs = logarithms(values)
  }

  /// The same masses with another total.
  func rescaled(to newTotal: Double) -> Masses {
    if newTotal == total { return self }
    let factor = newTotal / total
    return Masses(values: values.map { $0 * factor }, total: newTotal)
  }
}

/// Two measures of one total mass.
///
/// Totals that differ by rounding (a hundred-thousandth, what float32 does to a sum) are made
/// equal; a larger difference is an error, because the problem has no solution.
func balanced(_ a: Tensor, _ b: Tensor, _ geometry: Geometry) throws -> (Masses, Masses) {
  let left = try Masses(a, count: geometry.rows, name: "a")
  let right = try Masses(b, count: geometry.columns, name: "b")
  guard Swift.abs(left.total - right.total) <= 1e-5 * Swift.max(left.total, right.total) else {
    throw TransportError(
      "a has mass \(left.total) and b has mass \(right.total): divide each by its sum, or ask for "
        + "unbalanced or partial transport")
  }
  return (left, right.rescaled(to: left.total))
}
