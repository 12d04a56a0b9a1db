import Networks
import Tensors

/// A gradient step in the problem's domain, y ← R(y, −η∇f + momentum), with learned or fixed η.
public struct GradientUpdate: UpdateRule, Sendable {
  /// η where it is learned.
  ///
  /// One number, one for each step `[K]`, or one for each step and element `[K, d]`; steps beyond
  /// K use the last.
  public var stepSize: Tensor?
  /// η where it is fixed.
  public let fixedStepSize: Double
  /// µ of the heavy ball, for Euclidean space and convex sets.
  public let momentum: Double

  /// A fixed step size.
  public init(stepSize: Double, momentum: Double = 0) {
    fixedStepSize = stepSize
    self.momentum = momentum
  }

  /// Step sizes that are learned.
  public init(learning stepSize: Tensor, momentum: Double = 0) {
    self.stepSize = stepSize
    fixedStepSize = 0
    self.momentum = momentum
  }

  public func begin(_ y: Tensor, _ setting: UpdateSetting) -> [Tensor] {
    momentum == 0 ? [] : [y.zerosLike()]
  }

  public func step(_ y: Tensor, _ memory: inout [Tensor], _ setting: UpdateSetting) -> Tensor {
    let domain = setting.problem.domain
    let slope = domain.tangent(y, setting.gradient(y))
    var move: Tensor
    if let stepSize {
      let eta =
        stepSize.ndim == 0
        ? stepSize : stepSize[Swift.min(setting.index, stepSize.dim(0) - 1)]
      move = -(eta.cast(to: y.dtype) * slope)
    } else {
      move = -fixedStepSize * slope
    }
    if momentum != 0 {
      move = move + momentum * memory[0]
      memory[0] = move
    }
    return domain.retract(y, move)
  }
}

/// A step of any map, y ← map(parameters, y, x).
///
/// ```swift
/// let plain = MapUpdate { y, x in cos(y * x) }
/// let learned = MapUpdate(cell) { cell, y, x in cell(concatenate([y, x], axis: -1)) }
/// ```
public struct MapUpdate<Parameters: Model>: UpdateRule {
  /// What the map has of parameters.
  public var parameters: Parameters
  private let map: (Parameters, Tensor, Tensor) -> Tensor

  /// A map with parameters that are trained.
  public init(
    _ parameters: Parameters, _ map: @escaping (Parameters, _ y: Tensor, _ x: Tensor) -> Tensor
  ) {
    self.parameters = parameters
    self.map = map
  }

  public func step(_ y: Tensor, _ memory: inout [Tensor], _ setting: UpdateSetting) -> Tensor {
    map(parameters, y, setting.contexts)
  }
}

extension MapUpdate where Parameters == [Tensor] {
  /// A map without parameters.
  public init(_ map: @escaping (_ y: Tensor, _ x: Tensor) -> Tensor) {
    self.init([]) { _, y, x in map(y, x) }
  }
}

/// What a ``NetworkUpdate`` reads.
public enum UpdateFeature: Sendable, Hashable, CaseIterable {
  /// y itself.
  case variable
  /// ∇f, divided by its length, with the logarithm of the length beside it.
  case gradient
  /// x, flattened.
  case context
}

/// A network that reads the iterate and its gradient and moves the iterate: iterative inference
/// (arXiv:1807.09356), iterative amortized policies (arXiv:2010.10670).
///
/// Gated, the network's output has two halves: y ← ω·y + (1 − ω)·δ with ω = sigmoid(first half).
/// Otherwise y ← y + δ, kept in the domain.
public struct NetworkUpdate<Network: Layer>: UpdateRule {
  /// From the features to a move, or to a gate and a target.
  public var network: Network
  /// What the network reads, in this order.
  public let features: [UpdateFeature]
  /// Whether the output is a gate and a target.
  public let isGated: Bool

  /// A network whose input has ``inputSize(_:context:features:)`` numbers.
  public init(
    _ network: Network, reading features: [UpdateFeature] = [.variable, .gradient],
    gated: Bool = false
  ) {
    self.network = network
    self.features = features
    isGated = gated
  }

