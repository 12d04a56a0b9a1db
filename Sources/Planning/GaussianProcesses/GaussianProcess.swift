import Display
import Networks
import Tensors

/// Exact Gaussian-process regression with a squared-exponential kernel that has one length for each
/// input (automatic relevance determination), in double precision (Rasmussen & Williams 2006,
/// algorithm 2.1).
///
/// ```swift
/// let process = GaussianProcess(x, y).fitted()
/// let (mean, variance) = process.predict(at)
/// ```
///
/// k(x, x′) = s²·exp(−½ Σᵢ (xᵢ − x′ᵢ)²/ℓᵢ²); observations have noise σ². The prior mean is 0.
public struct GaussianProcess: Sendable {
  /// The inputs, `[n, d]`.
  public let inputs: Tensor
  /// The observations, `[n]`.
  public let outputs: Tensor
  /// ln ℓ₁, …, ln ℓ_d, ln s, ln σ.
  public let logParameters: Tensor
  /// What was added to the diagonal so that the kernel matrix could be factored; 0 if nothing was.
  public let jitter: Double
  /// L of K + σ²I = L·Lᵀ.
  let factor: Tensor
  /// (K + σ²I)⁻¹y.
  let weights: Tensor

  /// ℓ, one for each input.
  public var lengths: [Double] { exp(logParameters[0..<inputs.dim(1)]).doubles }
  /// s.
  public var amplitude: Double { exp(logParameters[inputs.dim(1)]).item() }
  /// σ.
  public var noise: Double { exp(logParameters[inputs.dim(1) + 1]).item() }

  /// The process given observations.
  ///
  /// Stops the cell when the shapes do not fit, a number is not finite, or no jitter up to a
  /// hundredth of s² makes the kernel matrix positive definite.
  ///
  /// - Parameters:
  ///   - x: `[n, d]`.
  ///   - y: `[n]`.
  ///   - lengths: ℓ; spreads of the inputs if `nil`.
  ///   - amplitude: s; the spread of the outputs if `nil`.
  ///   - noise: σ; a tenth of s if `nil`.
  public init(
    _ x: Tensor, _ y: Tensor, lengths: [Double]? = nil, amplitude: Double? = nil,
    noise: Double? = nil
  ) {
    guard x.ndim == 2, x.dim(0) > 0, x.dim(1) > 0, y.shape == [x.dim(0)] else {
      stop("GaussianProcess: inputs \(x.shape) and outputs \(y.shape); [n, d] and [n] are needed")
    }
    func spread(_ values: Tensor) -> Double {
      let centred = values - values.mean()
      return Swift.max(1e-3, square(centred).mean().item().squareRoot())
    }
    let (inputs, outputs) = (x.cast(to: .float64), y.cast(to: .float64))
    let ell = lengths ?? (0..<x.dim(1)).map { spread(inputs[0..., $0]) }
    let s = amplitude ?? spread(outputs)
    let sigma = noise ?? 0.1 * s
    guard ell.count == x.dim(1), (ell + [s, sigma]).allSatisfy({ $0 > 0 && $0.isFinite }) else {
      stop("GaussianProcess: lengths \(ell), amplitude \(s), noise \(sigma); all must be positive")
    }
    self.init(inputs, outputs, log(Tensor(ell + [s, sigma], dtype: .float64)))
  }

  init(_ inputs: Tensor, _ outputs: Tensor, _ logParameters: Tensor) {
    guard inputs.sum().item().isFinite, outputs.sum().item().isFinite else {
      stop("GaussianProcess: an input or an output is not finite")
    }
    self.inputs = inputs
    self.outputs = outputs
    self.logParameters = logParameters
    let matrix = Self.covariance(inputs, logParameters)
    (factor, jitter) = Self.factored(matrix)
    weights = choleskySolve(factor, outputs.expandedDims(axis: 1)).squeezed(axis: 1)
  }

  /// s²·exp(−½|x/ℓ − x′/ℓ|²), `[n, m]`.
  static func kernel(_ a: Tensor, _ b: Tensor, _ logParameters: Tensor) -> Tensor {
    let d = a.dim(1)
    let inverse = exp(-logParameters[0..<d])
    let (u, v) = (a * inverse, b * inverse)
    let squares =
      square(u).sum(axis: 1, keepDims: true) + square(v).sum(axis: 1) - 2 * matmul(u, v.mT)
    return exp(2 * logParameters[d] - 0.5 * maximum(squares, 0))
  }

  /// K + σ²I.
  static func covariance(_ x: Tensor, _ logParameters: Tensor) -> Tensor {
    let noise = exp(2 * logParameters[x.dim(1) + 1])
    return kernel(x, x, logParameters) + noise * Tensor.eye(x.dim(0), dtype: .float64)
  }

