internal import _CConvexKernels
import Tensors

/// The solution x*(P, q, A, l, u) of a batch of quadratic programs as a function with gradients.
///
/// The gradient is that of the optimality conditions at the solution (arXiv:1703.00443): the rows
/// that are active there stay active. Where a row is at its bound without a multiplier the solution
/// has a kink; ``QuadraticBatch/margins(_:)`` reports how far each problem is from one, and
/// `smoothing` replaces the conditions by those of a barrier, which have a derivative everywhere.
///
/// ```swift
/// let slope = gradient { q in (try! quadraticSolution(P: p, q: q, A: a, l: l, u: u)).sum() }(q)
/// ```
///
/// - Parameters:
///   - P: [n, n] or [B, n, n]; the gradient is symmetric.
///   - q: [n] or [B, n].
///   - A: [m, n] or [B, m, n].
///   - l: [m] or [B, m]; of equations, half the gradient goes to each bound.
///   - u: [m] or [B, m].
///   - smoothing: the barrier's parameter, 0 for exact derivatives.
/// - Returns: x [n], or [B, n] where an array has a batch axis, in float64.
/// - Throws: ``ConvexError`` for bad input, and where a problem is not solved.
/// - Note: the gradient has gradients in turn, of any order: rows that are active stay so. That of a
///   smoothed one stops the cell.
public func quadraticSolution(
  P: Tensor, q: Tensor, A: Tensor, l: Tensor, u: Tensor, smoothing: Double = 0,
  options: QuadraticOptions = QuadraticOptions(absoluteTolerance: 1e-9)
) throws -> Tensor {
  let batch = try QuadraticBatch(P: P, q: q, A: A, l: l, u: u)
  let isBatch = P.ndim == 3 || q.ndim == 2 || A.ndim == 3 || l.ndim == 2 || u.ndim == 2
  let found = try batch.solve(options)
  if let k = found.status.firstIndex(where: { $0 != .solved }) {
    throw ConvexError(
      "problem \(k) is not solved: \(found.status[k].rawValue), largest residual "
        + "\(found.residuals[k].largest)")
  }
  let values = [P, q, A, l, u].map { $0.cast(to: .float64) }
  let pair = custom(values) { _ in
    concatenate([found.x, found.y], axis: 1)
  } gradient: { values, pair, g in
    batch.pullback(found, values, pair, g, smoothing: smoothing)
  }
  let x = pair[0..., ..<batch.variables]
  return isBatch ? x : x.reshaped([batch.variables])
}

extension QuadraticBatch {
  /// The least max(slack, |multiplier|) of each problem's inequalities [B]: near 0 a row is at its
  /// bound without a multiplier, and the solution has no derivative there.
  public func margins(_ solution: QuadraticBatchSolution) -> Tensor {
    let none = Tensor.zeros([count, variables], dtype: .float64)
    return differentiated(solution, none, Tensor.zeros([count, constraints], dtype: .float64), 0).2
  }

  /// How solution and multipliers move when the data do: forward differentiation.
  ///
  /// Directions have the shapes of the data; `nil` holds still. l and u move active rows only.
  public func tangent(
    _ solution: QuadraticBatchSolution, dP: Tensor? = nil, dq: Tensor? = nil, dA: Tensor? = nil,
    dl: Tensor? = nil, du: Tensor? = nil, smoothing: Double = 0
  ) -> (x: Tensor, y: Tensor) {
    let (x, y) = (solution.x, solution.y)
    var top = Tensor.zeros([count, variables], dtype: .float64)
    var bottom = Tensor.zeros([count, constraints], dtype: .float64)
    if let dP { top = top - product(dP.cast(to: .float64), x) }
    if let dq { top = top - dq.cast(to: .float64) }
    if let dA {
      let dA = dA.cast(to: .float64)
      top = top - product(dA.swapped(-1, -2), y)
      bottom = bottom - product(dA, x)
    }
    let (low, high) = shares(solution)
    if let dl { bottom = bottom + low * dl.cast(to: .float64) }
    if let du { bottom = bottom + high * du.cast(to: .float64) }
    let (a, b, _) = differentiated(solution, top, bottom, smoothing)
    return (a, b)
  }

