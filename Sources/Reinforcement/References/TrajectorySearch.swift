import Tensors

/// The iteration behind ``IterativeLQR``, for all rows at once.
struct TrajectorySearch<E: Environment> {
  let environment: E
  let bounds: (low: Double, high: Double)
  let (n, horizon, d, a): (Int, Int, Int, Int)
  var states: Tensor
  var actions: Tensor
  var returns: Tensor
  var gains: Tensor
  /// Levenberg's µ of each row.
  var damping: Tensor
  var done: [Bool]
  var iterations = 0

  init(_ environment: E, _ start: Tensor, _ actions: Tensor, _ bounds: (Double, Double)) {
    self.environment = environment
    self.bounds = bounds
    (n, horizon, d, a) = (start.dim(0), actions.dim(1), start.dim(1), actions.dim(2))
    self.actions = actions
    states = start
    gains = Tensor.zeros([n, horizon, a, d], dtype: .float64)
    returns = Tensor.zeros([n], dtype: .float64)
    damping = Tensor.zeros([n], dtype: .float64)
    done = [Bool](repeating: false, count: n)
    (states, returns) = follow(start, actions)
  }

  var plan: ControllerPlan {
    ControllerPlan(
      states: states, actions: actions, gains: gains, returns: returns, converged: done,
      iterations: iterations, bounds: bounds)
  }

  /// The trajectory of given actions.
  private func follow(_ start: Tensor, _ actions: Tensor) -> (Tensor, Tensor) {
    var x = start
    var path = [x]
    var total = Tensor.zeros([x.dim(0)], dtype: .float64)
    for t in 0..<horizon {
      let next = environment.step(x, actions[0..., t])
      total = total + next.reward
      x = next.state
      path.append(x)
    }
    return (stack(path, axis: 1), total)
  }

  mutating func improve(_ most: Int, _ tolerance: Double) {
    for _ in 0..<most where done.contains(false) {
      let model = expansion()
      let (k, gain, expected) = backward(model)
      step(k, gain, expected, tolerance)
      iterations += 1
    }
  }

  /// Derivatives at each step of each row.
  private struct Expansion {
    /// ∂f/∂z of z = (x, u), `[n, H, d, d + a]`.
    var slopes: Tensor
    /// Gradients of the reward, `[n, H, d + a]`, and its Hessians.
    var reward: Tensor
    var curvature: Tensor
  }

  private func expansion() -> Expansion {
    let rows = n * horizon
    let x = states[0..., 0..<horizon].reshaped([rows, d])
    let z = concatenate([x, actions.reshaped([rows, a])], axis: 1)
    let none = Tensor.zeros([rows, 0], dtype: .float64)
    func move(_ z: Tensor) -> Transition {
      environment.step(z[0..., 0..<d], z[0..., d...], none)
    }
    let (_, pullback) = vjp({ z in move(z).state }, at: z)
    let slopes = (0..<d).map { i in
      let unit = Tensor.zeros([rows, d], dtype: .float64)
      var direction = unit
      direction[0..., i] .= 1.0
      return pullback(direction)
    }
    func slope(_ z: Tensor) -> Tensor { gradient(at: z) { z in move(z).reward.sum() } }
    let (reward, second) = vjp({ z in slope(z) }, at: z)
    let curvature = (0..<(d + a)).map { i in
      var direction = Tensor.zeros([rows, d + a], dtype: .float64)
      direction[0..., i] .= 1.0
      return second(direction)
    }
    return Expansion(
      slopes: stack(slopes, axis: 1).reshaped([n, horizon, d, d + a]),
      reward: reward.reshaped([n, horizon, d + a]),
      curvature: stack(curvature, axis: 1).reshaped([n, horizon, d + a, d + a]))
  }

  /// From the last step to the first: changes of actions, gains, and the improvement that the
  /// quadratic model promises.
  private func backward(_ model: Expansion) -> (k: Tensor, gain: Tensor, expected: Tensor) {
    var v = Tensor.zeros([n, d], dtype: .float64)
    var vv = Tensor.zeros([n, d, d], dtype: .float64)
    var (steps, gains): ([Tensor], [Tensor]) = ([], [])
    var expected = Tensor.zeros([n], dtype: .float64)
    let eye = Tensor.eye(a, dtype: .float64)
    for t in (0..<horizon).reversed() {
      let f = model.slopes[0..., t]
      let fT = f.mT
      let linear = model.reward[0..., t] + matmul(fT, v.expandedDims(axis: 2)).squeezed(axis: 2)
      let quadratic = model.curvature[0..., t] + matmul(fT, matmul(vv, f))
      let qu = linear[0..., d...]
      let quu = quadratic[0..., d..., d...]
      let qux = quadratic[0..., d..., 0..<d]
      // Maximization: −Q_uu must be positive definite, or is made so.
      let h = -quu + damping.reshaped([n, 1, 1]) * eye
      let (k, gain) = boxed(h, qu, qux, actions[0..., t])
      let kColumn = k.expandedDims(axis: 2)
      let quadraticK = matmul(quu, kColumn).squeezed(axis: 2)
      expected = expected + (qu * k).sum(axis: 1) + 0.5 * (k * quadraticK).sum(axis: 1)
      let qx = linear[0..., 0..<d]
      let along = matmul(gain.mT, (qu + quadraticK).expandedDims(axis: 2))
      v = qx + along.squeezed(axis: 2) + matmul(qux.mT, kColumn).squeezed(axis: 2)
      let cross = matmul(gain.mT, qux)
      let next =
        quadratic[0..., 0..<d, 0..<d] + matmul(gain.mT, matmul(quu, gain)) + cross
        + cross.mT
      vv = 0.5 * (next + next.mT)
      steps.append(k)
      gains.append(gain)
    }
    return (
      stack(steps.reversed(), axis: 1), stack(gains.reversed(), axis: 1), expected
    )
  }

