import Tensors

/// Numbers that are linear in the variables of a ``ConeModel``, plus constants.
///
/// An expression of one number is added to each of a longer one.
public struct AffineExpression: Sendable {
  /// The variables of each number, with their coefficients.
  var terms: [[(variable: Int, coefficient: Double)]]
  var constants: [Double]

  /// How many numbers these are.
  public var count: Int { constants.count }

  init(terms: [[(variable: Int, coefficient: Double)]], constants: [Double]) {
    self.terms = terms
    self.constants = constants
  }

  /// Constants.
  public init(_ constants: [Double]) {
    self.init(terms: constants.map { _ in [] }, constants: constants)
  }

  /// One of the numbers.
  public subscript(_ index: Int) -> AffineExpression {
    guard (0..<count).contains(index) else {
      stop("AffineExpression: element \(index) of \(count)")
    }
    return AffineExpression(terms: [terms[index]], constants: [constants[index]])
  }

  /// Their sum.
  public var sum: AffineExpression { weighted(by: [Double](repeating: 1, count: count)) }

  /// Σ wᵢ·eᵢ.
  public func weighted(by w: [Double]) -> AffineExpression {
    guard w.count == count else { stop("AffineExpression: \(w.count) weights of \(count) numbers") }
    var all: [(variable: Int, coefficient: Double)] = []
    for (row, weight) in zip(terms, w) where weight != 0 {
      all += row.map { ($0.variable, weight * $0.coefficient) }
    }
    return AffineExpression(
      terms: [all], constants: [zip(constants, w).reduce(0) { $0 + $1.0 * $1.1 }])
  }

  /// Each number times its own factor.
  public func scaled(by factors: [Double]) -> AffineExpression {
    guard factors.count == count else {
      stop("AffineExpression: \(factors.count) factors of \(count) numbers")
    }
    return AffineExpression(
      terms: zip(terms, factors).map { row, f in row.map { ($0.variable, f * $0.coefficient) } },
      constants: zip(constants, factors).map { $0 * $1 })
  }

  /// The sum; one of both may be a single number.
  public static func + (a: AffineExpression, b: AffineExpression) -> AffineExpression {
    guard a.count == b.count || a.count == 1 || b.count == 1 else {
      stop("AffineExpression: \(a.count) numbers plus \(b.count)")
    }
    let count = Swift.max(a.count, b.count)
    func at(_ e: AffineExpression, _ i: Int) -> Int { e.count == 1 ? 0 : i }
    return AffineExpression(
      terms: (0..<count).map { a.terms[at(a, $0)] + b.terms[at(b, $0)] },
      constants: (0..<count).map { a.constants[at(a, $0)] + b.constants[at(b, $0)] })
  }
  /// The difference; one of both may be a single number.
  public static func - (a: AffineExpression, b: AffineExpression) -> AffineExpression { a + (-b) }
  /// The negative.
  public static prefix func - (a: AffineExpression) -> AffineExpression {
    a.scaled(by: [Double](repeating: -1, count: a.count))
  }
  /// Each number less its own constant.
  public func minus(_ constants: [Double]) -> AffineExpression {
    self - AffineExpression(constants)
  }
  /// Each number times a factor.
  ///
  /// A method, since `*` between a `Double` and a type of ours would cost every product in every cell
  /// of the runtime's users time for its types.
  public func times(_ factor: Double) -> AffineExpression {
    scaled(by: [Double](repeating: factor, count: count))
  }
}

/// A matrix [m, n] times n numbers of a model.
public func matmul(_ a: Tensor, _ x: AffineExpression) -> AffineExpression {
  guard a.ndim == 2, a.shape[1] == x.count else {
    stop("matmul: a matrix of shape \(a.shape) times \(x.count) numbers of a model")
  }
  let (numbers, n) = (a.doubles, x.count)
  let rows = (0..<a.shape[0]).map { x.weighted(by: Array(numbers[$0 * n..<($0 + 1) * n])) }
  return AffineExpression(
    terms: rows.map { $0.terms[0] }, constants: rows.map { $0.constants[0] })
}

/// A symmetric matrix of variables of a ``ConeModel``.
public struct MatrixVariable: Sendable {
  /// Rows and columns.
  public let order: Int
  /// The lower triangle by columns, with the entries off the diagonal times √2.
  let entries: AffineExpression

  /// Entry (i, j).
  public subscript(_ i: Int, _ j: Int) -> AffineExpression {
    guard (0..<order).contains(i), (0..<order).contains(j) else {
      stop("MatrixVariable: entry (\(i), \(j)) of order \(order)")
    }
    let e = entries[place(Swift.max(i, j), Swift.min(i, j))]
    return i == j ? e : e.times(0.5.squareRoot())
  }

  /// The diagonal.
  public var diagonal: AffineExpression {
    let parts = (0..<order).map { self[$0, $0] }
    return AffineExpression(
      terms: parts.map { $0.terms[0] }, constants: parts.map { $0.constants[0] })
  }

  /// Σ Cᵢⱼ·Xᵢⱼ for a matrix C, of which the symmetric part counts.
  public func inner(_ c: Tensor) -> AffineExpression {
    guard c.shape == [order, order] else {
      stop("inner: a matrix of shape \(c.shape) with one of order \(order)")
    }
    let numbers = c.doubles
    var weights: [Double] = []
    for j in 0..<order {
      for i in j..<order {
        let both = (numbers[i * order + j] + numbers[j * order + i]) / 2
        weights.append(i == j ? both : 2.0.squareRoot() * both)
      }
    }
    return entries.weighted(by: weights)
  }

  private func place(_ i: Int, _ j: Int) -> Int { j * order - j * (j - 1) / 2 + i - j }
}
