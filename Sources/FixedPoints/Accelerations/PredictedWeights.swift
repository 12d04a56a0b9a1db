import Amortization
import Networks
import Tensors

/// What predicted weights are a change of.
public enum MixingBase: Sendable, Hashable {
  /// α = (0, …, 0, 1): the plain step.
  case plain
  /// Anderson's weights, regularized.
  case leastSquares(regularization: Double = 1e-6)
}

/// Weights that a network predicts from what residuals look like (HyperAA; Bai, Koltun & Kolter,
/// ICLR 2022).
///
/// The network reads the angles between the residuals, the logarithms of their lengths beside the
/// present one, and the number of the step: all that least squares would read, whatever the
/// dimension is. What it predicts has the mean taken away, so that α keeps the sum 1; β is
/// 1 + what it predicts. With output 0 the weights are those of the base.
public struct PredictedWeights<Network: Layer>: MixingWeights {
  /// From ``inputSize(memory:)`` numbers to ``outputSize(memory:)``.
  public var network: Network
  /// m.
  public let memory: Int
  /// What the network changes.
  public let base: MixingBase

  /// A network that sees m + 1 residuals.
  public init(_ network: Network, memory: Int, changing base: MixingBase = .leastSquares()) {
    self.network = network
    self.memory = memory
    self.base = base
  }

  /// The width of the network's input.
  public static func inputSize(memory: Int) -> Int { (memory + 1) * (memory + 2) + 1 }

  /// The width of the network's output: m + 1 weights and β.
  public static func outputSize(memory: Int) -> Int { memory + 2 }

  public func callAsFunction(residuals: Tensor, _ setting: UpdateSetting) -> (
    alpha: Tensor, beta: Tensor
  ) {
    let (n, count) = (residuals.dim(0), residuals.dim(-1))
    let output = network(features(stopGradient(residuals), setting.index)).cast(to: residuals.dtype)
    let missing = memory + 1 - count
    let raw = output[.ellipsis, missing..<(memory + 1)]
    let change = raw - raw.mean(axis: -1, keepDims: true)
    let from: Tensor
    switch base {
    case .plain:
      from = concatenate(
        [
          Tensor.zeros([n, count - 1], dtype: residuals.dtype),
          Tensor.ones([n, 1], dtype: residuals.dtype),
        ], axis: -1)
    case .leastSquares(let regularization):
      from = LeastSquaresWeights(regularization: regularization).alpha(residuals)
    }
    return (from + change, 1 + output[.ellipsis, memory + 1])
  }

  private func features(_ residuals: Tensor, _ index: Int) -> Tensor {
    let (n, count) = (residuals.dim(0), residuals.dim(-1))
    let type = residuals.dtype
    let length = maximum(residuals.norm(axis: -2), type == .float64 ? 1e-150 : 1e-18)
    let unit = residuals / length.expandedDims(axis: -2)
    // What is not there yet reads 0.
    let missing = memory + 1 - count
    var angles = matmul(unit.mT, unit)
    var lengths = log(length / length[.ellipsis, (count - 1)...])
    if missing > 0 {
      lengths = concatenate([Tensor.zeros([n, missing], dtype: type), lengths], axis: -1)
      angles = concatenate([Tensor.zeros([n, count, missing], dtype: type), angles], axis: -1)
      angles = concatenate([Tensor.zeros([n, missing, memory + 1], dtype: type), angles], axis: 1)
    }
    let step = Tensor.full([n, 1], Double(Swift.min(index, 16)) / 16, dtype: type)
    return concatenate([angles.flattened(from: 1), lengths, step], axis: -1)
  }
}

extension PredictedWeights: Sendable where Network: Sendable {}

extension PredictedWeights where Network == MLP {
  /// A network with hidden layers, whose last layer begins at 0: at first, the weights are the base's.
  public init(
    memory: Int, hidden: [Int] = [32, 32], changing base: MixingBase = .leastSquares(),
    dtype: DType = .float32, from generator: inout Generator
  ) {
    let sizes = [Self.inputSize(memory: memory)] + hidden + [Self.outputSize(memory: memory)]
    var network = MLP(sizes, activation: .tanh, dtype: dtype, from: &generator)
    network.layers[hidden.count] = network.layers[hidden.count].mapParameters { 0 * $0 }
    self.init(network, memory: memory, changing: base)
  }
}
