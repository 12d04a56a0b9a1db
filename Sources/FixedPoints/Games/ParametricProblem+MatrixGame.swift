import Amortization
import Tensors

extension ParametricProblem {
  /// Equilibria of zero-sum matrix games max over p, min over q of pᵀ·A·q, as fixed points of the
  /// extragradient map (Korpelevich 1976); contexts are payoffs A to the player of rows.
  ///
  /// ```swift
  /// let game = ParametricProblem.matrixGame(rows: 3, columns: 3, payoffs: .normal(dimension: 9))
  /// let found = AndersonAcceleration().solve(game, game.sampleContexts(10, seed: 1))
  /// found.values           // how much a best answer gains: 0 at an equilibrium
  /// ```
  ///
  /// The plain gradient map circles around equilibria; a step with the gradient of the place where
  /// the first one leads does not. Its length is `stepSize` over √(‖A‖₁·‖A‖∞), a bound on ‖A‖₂.
  ///
  /// - Shapes: contexts `[n, rows, columns]` or `[n, rows·columns]`; variables
  ///   `[n, rows + columns]`, p and then q.
  public static func matrixGame(
    rows: Int, columns: Int, payoffs: Contexts, stepSize: Double = 0.9, dtype: DType = .float64
  ) -> ParametricProblem {
    guard rows > 0, columns > 0, stepSize > 0, stepSize < 1 else {
      fatalError("matrixGame: \(rows) × \(columns) payoffs, step size \(stepSize) of (0, 1)")
    }
    var problem = ParametricProblem(
      fixedPoint: { y, x in
        let a = x.reshaped([-1, rows, columns])
        let (p, q) = (y[.ellipsis, ..<rows], y[.ellipsis, rows...])
        let tallest = abs(a).sum(axis: -1).max(axis: -1)
        let widest = abs(a).sum(axis: -2).max(axis: -1)
        let eta = stepSize / sqrt(maximum(tallest * widest, 1e-60)).asColumn
        func moved(toward u: Tensor, _ v: Tensor) -> (Tensor, Tensor) {
          let gain = matmul(a, v.asColumn).squeezed(axis: -1)
          let loss = matmul(a.mT, u.asColumn).squeezed(axis: -1)
          return (simplexProjection(p + eta * gain), simplexProjection(q - eta * loss))
        }
        let (ahead, behind) = moved(toward: p, q)
        let (next, answer) = moved(toward: ahead, behind)
        return concatenate([next, answer], axis: -1)
      },
      dimension: rows + columns, contexts: payoffs, dtype: dtype,
      start: { x in
        if let place = isFinite(x).flattened().booleans.firstIndex(of: false) {
          let (game, at) = (place / (rows * columns), place % (rows * columns))
          fatalError(
            "matrixGame: in game \(game), the payoff of row \(at / columns) and column "
              + "\(at % columns) is not finite")
        }
        let p = Tensor.full([x.dim(0), rows], 1 / Double(rows), dtype: x.dtype)
        let q = Tensor.full([x.dim(0), columns], 1 / Double(columns), dtype: x.dtype)
        return concatenate([p, q], axis: -1)
      },
      objective: { y, x in exploitability(y, payoffs: x.reshaped([-1, rows, columns])) })
    problem.dualityGap = { y, x in exploitability(y, payoffs: x.reshaped([-1, rows, columns])) }
    return problem
  }
}

/// What the best answers to two mixed strategies gain together, max (A·q) − min (pᵀ·A): 0 at an
/// equilibrium and nowhere else.
///
/// Strategies are brought onto their simplices first.
///
/// - Shapes: strategies `[n, rows + columns]`, payoffs `[n, rows, columns]` → `[n]`.
public func exploitability(_ strategies: Tensor, payoffs a: Tensor) -> Tensor {
  let rows = a.dim(-2)
  guard strategies.dim(-1) == rows + a.dim(-1) else {
    fatalError("exploitability: strategies \(strategies.shape) for payoffs \(a.shape)")
  }
  let p = simplexProjection(strategies[.ellipsis, ..<rows])
  let q = simplexProjection(strategies[.ellipsis, rows...])
  let best = matmul(a, q.asColumn).squeezed(axis: -1).max(axis: -1)
  let worst = matmul(a.mT, p.asColumn).squeezed(axis: -1).min(axis: -1)
  return best - worst
}
