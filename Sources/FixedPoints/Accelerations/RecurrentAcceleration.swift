import Amortization
import Networks
import Tensors

/// NeuralFP's acceleration (arXiv:2107.10254): a gated recurrent unit reads each point with its
/// residual r, and says what to add to the plain step.
///
/// Δ is the network's output times the root mean square of r, so that it vanishes where the fixed
/// point is. The state begins as a function of the context. The output layer begins at 0: an
/// untrained acceleration is the plain iteration.
public struct RecurrentAcceleration: FixedPointAcceleration, Sendable {
  /// From the context to the first state.
  public var initial: Dense
  /// Reads r divided by its size, the logarithm of the size, and the point.
  public var cell: GRU
  /// From the state to Δ in units of the residual's size.
  public var head: Dense

  /// An acceleration for variables of so many numbers and contexts of so many.
  public init(
    dimension: Int, context: Int, hidden: Int = 64, dtype: DType = .float32,
    from generator: inout Generator
  ) {
    initial = Dense(context, hidden, dtype: dtype, from: &generator)
    cell = GRU(2 * dimension + 1, hidden, dtype: dtype, from: &generator)
    head = Dense(hidden, dimension, dtype: dtype, from: &generator).mapParameters { 0 * $0 }
  }

  /// The same with random numbers from the shared generator.
  public init(dimension: Int, context: Int, hidden: Int = 64, dtype: DType = .float32) {
    var generator = splitSharedGenerator()
    self.init(
      dimension: dimension, context: context, hidden: hidden, dtype: dtype, from: &generator)
  }

  public func begin(_ y: Tensor, _ setting: UpdateSetting) -> [Tensor] {
    [tanh(initial(setting.contexts.flattened(from: 1).cast(to: initial.weight.dtype)))]
  }

  public func correction(
    _ y: Tensor, image: Tensor, _ memory: inout [Tensor], _ setting: UpdateSetting
  ) -> Tensor {
    let residual = image - y
    let size = sqrt(square(residual).mean(axis: -1, keepDims: true) + 1e-30)
    let inputs = concatenate([residual / size, 0.2 * log(size), y], axis: -1)
    memory[0] = cell.step(inputs.cast(to: initial.weight.dtype), memory[0])
    return size * head(memory[0]).cast(to: y.dtype)
  }
}
