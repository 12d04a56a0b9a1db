import Tensors

/// Gaussian processes on the same inputs, put side by side so that one batched product predicts all of
/// them: what a rollout asks for again and again.
///
/// What does not depend on the point is computed once, the inverse of each factor among it, so that a
/// variance costs a product instead of a triangular solve.
struct ProcessStack: Sendable {
  /// 1/ℓ, `[e, 1, d]`.
  private let inverseLengths: Tensor
  /// Inputs divided by their lengths, `[e, n, d]`, and their squared norms, `[e, 1, n]`.
  private let scaled: (points: Tensor, squares: Tensor)
  /// ln s², `[e, 1, 1]`.
  private let logVariance: Tensor
  /// (K + σ²I)⁻¹y, `[e, n, 1]`.
  private let weights: Tensor
  /// L⁻ᵀ, `[e, n, n]`.
  private let whitening: Tensor

  init(_ processes: [GaussianProcess]) {
    let (n, d) = (processes[0].inputs.dim(0), processes[0].inputs.dim(1))
    let lengths = stack(processes.map { $0.logParameters[0..<d] }, axis: 0)
    inverseLengths = exp(-lengths).expandedDims(axis: 1).evaluated()
    let points = stack(processes.map(\.inputs), axis: 0) * inverseLengths
    scaled = (points.evaluated(), square(points).sum(axis: 2).expandedDims(axis: 1).evaluated())
    let amplitudes = stack(processes.map { $0.logParameters[d] }, axis: 0)
    logVariance = (2 * amplitudes).reshaped([processes.count, 1, 1]).evaluated()
    weights = stack(processes.map(\.weights), axis: 0).expandedDims(axis: 2).evaluated()
    let eye = Tensor.eye(n, dtype: .float64)
    whitening = stack(processes.map { lowerSolve($0.factor, eye).mT }, axis: 0).evaluated()
  }

  /// k(x, inputs) of each process, `[e, m, n]`, for points `[m, d]`.
  private func kernel(_ x: Tensor) -> Tensor {
    let u = x.cast(to: .float64).expandedDims(axis: 0) * inverseLengths
    let squares =
      square(u).sum(axis: 2, keepDims: true) + scaled.squares - 2 * matmul(u, scaled.points.mT)
    return exp(logVariance - 0.5 * maximum(squares, 0))
  }

  /// Means at `[m, d]`, `[m, e]`.
  func mean(_ x: Tensor) -> Tensor { matmul(kernel(x), weights).squeezed(axis: 2).mT }

  /// Means and variances at `[m, d]`, each `[m, e]`.
  func predict(_ x: Tensor) -> (mean: Tensor, variance: Tensor) {
    let cross = kernel(x)
    let explained = square(matmul(cross, whitening)).sum(axis: 2)
    let variance = maximum(exp(logVariance).squeezed(axis: 2) - explained, 0)
    return (matmul(cross, weights).squeezed(axis: 2).mT, variance.mT)
  }
}
