internal import _CVectorKernels
import Tensors

/// Where two measures live: `rows` points of the first, `columns` points of the second, and the
/// cost between each two.
///
/// ```swift
/// let images = Geometry.grid([28, 28])                     // never a 784 × 784 matrix
/// let clouds = Geometry.points(x, y, cost: .euclidean)     // a matrix only where it fits
/// let table = Geometry.matrix(cost)
/// ```
///
/// A geometry is a constant: gradients reach points and costs through ``entropicCost(_:_:cost:epsilon:options:)``.
public struct Geometry: Sendable {
  enum Form: Sendable {
    case matrix(Tensor)
    case points(PointPair)
    case grid(GridAxes)
    case lowRank(Tensor, Tensor)
  }

  let form: Form
  /// Points of the first measure.
  public let rows: Int
  /// Points of the second measure.
  public let columns: Int
  /// The type that costs are computed in.
  public let dtype: DType

  /// Any costs, given as a matrix.
  ///
  /// A cost of `.infinity` forbids the pair, for ``exactTransport(_:_:_:from:)``.
  ///
  /// - Throws: for the first entry that is NaN or −∞.
  public static func matrix(_ cost: Tensor) throws -> Geometry {
    guard cost.ndim == 2 else {
      fatalError("Geometry.matrix: costs [n, m], not shape \(cost.shape)")
    }
    let plain = stopGradient(cost.cast(to: cost.dtype == .int64 ? .float64 : cost.dtype.floating))
    try checkFinite(which(plain .== Double.infinity, 0, plain), "the cost")
    return Geometry(
      form: .matrix(plain), rows: cost.shape[0], columns: cost.shape[1], dtype: plain.dtype)
  }

  /// Two clouds of points; costs are computed where they are needed.
  ///
  /// - Shapes: `[n, d]` and `[m, d]`.
  /// - Throws: for the first coordinate that is NaN or infinite.
  public static func points(
    _ x: Tensor, _ y: Tensor, cost: PointCost = .squaredEuclidean
  ) throws -> Geometry {
    guard x.ndim == 2, y.ndim == 2, x.shape[1] == y.shape[1] else {
      fatalError(
        "Geometry.points: points [n, d] and [m, d], not shapes \(x.shape) and \(y.shape)")
    }
    if case .norm(let p) = cost, !(p >= 1) {
      throw TransportError("the norm with p = \(p) is none: p is at least 1")
    }
    try checkFinite(x, "x")
    try checkFinite(y, "y")
    if cost.usesDirections {
      for (name, points) in [("x", x), ("y", y)] {
        let lengths = stopGradient(points).norm(axis: 1).doubles
        if let zero = lengths.firstIndex(of: 0) {
          throw TransportError("\(name)[\(zero)] is 0, which has no direction")
        }
      }
    }
    let pair = PointPair(stopGradient(x), stopGradient(y), cost)
    return Geometry(
      form: .points(pair), rows: x.shape[0], columns: y.shape[0], dtype: pair.x.dtype)
  }

  /// A regular grid over the unit box, for images and histograms: cost Σₖ|xₖ − yₖ|ᵖ.
  ///
  /// The kernel exp(−cost/ε) is then a product of small matrices, one for each axis: an
  /// application costs n·Σ extents instead of n².
  ///
  /// - Parameter length: what the longest axis measures; neighbours are equally far on all axes.
  public static func grid(_ extents: [Int], power: Double = 2, length: Double = 1) -> Geometry {
    guard !extents.isEmpty, extents.allSatisfy({ $0 > 0 }) else {
      fatalError("Geometry.grid: positive extents, not \(extents)")
    }
    let step = length / Double(Swift.max(1, (extents.max() ?? 1) - 1))
    let axes = extents.map { n in
      (0..<n * n).map { k in power_(Swift.abs(Double(k / n - k % n)) * step, power) }
    }
    let grid = GridAxes(costs: axes, sources: extents, targets: extents)
    let count = extents.reduce(1, *)
    return Geometry(form: .grid(grid), rows: count, columns: count, dtype: .float64)
  }

  /// A grid with any cost that is a sum over the axes: one matrix for each axis.
  public static func grid(costs: [Tensor]) throws -> Geometry {
    for (k, cost) in costs.enumerated() {
      guard cost.ndim == 2 else {
        fatalError("Geometry.grid: the cost of axis \(k) has shape \(cost.shape), not two axes")
      }
      try checkFinite(cost, "the cost of axis \(k)")
    }
    guard !costs.isEmpty else { fatalError("Geometry.grid: at least one axis") }
    let grid = GridAxes(
      costs: costs.map { stopGradient($0).doubles }, sources: costs.map { $0.shape[0] },
      targets: costs.map { $0.shape[1] })
    return Geometry(
      form: .grid(grid), rows: grid.sources.reduce(1, *), columns: grid.targets.reduce(1, *),
      dtype: .float64)
  }

