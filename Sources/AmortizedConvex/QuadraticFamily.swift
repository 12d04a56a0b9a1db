import Convex
import Tensors

/// A distribution of quadratic programs of one size, small forms of OSQP's benchmark classes
/// (appendix A of doi:10.1007/s12532-020-00179-2).
///
/// ```swift
/// let problems = try QuadraticFamily.portfolio.sample(200, seed: 1)   // a QuadraticBatch
/// ```
public struct QuadraticFamily: Sendable {
  /// What tables call it.
  public let name: String
  private let draw: @Sendable (_ count: Int, _ generator: inout Generator) throws -> QuadraticBatch

  /// A family by what it draws.
  public init(
    _ name: String,
    draw: @escaping @Sendable (_ count: Int, _ generator: inout Generator) throws -> QuadraticBatch
  ) {
    self.name = name
    self.draw = draw
  }

  /// Programs that a seed decides.
  public func sample(_ count: Int, seed: Int) throws -> QuadraticBatch {
    var generator = Generator(seed: seed)
    return try draw(count, &generator)
  }

  /// n 15, m 30: half-filled normal matrices, bounds on both sides of 0, and a linear term whose size
  /// varies over two decades.
  public static let random = QuadraticFamily("random") { count, g in
    let (n, m) = (15, 30)
    let root = sparseNormal([count, n, n], &g)
    return try QuadraticBatch(
      P: root.matmul(root.swapped(-1, -2)) + 0.01 * Tensor.eye(n, dtype: .float64),
      q: decades([count, 1], -1, 1, &g) * normal([count, n], &g),
      A: sparseNormal([count, m, n], &g),
      l: -uniform([count, m], &g), u: uniform([count, m], &g))
  }

  /// Portfolios of 20 assets with three factors, n 23, m 24.
  ///
  /// min xᵀDx + yᵀy − μᵀx/γ with y = Fx, Σx = 1, x ≥ 0; the aversion to risk γ varies over two decades.
  public static let portfolio = QuadraticFamily("portfolio") { count, g in
    let (assets, factors) = (20, 3)
    let n = assets + factors
    let own = uniform([count, assets], &g) * Double(factors).squareRoot()
    let weights = concatenate([own, Tensor.ones([count, factors], dtype: .float64)], axis: 1)
    let P = 2 * weights.expandedDims(axis: -1) * Tensor.eye(n, dtype: .float64)
    let gains = normal([count, assets], &g) * decades([count, 1], -1, 1, &g)
    let q = concatenate([-gains, Tensor.zeros([count, factors], dtype: .float64)], axis: 1)
    let loadings = sparseNormal([count, factors, assets], &g)
    let exposure = concatenate(
      [loadings, repeated(-1 * Tensor.eye(factors, dtype: .float64), count)], axis: 2)
    let budget = Tensor([Double](repeating: 1, count: assets) + [0, 0, 0], dtype: .float64)
    let signs = repeated(Tensor.eye(n, dtype: .float64)[0..<assets, 0...], count)
    let A = concatenate([exposure, repeated(budget.reshaped([1, n]), count), signs], axis: 1)
    let (none, zeros) = ([Double](repeating: .infinity, count: assets), [0.0, 0, 0, 1])
    return try QuadraticBatch(
      P: P, q: q, A: A,
      l: Tensor(zeros + none.map { _ in 0 }, dtype: .float64),
      u: Tensor(zeros + none, dtype: .float64))
  }

