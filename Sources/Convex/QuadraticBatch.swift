internal import _CConvexKernels
import Display
import Tensors

/// Quadratic programs of one size, solved at once: min ½xᵀPx + qᵀx with l ≤ Ax ≤ u for each row.
///
/// Arrays have a leading batch axis, or lack it where all problems share them.
///
/// ```swift
/// let batch = try QuadraticBatch(P: p, q: q, A: a, l: l, u: u)   // q [1000, 10], P [10, 10], …
/// let solved = try batch.solve()
/// solved.x           // [1000, 10]
/// solved.status      // one for each
/// ```
public struct QuadraticBatch: Sendable {
  /// Number of problems.
  public let count: Int
  /// Number of variables of each.
  public let variables: Int
  /// Number of rows of A of each.
  public let constraints: Int
  let p: Tensor, q: Tensor, a: Tensor, l: Tensor, u: Tensor

  /// Programs with P [n, n] or [B, n, n], q [n] or [B, n], A [m, n] or [B, m, n], l and u [m] or
  /// [B, m].
  ///
  /// - Throws: ``ConvexError`` for sizes that do not fit, entries that are not finite, l > u, and P
  ///   that is not symmetric.
  public init(P: Tensor, q: Tensor, A: Tensor, l: Tensor, u: Tensor) throws {
    let n = q.shape.last ?? 0
    let m = l.shape.last ?? 0
    var count: Int?
    func take(_ x: Tensor, _ form: [Int], _ name: String) throws -> Tensor {
      if x.ndim == form.count + 1 {
        guard count == nil || count == x.shape[0] else {
          throw ConvexError("\(name) has \(x.shape[0]) rows, another array \(count!)")
        }
        count = x.shape[0]
      }
      guard x.shape == form || (x.ndim == form.count + 1 && Array(x.shape.dropFirst()) == form)
      else {
        throw ConvexError("\(name) has shape \(x.shape); \(form) is needed, or [B] before it")
      }
      return stopGradient(x).cast(to: .float64)
    }
    guard n > 0 else { throw ConvexError("the problems have no variables: q has shape \(q.shape)") }
    p = try take(P, [n, n], "P")
    self.q = try take(q, [n], "q")
    a = try take(A, [m, n], "A")
    self.l = try take(l, [m], "l")
    self.u = try take(u, [m], "u")
    self.count = count ?? 1
    variables = n
    constraints = m
    for (array, name) in [(p, "P"), (self.q, "q"), (a, "A")] {
      let values = array.doubles
      if let k = values.firstIndex(where: { !$0.isFinite }) {
        var (rest, index) = (k, [Int]())
        for size in array.shape.reversed() {
          index.insert(rest % size, at: 0)
          rest /= size
        }
        throw ConvexError("\(name)\(index) is \(values[k])")
      }
    }
    let skew = p.size == 0 ? 0 : abs(p - p.swapped(-1, -2)).max().item() as Double
    guard skew <= 1e-10 * (abs(p).max().item() as Double) else {
      throw ConvexError("P is not symmetric: its triangles differ by \(skew); take (P + Pᵀ) / 2")
    }
    let (lows, highs) = (self.l.doubles, self.u.doubles)
    let rows = Swift.max(lows.count, highs.count)
    for k in 0..<rows {
      let (low, high) = (lows[k % lows.count], highs[k % highs.count])
      let place = "problem \(k / m), row \(k % m)"
      guard low <= high else { throw ConvexError("\(place): l = \(low), u = \(high)") }
      guard low < 1e20, high > -1e20 else {
        throw ConvexError("\(place) has no values: its bounds are \(low) and \(high)")
      }
    }
  }

