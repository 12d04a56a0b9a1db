internal import _CConvexKernels

/// The cone K = {0}ᶻ × ℝ₊ˡ × second-order × semidefinite × exponential of a program's slacks, with
/// its parts in SCS's order.
///
/// - A second-order cone of size k holds (t, v) with |v| ≤ t.
/// - A semidefinite cone of order k holds the lower triangle of a k × k matrix by columns, with the
///   entries off the diagonal times √2: k(k + 1)/2 numbers.
/// - An exponential cone holds (x, y, z) with y·exp(x/y) ≤ z, y > 0.
public struct Cones: Sendable, Hashable {
  /// Rows whose slack is zero: equations.
  public var zero: Int
  /// Rows whose slack is not negative.
  public var nonnegative: Int
  /// The size of each second-order cone.
  public var secondOrder: [Int]
  /// The order of each semidefinite cone.
  public var semidefinite: [Int]
  /// Number of exponential cones.
  public var exponential: Int

  /// A product of cones, in this order.
  public init(
    zero: Int = 0, nonnegative: Int = 0, secondOrder: [Int] = [], semidefinite: [Int] = [],
    exponential: Int = 0
  ) {
    self.zero = zero
    self.nonnegative = nonnegative
    self.secondOrder = secondOrder
    self.semidefinite = semidefinite
    self.exponential = exponential
  }

  /// Number of rows.
  public var rows: Int {
    zero + nonnegative + secondOrder.reduce(0, +)
      + semidefinite.reduce(0) { $0 + $1 * ($1 + 1) / 2 }
      + 3 * exponential
  }

  /// The point of the cone that is nearest to v, or that of its dual.
  ///
  /// - Complexity: O(rows), and O(k³) for each semidefinite cone.
  public func projection(of v: [Double], onDual: Bool = false) throws -> [Double] {
    try check()
    guard v.count == rows else { throw ConvexError("the cones have \(rows) rows, v \(v.count)") }
    if let i = v.firstIndex(where: { !$0.isFinite }) { throw ConvexError("v[\(i)] is \(v[i])") }
    var v = v
    let status = withRaw { raw in
      var raw = raw
      return cc_project(&raw, onDual ? 1 : 0, &v)
    }
    guard status == 0 else { throw ConvexError("a matrix has no eigenvalue decomposition") }
    return v
  }

  func check() throws {
    for (name, count) in [
      ("zero", zero), ("nonnegative", nonnegative), ("exponential", exponential),
    ] where count < 0 {
      throw ConvexError("the number of \(name) rows is \(count)")
    }
    for (name, sizes) in [("second-order", secondOrder), ("semidefinite", semidefinite)] {
      if let k = sizes.firstIndex(where: { $0 < 1 }) {
        throw ConvexError("\(name) cone \(k) has size \(sizes[k]); leave it out")
      }
    }
  }

  /// The cones as the kernel takes them, in a program without data.
  func withRaw<Result>(_ body: (cc_problem) throws -> Result) rethrows -> Result {
    let second = secondOrder.map { Int32($0) }
    let orders = semidefinite.map { Int32($0) }
    return try second.withUnsafeBufferPointer { second in
      try orders.withUnsafeBufferPointer { orders in
        var raw = cc_problem()
        raw.m = Int32(rows)
        raw.zero = Int32(zero)
        raw.nonnegative = Int32(nonnegative)
        raw.second_count = Int32(second.count)
        raw.semidefinite_count = Int32(orders.count)
        raw.exponential = Int32(exponential)
        raw.second = second.baseAddress
        raw.semidefinite = orders.baseAddress
        return try body(raw)
      }
    }
  }
}