  /// L and the jitter it took: the least of 0 and powers of ten times the diagonal's mean.
  static func factored(_ matrix: Tensor) -> (Tensor, Double) {
    let n = matrix.dim(0)
    let scale = (stopGradient(matrix) * Tensor.eye(n, dtype: .float64)).sum().item() / Double(n)
    var jitter = 0.0
    while true {
      let lifted = jitter == 0 ? matrix : matrix + jitter * Tensor.eye(n, dtype: .float64)
      if let factor = try? cholesky(lifted) { return (factor, jitter) }
      jitter = jitter == 0 ? 1e-12 * scale : 10 * jitter
      guard jitter <= 0.01 * scale else {
        stop("GaussianProcess: the kernel matrix is not positive definite; raise noise:")
      }
    }
  }

  /// ln p(y | x): −½yᵀ(K + σ²I)⁻¹y − ½ln|K + σ²I| − n/2·ln 2π.
  public var logMarginalLikelihood: Double {
    Self.logEvidence(inputs, outputs, logParameters).item()
  }

  static func logEvidence(_ x: Tensor, _ y: Tensor, _ logParameters: Tensor) -> Tensor {
    let (factor, _) = factored(covariance(x, logParameters))
    let white = lowerSolve(factor, y.expandedDims(axis: 1))
    let diagonal = (factor * Tensor.eye(x.dim(0), dtype: .float64)).sum(axis: 1)
    let constant = 0.5 * Double(x.dim(0)) * 1.8378770664093453
    return -0.5 * square(white).sum() - log(diagonal).sum() - constant
  }

  /// The process with lengths, amplitude and noise that maximize the marginal likelihood, by L-BFGS
  /// from the present ones.
  ///
  /// A weak penalty keeps ln(s/σ) within about 6, as in PILCO, and lengths within a factor of 100 of
  /// the inputs' spreads.
  public func fitted(maximumIterations: Int = 100) -> GaussianProcess {
    let d = inputs.dim(1)
    let usual = GaussianProcess(inputs, outputs).logParameters
    let (x, y) = (inputs, outputs)
    let found = minimizeLBFGS(
      from: logParameters, maximumIterations: maximumIterations, tolerance: 1e-4
    ) { theta in
      let ratio = (theta[d] - theta[d + 1]) / 6.2
      let away = (theta[0..<d] - usual[0..<d]) / 4.6
      let four = square(square(away)).sum() + square(square(ratio)).sum()
      return -Self.logEvidence(x, y, theta) + 0.1 * square(four)
    }
    return GaussianProcess(inputs, outputs, found.solution)
  }

  /// The mean of the function at `[m, d]`, `[m]`.
  public func mean(_ x: Tensor) -> Tensor {
    guard x.ndim == 2, x.dim(1) == inputs.dim(1) else {
      stop("GaussianProcess: points \(x.shape); [m, \(inputs.dim(1))] are needed")
    }
    let cross = Self.kernel(x.cast(to: .float64), inputs, logParameters)
    return matmul(cross, weights.expandedDims(axis: 1)).squeezed(axis: 1)
  }

  /// Mean and variance of the function (without the noise of observations) at `[m, d]`, each `[m]`.
  public func predict(_ x: Tensor) -> (mean: Tensor, variance: Tensor) {
    guard x.ndim == 2, x.dim(1) == inputs.dim(1) else {
      stop("GaussianProcess: points \(x.shape); [m, \(inputs.dim(1))] are needed")
    }
    let cross = Self.kernel(x.cast(to: .float64), inputs, logParameters)
    let mean = matmul(cross, weights.expandedDims(axis: 1)).squeezed(axis: 1)
    let white = lowerSolve(factor, cross.mT)
    let variance = exp(2 * logParameters[inputs.dim(1)]) - square(white).sum(axis: 0)
    return (mean, maximum(variance, 0))
  }
}

extension GaussianProcess: CustomStringConvertible, Displayable {
  public var description: String {
    let ell = lengths.map { shortNumber($0) }.joined(separator: ", ")
    let report = jitter > 0 ? ", jitter \(shortNumber(jitter))" : ""
    return "Gaussian process of \(inputs.dim(0)) points: ℓ = \(ell); "
      + "s = \(shortNumber(amplitude)), σ = \(shortNumber(noise))\(report)"
  }

  public var mimeBundle: MimeBundle { MimeBundle(text: description) }
}

/// L⁻¹b of a factor that is known to be regular.
func lowerSolve(_ factor: Tensor, _ b: Tensor) -> Tensor {
  do { return try triangularSolve(factor, b) } catch { stop("GaussianProcess: \(error)") }
}

/// (L·Lᵀ)⁻¹b.
func choleskySolve(_ factor: Tensor, _ b: Tensor) -> Tensor {
  do { return try triangularSolve(factor.mT, lowerSolve(factor, b), lower: false) } catch {
    stop("GaussianProcess: \(error)")
  }
}
