import Amortization
import Convex
import Display

/// How often a solver, learned or not, is not done within so many iterations, with a confidence: bounds
/// over limits k and tolerances, all of which hold at once with probability 1 − δ.
///
/// ```swift
/// let counts = tolerances.map { t in iterations(of: solver, on: fresh, t) }   // nil: not solved
/// let certificate = IterationCertificate(
///   counts, tolerances: tolerances, limits: [20, 50, 100], delta: 1e-3)
/// ```
///
/// The contexts must be drawn after the solver was chosen. Each bound is exact (Clopper–Pearson) at δ
/// divided by the number of bounds (arXiv:2404.13831 compares them with others).
public struct IterationCertificate: Sendable {
  /// The tolerances.
  public let tolerances: [Double]
  /// The limits k.
  public let limits: [Int]
  /// Contexts.
  public let count: Int
  /// δ: the probability that some bound does not hold.
  public let delta: Double
  /// Contexts that were not solved within each limit, [tolerance][limit].
  public let failures: [[Int]]
  /// What the probability of that does not exceed, [tolerance][limit].
  public let bounds: [[Double]]

  /// From iterations of fresh contexts, for each tolerance; `nil` where a context was not solved.
  ///
  /// Stops the cell where there are no contexts, or not as many for each tolerance.
  public init(
    _ iterations: [[Int?]], tolerances: [Double], limits: [Int], delta: Double = 1e-3
  ) {
    let count = iterations.first?.count ?? 0
    guard count > 0, iterations.count == tolerances.count, !limits.isEmpty,
      iterations.allSatisfy({ $0.count == count })
    else {
      fatalError(
        "IterationCertificate: counts for \(iterations.count) tolerances of \(tolerances.count), "
          + "\(iterations.map(\.count)) contexts, limits \(limits)")
    }
    self.tolerances = tolerances
    self.limits = limits
    self.count = count
    self.delta = delta
    failures = iterations.map { IterationCertificate.failures(in: $0, limits) }
    let each = delta / Double(tolerances.count * limits.count)
    bounds = failures.map { row in
      row.map { failureBound(failures: $0, of: count, delta: each) }
    }
  }

  /// How many of some iterations are above each limit, or not there at all.
  public static func failures(in iterations: [Int?], _ limits: [Int]) -> [Int] {
    limits.map { limit in iterations.count { $0 == nil || $0! > limit } }
  }

  /// Whether all bounds are at least the rates of other contexts.
  public func holds(for iterations: [[Int?]]) -> Bool {
    zip(bounds, iterations).allSatisfy { bounds, iterations in
      let rates = IterationCertificate.failures(in: iterations, limits)
      return zip(bounds, rates).allSatisfy { $0 * Double(iterations.count) >= Double($1) }
    }
  }
}

extension IterationCertificate: CustomStringConvertible, Displayable {
  private var table: Table {
    var table = Table(
      [.right("tolerance")] + limits.map { .right("\($0)") },
      caption: "Probability (%) of not being solved within so many iterations, at most; all with "
        + "probability 1 − \(shortNumber(delta)), from \(count) contexts")
    for (tolerance, row) in zip(tolerances, bounds) {
      table.add([.init(shortNumber(tolerance))] + row.map { .init(shortNumber(100 * $0)) })
    }
    return table
  }

  /// The bounds as a table.
  public var description: String { table.description }

  public var mimeBundle: MimeBundle { table.mimeBundle }
}

extension SplittingSolution {
  /// The iterations of each problem, `nil` where it is not solved.
  public var solvedIterations: [Int?] {
    zip(status, iterations).map { $0 == .solved ? $1 : nil }
  }
}
