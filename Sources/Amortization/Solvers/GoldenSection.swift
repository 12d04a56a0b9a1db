import Tensors

/// Golden section search (doi:10.1090/S0002-9939-1953-0055639-3) for problems of one number with a
/// single minimum in an interval.
///
/// Each iteration costs one evaluation and shrinks the interval by 0.618.
public struct GoldenSection: IterativeSolver, Sendable {
  /// The lower end of the first interval.
  public var low: Double
  /// The upper end of the first interval.
  public var high: Double
  /// The limit on iterations.
  public var maximumIterations: Int
  /// On the width of the interval.
  public var tolerance: Double

  /// A search of an interval.
  public init(
    over interval: ClosedRange<Double>, maximumIterations: Int = 100, tolerance: Double = 1e-6
  ) {
    low = interval.lowerBound
    high = interval.upperBound
    self.maximumIterations = maximumIterations
    self.tolerance = tolerance
  }

  public var name: String { "golden section" }

  public var advice: String { "use more iterations or a narrower interval" }

  public func begin(_ rows: inout SolverRows) {
    guard rows.problem.dimension == 1 else {
      fatalError("\(name): the variable has \(rows.problem.dimension) numbers, not 1")
    }
    let ones = rows.y.plainOnes
    let (a, b) = (low * ones, high * ones)
    let (c, d) = (b - GoldenSection.ratio * (b - a), a + GoldenSection.ratio * (b - a))
    // Memory: the interval's ends, the inner points and their values.
    rows.memory = [a, b, c, d, value(c, rows), value(d, rows)]
    settle(&rows)
  }

  public func step(_ rows: inout SolverRows) {
    var (a, b, c, d) = (rows.memory[0], rows.memory[1], rows.memory[2], rows.memory[3])
    let (fc, fd) = (rows.memory[4], rows.memory[5])
    let isLeft = fc .< fd
    let mask = isLeft.asColumn
    (a, b) = (which(mask, a, c), which(mask, d, b))
    let ratio = GoldenSection.ratio
    let fresh = which(mask, b - ratio * (b - a), a + ratio * (b - a))
    let found = value(fresh, rows)
    (c, d) = (which(mask, fresh, d), which(mask, c, fresh))
    rows.memory = [a, b, c, d, which(isLeft, found, fd), which(isLeft, fc, found)]
    settle(&rows)
  }

  /// (√5 − 1)/2.
  private static let ratio = 0.6180339887498949

  private func value(_ y: Tensor, _ rows: SolverRows) -> Tensor {
    rows.problem(y, rows.x, noise: rows.noise)
  }

  private func settle(_ rows: inout SolverRows) {
    let isLeft = rows.memory[4] .< rows.memory[5]
    rows.y = which(isLeft.asColumn, rows.memory[2], rows.memory[3])
    rows.value = which(isLeft, rows.memory[4], rows.memory[5])
    rows.error = (rows.memory[1] - rows.memory[0]).squeezed(axis: -1)
  }
}