  /// The width of the network's input for contexts of a width.
  public static func inputSize(
    _ dimension: Int, context: Int = 0, features: [UpdateFeature] = [.variable, .gradient]
  ) -> Int {
    features.reduce(0) { total, feature in
      switch feature {
      case .variable: total + dimension
      case .gradient: total + dimension + 1
      case .context: total + context
      }
    }
  }

  public func step(_ y: Tensor, _ memory: inout [Tensor], _ setting: UpdateSetting) -> Tensor {
    var inputs: [Tensor] = []
    for feature in features {
      switch feature {
      case .variable: inputs.append(y)
      case .context: inputs.append(setting.contexts.flattened(from: 1))
      case .gradient:
        // As an input, as in the papers: no second derivatives of the objective.
        let slope = stopGradient(setting.gradient(y))
        let length = slope.norm(axis: -1, keepDims: true) + 1e-8
        inputs += [slope / length, log(length)]
      }
    }
    let output = network(concatenate(inputs, axis: -1)).cast(to: y.dtype)
    let domain = setting.problem.domain
    let d = y.dim(-1)
    if isGated {
      let gate = sigmoid(output[.ellipsis, ..<d])
      return domain.project(gate * y + (1 - gate) * output[.ellipsis, d...])
    }
    return domain.retract(y, domain.tangent(y, output))
  }
}

/// The coordinate-wise LSTM of "Learning to learn by gradient descent by gradient descent"
/// (arXiv:1606.04474): every element of y is moved by the same small network, which reads that
/// element's gradient as logarithm and sign.
public struct RecurrentUpdate: UpdateRule, Sendable {
  /// Reads the gradient.
  public var first: LSTM
  /// Reads the state of the first.
  public var second: LSTM
  /// From the second state to a move.
  public var head: Dense
  /// Output scale.
  public let scale: Double
  /// p of the preprocessing: gradients below e⁻ᵖ are passed on linearly.
  public let precision: Double

  /// Two layers of so many units, drawn from a generator.
  public init(
    hidden: Int = 20, scale: Double = 0.1, precision: Double = 10, from generator: inout Generator
  ) {
    first = LSTM(2, hidden, from: &generator)
    second = LSTM(hidden, hidden, from: &generator)
    head = Dense(hidden, 1, from: &generator)
    self.scale = scale
    self.precision = precision
  }

  /// Two layers of so many units, drawn from the shared generator.
  public init(hidden: Int = 20, scale: Double = 0.1, precision: Double = 10) {
    var generator = splitSharedGenerator()
    self.init(hidden: hidden, scale: scale, precision: precision, from: &generator)
  }

  public func begin(_ y: Tensor, _ setting: UpdateSetting) -> [Tensor] { emptyMemory(y) }

  public func step(_ y: Tensor, _ memory: inout [Tensor], _ setting: UpdateSetting) -> Tensor {
    let move = move(along: stopGradient(setting.gradient(y)), &memory).cast(to: y.dtype)
    let domain = setting.problem.domain
    return domain.retract(y, domain.tangent(y, move))
  }

  /// The state of the network before the first move of the numbers of `y`.
  public func emptyMemory(_ y: Tensor) -> [Tensor] {
    let state = Tensor.zeros([y.size, first.hidden], dtype: y.dtype)
    return [state, state, state, state]
  }

  /// How each number is moved, given its gradient and what was seen before, in the gradient's shape.
  public func move(along gradient: Tensor, _ memory: inout [Tensor]) -> Tensor {
    let slope = gradient.reshaped([gradient.size, 1])
    let size = log(abs(slope) + 1e-30) / precision
    let isLarge = size .>= -1
    let features = concatenate(
      [
        which(isLarge, size, -1),
        which(isLarge, sign(slope), exp(Tensor(precision, dtype: slope.dtype)) * slope),
      ], axis: -1)
    (memory[0], memory[1]) = first.step(features, memory[0], memory[1])
    (memory[2], memory[3]) = second.step(memory[0], memory[2], memory[3])
    return (scale * head(memory[2])).reshaped(gradient.shape)
  }
}