  /// max quᵀk − ½kᵀHk within the bounds: Newton's step, then once more without the coordinates that
  /// it presses against a bound.
  private func boxed(
    _ h: Tensor, _ qu: Tensor, _ qux: Tensor, _ u: Tensor
  ) -> (Tensor, Tensor) {
    let (low, high) = (bounds.low - u, bounds.high - u)
    let positive = convex(h)
    let right = concatenate([qu.expandedDims(axis: 2), qux], axis: 2)
    func solved(_ matrix: Tensor, _ right: Tensor) -> Tensor {
      do { return try solve(matrix, right) } catch { fatalError("IterativeLQR: \(error)") }
    }
    let free = solved(positive, right)
    let raw = free[0..., 0..., 0]
    let kept = ((raw .> low) .& (raw .< high)).cast(to: .float64)
    if kept.sum().item() == Double(n * a) { return (raw, free[0..., 0..., 1...]) }
    let clamped = clip(raw, low, high)
    let fixed = (1 - kept) * clamped
    let pull = matmul(positive, fixed.expandedDims(axis: 2))
    let pair = kept.expandedDims(axis: 2) * kept.expandedDims(axis: 1)
    let reduced = pair * positive + (1 - kept).asDiagonal()
    let rest =
      kept.expandedDims(axis: 2)
      * concatenate([qu.expandedDims(axis: 2) - pull, qux], axis: 2)
    let again = solved(reduced, rest)
    return (
      clip(fixed + again[0..., 0..., 0], low, high),
      kept.expandedDims(axis: 2) * again[0..., 0..., 1...]
    )
  }

  /// The matrix with its eigenvalues made positive.
  private func convex(_ h: Tensor) -> Tensor {
    if a == 1 { return maximum(abs(h), 1e-9) }
    do {
      let (values, vectors) = try eigenSymmetric(0.5 * (h + h.mT))
      return matmul(vectors * maximum(abs(values), 1e-9).expandedDims(axis: 1), vectors.mT)
    } catch { fatalError("IterativeLQR: \(error)") }
  }

  /// Tries ten lengths of the step side by side and takes the best for each row.
  private mutating func step(
    _ k: Tensor, _ gain: Tensor, _ expected: Tensor, _ tolerance: Double
  ) {
    let lengths = (0..<10).map { 1.0 / Double(1 << $0) }
    let tried = lengths.count
    let scale = Tensor(lengths, dtype: .float64).reshaped([tried, 1, 1])
    func spread(_ x: Tensor) -> Tensor {
      let all = x.expandedDims(axis: 0).broadcast(to: [tried] + x.shape)
      return all.reshaped([tried * n] + x.shape.dropFirst())
    }
    var x = spread(states[0..., 0])
    var (path, taken) = ([x], [Tensor]())
    var total = Tensor.zeros([tried * n], dtype: .float64)
    for t in 0..<horizon {
      let away = (x - spread(states[0..., t])).expandedDims(axis: 2)
      let feedback = matmul(spread(gain[0..., t]), away).squeezed(axis: 2)
      let push = (scale * k[0..., t].expandedDims(axis: 0)).reshaped([tried * n, a])
      let u = clip(spread(actions[0..., t]) + push + feedback, bounds.low, bounds.high)
      let next = environment.step(x, u)
      total = total + next.reward
      x = next.state
      path.append(x)
      taken.append(u)
    }
    let totals = which(isFinite(total), total, -Double.infinity).reshaped([tried, n])
    let choice = totals.argmax(axis: 0)
    let best = totals.max(axis: 0)
    let gained = (best - returns).doubles
    let value = returns.doubles
    let promised = expected.doubles
    let rows = choice.cast(to: .int32) * n + Tensor.arange(n)
    let better = Tensor((0..<n).map { gained[$0] > 0 && !done[$0] })
    func merged(_ new: Tensor, _ old: Tensor) -> Tensor {
      which(better.reshaped([n] + old.shape.dropFirst().map { _ in 1 }), new.take(rows), old)
    }
    states = merged(stack(path, axis: 1), states)
    actions = merged(stack(taken, axis: 1), actions)
    returns = which(better, best, returns)
    gains = gain
    let shrinks = which(better, damping * 0.2, maximum(damping, 1e-6) * 10)
    damping = clip(shrinks, 0, 1e9)
    let mu = damping.doubles
    for i in 0..<n where !done[i] {
      let small = tolerance * (1 + Swift.abs(value[i]))
      done[i] = (gained[i] > 0 && gained[i] < small) || promised[i] < small * 0.01 || mu[i] >= 1e8
    }
  }
}