  /// Solves all programs, in as many threads as the runtime uses.
  ///
  /// After an interrupt those that are not done have status `interrupted`.
  ///
  /// - Parameter start: x [B, n] and y [B, m] to begin from.
  /// - Throws: ``ConvexError`` where a start has another shape. A problem that is not convex gets
  ///   the status `notConvex`.
  public func solve(
    _ options: QuadraticOptions = QuadraticOptions(), from start: (x: Tensor, y: Tensor)? = nil
  ) throws -> QuadraticBatchSolution {
    let (n, m) = (variables, constraints)
    let x = Tensor(uninitialized: [count, n], .float64)
    let y = Tensor(uninitialized: [count, m], .float64)
    if let start {
      guard start.x.shape == [count, n], start.y.shape == [count, m] else {
        throw ConvexError("the start has shapes \(start.x.shape) and \(start.y.shape)")
      }
    }
    var reports = [cq_report](repeating: cq_report(), count: count)
    try options.withRaw { raw in
      x.withElements { x in
        y.withElements { y in
          let (x, y) = (
            x.assumingMemoryBound(to: Double.self), y.assumingMemoryBound(to: Double.self)
          )
          if let start {
            copy(start.x, to: x)
            copy(start.y, to: y)
          }
          withBatch { batch in
            var batch = batch
            cq_solve_batch(&batch, &raw, start == nil ? 0 : 1, x, y, &reports)
          }
        }
      }
    }
    return QuadraticBatchSolution(
      x: x, y: y, status: reports.map { ConvexStatus($0.status) },
      iterations: reports.map { Int($0.iterations) },
      startWasEnough: reports.map { $0.warm != 0 },
      residuals: reports.map { ConvexResiduals($0.measure) })
  }

  func withBatch<Result>(_ body: (cq_batch) throws -> Result) rethrows -> Result {
    let (n, m) = (variables, constraints)
    return try p.withElements { p in
      try q.withElements { q in
        try a.withElements { a in
          try l.withElements { l in
            try u.withElements { u in
              func numbers(_ raw: UnsafeMutableRawPointer) -> UnsafePointer<Double> {
                UnsafePointer(raw.assumingMemoryBound(to: Double.self))
              }
              func stride(_ x: Tensor, _ axes: Int, _ size: Int) -> Int64 {
                x.ndim > axes ? Int64(size) : 0
              }
              let first = cq_problem(
                n: Int32(n), m: Int32(m), p: numbers(p), q: numbers(q), a: numbers(a),
                l: numbers(l), u: numbers(u), p_columns: nil, p_rows: nil, a_columns: nil,
                a_rows: nil)
              return try body(
                cq_batch(
                  first: first, count: Int64(count), p_stride: stride(self.p, 2, n * n),
                  q_stride: stride(self.q, 1, n), a_stride: stride(self.a, 2, m * n),
                  l_stride: stride(self.l, 1, m), u_stride: stride(self.u, 1, m)))
            }
          }
        }
      }
    }
  }
}

/// The elements of a tensor into memory of its size, in float64.
func copy(_ x: Tensor, to memory: UnsafeMutablePointer<Double>) {
  let x = stopGradient(x).cast(to: .float64)
  x.withElements { memory.update(from: $0.assumingMemoryBound(to: Double.self), count: x.size) }
}

/// What was found for a batch of quadratic programs.
public struct QuadraticBatchSolution: Sendable, CustomStringConvertible, Displayable {
  /// The variables [B, n].
  public var x: Tensor
  /// The multipliers [B, m].
  public var y: Tensor
  /// How each ended.
  public var status: [ConvexStatus]
  /// Iterations that each took.
  public var iterations: [Int]
  /// Whether active-set steps from the start were enough.
  public var startWasEnough: [Bool]
  /// The residuals of each.
  public var residuals: [ConvexResiduals]

  /// The value of each [B].
  public var objective: Tensor {
    Tensor(residuals.map(\.objective), shape: [residuals.count], dtype: .float64)
  }
  /// Whether all are solved.
  public var isSolved: Bool { status.allSatisfy { $0 == .solved } }

  public var description: String {
    let mean = Double(iterations.reduce(0, +)) / Double(Swift.max(1, iterations.count))
    var text =
      "\(status.count { $0 == .solved }) of \(status.count) solved, \(shortNumber(mean)) iterations "
      + "on average"
    for other in ConvexStatus.allCases.dropFirst() {
      let count = status.count { $0 == other }
      if count > 0 { text += ", \(count) \(other.rawValue)" }
    }
    return text
  }

  public var mimeBundle: MimeBundle { MimeBundle(text: description) }
}
