import Networks
import Tensors

/// Predictive sparse decomposition: a code at one look, y = g ∘ tanh(xF + c) (arXiv:1010.3467).
///
/// ```swift
/// let model = FullyAmortized(PredictiveCoder(signal: 64, atoms: 128))
/// train(model, on: problem, loss: .regression, steps: 3000)
/// ```
public struct PredictiveCoder: Layer, Sendable {
  /// F and c.
  public var filters: Dense
  /// g, `[atoms]`.
  public var gain: Tensor

  /// Random filters.
  public init(
    signal: Int, atoms: Int, dtype: DType = .float32, from generator: inout Generator
  ) {
    filters = Dense(signal, atoms, dtype: dtype, from: &generator)
    gain = Tensor.ones([atoms], dtype: dtype)
  }

  /// The same with random numbers from the shared generator.
  public init(signal: Int, atoms: Int, dtype: DType = .float32) {
    var generator = splitSharedGenerator()
    self.init(signal: signal, atoms: atoms, dtype: dtype, from: &generator)
  }

  /// - Shapes: `[n, signal]` → `[n, atoms]`.
  public func callAsFunction(_ x: Tensor) -> Tensor { gain * tanh(filters(x)) }
}
