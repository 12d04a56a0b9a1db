import Tensors

/// The first two moments of a random vector.
public struct Moments: Sendable {
  /// `[d]`.
  public var mean: Tensor
  /// `[d, d]`.
  public var covariance: Tensor

  /// Moments with these values.
  public init(mean: Tensor, covariance: Tensor) {
    guard mean.ndim == 1, covariance.shape == [mean.dim(0), mean.dim(0)] else {
      stop("Moments: mean \(mean.shape) and covariance \(covariance.shape); [d], [d, d] are needed")
    }
    self.mean = mean.cast(to: .float64)
    self.covariance = covariance.cast(to: .float64)
  }
}

/// Exact moments of Gaussian processes at a normally distributed input, differentiable with respect
/// to the input's moments.
///
/// Source: Deisenroth & Rasmussen, PILCO, ICML 2011, section 2.2.
///
/// - Parameters:
///   - processes: one for each output, on the same inputs, with kernels of their own.
///   - input: a normal distribution's moments.
/// - Returns: the outputs' moments, with the uncertainty of the processes and without the noise of
///   observations; and the covariance of input and outputs, `[d, outputs]`.
/// - Complexity: n² for each pair of outputs, for n points.
public func momentMatched(
  _ processes: [GaussianProcess], at input: Moments
) -> (output: Moments, cross: Tensor) {
  guard let first = processes.first, first.inputs.dim(1) == input.mean.dim(0),
    processes.allSatisfy({ $0.inputs.shape == first.inputs.shape })
  else {
    stop(
      "momentMatched: \(processes.count) processes on \(processes.map(\.inputs.shape)) for an input "
        + "of \(input.mean.dim(0)) numbers")
  }
  let parts = processes.map { MatchedPart($0, input) }
  let mean = stack(parts.map(\.mean), axis: 0)
  let cross = stack(parts.map(\.cross), axis: 1)
  var rows: [Tensor] = []
  for a in processes.indices {
    var row: [Tensor] = []
    for b in processes.indices {
      // The covariance is symmetric.
      row.append(
        b < a
          ? rows[b][a]
          : parts[a].covariance(with: parts[b], isSame: a == b, input, (processes[a], processes[b]))
      )
    }
    rows.append(stack(row, axis: 0))
  }
  return (Moments(mean: mean, covariance: stack(rows, axis: 0)), cross)
}

/// What one process contributes.
private struct MatchedPart {
  /// ν = x − m, `[n, d]`.
  let away: Tensor
  /// Λ⁻¹ = ℓ⁻², `[d]`.
  let precision: Tensor
  /// ln k(x, m), `[n]`.
  let logKernel: Tensor
  let mean: Tensor
  let cross: Tensor

  init(_ process: GaussianProcess, _ input: Moments) {
    let d = input.mean.dim(0)
    let eye = Tensor.eye(d, dtype: .float64)
    away = process.inputs - input.mean
    precision = exp(-2 * process.logParameters[0..<d])
    let log2s = 2 * process.logParameters[d]
    logKernel = log2s - 0.5 * (square(away) * precision).sum(axis: 1)
    // q = s²·|SΛ⁻¹ + I|^(−½)·exp(−½νᵀ(S + Λ)⁻¹ν)
    let total = input.covariance + (1 / precision).expandedDims(axis: 0) * eye
    let solved = solving(total, away.mT)
    let scaled = input.covariance * precision.expandedDims(axis: 0) + eye
    let exponent = -0.5 * (away.mT * solved).sum(axis: 0)
    let q = exp(log2s - 0.5 * logDeterminant(scaled).logAbsolute + exponent)
    let weighted = process.weights * q
    mean = weighted.sum()
    let moved = matmul(solved, weighted.expandedDims(axis: 1))
    cross = matmul(input.covariance, moved).squeezed(axis: 1)
  }

  func covariance(
    with other: MatchedPart, isSame: Bool, _ input: Moments,
    _ processes: (GaussianProcess, GaussianProcess)
  ) -> Tensor {
    let d = input.mean.dim(0)
    let eye = Tensor.eye(d, dtype: .float64)
    let r = input.covariance * (precision + other.precision).expandedDims(axis: 0) + eye
    let t = solving(r, input.covariance)
    let (za, zb) = (away * precision, other.away * other.precision)
    let (ta, tb) = (matmul(za, t), matmul(zb, t))
    let left = logKernel + 0.5 * (ta * za).sum(axis: 1)
    let right = other.logKernel + 0.5 * (tb * zb).sum(axis: 1)
    let exponent = left.expandedDims(axis: 1) + right.expandedDims(axis: 0) + matmul(ta, zb.mT)
    let q = exp(exponent - 0.5 * logDeterminant(r).logAbsolute)
    let weighted = matmul(q, processes.1.weights.expandedDims(axis: 1)).squeezed(axis: 1)
    let raw = (processes.0.weights * weighted).sum() - mean * other.mean
    guard isSame else { return raw }
    let n = away.dim(0)
    let inside = choleskySolve(processes.0.factor, q) * Tensor.eye(n, dtype: .float64)
    return raw + exp(2 * processes.0.logParameters[d]) - inside.sum()
  }
}

private func solving(_ a: Tensor, _ b: Tensor) -> Tensor {
  do { return try solve(a, b) } catch { stop("momentMatched: \(error)") }
}