  /// The gradients of P, q, A, l and u from that of (x, y) [B, n + m], summed over problems that share
  /// an array.
  func pullback(
    _ solution: QuadraticBatchSolution, _ values: [Tensor], _ pair: Tensor, _ g: Tensor,
    smoothing: Double
  ) -> [Tensor?] {
    let (a, b) = halves(solved(solution, values[0], values[2], g, smoothing: smoothing))
    let (x, y) = halves(pair)
    let (low, high) = shares(solution)
    return [
      summed(-symmetric(a, x), like: p), summed(-a, like: q),
      summed(-(outer(y, a) + outer(b, x)), like: self.a), summed(low * b, like: l),
      summed(high * b, like: u),
    ]
  }

  /// The differential's linear system for right sides g [B, n + m], as a function of P, A and g with
  /// gradients: its matrix is symmetric, so that they come from the same system.
  private func solved(
    _ solution: QuadraticBatchSolution, _ p: Tensor, _ a: Tensor, _ g: Tensor, smoothing: Double
  ) -> Tensor {
    custom([p, a, g.cast(to: .float64)]) { given in
      let (top, bottom) = halves(given[2])
      let (x, y, _) = differentiated(solution, top, bottom, smoothing)
      return concatenate([x, y], axis: 1)
    } gradient: { given, answer, g in
      guard smoothing == 0 else {
        stop("quadraticSolution: a smoothed gradient has no gradient; take smoothing 0")
      }
      let back = solved(solution, given[0], given[1], g, smoothing: 0)
      let ((a, b), (c, d)) = (halves(answer), halves(back))
      return [
        summed(-symmetric(a, c), like: self.p), summed(-(outer(d, a) + outer(b, c)), like: self.a),
        back,
      ]
    }
  }

  private func halves(_ pair: Tensor) -> (x: Tensor, y: Tensor) {
    (pair[0..., ..<variables], pair[0..., variables...])
  }
  private func outer(_ s: Tensor, _ t: Tensor) -> Tensor {
    s.reshaped([count, s.shape[1], 1]) * t.reshaped([count, 1, t.shape[1]])
  }
  /// The symmetric part of outer(s, t).
  private func symmetric(_ s: Tensor, _ t: Tensor) -> Tensor {
    let half = outer(s, t) * Tensor(0.5, dtype: .float64)
    return half + half.swapped(-1, -2)
  }
  private func summed(_ x: Tensor, like data: Tensor) -> Tensor {
    x.ndim == data.ndim ? x : x.sum(axis: 0)
  }

  /// Which bound moves each row [B, m]: 1 and 0, of equations a half each.
  private func shares(_ solution: QuadraticBatchSolution) -> (low: Tensor, high: Tensor) {
    let equal = (l .== u).cast(to: .float64) * Tensor(0.5, dtype: .float64)
    let low = (solution.y .< 0).cast(to: .float64)
    let other = (l .!= u).cast(to: .float64)
    return (low * other + equal, (1 - low) * other + equal)
  }

  /// M·x for each problem, [B, k].
  func product(_ matrix: Tensor, _ x: Tensor) -> Tensor {
    matmul(matrix, x.reshaped([count, x.shape[1], 1])).squeezed(axis: -1)
  }

  private func differentiated(
    _ solution: QuadraticBatchSolution, _ top: Tensor, _ bottom: Tensor, _ smoothing: Double
  ) -> (Tensor, Tensor, Tensor) {
    let a = Tensor(uninitialized: [count, variables], .float64)
    let b = Tensor(uninitialized: [count, constraints], .float64)
    let margins = Tensor(uninitialized: [count], .float64)
    var raw = cq_options(
      eps_abs: 1e-6, eps_rel: 0, eps_infeasible: 1e-9, max_iter: 1, scaling: 10, warm_rounds: 0,
      stop: nil, stop_context: nil)
    a.withElements { a in
      b.withElements { b in
        margins.withElements { margins in
          solution.x.withElements { x in
            solution.y.withElements { y in
              func numbers(_ raw: UnsafeMutableRawPointer) -> UnsafeMutablePointer<Double> {
                raw.assumingMemoryBound(to: Double.self)
              }
              copy(top, to: numbers(a))
              copy(bottom, to: numbers(b))
              withBatch { batch in
                var batch = batch
                cq_sensitivity_batch(
                  &batch, &raw, smoothing, numbers(x), numbers(y), numbers(a), numbers(b),
                  numbers(margins))
              }
            }
          }
        }
      }
    }
    return (a, b, margins)
  }
}
