import Display
import Tensors

/// Where operator splitting begins.
public struct SplittingStart: Sendable {
  /// The variables [B, n].
  public var x: Tensor
  /// The multipliers [B, m].
  public var y: Tensor
  /// What Ax is driven to [B, m]; Ax itself if it is not given.
  public var z: Tensor?
  /// ρ of the scaled problem, [B] or [B, m]; as the options say if it is not given.
  public var rho: Tensor?

  /// A start; rows that are not finite are replaced by zeros.
  public init(x: Tensor, y: Tensor, z: Tensor? = nil, rho: Tensor? = nil) {
    self.x = x
    self.y = y
    self.z = z
    self.rho = rho
  }

  /// A start for one program.
  public init(x: [Double], y: [Double], rho: Double? = nil) {
    self.init(
      x: Tensor(x, shape: [1, x.count], dtype: .float64),
      y: Tensor(y, shape: [1, y.count], dtype: .float64),
      rho: rho.map { Tensor([$0], shape: [1], dtype: .float64) })
  }
}

/// What operator splitting found for each problem.
public struct SplittingSolution: Sendable, CustomStringConvertible, Displayable {
  /// The variables [B, n]; with status `dualInfeasible` a direction of descent without end.
  public var x: Tensor
  /// What Ax was driven to [B, m].
  public var z: Tensor
  /// The multipliers [B, m]; with status `primalInfeasible` the proof.
  public var y: Tensor
  /// The last ρ [B, m].
  public var rho: Tensor
  /// How each ended.
  public var status: [ConvexStatus]
  /// Iterations of each.
  public var iterations: [Int]
  /// Factorizations of each, the first one included.
  public var factorizations: [Int]
  /// The residuals of x and y, recomputed in extended precision.
  public var residuals: [ConvexResiduals]
  /// Of certificates: what they violate, relative to their value.
  public var certificateRatios: [Double]

  /// Where the next, similar problems may begin.
  public var start: SplittingStart { SplittingStart(x: x, y: y, z: z, rho: rho) }
  /// Whether all are solved.
  public var isSolved: Bool { status.allSatisfy { $0 == .solved } }
  /// exp of the mean of log(iterations + `shift`), less the shift.
  public func geometricMean(shift: Double = 0) -> Double {
    geometricMeanOf(iterations.map(Double.init), shift: shift)
  }

  public var description: String {
    let solved = status.count { $0 == .solved }
    let mean = Double(iterations.reduce(0, +)) / Double(Swift.max(1, iterations.count))
    let factors = Double(factorizations.reduce(0, +)) / Double(Swift.max(1, iterations.count))
    var text =
      "\(solved) of \(status.count) solved; \(shortNumber(mean)) iterations and "
      + "\(shortNumber(factors)) factorizations on average"
    for other in ConvexStatus.allCases.dropFirst() {
      let count = status.count { $0 == other }
      if count > 0 { text += "; \(count) \(other.rawValue)" }
    }
    return text
  }

  public var mimeBundle: MimeBundle { MimeBundle(text: description) }
}

func geometricMeanOf(_ values: [Double], shift: Double) -> Double {
  guard !values.isEmpty else { return .nan }
  let total = log(Tensor(values.map { $0 + shift }, dtype: .float64)).mean().item() as Double
  return (exp(Tensor(total, dtype: .float64)).item() as Double) - shift
}