  /// Costs that are a product `left · rightᵀ` of matrices `[n, r]` and `[m, r]`.
  public static func lowRank(_ left: Tensor, _ right: Tensor) throws -> Geometry {
    guard left.ndim == 2, right.ndim == 2, left.shape[1] == right.shape[1] else {
      fatalError(
        "Geometry.lowRank: [n, r] and [m, r], not shapes \(left.shape) and \(right.shape)")
    }
    try checkFinite(left, "left")
    try checkFinite(right, "right")
    let type = DType.common(left.dtype, right.dtype).floating
    return Geometry(
      form: .lowRank(stopGradient(left).cast(to: type), stopGradient(right).cast(to: type)),
      rows: left.shape[0], columns: right.shape[0], dtype: type)
  }

  /// - Throws: where pairs are forbidden, which the named solver cannot express.
  func requireFinite(_ solver: String) throws {
    guard case .matrix(let cost) = form else { return }
    do {
      try checkFinite(cost, "the cost")
    } catch let error as TransportError {
      throw TransportError(
        "\(solver): \(error.description); only exactTransport takes forbidden pairs")
    }
  }

  /// The same geometry seen from the second measure.
  public var transposed: Geometry {
    let turned: Form =
      switch form {
      case .matrix(let cost): .matrix(cost.T)
      case .points(let pair): .points(pair.swapped)
      case .grid(let grid): .grid(grid.transposed)
      case .lowRank(let left, let right): .lowRank(right, left)
      }
    return Geometry(form: turned, rows: columns, columns: rows, dtype: dtype)
  }

  /// Costs of a run of rows, `[rows.count, columns]`.
  public func cost(rows range: Range<Int>) -> Tensor {
    guard range.lowerBound >= 0 && range.upperBound <= rows else {
      fatalError("Geometry.cost: rows \(range) of \(rows)")
    }
    switch form {
    case .matrix(let cost):
      return range == 0..<rows ? cost : cost[range]
    case .points(let pair): return pair.cost(range)
    case .grid(let grid): return grid.cost(range)
    case .lowRank(let left, let right): return matmul(left[range], right.T)
    }
  }

  /// All costs, `[rows, columns]`.
  ///
  /// - Complexity: n·m memory; ``cost(rows:)`` gives a part.
  public var costMatrix: Tensor { cost(rows: 0..<rows) }

  /// The entries of a plan or a cost matrix, or nil when they are too many for 64 bits.
  var entryCount: Int? {
    let (count, overflows) = rows.multipliedReportingOverflow(by: columns)
    return overflows ? nil : count
  }

  /// Whether a matrix of costs may be held: there, or of a size that no machine minds.
  var mayMaterialize: Bool {
    switch form {
    case .matrix: true
    case .grid: false
    default: (entryCount ?? .max) <= 1 << 24
    }
  }

  /// Runs over blocks of rows of which the costs fit the caches.
  func forEachBlock(_ body: (Range<Int>, Tensor) throws -> Void) rethrows {
    let height = Swift.max(1, Swift.min(rows, (1 << 17) / Swift.max(1, columns)))
    for start in stride(from: 0, to: rows, by: height) {
      let range = start..<Swift.min(rows, start + height)
      try body(range, cost(rows: range))
    }
  }

  /// The largest cost in size, from all rows or a thousand evenly chosen ones.
  package func scale() -> Double {
    switch form {
    case .matrix(let cost):
      if cost.size == 0 { return 0 }
      let finite = which(isFinite(cost), cost, 0)
      return Swift.max(finite.max().item(), -finite.min().item())
    case .grid(let grid):
      return grid.costs.reduce(0) { $0 + ($1.map { Swift.abs($0) }.max() ?? 0) }
    default:
      var largest = 0.0
      for row in stride(from: 0, to: rows, by: Swift.max(1, rows / 64)) where columns > 0 {
        largest = Swift.max(largest, abs(cost(rows: row..<row + 1)).max().item())
      }
      return largest
    }
  }
}

func power_(_ x: Double, _ p: Double) -> Double {
  if p == 2 { return x * x }
  if p == 1 { return x }
  return (Tensor(doubles: [x]) ** p).item()
}

/// - Throws: naming the first element that is not finite.
func checkFinite(_ x: Tensor, _ name: String) throws {
  let plain = stopGradient(x)
  if plain.size == 0 || isFinite(plain).all() { return }
  let values = plain.doubles
  for (k, value) in values.enumerated() where !(Swift.abs(value) < .infinity) {
    var position: [Int] = []
    var rest = k
    for extent in plain.shape.reversed() {
      position.insert(rest % extent, at: 0)
      rest /= extent
    }
    throw TransportError("\(name) at \(position) is \(value); it must be finite")
  }
}
