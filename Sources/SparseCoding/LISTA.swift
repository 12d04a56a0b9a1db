import Amortization
import Networks
import Tensors

/// A layer of learned iterative shrinkage, y ← h_θ(xF + yG), for ``Amortization/SemiAmortized`` (Gregor &
/// LeCun, ICML 2010).
///
/// ```swift
/// let model = SemiAmortized(
///   start: ZeroCode(d), update: LISTA(atoms, weight: 0.1, layers: 3), steps: 3)
/// train(model, on: problem, loss: .regression, steps: 3000)
/// ```
///
/// With the weights it begins with, every layer is a step of ISTA: F = D/L, G = I − DᵀD/L, θ = α/L.
/// Steps beyond the layers repeat the last.
public struct LISTA: UpdateRule, Sendable {
  /// What is learned of each layer.
  public enum Weights: Sendable, Hashable {
    /// One F and one G for all layers, thresholds of each layer's own, as published.
    case tied
    /// F, G and thresholds of each layer.
    case untied
    /// A step size and a threshold of each layer, two numbers; the matrix is computed, not learned
    /// (ALISTA, Liu, Chen, Wang & Yin, ICLR 2019).
    case analytic
  }

  /// F, `[m, d]`, for all layers or for each.
  public var inputs: [Tensor]
  /// G, `[d, d]`, for all layers or for each.
  public var mixings: [Tensor]
  /// log θ, `[layers, d]`, or `[layers, 1]` of the analytic form.
  public var logThresholds: Tensor
  /// Step sizes γ of the analytic form, `[layers, 1]`.
  public var stepSizes: [Tensor]
  /// What is learned.
  public let weights: Weights
  /// Layers with parameters of their own.
  public let layers: Int
  @NonTrainable private var dictionary: Tensor
  @NonTrainable private var analytic: Tensor

  /// The layers of ISTA for a dictionary.
  ///
  /// - Parameters:
  ///   - dictionary: atoms as columns, `[m, d]`.
  ///   - weight: α of the lasso.
  public init(
    _ dictionary: Tensor, weight: Double, layers: Int, weights: Weights = .tied,
    dtype: DType = .float32
  ) {
    guard layers > 0, weight > 0 else {
      fatalError("LISTA: \(layers) layers, weight \(weight); both are positive")
    }
    let largest = largestCurvature(of: dictionary)
    let exact = dictionary.cast(to: .float64)
    let d = exact.dim(1)
    self.weights = weights
    self.layers = layers
    self.dictionary = exact.cast(to: dtype)
    let theta = log(Tensor(weight / largest, dtype: .float64))
    let width = weights == .analytic ? 1 : d
    logThresholds = theta.broadcast(to: [layers, width]).cast(to: dtype)
    if weights == .analytic {
      let computed = analyticWeights(exact)
      analytic = computed.cast(to: dtype)
      (inputs, mixings) = ([], [])
      // 1/L would be safe for D itself; the computed matrix has unit products with its atoms.
      let norm: Double = (try? svd(matmul(computed.T, exact)).s.max().item()) ?? largest
      stepSizes = [Tensor(1 / norm, dtype: .float64).broadcast(to: [layers, 1]).cast(to: dtype)]
    } else {
      analytic = Tensor.zeros([0], dtype: dtype)
      stepSizes = []
      let count = weights == .tied ? 1 : layers
      let input = (exact / largest).cast(to: dtype)
      let mixing = Tensor.eye(d, dtype: .float64) - matmul(exact.T, exact) / largest
      inputs = Array(repeating: input, count: count)
      mixings = Array(repeating: mixing.cast(to: dtype), count: count)
    }
  }

  public func step(_ y: Tensor, _ memory: inout [Tensor], _ setting: UpdateSetting) -> Tensor {
    let k = Swift.min(setting.index, layers - 1)
    let x = setting.contexts.cast(to: y.dtype)
    let threshold = exp(logThresholds[k..<(k + 1)])
    if weights == .analytic {
      let residual = matmul(y, dictionary.T) - x
      return softThreshold(y - stepSizes[0][k..<(k + 1)] * matmul(residual, analytic), threshold)
    }
    let own = weights == .tied ? 0 : k
    return softThreshold(matmul(x, inputs[own]) + matmul(y, mixings[own]), threshold)
  }
}

/// y = 0 for every signal: where ISTA, FISTA and the networks that learn from them begin.
public struct ZeroCode: Layer, Sendable {
  /// Numbers in a code.
  public let dimension: Int
  /// The type of codes.
  public let dtype: DType

  /// Zeros of a width.
  public init(_ dimension: Int, dtype: DType = .float32) {
    (self.dimension, self.dtype) = (dimension, dtype)
  }

  /// - Shapes: `[n, …]` → `[n, dimension]`.
  public func callAsFunction(_ x: Tensor) -> Tensor {
    Tensor.zeros([x.dim(0), dimension], dtype: dtype)
  }
}

/// The matrix W with wᵢ·dᵢ = 1 whose products with the atoms are smallest, min ‖WᵀD‖² (ALISTA).
///
/// In closed form: wᵢ ∝ (DDᵀ)⁻¹dᵢ. Where DDᵀ is singular, a ridge of 1e-9 of its trace is added.
///
/// - Shapes: `[m, d]` → `[m, d]`.
public func analyticWeights(_ dictionary: Tensor) -> Tensor {
  requireAtoms(dictionary)
  let exact = dictionary.cast(to: .float64)
  let gram = matmul(exact, exact.T)
  let ridge = 1e-9 * gram.trace().item() / Double(gram.dim(0))
  do {
    let solved = try solve(gram + ridge * Tensor.eye(gram.dim(0), dtype: .float64), exact)
    return solved / (solved * exact).sum(axis: 0, keepDims: true)
  } catch { fatalError("analyticWeights: \(error)") }
}