  /// Support vector machines with 5 features and 20 points, n 25, m 40.
  ///
  /// min xᵀx + λ Σt with t ≥ diag(b)·Ax + 1, t ≥ 0; λ varies over two decades.
  public static let vectorMachine = QuadraticFamily("support vector machine") { count, g in
    let (features, points) = (5, 20)
    let n = features + points
    let one = Tensor.ones([count, features], dtype: .float64)
    let weights = concatenate([2 * one, Tensor.zeros([count, points], dtype: .float64)], axis: 1)
    let P = weights.expandedDims(axis: -1) * Tensor.eye(n, dtype: .float64)
    let price = decades([count, 1], -1, 1, &g)
    let q = concatenate(
      [0 * one, price * Tensor.ones([count, points], dtype: .float64)], axis: 1)
    let side = Tensor((0..<points).map { $0 % 2 == 0 ? 1.0 : -1 }, dtype: .float64)
      .reshaped([points, 1])
    // Points of a class are around ±1/√features.
    let data = normal([count, points, features], &g) + side / Double(features).squareRoot()
    let identity = repeated(Tensor.eye(points, dtype: .float64), count)
    let margins = concatenate([side * data, -1 * identity], axis: 2)
    let signs = concatenate(
      [Tensor.zeros([count, points, features], dtype: .float64), identity], axis: 2)
    let (none, zero) = (
      [Double](repeating: .infinity, count: points), [Double](repeating: 0, count: points)
    )
    return try QuadraticBatch(
      P: P, q: q, A: concatenate([margins, signs], axis: 1),
      l: Tensor(none.map { -$0 } + zero, dtype: .float64),
      u: Tensor(none.map { _ in -1 } + none, dtype: .float64))
  }

  /// Lassos with 8 features and 12 observations, n 28, m 28.
  ///
  /// min ½yᵀy + λ Σt with y = Ax − b, −t ≤ x ≤ t; λ varies over two decades.
  public static let lasso = QuadraticFamily("lasso") { count, g in
    let (features, rows) = (8, 12)
    let n = 2 * features + rows
    let diagonal =
      [Double](repeating: 0, count: features) + [Double](repeating: 1, count: rows)
      + [Double](repeating: 0, count: features)
    let P = Tensor(diagonal, dtype: .float64).reshaped([n, 1]) * Tensor.eye(n, dtype: .float64)
    let data = sparseNormal([count, rows, features], &g)
    let truth = sparseNormal([count, features, 1], &g)
    let b = data.matmul(truth).squeezed(axis: -1) + 0.1 * normal([count, rows], &g)
    let largest = abs((data * b.expandedDims(axis: -1)).sum(axis: 1)).max(axis: -1, keepDims: true)
    let price = largest * decades([count, 1], -2, 0, &g)
    let q = concatenate(
      [
        Tensor.zeros([count, features + rows], dtype: .float64),
        price * Tensor.ones([count, features], dtype: .float64),
      ], axis: 1)
    let identity = repeated(Tensor.eye(features, dtype: .float64), count)
    let gap = Tensor.zeros([count, features, rows], dtype: .float64)
    let fit = concatenate(
      [
        data, repeated(-1 * Tensor.eye(rows, dtype: .float64), count),
        Tensor.zeros([count, rows, features], dtype: .float64),
      ], axis: 2)
    let A = concatenate(
      [
        fit, concatenate([identity, gap, -1 * identity], axis: 2),
        concatenate([identity, gap, identity], axis: 2),
      ], axis: 1)
    let zero = Tensor.zeros([count, features], dtype: .float64)
    return try QuadraticBatch(
      P: P, q: q, A: A, l: concatenate([b, zero - Double.infinity, zero], axis: 1),
      u: concatenate([b, zero, zero + Double.infinity], axis: 1))
  }
}

private func normal(_ shape: [Int], _ g: inout Generator) -> Tensor {
  Tensor.normal(shape, dtype: .float64, from: &g)
}

private func uniform(_ shape: [Int], _ g: inout Generator) -> Tensor {
  Tensor.uniform(shape, dtype: .float64, from: &g)
}

/// Half of the entries normal, the others 0.
private func sparseNormal(_ shape: [Int], _ g: inout Generator) -> Tensor {
  let kept = (uniform(shape, &g) .< 0.5).cast(to: .float64)
  return kept * normal(shape, &g)
}

/// 10 to a uniform power.
private func decades(_ shape: [Int], _ low: Double, _ high: Double, _ g: inout Generator) -> Tensor
{
  let power = Tensor.uniform(shape, low: low, high: high, dtype: .float64, from: &g)
  return exp(2.302585092994046 * power)
}

private func repeated(_ x: Tensor, _ count: Int) -> Tensor {
  x.expandedDims(axis: 0).broadcast(to: [count] + x.shape)
}
