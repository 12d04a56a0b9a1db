import Display
import Tensors

/// Where a factorization begins.
public enum FactorizationStart: Sendable {
  /// Uniform numbers, decided by a seed.
  case random(seed: Int)
  /// Positive parts of singular vectors, with zeros filled for multiplicative steps.
  case singular
  /// Given factors.
  case factors(NonnegativeFactors)
}

/// What a factorization found.
public struct FactorizationResult: SolveOutcome, Sendable {
  public var solver: String
  public var solution: NonnegativeFactors
  public var status: [SolveStatus]
  public var iterations: [Int]
  /// Sizes of the projected gradient over that of the start, where they were looked at.
  public var history: [Double]
  public var advice: String
  /// ½|V − W·H|² at the end; 0 or infinite where V's units put it out of the type's range.
  public var objective: Double
  /// |V − W·H| / |V|.
  public var relativeResidual: Double

  public var details: [(label: String, value: String)] {
    [
      ("objective", shortNumber(objective)),
      ("residual over the matrix", shortNumber(relativeResidual)),
    ]
  }
}

/// Nonnegative W and H with ½|V − W·H|² small: a local minimum.
///
/// ```swift
/// let found = try nonnegativeFactorization(v, rank: 20)
/// found.solution.w                 // [m, 20]
/// ```
///
/// It is converged where the projected gradient is `tolerance` times the first one
/// (doi:10.1162/neco.2007.19.10.2756), or what rounding leaves of it: looked at every tenth iteration,
/// with HALS in each, as its sweeps meet it. Units of V and of the start do not matter. Where the cell is
/// interrupted or the task cancelled, it ends with the factors of the last whole step and status
/// `interrupted`.
///
/// - Parameters:
///   - v: `[m, n]`, nonnegative and finite.
///   - iterations: at most so many steps of W and H.
/// - Throws: ``FactorizationError`` for a matrix or a rank that does not fit.
/// - Complexity: 4·m·n·r + 4·(m + n)·r² each iteration.
public func nonnegativeFactorization(
  _ v: Tensor, rank: Int, method: FactorizationMethod = .hierarchical,
  from start: FactorizationStart = .singular, iterations: Int = 200, tolerance: Double = 1e-4
) throws -> FactorizationResult {
  let isNarrow = v.dtype.isFloating && v.dtype != .float64
  let v = v.cast(to: isNarrow ? .float32 : .float64)
  try FactorizationError.check(v, rank, iterations)
  _checkpoint()
  return try CheckPoint.holding {
    try factored(v, rank, method, from: start, iterations: iterations, tolerance: tolerance)
  }
}