extension OperatorSplitting {
  /// Solves the problems.
  ///
  /// - Parameters:
  ///   - policy: what chooses ρ and α at each check.
  ///   - start: of the rows, or of the problems, once for each copy.
  ///   - copies: rows for each problem; row r solves problem r mod count.
  ///   - plain: if it is given, each row races against one with this policy and the options' ρ and α
  ///     from the same start, and the first to end is the answer: whatever the policy does, no row
  ///     takes more iterations than with `plain`, at up to twice the work for each.
  public func solve(
    _ policy: some SplittingPolicy = ResidualBalancing(), from start: SplittingStart? = nil,
    copies: Int = 1, racing plain: (any SplittingPolicy)? = nil
  ) -> SplittingSolution {
    let count = self.count * copies
    let problems = (0..<count).map { $0 % self.count }
    var state = begin(from: start, problems: problems)
    if plain != nil {
      state = state.take(Array(0..<count) + Array(0..<count))
      state.rows = Array(0..<2 * count)
    }
    // States of rows that ended together, and whose they are.
    var ended: [(state: SplittingState, rows: [Int])] = []
    while true {
      var over: [Int: Int] = [:]
      for (k, status) in state.status.enumerated() where status != nil {
        let problem = state.rows[k] % count
        if over[problem] == nil { over[problem] = k }
      }
      let isLast = state.iterations >= options.maximumIterations
      if isLast {
        for (k, row) in state.rows.enumerated() where over[row % count] == nil {
          over[row % count] = k
        }
      }
      if !over.isEmpty {
        let rows = over.keys.sorted()
        ended.append((state.take(rows.map { over[$0]! }), rows))
      }
      let left = state.rows.indices.filter { over[state.rows[$0] % count] == nil }
      if left.isEmpty { break }
      if left.count < state.count { state = state.take(left) }
      let choice = choice(policy, racing: plain, state, count)
      let next = Swift.min(options.checkInterval, options.maximumIterations - state.iterations)
      state = advanced(state, rho: choice.rho, alpha: choice.alpha, iterations: next)
      if let memory = choice.memory { state.memory = memory }
    }
    return solution(ended)
  }

  private func choice(
    _ policy: some SplittingPolicy, racing plain: (any SplittingPolicy)?, _ state: SplittingState,
    _ count: Int
  ) -> SplittingChoice {
    guard let plain else { return policy.choose(state) }
    // Rows are in order: those of the policy come first.
    let first = state.rows.indices.filter { state.rows[$0] < count }
    let second = state.rows.indices.filter { state.rows[$0] >= count }
    guard !second.isEmpty else { return policy.choose(state) }
    let (mine, other) = (state.take(first), state.take(second))
    let (ours, theirs) = (policy.choose(mine), plain.choose(other))
    func wide(_ rho: Tensor?, _ state: SplittingState) -> Tensor {
      guard let rho else { return state.rho }
      let given = stopGradient(rho).cast(to: .float64)
      return (given.ndim == 1 ? given.expandedDims(axis: 1) : given).broadcast(to: state.rho.shape)
    }
    func both(_ a: Tensor, _ b: Tensor) -> Tensor {
      concatenate([stopGradient(a).cast(to: .float64), stopGradient(b).cast(to: .float64)])
    }
    // One memory for all rows: the plain policy's, if it has any, is as wide as the other's or lost.
    let memory = ours.memory.map { own in
      theirs.memory.map { both(own, $0) }
        ?? both(own, Tensor.zeros([second.count] + own.shape.dropFirst(), dtype: .float64))
    }
    return SplittingChoice(
      rho: both(wide(ours.rho, mine), wide(theirs.rho, other)),
      alpha: both(ours.alpha ?? mine.alpha, theirs.alpha ?? other.alpha), memory: memory)
  }

  private func solution(
    _ ended: [(state: SplittingState, rows: [Int])]
  ) -> SplittingSolution {
    let rows = ended.flatMap(\.rows)
    var places = [Int](repeating: 0, count: rows.count)
    for (place, row) in rows.enumerated() { places[row] = place }
    let order = Tensor(places)
    func all(_ part: (SplittingState) -> Tensor) -> Tensor {
      concatenate(ended.map { part($0.state) }).take(order)
    }
    func each<T>(_ part: (SplittingState) -> [T]) -> [T] {
      let found = ended.flatMap { part($0.state) }
      return places.map { found[$0] }
    }
    let (x, y) = (all { $0.x }, all { $0.y })
    return SplittingSolution(
      x: x, z: all { $0.z }, y: y, rho: all { $0.rho },
      status: each(\.status).map { $0 ?? .iterationLimit },
      iterations: each { [Int](repeating: $0.iterations, count: $0.count) },
      factorizations: each(\.factorizations), residuals: recomputed(x, y, each(\.problems)),
      certificateRatios: each(\.certificateRatios))
  }
}
