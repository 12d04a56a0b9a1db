import Tensors

/// A cone program written down as formulas.
///
/// ```swift
/// // A lasso: min ½|Aw − b|² + λ|w|₁.
/// var lasso = ConeModel()
/// let w = lasso.variable(20)
/// lasso.minimize(lasso.halfSquares(matmul(a, w).minus(b)) + lasso.absoluteSum(w).times(0.1))
/// let found = try lasso.solve()
/// found[w]   // twenty numbers
/// ```
public struct ConeModel: Sendable {
  private var variables = 0
  private var objective = ConvexObjective(AffineExpression([0]))
  private var zero = Rows()
  private var nonnegative = Rows()
  private var second: [Rows] = []
  private var semidefinite: [(order: Int, rows: Rows)] = []
  private var exponential: [Rows] = []
  private typealias Rows = AffineExpression

  /// A model without variables.
  public init() {}

  // MARK: - Variables

  /// New variables, bounded below if `atLeast` is given.
  public mutating func variable(_ count: Int = 1, atLeast: Double? = nil) -> AffineExpression {
    let fresh = (variables..<variables + count).map { [(variable: $0, coefficient: 1.0)] }
    variables += count
    let x = AffineExpression(terms: fresh, constants: [Double](repeating: 0, count: count))
    if let atLeast { require(x, atLeast: atLeast) }
    return x
  }

  /// A new positive semidefinite matrix.
  public mutating func semidefinite(_ order: Int) -> MatrixVariable {
    let x = MatrixVariable(order: order, entries: variable(order * (order + 1) / 2))
    semidefinite.append((order, x.entries))
    return x
  }

  // MARK: - Constraints

  /// e = value.
  public mutating func require(_ e: AffineExpression, equals value: Double) {
    zero.append(e - AffineExpression([value]))
  }
  /// e = values, one by one.
  public mutating func require(_ e: AffineExpression, equals values: [Double]) {
    guard values.count == e.count else {
      stop("require: \(e.count) numbers equal \(values.count)")
    }
    zero.append(e.minus(values))
  }
  /// e ≥ value.
  public mutating func require(_ e: AffineExpression, atLeast value: Double) {
    nonnegative.append(e - AffineExpression([value]))
  }
  /// e ≤ value.
  public mutating func require(_ e: AffineExpression, atMost value: Double) {
    nonnegative.append(AffineExpression([value]) - e)
  }
  /// a ≤ b, one by one.
  public mutating func require(_ a: AffineExpression, atMost b: AffineExpression) {
    nonnegative.append(b - a)
  }
  /// |e|₂ ≤ bound.
  public mutating func require(norm e: AffineExpression, atMost bound: AffineExpression) {
    guard bound.count == 1 else { stop("require: a norm has one bound, not \(bound.count)") }
    var rows = bound
    rows.append(e)
    second.append(rows)
  }

  // MARK: - Convex functions

  /// ½Σ eᵢ².
  public mutating func halfSquares(_ e: AffineExpression) -> ConvexObjective {
    let r = variable(e.count)
    zero.append(e - r)
    return ConvexObjective(
      curved: AffineExpression([0]), squares: r.terms.map { ($0[0].variable, 1.0) })
  }
  /// Σ |eᵢ|.
  public mutating func absoluteSum(_ e: AffineExpression) -> ConvexObjective {
    let t = variable(e.count)
    require(e, atMost: t)
    require(-e, atMost: t)
    return ConvexObjective(curved: t.sum)
  }
  /// Σ max(eᵢ, 0): the hinge loss is that of 1 − margins.
  public mutating func positiveSum(_ e: AffineExpression) -> ConvexObjective {
    let t = variable(e.count, atLeast: 0)
    require(e, atMost: t)
    return ConvexObjective(curved: t.sum)
  }
  /// max eᵢ.
  public mutating func largest(_ e: AffineExpression) -> ConvexObjective {
    let t = variable()
    require(e, atMost: t)
    return ConvexObjective(curved: t)
  }
  /// |e|₂.
  public mutating func norm(_ e: AffineExpression) -> ConvexObjective {
    let t = variable()
    require(norm: e, atMost: t)
    return ConvexObjective(curved: t)
  }
  /// Huber's function Σ h(eᵢ): ½e² up to |e| = δ, then δ|e| − ½δ².
  public mutating func huber(_ e: AffineExpression, _ delta: Double) -> ConvexObjective {
    // The least of ½r² + δ|e − r| over r.
    let r = variable(e.count)
    let tails = absoluteSum(e - r).times(delta)
    return ConvexObjective(curved: tails.linear, squares: r.terms.map { ($0[0].variable, 1.0) })
  }
  /// Σ eᵢ·log eᵢ, of which the negative is the entropy.
  public mutating func negativeEntropy(_ e: AffineExpression) -> ConvexObjective {
    let t = variable(e.count)
    for i in 0..<e.count {
      var rows = -t[i]
      rows.append(e[i])
      rows.append(AffineExpression([1]))
      exponential.append(rows)
    }
    return ConvexObjective(curved: t.sum)
  }
  /// log Σ exp eᵢ.
  public mutating func logSumExp(_ e: AffineExpression) -> ConvexObjective {
    let (t, u) = (variable(), variable(e.count))
    for i in 0..<e.count {
      var rows = e[i] - t
      rows.append(AffineExpression([1]))
      rows.append(u[i])
      exponential.append(rows)
    }
    require(u.sum, atMost: 1)
    return ConvexObjective(curved: t)
  }

  // MARK: - The program

  /// What is minimized.
  public mutating func minimize(_ f: ConvexObjective) { objective = f }
  /// What is minimized: one number that is linear.
  public mutating func minimize(_ f: AffineExpression) { objective = ConvexObjective(f) }

  /// The cone program of the model.
  public func program() throws -> ConeProgram {
    var entries: [(row: Int, column: Int, value: Double)] = []
    var b: [Double] = []
    func add(_ rows: AffineExpression) {
      for (row, constant) in zip(rows.terms, rows.constants) {
        for (variable, coefficient) in row { entries.append((b.count, variable, -coefficient)) }
        b.append(constant)
      }
    }
    for rows in [zero, nonnegative] + second + semidefinite.map(\.rows) + exponential { add(rows) }
    var c = [Double](repeating: 0, count: variables)
    for (variable, coefficient) in objective.linear.terms[0] { c[variable] += coefficient }
    return try ConeProgram(
      P: SparseMatrix(
        rows: variables, columns: variables,
        entries: objective.squares.map { ($0.variable, $0.variable, $0.weight) }),
      c: c, A: SparseMatrix(rows: b.count, columns: variables, entries: entries), b: b,
      cones: Cones(
        zero: zero.count, nonnegative: nonnegative.count, secondOrder: second.map(\.count),
        semidefinite: semidefinite.map(\.order), exponential: exponential.count))
  }

  /// Solves the model.
  public func solve(_ options: ConeOptions = ConeOptions()) throws -> ConeModelSolution {
    ConeModelSolution(
      solution: try program().solve(options), constant: objective.linear.constants[0])
  }
}

extension AffineExpression {
  /// No numbers.
  init() { self.init(terms: [], constants: []) }

  mutating func append(_ other: AffineExpression) {
    terms += other.terms
    constants += other.constants
  }
}