private func factored(
  _ v: Tensor, _ rank: Int, _ method: FactorizationMethod, from start: FactorizationStart,
  iterations: Int, tolerance: Double
) throws -> FactorizationResult {
  var units = FactorUnits(v)
  if case .factors(let given) = start {
    guard given.w.shape == [v.dim(0), rank], given.h.shape == [rank, v.dim(1)] else {
      throw FactorizationError(
        "factors of shapes \(given.w.shape) and \(given.h.shape) for a matrix of shape \(v.shape) and "
          + "rank \(rank)")
    }
    units = FactorUnits(v, given)
  }
  let v = units.scaled(v)
  var factors: NonnegativeFactors
  switch start {
  case .random(let seed):
    var generator = Generator(seed: seed)
    factors = .random(v, rank: rank, from: &generator)
  case .singular:
    guard rank <= min(v.dim(0), v.dim(1)) else {
      throw FactorizationError(
        "rank \(rank) of a \(v.dim(0)) × \(v.dim(1)) matrix: there are not so many singular vectors; "
          + "start from .random(seed: 0)")
    }
    factors = .singular(v, rank: rank, fill: method == .multiplicative ? 1 : 0)
  case .factors(let given):
    factors = units.scaled(
      NonnegativeFactors(w: relu(given.w.cast(to: v.dtype)), h: relu(given.h.cast(to: v.dtype))))
  }
  var history: [Double] = []
  var first = 0.0
  // What rounding leaves of the projected gradient at a minimum, where a start may be already.
  let pull = matmul(factors.w.mT, v).norm() + matmul(v, factors.h.mT).norm()
  let floor = (v.dtype == .float64 ? 1e-15 : 5e-7) * (pull.item() as Double)
  var status = SolveStatus.iterationLimit
  var taken = 0
  /// Notes the length of a projected gradient; whether it ends the iteration.
  func ends(_ size: Double) -> Bool {
    if history.isEmpty { first = size }
    history.append(first > 0 ? size / first : 0)
    if size <= Swift.max(tolerance * first, tolerance < 0 ? -1 : floor) { status = .converged }
    if !size.isFinite { status = .diverged }
    return status != .iterationLimit || isInterrupted()
  }
  func isInterrupted() -> Bool {
    if CheckPoint.isRaised || Task.isCancelled { status = .interrupted }
    return status == .interrupted
  }
  if method == .hierarchical {
    let sweeps = HierarchicalSweeps(v, factors)
    while taken < iterations {
      taken += 1
      if ends(sweeps.step()) { break }
    }
    factors = sweeps.factors
  } else {
    var memory = method.begin(factors)
    while !(taken % 10 == 0 && ends(projectedGradient(v, factors))), taken < iterations,
      !isInterrupted()
    {
      factors = method.step(v, factors, &memory)
      taken += 1
    }
  }
  let left = square(v - factors.product).sum().item() as Double
  let whole = square(v).sum().item() as Double
  let unit = (units.left * units.right).item() as Double
  return FactorizationResult(
    solver: "nonnegative factorization", solution: units.restored(factors), status: [status],
    iterations: [taken],
    history: history,
    advice: status == .converged
      ? ""
      : status == .interrupted
        ? "interrupted: go on from: .factors(the solution so far)"
        : "the projected gradient is still \(shortNumber(history.last ?? 1)) of the start's: use more "
          + "iterations, or a larger tolerance",
    objective: left / 2 * unit * unit, relativeResidual: whole > 0 ? (left / whole).squareRoot() : 0
  )
}

/// A matrix, a rank or factors that do not fit.
public struct FactorizationError: Error, CustomStringConvertible {
  public let description: String

  init(_ description: String) { self.description = "nonnegativeFactorization: " + description }

  static func check(_ v: Tensor, _ rank: Int, _ iterations: Int) throws {
    guard v.ndim == 2, v.size > 0 else {
      throw FactorizationError("a matrix is needed, not shape \(v.shape)")
    }
    guard rank > 0, iterations >= 0 else {
      throw FactorizationError("rank \(rank) and \(iterations) iterations; the rank is positive")
    }
    // NaN is no number ≥ 0, and an infinite one has no finite minimum.
    let bad = .!((v .>= 0) .& isFinite(v))
    guard bad.any() else { return }
    let place = bad.flattened().booleans.firstIndex(of: true)!
    let (row, column) = (place / v.dim(1), place % v.dim(1))
    throw FactorizationError(
      "the element in row \(row), column \(column) is \(v[row, column].item() as Double); all are "
        + "finite and not negative")
  }
}

/// |∇f| over the elements that may still move: those above 0, and those that want to leave it.
private func projectedGradient(_ v: Tensor, _ factors: NonnegativeFactors) -> Double {
  func part(_ v: Tensor, _ w: Tensor, _ h: Tensor) -> Double {
    let slope = matmul(matmul(w.mT, w), h) - matmul(w.mT, v)
    return square(which(h .> 0, slope, minimum(slope, 0))).sum().item()
  }
  let mirror = factors.mirrored
  return (part(v, factors.w, factors.h) + part(v.mT, mirror.w, mirror.h)).squareRoot()
}
